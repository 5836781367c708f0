import Model

/// Runs trials one after the other, on all nodes at the same time: a machine is asked for, runs, is told to go. Each thing is in
/// the log before it is done.
public struct TrialDriver<Site: TrialSite>: Sendable {
  private let plan: TrialPlan
  private let nodes: [String]
  private let site: Site
  private let folder: String
  private let earlier: TrialLog
  private let write: @Sendable (TrialLog.Entry) async throws -> Void

  /// - Parameters:
  ///   - earlier: what was done before, of the same trials: it is gone on with.
  ///   - write: puts an entry on disk before it returns.
  public init(
    _ plan: TrialPlan, on nodes: [String], of site: Site, folder: String, after earlier: TrialLog,
    write: @escaping @Sendable (TrialLog.Entry) async throws -> Void
  ) {
    self.plan = plan
    self.nodes = nodes
    self.site = site
    self.folder = folder
    self.earlier = earlier
    self.write = write
  }

  public func run() async throws -> TrialLog.Ending {
    if needsPreflight {
      let isFit = try await site.preflight()
      try await tell(0, .preflight, isFit ? "GO" : "NO-GO")
      if !isFit, plan.onNoGo == .stop { return try await end(.noGo, 0) }
    }
    let last = try await finishInterrupted()
    if last > 0, let ending = try await audit(after: last) { return ending }
    for trial in stride(from: last + 1, through: plan.count, by: 1) {
      try await run(trial)
      if let ending = try await audit(after: trial) { return ending }
    }
    return try await end(.finished, plan.count)
  }

  /// One that was broken off had its preflight, unless that said no. One that stopped may have been helped since.
  private var needsPreflight: Bool {
    let said = earlier.entries.last { $0.event == .preflight }?.detail
    return earlier.ending != nil || said == nil || said != "GO" && plan.onNoGo == .stop
  }

  /// The audit that is due after a trial, and what follows from it. What the log has of that is not done again. Nil where it is
  /// gone on.
  private func audit(after trial: Int) async throws -> TrialLog.Ending? {
    let isLast = trial == plan.count
    guard isLast || plan.auditEvery > 0 && trial % plan.auditEvery == 0 else { return nil }
    let done = earlier.entries.filter { $0.trial == trial }
    let status: ExitStatus
    if let audited = done.last(where: { $0.event == .audit }) {
      status = ExitStatus(rawValue: Int32(audited.detail) ?? 0)
    } else {
      status = try await site.audit(after: trial)
      try await tell(trial, .audit, "\(status.rawValue)")
    }
    guard status.contains(.divergencesLeft) else { return nil }
    if plan.onDivergence == .stop {
      // One that has stopped for it already was called again since.
      return done.contains { $0.event == .stopped } ? nil : try await end(.diverged, trial)
    }
    if plan.repair != .none, !isLast, !done.contains(where: { $0.event == .repair }) {
      let mended = try await site.repair(plan.repair, after: trial)
      try await tell(trial, .repair, "\(mended.rawValue)")
    }
    return nil
  }

  private func end(_ ending: TrialLog.Ending, _ trial: Int) async throws -> TrialLog.Ending {
    try await tell(trial, .stopped, ending.rawValue)
    return ending
  }

  private func tell(
    _ trial: Int, _ event: TrialLog.Event, _ detail: String = "", on node: String = ""
  ) async throws {
    try await write(TrialLog.Entry(at: site.now, node: node, trial: trial, event, detail))
  }

  /// Machines that a killed run has left are told to go. The last trial that needs nothing more.
  private func finishInterrupted() async throws -> Int {
    let finished = earlier.entries.filter { $0.event == .finished }.map(\.trial).max() ?? 0
    let begun = earlier.entries.filter { $0.event == .deploy && $0.trial > finished }
    guard let trial = begun.map(\.trial).max() else { return finished }
    let left = begun.filter { entry in
      entry.trial == trial
        && !earlier.entries.contains {
          [.removed, .refused].contains($0.event) && $0.node == entry.node && $0.trial == trial
        }
    }
    let deployments = left.map { entry in
      let id = earlier.entries.last {
        $0.event == .deployed && $0.node == entry.node && $0.trial == trial
      }?.detail
      return Deployment(node: entry.node, id: id ?? "")
    }
    _ = try await each(deployments) { try await remove($0, trial) }
    try await settle(trial)
    return trial
  }

  // MARK: One trial

  private struct Deployment: Sendable {
    let node: String
    /// Empty where nobody knows.
    let id: String
  }

  private func names(of deployment: Deployment, _ trial: Int) -> Placeholders {
    Placeholders(node: deployment.node, trial: trial, folder: folder, id: deployment.id)
  }

  private func run(_ trial: Int) async throws {
    let asked = site.now
    let deployments = try await each(nodes) { try await deploy(on: $0, trial) }.compactMap(\.self)
    let end = Instant(milliseconds: asked.milliseconds + plan.deployed.milliseconds)
    try await watch(deployments, trial, since: asked, until: end)
    try await site.sleep(until: end)
    _ = try await each(deployments) { try await remove($0, trial) }
    try await settle(trial)
  }

