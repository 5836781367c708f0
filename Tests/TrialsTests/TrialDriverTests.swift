import Model
import Synchronization
import Testing
import Trials

/// A site on which a machine is a line in a list, and that can be pulled the plug at any command or line of the log.
private final class ListedSite: TrialSite {
  struct Killed: Error {}

  /// How it goes when the plug is pulled.
  enum End: CaseIterable {
    /// SIGKILL before what is next is done, or right after it.
    case before, after
    /// SIGINT: the command is ended though it did its work, and what is written then is on disk.
    case interrupt
  }

  private struct State {
    var now = Instant(milliseconds: 1_795_305_600_000)
    var next = 1
    var machines: [Int: String] = [:]
    /// Machines that were asked for, by node.
    var deployed: [String: Int] = [:]
    var calls: [String] = []
    var log: [String] = []
    var left: Int
    var end = End.before
    /// Trials after which an audit finds something.
    var divergent: Set<Int> = []
    var isFit = true

    /// Whether it is to be done, and whether this is the end.
    mutating func spend() -> (isDone: Bool, isEnd: Bool) {
      left -= 1
      if left >= 0 { return (true, false) }
      guard end == .interrupt else { return (end == .after && left == -1, true) }
      unsafe withUnsafeCurrentTask { unsafe $0?.cancel() }
      return (true, left == -1)
    }
  }

  private let state: Mutex<State>
  let hands: Int

  init(killedAfter left: Int = .max, _ end: End = .before, hands: Int = 1) {
    state = Mutex(State(left: left, end: end))
    self.hands = hands
  }

  func change(_ body: @Sendable (inout sending StateView) -> Void) {
    state.withLock { state in
      var view = StateView(isFit: state.isFit, divergent: state.divergent, left: state.left)
      body(&view)
      (state.isFit, state.divergent, state.left) = (view.isFit, view.divergent, view.left)
    }
  }

  struct StateView: Sendable {
    var isFit: Bool
    var divergent: Set<Int>
    var left: Int
  }

  var now: Instant { state.withLock { $0.now } }
  var machines: [Int: String] { state.withLock { $0.machines } }
  var deployed: [String: Int] { state.withLock { $0.deployed } }
  var calls: [String] { state.withLock { $0.calls } }
  var log: TrialLog { TrialLog(Array((state.withLock { $0.log }.joined(separator: "\n") + "\n").utf8)) }

  func write(_ entry: TrialLog.Entry) throws {
    try state.withLock { state in
      let (isDone, isEnd) = state.spend()
      if isDone { state.log.append(entry.line) }
      if isEnd, state.end != .interrupt { throw Killed() }
    }
  }

  func sleep(until moment: Instant) async throws {
    try Task.checkCancellation()
    state.withLock { $0.now = max($0.now, moment) }
  }

  func run(_ command: [String], deadline: Duration) async -> CommandAnswer {
    state.withLock { state in
      let (isDone, isEnd) = state.spend()
      let answer = isDone ? Self.answer(command, &state) : CommandAnswer(output: "", failure: "killed")
      return isEnd ? CommandAnswer(output: "", failure: "cancelled", isBroken: true) : answer
    }
  }

  private static func answer(_ command: [String], _ state: inout State) -> CommandAnswer {
    state.calls.append(command.joined(separator: " "))
    switch command[0] {
    case "deploy":
      if command[1] == "full" { return CommandAnswer(output: "", failure: "no room") }
      defer { state.next += 1 }
      state.machines[state.next] = command[1]
      state.deployed[command[1], default: 0] += 1
      if command[1] == "slow" { return CommandAnswer(output: "", failure: "timed out", isBroken: true) }
      return CommandAnswer(output: "made \(state.next)\n", failure: nil)
    case "drop":
      state.machines = state.machines.filter { $0.value != command[1] }
      return CommandAnswer(output: "", failure: nil)
    case "job" where state.machines[Int(command[1]) ?? 0] == "jobless" && command[1] == "3":
      return CommandAnswer(output: "no such\n", failure: "no such job")
    case "job": return CommandAnswer(output: "9\(command[1])\n", failure: nil)
    case "remove":
      state.machines[Int(command[1]) ?? 0] = nil
      return CommandAnswer(output: "", failure: nil)
    default: return CommandAnswer(output: "", failure: nil)
    }
  }

  func preflight() async throws -> Bool { state.withLock { $0.isFit } }

  func audit(after trial: Int) async throws -> Model.ExitStatus {
    state.withLock { state in
      state.calls.append("audit \(trial)")
      return state.divergent.contains(trial) ? .divergencesLeft : []
    }
  }

  func repair(_ what: TrialPlan.Repairing, after trial: Int) async throws -> Model.ExitStatus {
    state.withLock { $0.calls.append("repair \(what.rawValue) \(trial)") }
    return .repaired
  }

