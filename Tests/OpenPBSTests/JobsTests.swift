import Model
import OpenPBS
import Testing
import World

@Suite("qstat -f -F json")
struct JobsTests {
  private static func odd() throws -> Outcome { try read(.torqueJobs, file("parsers/openpbs/jobs/odd.json")) }

  private static func job(_ id: String) throws -> Row { try odd().row("lrms_job", "id", id) }

  @Test("without a job is none, and only its head says so")
  func none() throws {
    let outcome = try read(.torqueJobs, file("parsers/openpbs/jobs/none.json"))
    #expect(outcome.isComplete && outcome.rows.isEmpty)
    let refused = try read(
      .torqueJobs, file("parsers/openpbs/jobs/none.json"), exit: 1, stderr: "qstat: cannot connect to server")
    #expect(refused.isPartial)
    #expect(try read(.torqueJobs, []).isFailed, "no bytes at all are no answer")
  }

  @Test("has a job whatever its owner puts into its texts and variables")
  func variables() throws {
    let job = try Self.job("1.gridsn")
    #expect(job.text("name") == "007")
    #expect(job.text("state") == "R")
    #expect(job.text("account") == "alice")
    #expect(job.defects == [] && !job.isAmbiguous)
  }

  @Test("loses of a job with broken bytes what they stand in, and nothing else")
  func brokenBytes() throws {
    let job = try Self.job("2.gridsn")
    #expect(job.defects.map(\.column).sorted() == ["account", "owner"])
    #expect(job.text("queue") == "batch")
    #expect(job.integer("created_ms") == 1_795_375_892_000)
  }

  @Test("tells OpenPBS's states in the letters of the snapshot")
  func states() throws {
    let states = ["3[].gridsn": "R", "3[0].gridsn": "C", "4.gridsn": "R", "7.gridsn": "C"]
    for (id, state) in states { #expect(try Self.job(id).text("state") == state, "\(id)") }
    let moved = try Self.job("5.gridsn")
    #expect(moved["state"] == nil)
    #expect(moved.defects.map(\.column) == ["state"], "what it does elsewhere is not known")
  }

  @Test("places a job by its hosts, with the processors of each")
  func places() throws {
    let shares = try Self.odd().rows(of: "lrms_allocation").filter { $0.text("job") == "4.gridsn" }
    #expect(shares.map { $0.text("node") } == ["gsn-wn1", "gsn-wn2"])
    #expect(shares.map { $0.integer("processors") } == [2, 1])
    let odd = try Self.odd()
    #expect(odd.isPartial)
    #expect(odd.problems.contains("expected a node in the exec_host of job 6.gridsn"))
    #expect(odd.problems.contains("where job 8.gridsn runs can't be told"))
  }

  @Test("knows a value that is of another kind only as a defect")
  func kinds() throws {
    let requested = try Self.job("6.gridsn")
    #expect(requested.defects.map(\.column) == ["memory_kib"])
    #expect(requested.integer("walltime_s") == 360_000)
    let odd = try Self.job("8.gridsn")
    #expect(odd.defects.map(\.column).sorted() == ["exec_host", "session", "state"])
    #expect(odd.text("output_path") == "7")
  }

  @Test("knows when a job ended by its end, or by when it became history")
  func ends() throws {
    #expect(try Self.job("7.gridsn").integer("completed_ms") == 1_795_375_950_000)
    #expect(try Self.job("7.gridsn").integer("exit_status") == -1)
    #expect(try Self.job("7.gridsn").defects.map(\.column) == ["created_ms"])
    let ended = try read(.torqueJobs, file("parsers/openpbs/jobs/history.json"))
    #expect(ended.rows(of: "lrms_job").filter { $0["completed_ms"] != nil }.count == 21)
  }

  @Test("knows no moments where it was not asked in UTC, and says so")
  func zone() throws {
    let local = try read(
      .torqueJobs, file("parsers/openpbs/jobs/mix.json"), command: ["qstat", "-f", "-F", "json"])
    #expect(local.isComplete)
    #expect(local.reading.remarks.map(\.message).contains { $0.contains("TZ=UTC0") })
    #expect(!local.rows.contains { row in row.fields.contains { $0.column.description.hasSuffix("_ms") } })
  }

  @Test("reads a moment as ctime writes it, and nothing else")
  func moments() throws {
    func created(_ text: String) throws -> Int64? {
      let job = "\"1.s\": {\"ctime\": \"\(text)\"}"
      let outcome = try read(.torqueJobs, "{\"pbs_version\": \"23\", \"Jobs\": {\(job)}}")
      return outcome.rows.first?.integer("created_ms")
    }
    #expect(try created("Thu Jan  1 00:00:00 1970") == 0)
    #expect(try created("Tue Oct  4 21:23:20 2022") == 1_664_918_600_000)
    for text in ["", "UNKNOWN", "Tue Oct 32 21:23:20 2022", "Tue Oct 4 21:23 2022", "Tue Oct 4 21:23:20"] {
      #expect(try created(text) == nil, "\(text)")
    }
  }

  @Test("is partial where a job is listed twice, and its attribute told twice is not known")
  func twice() throws {
    let twice = try read(.torqueJobs, "{\"pbs_version\":\"23\",\"Jobs\":{\"1.s\":{},\"1.s\":{}}}")
    #expect(twice.isPartial && twice.problems.contains("listed twice"))
    let told = try read(
      .torqueJobs, "{\"pbs_version\":\"23\",\"Jobs\":{\"1.s\":{\"queue\":\"a\",\"queue\":\"b\"}}}")
    let job = try #require(told.rows.first)
    #expect(told.isComplete && job.isAmbiguous && job["queue"] == nil)
    #expect(job.defects.map(\.column) == ["queue"])
  }
}
