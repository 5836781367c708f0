import Model
import Testing
import World

@Suite("Jobs in XML")
struct JobsXmlTests {
  @Test("A running pilot of 2.5 has all its columns")
  func pilot() throws {
    let outcome = try read(.torqueJobs, fixture: "2.5-mix.xml")
    let job = try outcome.row("lrms_job", where: "id", is: "0.gridsn.example.org")
    #expect(
      job.described == """
        lrms_job: account=text("globus") created_ms=integer(1795375772000) \
        eligible_ms=integer(1795375772000) \
        exec_host=text("gsn-wn1/0") id=text("0.gridsn.example.org") in_pilot_logs=integer(1) \
        memory_kib=integer(65536) modified_ms=integer(1795375772000) name=text("STDIN") \
        nodes_requested=text("1:ppn=1:xen") number=text("0") \
        output_name=text("877d9d4c-4152-4d94-8548-3e0be52cc494") \
        output_path=text("gridsn.example.org:/opt/torque/home/globus/pilot-logs\
        /877d9d4c-4152-4d94-8548-3e0be52cc494") \
        owner=text("globus@gridsn.example.org") queue=text("batch") server=text("gridsn") \
        session=integer(96) \
        started_ms=integer(1795375772000) state=text("R") substate=integer(42) walltime_s=integer(600)\(" ")
        """)
    #expect(
      outcome.texts("lrms_job", "number")
        == "0 1 2 3 4 5 6 7 8 11 12 14 15 16".split(separator: " ").map(String.init))
    #expect(outcome.rows.allSatisfy { $0.defects.isEmpty && !$0.isAmbiguous })
  }

  @Test("A job's bytes are its element")
  func bytes() throws {
    let fixture = Fixture(kind: .torqueJobs, name: "2.5-mix.xml")
    let bytes = try fixture.bytes()
    for row in try read(.torqueJobs, bytes).rows {
      let text = String(decoding: bytes[row.bytes], as: UTF8.self)
      #expect(text.hasPrefix("<Job><Job_Id>") && text.hasSuffix("</Job>"))
    }
  }

  @Test(
    "Processors are counted a node",
    arguments: [
      ("2.5-mix.xml", "5.gridsn.example.org", ["gsn-wn1 2"]),
      ("2.5-mix.xml", "7.gridsn.example.org", ["gsn-wn2 3", "gsn-wn1 3"]),
      ("6.1-mix.xml", "20.gridsn.example.org", ["gsn-wn2 3", "gsn-wn1 3"]),
      ("6.1-mix.xml", "21.gridsn.example.org", []),
    ])
  func allocations(file: String, job: String, expected: [String]) throws {
    let outcome = try read(.torqueJobs, fixture: file)
    let found = outcome.rows(of: "lrms_allocation").filter { $0.text("job") == job }
      .map { "\($0.text("node") ?? "?") \($0.integer("processors") ?? -1)" }
    #expect(found == expected)
  }

  @Test("Completed, exiting and array jobs are told as they are")
  func states() throws {
    let deleted = try read(.torqueJobs, fixture: "6.1-deleted.xml")
    let job = try deleted.row("lrms_job", where: "number", is: "15")
    #expect(job.text("state") == "C" && job.integer("exit_status") == 271)
    #expect(job.integer("completed_ms") == 1_795_377_309_000)
    let exiting = try read(.torqueJobs, fixture: "2.5-exiting.xml")
    #expect(try exiting.row("lrms_job", where: "number", is: "94").text("state") == "E")
    let array = try read(.torqueJobs, fixture: "6.1-array.xml")
    #expect(array.texts("lrms_job", "number") == ["19", "21", "22", "23[1]", "23[2]", "23[3]", "23[4]"])
    #expect(try read(.torqueJobs, fixture: "6.1-markup.xml").texts("lrms_job", "number").contains("23[]"))
  }

  @Test("One job's odd bytes hide no other job")
  func oddBytes() throws {
    let outcome = try read(.torqueJobs, fixture: "2.5-odd-bytes.xml")
    #expect(outcome.isComplete)
    #expect(
      outcome.texts("lrms_job", "number") == [
        "81", "83", "90", "91", "92", "93", "99[]", "100[]", "101", "103", "104", "105", "106", "107", "108",
        "109", "110", "111", "112", "113", "114", "115", "116",
      ])
    // The bad bytes of this capture are in values that the snapshot does not keep.
    #expect(outcome.rows.allSatisfy { $0.defects.isEmpty && !$0.isAmbiguous })
    #expect(
      outcome.texts("lrms_job", "name").filter { $0.contains("&") } == [
        "a&b<c>\"d", "renamed<&>", "amp&only",
      ])
  }

  @Test(
    "A bad byte in a value is a defect of that column alone",
    arguments: [
      ("<Job_Name>esc</Job_Name>", "<Job_Name>e\u{1b}c</Job_Name>", "name"),
      ("<queue>batch</queue>", "<queue>b&#7;h</queue>", "queue"),
      ("<job_state>H</job_state>", "<job_state>Z</job_state>", "state"),
      ("<substate>20</substate>", "<substate>twenty</substate>", "substate"),
      ("<mtime>1795377506</mtime>", "<mtime>99999999999999999999</mtime>", "modified_ms"),
      ("<walltime>00:20:00</walltime>", "<walltime>soon</walltime>", "walltime_s"),
    ])
  func defects(old: String, new: String, column: String) throws {
    let whole = try read(.torqueJobs, fixture: "2.5-odd-bytes.xml")
    let bytes = try Fixture(kind: .torqueJobs, name: "2.5-odd-bytes.xml").bytes()
    // The change is made in job 111 only.
    let start = try #require(bytes.firstRange(of: Array("<Job_Id>111.".utf8))).lowerBound
    let place = try #require(bytes[start...].firstRange(of: Array(old.utf8)))
    let changed = Array(bytes[..<place.lowerBound]) + Array(new.utf8) + Array(bytes[place.upperBound...])
    let outcome = try read(.torqueJobs, changed)
    #expect(outcome.isComplete)
    #expect(outcome.rows.count == whole.rows.count)
    let job = try outcome.row("lrms_job", where: "number", is: "111")
    #expect(job.defects.map(\.column) == [column])
    #expect(outcome.rows.flatMap(\.defects).count == 1)
  }

  static let head = "<Data><Job><Job_Id>1.s</Job_Id><job_state>R</job_state></Job>"
  static let tail = "<Job><Job_Id>3.s</Job_Id></Job></Data>\n"

  @Test(
    "What costs a job its bounds or key makes the source partial, and the others stay",
    arguments: [
      "<Job><Job_Id>2\u{1}.s</Job_Id></Job>", "<Job><job_state>R</job_state></Job>", "<Job></Job>",
      "<Job><Job_Id>2.s</Job_Id><Job_Id>4.s</Job_Id></Job>", "<Job><Job_Id>1.s</Job_Id></Job>",
      "<Job><Job_Id>2.s</Job_Id><queue>batch</Job>", "<Job><Job_Id>2.s</Job_Id>text</Job>",
      "<Job><Job_Id>2.s</Job_Id></Resource_List></Job>", "stray </Job>",
      "<Job><Job_Id>2.s</Job_Id><exec_host>n/0+/1</exec_host></Job>",
      "<Job><Job_Id>2.s</Job_Id><exec_host>n/0</exec_host><exec_host>m/0</exec_host></Job>",
    ])
  func partial(middle: String) throws {
    let outcome = try read(.torqueJobs, Self.head + middle + Self.tail)
    #expect(outcome.isPartial)
    #expect(outcome.texts("lrms_job", "number").first == "1")
    #expect(outcome.texts("lrms_job", "number").last == "3")
  }

  @Test(
    "A document that is not whole or has something behind it is partial",
    arguments: [
      head, head + "</Data", head + "</Data> x", head + "</Data><Data></Data>", "<Data>", "<Data",
      "<?xml version=",
      "<?xml version=\"1.0\"?>", "<",
    ])
  func cut(document: String) throws {
    #expect(try read(.torqueJobs, document).isPartial)
  }

  @Test(
    "What is no list of jobs fails",
    arguments: [
      "<!DOCTYPE a [<!ENTITY b \"c\">]><Data></Data>", "<?xml version=\"1.0\"?><!DOCTYPE Data><Data></Data>",
      "<html></html>", "<Data><Node><name>n</name></Node></Data>", "qstat: cannot connect to server", "\n",
      " ",
    ])
  func foreign(document: String) throws {
    let outcome = try read(.torqueJobs, document)
    #expect(outcome.isFailed)
    #expect(outcome.rows.isEmpty)
  }

  @Test(
    "No jobs are no jobs in both shapes",
    arguments: ["", "<?xml version=\"1.0\"?>\n<Data></Data>\n", "<Data/>", "<Data></Data>"])
  func none(document: String) throws {
    let outcome = try read(.torqueJobs, document)
    #expect(outcome.isComplete && outcome.rows.isEmpty)
  }

  @Test("No bytes from a server that is down are no answer")
  func silence() throws {
    #expect(try read(.torqueJobs, [], ending: .exit(255)).isFailed)
    #expect(try read(.torqueJobs, [], ending: .exit(0), stderr: "cannot connect\n").isFailed)
    #expect(try read(.torqueJobs, [], ending: .failure("timed out")).isFailed)
    #expect(try read(.torqueJobs, Array((Self.head + Self.tail).utf8), ending: .exit(1)).isPartial)
  }

  @Test("The bare id of 2.0.0p11 is a job's id, also in a document with line breaks")
  func bareId() throws {
    let outcome = try read(
      .torqueJobs,
      "<Data>\n <Job>812.GRIDSN.example.org<job_state>R</job_state>\n "
        + "<exec_host>n/0*2+n</exec_host></Job>\n</Data>"
    )
    #expect(outcome.isComplete)
    let job = try outcome.row("lrms_job", where: "id", is: "812.GRIDSN.example.org")
    #expect(job.text("server") == "gridsn" && job.text("number") == "812")
  }

  @Test(
    "A value may hold what XML forbids",
    arguments: [
      ("a & b", "a & b"), ("a&amp;&lt;&gt;&quot;&apos;", "a&<>\"'"), ("&#65;&#x42;", "AB"),
      ("&nbsp;&;&#;&#x110000;", "&nbsp;&;&#;&#x110000;"),
      ("&amp;lt;", "&lt;"), ("&#+65;&#xD800;", "&#+65;&#xD800;"), ("a<b", "a<b"), ("</b>", "</b>"),
      ("<b>c</b>", "<b>c</b>"),
      ("a > b", "a > b"), ("  x ", "  x "),
    ])
  func values(raw: String, value: String) throws {
    let outcome = try read(
      .torqueJobs, "<Data><Job><Job_Id>1.s</Job_Id><Job_Name>\(raw)</Job_Name><queue>q</queue></Job></Data>")
    let job = try outcome.row("lrms_job", where: "number", is: "1")
    #expect(job.text("name") == value && job.text("queue") == "q")
    // A printer that does not escape lets the owner write elements.
    #expect(job.isAmbiguous == raw.contains("<"))
  }

  @Test("An element that is told twice is not known")
  func twice() throws {
    let outcome = try read(
      .torqueJobs,
      "<Data><Job><Job_Id>1.s</Job_Id><job_state>C</job_state><queue>q</queue>"
        + "<job_state>R</job_state></Job></Data>"
    )
    let job = try outcome.row("lrms_job", where: "number", is: "1")
    #expect(job["state"] == nil && job.isAmbiguous)
    #expect(job.defects.map(\.column) == ["state"])
  }

  @Test("Unknown elements are passed over, however they are nested")
  func unknown() throws {
    let outcome = try read(
      .torqueJobs,
      "<Data><Job><Job_Id>1.s</Job_Id><New><A><B>x</B></A>"
        + "<job_state>Q</job_state></New><E/><job_state>R</job_state></Job></Data>"
    )
    #expect(outcome.isComplete)
    #expect(try outcome.row("lrms_job", where: "number", is: "1").text("state") == "R")
  }

  @Test(
    "A path's folder tells whether a job is a pilot",
    arguments: [
      ("h:/a/pilot-logs/u", "u", 1), ("h:/a/b/u", "u", 0), ("h:/pilot-logs/", nil, 1),
      ("/pilot-logs/u", "u", 1), ("u", "u", 0),
      ("h:/pilot-logs/x/u", "u", 0), ("h:pilot-logs/u", "u", 1),
    ] as [(String, String?, Int64)])
  func outputs(path: String, name: String?, isPilot: Int64) throws {
    let outcome = try read(
      .torqueJobs, "<Data><Job><Job_Id>1.s</Job_Id><Output_Path>\(path)</Output_Path></Job></Data>")
    let job = try outcome.row("lrms_job", where: "number", is: "1")
    #expect(job.text("output_name") == name && job.integer("in_pilot_logs") == isPilot)
  }
}