  func keep(guest output: String, of node: String, trial: Int) async throws {}
}

@Suite("Trials")
struct TrialDriverTests {
  private static func plan(_ more: String = "") throws -> TrialPlan {
    let text = """
      name = "T"
      count = 3
      deploy = ["deploy", "{node}", "{trial}"]
      job = ["job", "{id}"]
      remove = ["remove", "{id}", "{job}"]
      \(more)
      """
    return try TrialPlan(Array(text.utf8), file: "t.toml")
  }

  private static func run(
    _ plan: TrialPlan, _ site: ListedSite, _ nodes: [String] = ["a", "b"]
  ) async throws -> String {
    try await TrialDriver(plan, on: nodes, of: site, folder: "/f", after: site.log) { try site.write($0) }
      .run().rawValue
  }

  @Test("deploy and remove a machine on each node, as often as the file says, with their own names")
  func whole() async throws {
    let site = ListedSite()
    #expect(try await Self.run(try Self.plan(), site) == "all trials were run")
    #expect(site.deployed == ["a": 3, "b": 3] && site.machines.isEmpty)
    #expect(site.calls.filter { $0.hasPrefix("remove") }.first == "remove 1 91")
    #expect(site.calls.last == "audit 3")
    #expect(site.now.milliseconds - 1_795_305_600_000 == 3 * 65_000)
  }

  @Test(
    "leave no machine and ask for none twice, wherever they are killed or interrupted, and gone on with",
    arguments: 0..<70, ListedSite.End.allCases)
  fileprivate func killed(_ left: Int, _ end: ListedSite.End) async throws {
    let plan = try Self.plan("audit_every = 2\nreset = [\"reset\"]\nrunning = [\"running\", \"{id}\"]\n")
    let site = ListedSite(killedAfter: left, end)
    let first = await Task { try? await Self.run(plan, site) }.value
    site.change { $0.left = .max }
    if first == nil { #expect(try await Self.run(plan, site) == "all trials were run") }
    // One of which nobody knows that it was taken: the answer never came.
    let unknown = site.machines.count
    #expect(unknown <= site.log.entries.count { $0.event == .left }, "\(site.log.entries.map(\.line))")
    #expect(!site.log.entries.contains { $0.event == .refused })
    #expect(site.calls.allSatisfy { !$0.hasPrefix("remove") || $0.split(separator: " ").count == 3 })
    #expect(unknown <= 1 && site.machines.values.allSatisfy { $0 == "a" || $0 == "b" })
    for node in ["a", "b"] { #expect((2...3).contains(site.deployed[node] ?? 0), "\(site.log.entries)") }
    // Every other trial is audited, and the last one.
    #expect(
      site.log.entries.filter { $0.event == .audit }.map(\.trial) == [2, 3], "\(site.log.entries.map(\.line))"
    )
    let trials = site.log.entries.filter { $0.event == .finished }.map(\.trial)
    #expect(trials == [1, 2, 3])
    #expect(site.log.entries.last?.event == .stopped)
  }

  /// What a killed one had written.
  private static func log(_ entries: [(Int, TrialLog.Event, String)]) -> TrialLog {
    let lines = entries.map { TrialLog.Entry(at: ListedSite().now, trial: $0, $1, $2).line + "\n" }
    return TrialLog(Array(lines.joined().utf8))
  }

  private static func goOn(_ plan: TrialPlan, _ site: ListedSite, after log: TrialLog) async throws -> String
  {
    try await TrialDriver(plan, on: ["a"], of: site, folder: "/f", after: log) { try site.write($0) }.run()
      .rawValue
  }

  @Test("that were killed before a NO-GO stopped them ask again, and deploy nothing on another")
  func noGo() async throws {
    let log = Self.log([(0, .preflight, "NO-GO")])
    let site = ListedSite()
    site.change { $0.isFit = false }
    #expect(try await Self.goOn(try Self.plan(), site, after: log).hasPrefix("the preflight said no"))
    #expect(site.calls.isEmpty)
    let (goesOn, other) = (try Self.plan("on_no_go = \"continue\""), ListedSite())
    #expect(try await Self.goOn(goesOn, other, after: log) == "all trials were run")
    #expect(!other.log.entries.contains { $0.event == .preflight })
  }

  @Test("that were killed around an audit do what is left of it: audit, stop or repair")
  func audits() async throws {
    let begun: [(Int, TrialLog.Event, String)] = [(0, .preflight, "GO"), (1, .finished, "")]
    let stopping = try Self.plan("audit_every = 1\non_divergence = \"stop\"")
    let repairing = try Self.plan("audit_every = 1\nrepair = \"safe\"")
    func calls(_ plan: TrialPlan, _ more: [(Int, TrialLog.Event, String)]) async throws -> [String] {
      let site = ListedSite()
      site.change { $0.divergent = [1] }
      _ = try await Self.goOn(plan, site, after: Self.log(begun + more))
      return site.calls.filter { $0.hasPrefix("audit") || $0.hasPrefix("repair") }
    }
    #expect(try await calls(stopping, []) == ["audit 1"])
    #expect(try await calls(stopping, [(1, .audit, "4")]) == [])
    #expect(
      try await calls(stopping, [(1, .audit, "4"), (1, .stopped, TrialLog.Ending.diverged.rawValue)])
        == ["audit 2", "audit 3"])
    #expect(try await calls(repairing, []) == ["audit 1", "repair safe 1", "audit 2", "audit 3"])
    #expect(try await calls(repairing, [(1, .audit, "4")]) == ["repair safe 1", "audit 2", "audit 3"])
    #expect(try await calls(repairing, [(1, .audit, "4"), (1, .repair, "1")]) == ["audit 2", "audit 3"])
  }

