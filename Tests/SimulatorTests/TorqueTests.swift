import Model
import Simulator
import Testing
import World

@Suite("The simulated batch server")
struct TorqueTests {
  private static let job = "0.gridsn.example.org"

  /// One lease on gsn-wn1, and an address that is not at stake here.
  private func lease(_ editing: ([Answer]) -> [Answer] = { $0 }) throws -> SimulatedSite {
    try Scenario(name: "address-leaked").site(editing: editing)
  }

  private func node(_ site: SimulatedSite, _ name: String) async -> [String] {
    await site.rows(.torqueNodes, "lrms_node").filter { $0.told("node") == name }
      .flatMap { [$0.told("state"), $0.told("note")] }
  }

  @Test("marks a node, with a note that is escaped, and gives it back with every byte as it was")
  func drain() async throws {
    let site = try lease()
    let before = await site.text(.torqueNodes)
    #expect(await site.run(Acts.drain("gsn-wn2", note: "64 MiB <short> & \"it's\"")) == [.done])
    #expect(await node(site, "gsn-wn2") == ["offline", "64 MiB <short> & \"it's\""])
    #expect(await node(site, "gsn-wn1") == ["free", "-"])
    #expect(
      await site.text(.torqueNodes).contains("</status><note>64 MiB &lt;short&gt; &amp; &quot;it&apos;s"))
    #expect(await site.run(Acts.undrain("gsn-wn2", former: "mine")) == [.done])
    #expect(await node(site, "gsn-wn2") == ["free", "mine"])
    #expect(await site.run(Acts.undrain("gsn-wn2")) == [.done])
    #expect(await site.text(.torqueNodes) == before)
    #expect(site.effects.count == 3)
  }

  @Test("says of an unknown node nothing that its exit status would tell")
  func unknownNode() async throws {
    let site = try lease()
    let before = await site.text(.torqueNodes)
    #expect(await site.run(Acts.drain("nosuchnode")) == [.done])
    #expect(await site.text(.torqueNodes) == before)
    #expect(site.effects.isEmpty)
  }

  @Test("keeps a node down that it marks")
  func down() async throws {
    let site = try Scenario(name: "node-crashed").site()
    await site.run(Acts.drain("gsn-wn3"))
    #expect(await node(site, "gsn-wn3") == ["down,offline", "trueup"])
    await site.run(Acts.undrain("gsn-wn3"))
    #expect(await node(site, "gsn-wn3") == ["down", "-"])
  }

  @Test("does nothing where no server answers")
  func serverDown() async throws {
    let site = try Scenario(name: "torque-down").site()
    let outcomes = await site.run(Acts.drain("gsn-wn1") + Acts.delete(Self.job) + Acts.purge(Self.job))
    #expect(
      outcomes
        == [1, 111, 111].enumerated().map { place, code in
          .failed(
            "ended with exit status \(code): \(["pbsnodes", "qdel", "qdel"][place]): cannot connect to server "
              + "(errno=111) Connection refused")
        })
    #expect(site.effects.isEmpty)
  }

  @Test("removes a queued job at once, and counts one less")
  func queued() async throws {
    let site = try Scenario(name: "under-load").site()
    let before = await site.rows(.torqueServer, "lrms_server").compactMap { $0.number("total_jobs") }
    #expect(await site.run(Acts.delete("17.gridsn.example.org")) == [.done])
    let jobs = await site.rows(.torqueJobs, "lrms_job")
    #expect(!jobs.contains { $0.told("number") == "17" })
    let after = await site.rows(.torqueServer, "lrms_server").compactMap { $0.number("total_jobs") }
    #expect(after == before.map { $0 - 1 })
    #expect(after == [Int64(jobs.count)])
  }

  @Test("lets a running pilot give back its memory, and prints nothing when its job was the last")
  func running() async throws {
    let site = try lease()
    let slot = "877d9d4c-4152-4d94-8548-3e0be52cc494"
    #expect(await site.run(Acts.delete(Self.job)) == [.done])
    #expect(await site.rows(.torqueJobs, "lrms_job").map { $0.told("state") } == ["E"])
    #expect(await site.memory(of: "gsn-wn1") == [837_632, 837_632])
    #expect(await site.rows(.nodePilots, "pilot_process").map { $0.told("slot") } == [slot])
    try await site.sleep(for: .seconds(4))
    #expect(await site.memory(of: "gsn-wn1") == [903_168, 903_168])
    #expect(await site.rows(.nodePilots, "pilot_process").isEmpty)
    #expect(await site.text(.torqueJobs).isEmpty)
    #expect(await site.rows(.torqueNodes, "lrms_node_job").isEmpty)
    // Its guest is left, for there was memory enough.
    #expect(await site.guests(of: "gsn-wn1") == ["wrksp-7"])
    #expect(
      site.effects.map(\.change) == [
        .jobAsked(job: Self.job), .memorySet(node: "gsn-wn1", kib: 903_168),
        .pilotEnded(node: "gsn-wn1", pid: 99, slot: slot), .jobEnded(job: Self.job),
        .jobForgottenByMom(node: "gsn-wn1", job: Self.job),
      ])
  }

  @Test("hears of a job's end from its MOM up to 45 s later")
  func reports() async throws {
    let site = try lease()
    await site.run(Acts.delete(Self.job))
    try await site.sleep(for: .seconds(5))
    func told() async -> String {
      await site.rows(.torqueNodes, "lrms_node").first?.told("status_jobs") ?? "?"
    }
    #expect(await told() == Self.job)
    try await site.sleep(for: .seconds(45))
    #expect(await told() == "")
    let reported = await site.rows(.torqueNodes, "lrms_node").first?.number("status_ms") ?? 0
    #expect(site.now.milliseconds - reported < 45_000)
  }

  @Test("shows a completed job for as long as it is told to, and writes its records")
  func completed() async throws {
    let settings = try Scenario(name: "idle").captured().filter { $0.observation.kind == .torqueSettings }
    let log =
      "11/22/2026 19:29:32;S;\(Self.job);user=globus group=globus jobname=STDIN queue=batch "
      + "ctime=1795375772 qtime=1795375772 etime=1795375772 start=1795375772 owner=globus@gridsn.example.org "
      + "exec_host=gsn-wn1/0 Resource_List.mem=64mb \n"
    let accounting = RawObservation(kind: .torqueAccounting, command: ["cat"], stdout: Array(log.utf8))
    let site = try lease { $0 + settings + [Answer(accounting)] }
    await site.run(Acts.delete(Self.job))
    try await site.sleep(for: .seconds(5))
    let job = try #require(await site.rows(.torqueJobs, "lrms_job").first)
    #expect([job.told("state"), job.told("substate"), job.told("exit_status")] == ["C", "59", "271"])
    #expect(abs((job.number("completed_ms") ?? 0) - site.now.milliseconds) < 10_000)
    #expect(await site.run(Acts.delete(Self.job)) != [.done])
    let events = await site.rows(.torqueAccounting, "lrms_event")
    #expect(events.map { $0.told("kind") } == ["S", "D", "E"])
    #expect(events.last?.number("exit_status") == 271)
    try await site.sleep(for: .seconds(60))
    #expect(await site.text(.torqueJobs).isEmpty)
  }

  @Test(
    "refuses what is not there, what has ended and what is ending, each with its own exit status",
    arguments: [
      ("address-leaked", "999.gridsn.example.org", 153), ("storm-after", "26.gridsn.example.org", 170),
      ("pilot-hangs", "0.gridsn.example.org", 170), ("mom-killed", "77.gridsn.example.org", 224),
    ])
  func refused(_ name: String, _ job: String, _ code: Int) async throws {
    let site = try Scenario(name: name).site()
    let before = await site.text(.torqueJobs)
    let outcomes = await site.run(Acts.delete(job))
    guard case .failed(let words) = outcomes.first else { return #expect(Bool(false), "\(outcomes)") }
    #expect(words.hasPrefix("ended with exit status \(code): qdel: "))
    try await site.sleep(for: .seconds(60))
    #expect(await site.text(.torqueJobs) == before)
  }

  @Test("forgets a purged job, and no one else does")
  func purge() async throws {
    let site = try Scenario(name: "mom-forgot").site()
    let mom = await site.text(.torqueMom, of: "gsn-wn1")
    let pilots = await site.text(.nodePilots, of: "gsn-wn1")
    #expect(await site.run(Acts.purge(Self.job)) == [.done])
    try await site.sleep(for: .seconds(60))
    #expect(await site.rows(.torqueJobs, "lrms_job").map { $0.told("number") } == ["1"])
    #expect(await site.rows(.torqueNodes, "lrms_node_job").map { $0.told("job") } == ["1.gridsn.example.org"])
    #expect(await site.text(.torqueMom, of: "gsn-wn1") == mom)
    #expect(await site.text(.nodePilots, of: "gsn-wn1") == pilots)
    #expect(await site.rows(.torqueNodes, "lrms_node").first?.told("status_jobs").contains(Self.job) == true)
    #expect(site.effects.map(\.change) == [.jobPurged(job: Self.job)])
  }

  @Test("clears a MOM's books and leaves its processes, and calls everything a success")
  func clear() async throws {
    let site = try Scenario(name: "mom-forgot").site()
    func clear(_ job: String, _ node: String = "gsn-wn1") async -> [Deed.Outcome] {
      await site.run(Acts.deeds(.clearMomJob, ["node": .text(node), "job": .text(job)]))
    }
    let pilots = await site.text(.nodePilots, of: "gsn-wn1")
    #expect(await clear("424242.gridsn.example.org") == [.done])
    #expect(await clear(Self.job, "nosuchhost") == [.done])
    #expect(await site.rows(.torqueMom, "lrms_mom_job").map { $0.told("job") } == [Self.job])
    #expect(await clear(Self.job) == [.done])
    #expect(
      await site.text(.torqueMom, of: "gsn-wn1").contains("NOTE:  no local jobs detected\n\ndiagnostics"))
    #expect(await site.rows(.torqueMom, "lrms_mom_job").isEmpty)
    #expect(await site.text(.nodePilots, of: "gsn-wn1") == pilots)
    #expect(await site.rows(.torqueJobs, "lrms_job").count == 2)
  }

  @Test("kills what it deletes at once from TORQUE 6 on, and prints a document without jobs after the last")
  func six() async throws {
    let site = try Scenario(name: "killed-at-once").site()
    let before = await site.memory(of: "gsn-wn1")
    for job in await site.rows(.torqueJobs, "lrms_job") {
      #expect(await site.run(Acts.delete(job.told("id"))) == [.done])
    }
    try await site.sleep(for: .seconds(60))
    #expect(await site.text(.torqueJobs) == "<?xml version=\"1.0\"?>\n<Data></Data>\n")
    #expect(await site.memory(of: "gsn-wn1") == before)
    #expect(await site.rows(.nodePilots, "pilot_process").isEmpty)
    #expect(await site.rows(.torqueNodes, "lrms_node_job").isEmpty)
  }
}
