import Audit
import Model
public import World

extension Repairer {
  /// One step: looked at, guarded, meant, done, and looked at again.
  func perform(
    _ step: Plan.Step, run: Int64, sources: Set<ObservationKind>
  ) async throws -> StepOutcome {
    let act = step.act
    let prepared: Prepared
    switch try await prepare(step, sources) {
    case .outcome(let outcome): return outcome
    case .ready(let ready): prepared = ready
    }
    try await note(.intent(prepared.deeds.map(\.worded).joined(separator: "\n")), step.number, run)
    if let memory = prepared.formerMemory { try await note(.formerMemory(memory), step.number, run) }
    var answers: [String] = []
    for deed in prepared.deeds {
      try checkpoint("before deed")
      let outcome = await perform(deed, step, run)
      try Task.checkCancellation()
      try checkpoint("after deed")
      if case .failed(let reason) = outcome {
        answers.append(reason)
        break
      }
    }
    try await note(.answered(answers.first ?? "done"), step.number, run)
    let outcome = try await proof(
      of: act, on: prepared.nodes, sources, answered: answers.first,
      within: answers.isEmpty ? act.verb.patience(grace: terms.grace) : .seconds(3))
    // A transaction that was not made changed nothing.
    if let reason = outcome.reason, !answers.isEmpty, prepared.deeds.allSatisfy(\.isAtomic) {
      return .refused(reason)
    }
    return outcome
  }

  private func perform(_ deed: Deed, _ step: Plan.Step, _ run: Int64) async -> Deed.Outcome {
    // Right before they are made for good: the service may have been started since the guards were looked at.
    let keep: @Sendable ([FormerRows]) async throws -> Void = { rows in
      if step.act.verb.guards.contains(.serviceStopped), let objection = await objectionToEdits() {
        throw Objection(reason: objection)
      }
      do { try await note(.formerRows(rows), step.number, run) } catch {
        throw Objection(reason: "the rows as they were could not be kept: \(error)")
      }
    }
    guard case .transaction = deed else { return await outside.perform(deed, keep: keep) }
    return await turn.take { [outside] in await outside.perform(deed, keep: keep) }
  }

  /// Why no row may be changed now; nil where that may be done.
  func objectionToEdits() async -> String? {
    if off.contains(.service) { return nil }
    return switch await outside.service() {
    case .stopped: nil
    case .running(let sign):
      "the service runs (\(sign)), and an edit under it is lost or overwritten: stop it first"
    case .unknown(let reason): "whether the service is stopped can't be told: \(reason)"
    }
  }

  /// What is decided by the look right before.
  private enum Decision {
    case outcome(StepOutcome)
    case ready(Prepared)
  }

  private struct Prepared {
    let deeds: [Deed]
    let nodes: [String]?
    let formerMemory: Int64?
  }

  private func prepare(_ step: Plan.Step, _ sources: Set<ObservationKind>) async throws -> Decision {
    let act = step.act
    if act.verb.guards.contains(.serviceStopped), let objection = await objectionToEdits() {
      return .outcome(.refused(objection))
    }
    let (nodes, answers) = try await look(for: step, sources)
    try Task.checkCancellation()
    let snapshot = try ways.snapshot(samples(of: act.node), answers)
    if !off.contains(.proof), try snapshot.proves(act, on: nodes) { return .outcome(.already) }
    if !off.contains(.guards) {
      let obstacles = try snapshot.obstacles(to: act, on: nodes, asking: act.verb.guards)
      if !obstacles.isEmpty { return .outcome(.refused(obstacles.joined(separator: "; "))) }
    }
    let isOfMemory = act.verb.phase == .memory
    do {
      let deeds = try ways.deeds(act, snapshot)
      if deeds.isEmpty { return .outcome(.refused("this site's configuration has no way to do it")) }
      let former = try isOfMemory ? snapshot.dom0Target(of: act.text("node")) : nil
      return .ready(Prepared(deeds: deeds, nodes: nodes, formerMemory: former))
    } catch let complaint as Complaint {
      return .outcome(.refused(complaint.described))
    }
  }

  /// A fresh look at what an act's guards and its proof are told by, and the nodes that it is about: nil for all.
  func look(
    for step: Plan.Step, _ sources: Set<ObservationKind>
  ) async throws -> (nodes: [String]?, answers: [Answer]) {
    if let node = step.act.node { return ([node], await look(sources, on: [node])) }
    let ofSite = await look(sources.filter { !$0.isPerNode }, on: [])
    let nodes = try ways.snapshot([], ofSite).nodes(of: step.act, plannedOn: step.node)
    return (nodes, await ofSite + look(sources.filter(\.isPerNode), on: nodes))
  }

  private func look(_ sources: Set<ObservationKind>, on names: [String]?) async -> [Answer] {
    var ofSite = sources.filter { !$0.isPerNode }
    // A list of jobs is whole only as far as the node list and the server's count say so.
    if ofSite.contains(.torqueJobs) { ofSite.formUnion([.torqueNodes, .torqueServer]) }
    let ofNode = sources.filter(\.isPerNode)
    let nodes = names.map { names in
      terms.nodes.filter { node in names.contains(node.name) || names.contains { node.aliases.contains($0) } }
    }
    async let site = shared.answers(ofSite)
    let isNeeded = !ofNode.isEmpty && nodes?.isEmpty != true
    let local =
      isNeeded ? await outside.look(Scope(sources: [], nodes: nodes ?? terms.nodes, nodeSources: ofNode)) : []
    return await site + local
  }

  /// Those of one node: a step about none needs none.
  private func samples(of node: String?) -> [Answer] {
    samples.filter { $0.observation.node == node }
  }

  /// Looks until the act shows as done, or its patience ends; at least once.
  func proof(
    of act: Act, on nodes: [String]?, _ sources: Set<ObservationKind>, answered: String?,
    within patience: Duration
  ) async throws -> StepOutcome {
    if off.contains(.proof) { return answered.map { .failed($0) } ?? .done }
    let due = outside.now.milliseconds + patience.milliseconds
    var pause = Duration.milliseconds(250)
    while true {
      let answers = await look(sources, on: nodes)
      try Task.checkCancellation()
      if try ways.snapshot([], answers).proves(act, on: nodes) { return .done }
      if outside.now.milliseconds >= due { break }
      try await outside.sleep(for: pause)
      pause = min(pause * 2, .seconds(5))
    }
    return .failed(
      answered
        ?? "it was taken, and does not show after \(patience.seconds) s: look at it before anything else is done"
    )
  }
}

extension Deed {
  /// Done whole or not at all.
  fileprivate var isAtomic: Bool { if case .transaction = self { true } else { false } }

  /// For the journal and a person: the argument vector, or the statements.
  public var worded: String {
    switch self {
    case .command(let arguments, let place, _):
      let words = arguments.map { $0.isEmpty || $0.contains { " \n'\"$;".contains($0) } ? "'\($0)'" : $0 }
        .joined(separator: " ")
      return switch place {
      case .node(let node): "on \(node): \(words)"
      case .batchServer: words
      case .service: "at the service: \(words)"
      }
    case .transaction(let transaction):
      return transaction.changes.map { change in
        let statement = change.statement(for: .sqlite).split(separator: "\n").joined(separator: " ")
        return "\(transaction.database.rawValue): \(statement)"
      }.joined(separator: "\n")
    }
  }
}

/// What keeps a transaction from being made.
struct Objection: Error, CustomStringConvertible {
  let reason: String

  var description: String { reason }
}
