import Foundation
import Model
import Testing
import World

@testable import Simulator

/// What real programs were recorded to do: the seeded site does the same when the same is done to it. Both are read by the
/// same parsers. The bytes are those of `Fixtures/raw` and `Fixtures/parsers/xen/captured`.
@Suite("A recorded trace is one of the seeded site's")
struct ConformanceTests {
  private static let fixtures = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "Fixtures")

  private static func bytes(_ name: String) throws -> [UInt8] {
    Array(try Data(contentsOf: fixtures.appending(path: name)))
  }

  /// A site with one node on which nothing happens but what a test does.
  private static func quiet(_ change: (inout Cluster.Terms) -> Void = { _ in }) -> Cluster {
    var terms = Cluster.Terms()
    (terms.nodes, terms.pace) = (1, .seconds(1_000_000_000))
    change(&terms)
    var cluster = Cluster(seed: 1, terms: terms)
    cluster.agenda = Agenda()
    return cluster
  }

  /// A machine is asked for, and its pilot runs.
  private static func leased(_ change: (inout Cluster.Terms) -> Void = { _ in }) throws -> (Cluster, job: Int)
  {
    var cluster = quiet(change)
    cluster.ask()
    cluster.advance(by: .seconds(25))
    return (cluster, try #require(cluster.jobs(in: ["R"]).first))
  }

  private static func rows(
    _ kind: ObservationKind, _ stdout: [UInt8], _ node: String = "", stderr: [UInt8] = []
  )
    -> (rows: [Row], coverage: Coverage)
  {
    var list = RowList()
    let observation = RawObservation(kind: kind, node: node, stdout: stdout, stderr: stderr)
    let reading = Doors.read(observation, into: &list)
    return (list.rows, reading.coverage)
  }

  private static func rows(_ kind: ObservationKind, of cluster: Cluster) -> (rows: [Row], coverage: Coverage)
  {
    let said = cluster.said(kind, of: 0)
    return rows(kind, Array(said.text.utf8), "gsn-wn1", stderr: Array(said.complaint.utf8))
  }

  // MARK: TORQUE

  /// What a list says of pilots, but for their names and times.
  private static func jobs(_ rows: [Row], _ isMeant: (Row) -> Bool = { _ in true }) -> Set<[Value]> {
    Set(
      rows.filter { $0.isOf("lrms_job") && $0["in_pilot_logs"] == .integer(1) && isMeant($0) }.map { job in
        let isTold = ["session", "started_ms", "completed_ms", "exec_host"].map { column in
          Value(job[column] != nil && job[column] != .null)
        }
        return ["state", "substate", "exit_status", "queue", "name"].map { job[$0] ?? .null } + isTold
      })
  }

  @Test("of jobs that run, and of the same jobs deleted")
  func deleted() throws {
    var (cluster, job) = try Self.leased()
    let before = Self.rows(.torqueJobs, try Self.bytes("raw/torque/storm-before-qstat-f-x.xml")).rows
    #expect(
      Self.jobs(Self.rows(.torqueJobs, of: cluster).rows) == Self.jobs(before) { $0["state"] == .text("R") })
    cluster.delete(job, window: cluster.terms.window)
    cluster.advance(by: .seconds(20))
    let after = Self.rows(.torqueJobs, try Self.bytes("raw/torque/storm-after-qstat-f-x.xml")).rows
    #expect(Self.jobs(Self.rows(.torqueJobs, of: cluster).rows) == Self.jobs(after))
    #expect(!Self.jobs(after).isEmpty)
    // Exiting is one of the states in between.
    let during = Self.rows(.torqueJobs, try Self.bytes("raw/torque/storm-during1-qstat-f-x.xml")).rows
    let states = Set(during.compactMap { row -> Value? in row.isOf("lrms_job") ? row["state"] : nil })
    #expect(states.isSubset(of: [.text("R"), .text("E"), .text("C")]))
  }

  @Test("of a MOM that was killed two minutes ago: its node is down, its report frozen, its jobs run on")
  func momKilled() throws {
    var (cluster, _) = try Self.leased()
    cluster.advance(by: .seconds(60))
    cluster.stopMom(.isDead, on: 0)
    cluster.advance(by: .seconds(125))
    let lists = Self.rows(.torqueNodes, try Self.bytes("raw/torque/mom-killed-pbsnodes-x.xml")).rows
    func facts(_ rows: [Row], _ name: String) throws -> [Value] {
      let node = try #require(rows.first { $0.isOf("lrms_node") && $0["name"] == .text(name) })
      return ["is_down", "is_offline"].map { node[$0] ?? .null }
        + ["status_ms", "status_jobs"].map { Value(node[$0] != nil && node[$0] != .null) }
    }
    #expect(try facts(Self.rows(.torqueNodes, of: cluster).rows, "gsn-wn1") == facts(lists, "gsn-wn2"))
    let held = Set(lists.filter { $0.isOf("lrms_node_job") }.map { $0["node"] })
    #expect(held.contains(.node("gsn-wn2")))
    #expect(Self.rows(.torqueNodes, of: cluster).rows.contains { $0.isOf("lrms_node_job") })
    let jobs = Self.rows(.torqueJobs, try Self.bytes("raw/torque/mom-killed-qstat-f-x.xml")).rows
    #expect(
      Self.jobs(Self.rows(.torqueJobs, of: cluster).rows) == Self.jobs(jobs) { $0["state"] == .text("R") })
    // `momctl -d 3` prints nothing, and complains.
    let complaint = try Self.bytes("raw/torque/mom-killed-momctl-d3-wn2.stderr")
    let recorded = Self.rows(.torqueMom, [], "gsn-wn2", stderr: complaint)
    guard case .failed = recorded.coverage, case .failed = Self.rows(.torqueMom, of: cluster).coverage else {
      Issue.record("a dead MOM has been read")
      return
    }
  }

  @Test("of jobs that were purged: no list has them, their MOM has, and their pilots live")
  func purged() throws {
    var (cluster, job) = try Self.leased()
    cluster.purge(job)
    cluster.advance(by: .seconds(2))
    let listed = Self.rows(.torqueJobs, try Self.bytes("raw/torque/purged-qstat-f-x.xml")).rows
    let nodes = Self.rows(.torqueNodes, try Self.bytes("raw/torque/purged-pbsnodes-x.xml")).rows
    let books = try (1...3).flatMap { number in
      Self.rows(.torqueMom, try Self.bytes("raw/torque/purged-momctl-d3-wn\(number).txt"), "gsn-wn\(number)")
        .rows
    }
    for number in ["84", "85"] {
      #expect(!listed.contains { $0["number"] == .text(number) })
      #expect(
        !nodes.contains { $0.isOf("lrms_node_job") && $0["job"] == .text("\(number).gridsn.example.org") })
      #expect(books.contains { $0.isOf("lrms_mom_job") && $0["number"] == .text(number) })
    }
    #expect(Self.rows(.torqueJobs, of: cluster).rows.isEmpty)
    #expect(!Self.rows(.torqueNodes, of: cluster).rows.contains { $0.isOf("lrms_node_job") })
    let mom = Self.rows(.torqueMom, of: cluster).rows.filter { $0.isOf("lrms_mom_job") }
    func states(_ rows: [Row]) -> Set<Value?> { Set(rows.map { $0["state"] }) }
    #expect(states(mom) == states(books.filter { $0["number"] == .text("84") }))
    #expect(Self.rows(.nodePilots, of: cluster).rows.contains { $0.isOf("pilot_process") })
  }

  // MARK: Xen

  /// Targets of dom0, each once as long as it stands; KiB.
  private static func recordedTargets(_ name: String) throws -> [Int64] {
    let text = String(decoding: try bytes("parsers/xen/captured/05-drift/\(name).csv"), as: UTF8.self)
    let targets = text.split(separator: "\n").dropFirst().compactMap { Int64($0.split(separator: ",")[3]) }
    return targets.reduce(into: []) { list, target in if list.last != target { list.append(target) } }
  }

  private static func targets(
    _ cluster: inout Cluster, during life: (inout Cluster, (Cluster) -> Void) throws -> Void
  )
    rethrows -> [Int64]
  {
    var list = [cluster.hosts[0].balloon.target]
    try life(&cluster) { cluster in
      let target = cluster.hosts[0].balloon.target
      if list.last != target { list.append(target) }
    }
    return list
  }

  @Test("of a pilot that is left alone, six times: 882, 818, 882 MiB")
  func polite() throws {
    var cluster = Self.quiet()
    let targets = Self.targets(&cluster) { cluster, watch in
      for _ in 0..<6 {
        cluster.ask()
        cluster.advance(by: .seconds(900), watch: watch)
      }
    }
    let recorded = try Self.recordedTargets("polite-autoballoon-off")
    #expect(recorded.count > 8)
    #expect(Array(targets.prefix(recorded.count)) == recorded)
  }

  @Test("of pilots that are killed, and of those that are not: 64 MiB are gone for good each time")
  func killed() throws {
    // `cycle N pilot killed` and `cycle N unreserve` of the recording's log, in the order of its targets.
    let recorded = try Self.recordedTargets("mem896-kill-autoballoon-off")
    var kills: [Bool] = []
    for (place, target) in recorded.enumerated().dropFirst() where target < recorded[place - 1] {
      // A reservation is followed by its release, or by the next one.
      kills.append(place + 1 < recorded.count && recorded[place + 1] < target)
    }
    var cluster = Self.quiet()
    let targets = Self.targets(&cluster) { cluster, watch in
      for isKilled in kills {
        cluster.ask()
        cluster.advance(by: .seconds(25), watch: watch)
        if isKilled, let run = cluster.hosts[0].runs.first {
          cluster.end(PilotName(host: 0, pid: run.pid, boot: 1))
          cluster.plan(.buries(job: run.job), in: .milliseconds(500))
          for guest in cluster.hosts[0].guests { cluster.remove(guest, of: 0) }
        }
        cluster.advance(by: .seconds(900), watch: watch)
      }
    }
    #expect(kills.contains(true) && kills.contains(false))
    #expect(Array(targets.prefix(recorded.count)) == recorded)
  }

  @Test("of a balloon that is stuck: it gives up, the same target does not wake it, another one does")
  func stuck() throws {
    func samples(_ name: String) throws -> [[String: Int64]] {
      String(decoding: try Self.bytes("parsers/xen/captured/12-stuck-balloon/\(name).out"), as: UTF8.self)
        .split(separator: "\n").filter { $0.contains("target_kb=") }.map { line in
          Dictionary(
            line.split(separator: " ").compactMap { word -> (String, Int64)? in
              let parts = word.split(separator: "=")
              return parts.count == 2 ? Int64(parts[1]).map { (String(parts[0]), $0) } : nil
            }, uniquingKeysWith: { first, _ in first })
        }
    }
    let blocked = try #require(try samples("03-up-blocked").first)
    let (current, target) = (try #require(blocked["current_kb"]), try #require(blocked["target_kb"]))
    // What was free then went to dom0 to the last page.
    let reached = current - 837_632
    var balloon = Balloon(current: 837_632, target: 837_632, free: reached, driver: 0, limit: 903_168)
    var clock = Instant(milliseconds: 0)
    func pass(_ seconds: Int64) {
      for _ in 0..<seconds * 4 {
        balloon.advance(from: clock, to: clock + .milliseconds(250))
        clock = clock + .milliseconds(250)
      }
    }
    func holds(_ name: String) throws {
      let last = try #require(try samples(name).last)
      #expect([balloon.current, balloon.target] == [last["current_kb"], last["target_kb"]], "\(name)")
    }
    balloon.set(target)
    pass(20)
    try holds("03-up-blocked")
    #expect(balloon.free == 0)
    balloon.release(256 * 1024)
    pass(25)
    try holds("04-destroy-all")
    balloon.set(target)
    pass(15)
    try holds("05-same-target-again")
    balloon.set(target - 1024)
    pass(3)
    balloon.set(target)
    pass(5)
    try holds("07-nudge")
    #expect(balloon.free.map { $0 / 1024 } == 253)
  }
}

extension Row {
  fileprivate func isOf(_ table: String) -> Bool { "\(self.table)" == table }
}