  @Test("whose deployment has no answer in time say so, and are removed where the name of the node is enough")
  func slow() async throws {
    let site = ListedSite()
    #expect(try await Self.run(try Self.plan(), site, ["slow"]) == "all trials were run")
    #expect(
      site.log.entries.filter { $0.event == .unanswered }.map(\.detail) == [
        "timed out", "timed out", "timed out",
      ])
    #expect(
      site.log.entries.compactMap(\.leftover).first
        == "a machine may be left on slow, of trial 1: nothing told what {id} is. Look there, and remove it by hand"
    )
    #expect(site.log.entries.count { $0.event == .left } == 3 && site.machines.count == 3)
    #expect(!site.calls.contains { $0.hasPrefix("remove") || $0.hasPrefix("job") })
    let byNode = ListedSite()
    let plan = try TrialPlan(
      Array("name = \"T\"\ndeploy = [\"deploy\", \"{node}\"]\nremove = [\"drop\", \"{node}\"]\n".utf8),
      file: "t")
    #expect(try await Self.run(plan, byNode, ["slow"]) == "all trials were run")
    #expect(byNode.machines.isEmpty && !byNode.log.entries.contains { $0.event == .left })
  }

  @Test("are told to go by no command whose job nobody knows")
  func jobless() async throws {
    let site = ListedSite()
    #expect(try await Self.run(try Self.plan(), site, ["jobless"]) == "all trials were run")
    #expect(site.calls.filter { $0.hasPrefix("remove") } == ["remove 1 91", "remove 2 92"])
    #expect(
      site.log.entries.filter { $0.event == .left }.map(\.detail) == [
        "nothing told what {job} is (no such job)"
      ])
  }

  @Test("are the same with many hands")
  func hands() async throws {
    let site = ListedSite(hands: 8)
    let nodes = (1...20).map { "n\($0)" }
    #expect(try await Self.run(try Self.plan(), site, nodes) == "all trials were run")
    #expect(site.deployed.count == 20 && site.deployed.values.allSatisfy { $0 == 3 })
    #expect(site.machines.isEmpty)
  }

  @Test("go on where a machine is refused, and stop where the file says so")
  func endings() async throws {
    let full = ListedSite()
    #expect(try await Self.run(try Self.plan(), full, ["full", "a"]) == "all trials were run")
    #expect(full.log.entries.count { $0.event == .refused } == 3)
    let unfit = ListedSite()
    unfit.change { $0.isFit = false }
    #expect(try await Self.run(try Self.plan(), unfit).hasPrefix("the preflight said no"))
    #expect(unfit.calls.isEmpty)
    #expect(try await Self.run(try Self.plan("on_no_go = \"continue\""), unfit) == "all trials were run")
    let divergent = ListedSite()
    divergent.change { $0.divergent = [1] }
    let stopping = try Self.plan("audit_every = 1\non_divergence = \"stop\"")
    #expect(try await Self.run(stopping, divergent).hasPrefix("an audit found"))
    #expect(divergent.deployed == ["a": 1, "b": 1])
    #expect(divergent.log.ending == .diverged)
    // Called again before anything was mended: the preflight stops it, and nothing is deployed.
    divergent.change { $0.isFit = false }
    #expect(try await Self.run(stopping, divergent).hasPrefix("the preflight said no"))
    #expect(divergent.deployed == ["a": 1, "b": 1])
    divergent.change { ($0.isFit, $0.divergent) = (true, []) }
    #expect(try await Self.run(stopping, divergent) == "all trials were run")
    #expect(divergent.deployed == ["a": 3, "b": 3] && divergent.log.ending == .finished)
    let mended = ListedSite()
    mended.change { $0.divergent = [2] }
    _ = try await Self.run(try Self.plan("audit_every = 1\nrepair = \"safe\""), mended)
    #expect(mended.calls.filter { $0.hasPrefix("repair") } == ["repair safe 2"])
  }
}
