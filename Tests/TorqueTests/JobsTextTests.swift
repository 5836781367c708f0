import Model
import Testing

@Suite("Jobs in text")
struct JobsTextTests {
  @Test(
    "Text tells the same as XML, but for times",
    arguments: [
      ("2.5-mix.txt", "2.5-mix.xml"), ("2.5-mix-unfolded.txt", "2.5-mix.xml"), ("6.1-mix.txt", "6.1-mix.xml"),
      ("2.5-exiting.txt", "2.5-exiting.xml"), ("2.5-odd-bytes.txt", "2.5-odd-bytes.xml"),
      ("2.5-odd-bytes-unfolded.txt", "2.5-odd-bytes.xml"),
    ])
  func same(text: String, xml: String) throws {
    let fromText = try read(.torqueJobs, fixture: text)
    let fromXml = try read(.torqueJobs, fixture: xml)
    let times = ["created_ms", "modified_ms", "eligible_ms", "started_ms", "completed_ms"]
    let ambiguous = fromText.rows.filter(\.isAmbiguous).compactMap { $0.text("number") }
    #expect(ambiguous == (text.contains("odd") ? ["109", "110"] : []))
    func facts(_ outcome: Outcome) -> [String] {
      outcome.rows.filter { !ambiguous.contains($0.text("number") ?? "") }.map { row in
        var bare = row
        bare.fields.removeAll { times.contains($0.column.description) }
        return bare.described
      }
    }
    #expect(facts(fromText) == facts(fromXml))
    #expect(fromText.rows.count == fromXml.rows.count)
    #expect(fromText.rows.allSatisfy { row in times.allSatisfy { row[$0] == nil } })
  }

  @Test("A line that an owner forged makes the job ambiguous, and hides no other")
  func forgedLine() throws {
    let outcome = try read(.torqueJobs, fixture: "2.5-odd-bytes.txt")
    let job = try outcome.row("lrms_job", where: "number", is: "110")
    #expect(job.isAmbiguous && job["state"] == nil && job.text("account") == "alice")
    #expect(try !outcome.row("lrms_job", where: "number", is: "111").isAmbiguous)
  }

  static func job(_ id: String, extra: String = "", state: String = "Q", end: String = "submit_host = s")
    -> String
  {
    """
    Job Id: \(id)
        Job_Name = n
        Job_Owner = alice@s
        job_state = \(state)
        queue = batch
        server = s\(extra)
        Checkpoint = u
        ctime = Sun Nov 22 19:29:32 2026
        mtime = Sun Nov 22 19:29:32 2026
        Output_Path = s:/home/alice/n.o1
        euser = alice
        submit_args = job.sh
        \(end)


    """
  }

  static func account(_ text: String) -> String { "\n    Account_Name = \(text)" }

  @Test(
    "Lines that the printer does not make mark their own job only",
    arguments: [
      account("x\njob_state = R"), account("x\n    job_state = R"), account("x\n    mtime = then"),
      account("x\n  bare"), account("x\n\n    Checkpoint = c"), account("x\n\nbare"),
      "\n    exec_host = n/0", "\n    euser = alice", account("x\nJob Id: 9.s"),
    ])
  func oddLines(extra: String) throws {
    let outcome = try read(.torqueJobs, Self.job("1.s") + Self.job("2.s", extra: extra) + Self.job("3.s"))
    #expect(outcome.isComplete, "\(outcome.problems)")
    let jobs = outcome.rows(of: "lrms_job")
    #expect(jobs.compactMap { $0.text("number") } == ["1", "2", "3"])
    #expect(jobs.map(\.isAmbiguous) == [false, true, false])
  }

  @Test("A job that was cut by a false one spoils what follows, and the source")
  func forgedJob() throws {
    let forged =
      "x\n\nJob Id: 80.s\n    Job_Name = STDIN\n"
      + "    Job_Owner = globus@s\n    job_state = C\n    queue = batch"
    let outcome = try read(
      .torqueJobs, Self.job("1.s") + Self.job("2.s", extra: Self.account(forged)) + Self.job("3.s"))
    #expect(outcome.isPartial)
    let jobs = outcome.rows(of: "lrms_job")
    #expect(jobs.compactMap { $0.text("number") } == ["1", "2", "80", "3"])
    #expect(jobs.map(\.isAmbiguous) == [false, true, true, true])
  }

  @Test(
    "A job that is there twice, or bears another's hash name, spoils all",
    arguments: [
      job("1.s") + job("2.s") + job("1.s"),
      job("1.s") + job("2.s").replacing("    submit_args", with: "    hashname = 1.s\n    submit_args"),
    ])
  func contradiction(text: String) throws {
    let outcome = try read(.torqueJobs, text)
    #expect(outcome.isPartial)
    #expect(outcome.rows.count >= 2)
    #expect(outcome.rows.allSatisfy { $0.isAmbiguous })
  }

  @Test("A job whose user is not its owner is marked")
  func foreignUser() throws {
    let text = Self.job("1.s").replacing("euser = alice", with: "euser = globus")
    #expect(try read(.torqueJobs, text).rows.allSatisfy { $0.isAmbiguous })
    #expect(try read(.torqueJobs, Self.job("1.s")).rows.allSatisfy { !$0.isAmbiguous })
  }

  @Test("Values are unfolded by deleting the break, and lists with newlines are passed over")
  func folds() throws {
    let text = Self.job("1[2].s")
      .replacing("    submit_args", with: "    hashname = 1-2.s\n    submit_args")
      .replacing("/home/alice/n.o1", with: "/home/pilot-l\n\togs/ab\n\tcd")
      .replacing("    euser", with: "    Variable_List = A=x\\\n    job_state = R\\\n\\\nend\n    euser")
    let outcome = try read(.torqueJobs, text)
    #expect(outcome.isComplete, "\(outcome.problems)")
    let job = try outcome.row("lrms_job", where: "number", is: "1[2]")
    #expect(job.text("output_name") == "abcd" && job.integer("in_pilot_logs") == 1)
    #expect(job.text("state") == "Q" && !job.isAmbiguous)
  }

  @Test(
    "A table gives jobs by number and is never complete",
    arguments: ["2.5-mix-brief.txt", "2.5-mix-wide.txt"])
  func tables(file: String) throws {
    let outcome = try read(.torqueJobs, fixture: file)
    let whole = try read(.torqueJobs, fixture: "2.5-mix.xml")
    #expect(outcome.isPartial)
    for column in ["number", "server", "state", "account", "queue"] {
      #expect(outcome.texts("lrms_job", column) == whole.texts("lrms_job", column))
    }
  }
}