  /// Does something for some at a time, as many as the site has hands. What came of it, in their order.
  private func each<Item: Sendable, Result: Sendable>(
    _ items: [Item], _ work: @escaping @Sendable (Item) async throws -> Result
  ) async throws -> [Result] {
    try await withThrowingTaskGroup(of: (Int, Result).self) { group in
      var results: [Int: Result] = [:]
      for (place, item) in items.enumerated() {
        if place >= site.hands, let (done, result) = try await group.next() { results[done] = result }
        group.addTask { (place, try await work(item)) }
      }
      for try await (place, result) in group { results[place] = result }
      return items.indices.compactMap { results[$0] }
    }
  }

  private func settle(_ trial: Int) async throws {
    let gone = site.now
    if !plan.reset.isEmpty {
      try await tell(trial, .reset)
      let words = Placeholders(trial: trial, folder: folder).fill(plan.reset)
      let answer = try await ask(words)
      if let failure = answer.failure { try await tell(trial, .kept, failure) }
    }
    try await site.sleep(until: Instant(milliseconds: gone.milliseconds + plan.removed.milliseconds))
    try await tell(trial, .finished)
  }

  /// Runs a command. One that failed when all is called off was ended for that, and tells nothing: the log keeps what was asked,
  /// without an answer.
  private func ask(_ words: [String]) async throws -> CommandAnswer {
    let answer = await site.run(words, deadline: plan.deadline)
    if answer.failure != nil { try Task.checkCancellation() }
    return answer
  }

  private func deploy(on node: String, _ trial: Int) async throws -> Deployment? {
    try await tell(trial, .deploy, on: node)
    let words = Placeholders(node: node, trial: trial, folder: folder).fill(plan.deploy)
    let answer = try await ask(words)
    if let failure = answer.failure {
      try await tell(trial, answer.isBroken ? .unanswered : .refused, failure, on: node)
      return answer.isBroken ? Deployment(node: node, id: "") : nil
    }
    try await tell(trial, .deployed, answer.lastWord, on: node)
    return Deployment(node: node, id: answer.lastWord)
  }

  /// Asks each second which of them run, until all do or they are to go; those that do are measured meanwhile.
  private func watch(
    _ deployments: [Deployment], _ trial: Int, since asked: Instant, until end: Instant
  ) async throws {
    var waiting = deployments.filter { deployment in
      !plan.running.isEmpty && names(of: deployment, trial).missing(in: plan.running) == nil
    }
    try await withThrowingTaskGroup(of: Void.self) { group in
      while site.now < end, !waiting.isEmpty {
        let isRunning = try await each(waiting) { try await runs($0, trial, since: asked) }
        for (deployment, _) in zip(waiting, isRunning).filter(\.1) {
          group.addTask { try await measure(deployment, trial) }
          if site.hands == 1 { try await group.next() }
        }
        waiting = zip(waiting, isRunning).filter { !$0.1 }.map(\.0)
        let next = Instant(milliseconds: site.now.milliseconds + 1000)
        if !waiting.isEmpty { try await site.sleep(until: min(end, next)) }
      }
      // What is done in a guest may take longer than it was to live.
      try await group.waitForAll()
    }
  }

  private func runs(_ deployment: Deployment, _ trial: Int, since asked: Instant) async throws -> Bool {
    let answer = try await ask(names(of: deployment, trial).fill(plan.running))
    guard answer.failure == nil else { return false }
    let span = site.now.milliseconds - asked.milliseconds
    try await tell(trial, .running, "\(span)", on: deployment.node)
    return true
  }

  /// The image that was propagated, and what the guest does.
  private func measure(_ deployment: Deployment, _ trial: Int) async throws {
    let names = names(of: deployment, trial)
    if !plan.bytes.isEmpty, names.missing(in: plan.bytes) == nil {
      let answer = try await ask(names.fill(plan.bytes))
      try await tell(trial, .bytes, answer.failure ?? answer.lastWord, on: deployment.node)
    }
    if !plan.guest.isEmpty, names.missing(in: plan.guest) == nil {
      let began = site.now
      let answer = try await ask(names.fill(plan.guest))
      let span = site.now.milliseconds - began.milliseconds
      try await site.keep(guest: answer.output, of: deployment.node, trial: trial)
      try await tell(
        trial, .guest, "\(span)\(answer.failure.map { " \($0)" } ?? "")", on: deployment.node)
    }
  }

  private func remove(_ deployment: Deployment, _ trial: Int) async throws {
    var names = names(of: deployment, trial)
    var reason: String?
    if !plan.job.isEmpty, names.missing(in: plan.job) == nil {
      let answer = try await ask(names.fill(plan.job))
      if answer.failure == nil { names.job = answer.lastWord }
      reason = answer.failure
    }
    if let name = names.missing(in: plan.remove) {
      let why = reason.map { " (\($0))" } ?? ""
      return try await tell(trial, .left, "nothing told what \(name) is\(why)", on: deployment.node)
    }
    let words = names.fill(plan.remove)
    try await tell(trial, .remove, words.joined(separator: " "), on: deployment.node)
    let answer = try await ask(words)
    try await tell(
      trial, answer.failure == nil ? .removed : .kept, answer.failure ?? "", on: deployment.node)
  }
}
