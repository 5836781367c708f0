import Model
import Testing
import World

@Suite("The MOM")
struct MomTests {
  @Test(
    "Its figures are told",
    arguments: [
      ("2.5-running.txt", "2.5.13", 175, 34, 8), ("2.5-idle.txt", "2.5.13", 49, 48, 0),
      ("6.1-running.txt", "6.1-dev", 70, 6, 7),
    ] as [(String, String, Int64, Int64, Int)])
  func figures(file: String, version: String, active: Int64, last: Int64, jobs: Int) throws {
    let outcome = try read(.torqueMom, fixture: file)
    let mom = try #require(outcome.rows(of: "lrms_mom").first)
    #expect(mom["node"] == .node("gsn-wn1"))
    #expect(mom.text("version") == version && mom.integer("active_s") == active)
    #expect(mom.integer("last_from_server_s") == last && mom.integer("status_interval_s") == 45)
    #expect(outcome.rows(of: "lrms_mom_job").count == jobs)
    #expect(outcome.rows.allSatisfy { $0.defects.isEmpty })
  }

  @Test("Jobs have their state and sessions")
  func jobs() throws {
    let old = try read(.torqueMom, fixture: "2.5-running.txt").rows(of: "lrms_mom_job")
    #expect(old.compactMap { $0.text("sessions") } == ["96", "107", "118", "127", "140", "151", "162", ""])
    let new = try read(.torqueMom, fixture: "6.1-running.txt").rows(of: "lrms_mom_job")
    #expect(new.compactMap { $0.text("state") } == Array(repeating: "RUNNING", count: 6) + ["PRERUN"])
    #expect(new.first?.text("sessions") == "11219" && new.first?.text("server") == "gridsn")
    #expect(
      try read(.torqueMom, fixture: "2.5-preobit.txt").texts("lrms_mom_job", "state") == [
        "PREOBIT", "PREOBIT",
      ])
  }

  @Test("A dead MOM is no answer, with and without its complaint")
  func dead() throws {
    let complaint = "ERROR:    query[0] 'diag3' failed on gsn-wn2 (errno=0-Success: 5-Input/output error)\n"
    let outcome = try read(.torqueMom, [], stderr: complaint)
    #expect(outcome.isFailed && outcome.problems.contains("diag3"))
    #expect(try read(.torqueMom, "").isFailed)
    #expect(try read(.torqueMom, "diagnostics complete\n").isFailed)
  }

  @Test(
    "Two MOMs at once, a lost id or contradictions are partial",
    arguments: [
      (
        "diagnostics complete",
        "diagnostics complete\n\nHost: a/a   Version: 2.5.13   PID: 1\ndiagnostics complete"
      ),
      ("job[1.gridsn", "job[x.gridsn"), ("job[1.gridsn", "job[0.gridsn"),
      ("NOTE:  syslog enabled", "NOTE:  no local jobs detected"),
      ("job[", "jib["), ("diagnostics complete", "diagnostics"),
    ])
  func partial(old: String, new: String) throws {
    let text = String(decoding: try Fixture(kind: .torqueMom, name: "2.5-running.txt").bytes(), as: UTF8.self)
    #expect(text.contains(old))
    #expect(try read(.torqueMom, text.replacing(old, with: new), node: "n").isPartial)
  }

  @Test("Odd sessions are a defect; an array's element keeps its index")
  func oddJobs() throws {
    let text =
      "Host: n/n   Version: 3   PID: 1\n"
      + "job[12[3].s]  state=RUNNING  sidlist=1,2\njob[4.s]  state=X sidlist=?\ndiagnostics complete\n"
    let outcome = try read(.torqueMom, text, node: "n")
    #expect(outcome.isComplete, "\(outcome.problems)")
    #expect(outcome.texts("lrms_mom_job", "number") == ["12[3]", "4"])
    #expect(outcome.texts("lrms_mom_job", "sessions") == ["1 2"])
    #expect(outcome.rows.flatMap(\.defects).map(\.column) == ["sessions"])
  }
}
