public import Model
import Synchronization
public import World

/// What takes a run back: made of its journal, and guarded like any plan.
public struct Undo: Sendable {
  /// Acts: nodes given back or drained again, dom0's memory as it was.
  public var plan: Plan
  /// Rows as they were, the last change first.
  public var transactions: [Transaction]
  /// Steps that nothing undoes, and why.
  public var impossible: [Impossible]
  /// What earlier tries took back already: steps of the plan, and rows by the step that they are in the journal.
  private var before: Set<Int>
  /// Rows that a try put back, or not, when it was killed: as they were before it.
  fileprivate var begun: [Int: [FormerRows]]

  public struct Impossible: Hashable, Sendable {
    public let step: Plan.Step
    public let reason: String
  }

  public var isEmpty: Bool { plan.steps.isEmpty && transactions.isEmpty }

  /// Whether earlier tries took back all that can be.
  public var isDone: Bool {
    !isEmpty && plan.steps.allSatisfy { before.contains($0.number) }
      && transactions.indices.allSatisfy { before.contains(Self.step(ofRows: $0)) }
  }

  /// Of the steps that a run did. What it gave back itself, such as a node that it drained, needs no undoing.
  ///
  /// - Parameter earlier: the entries of each run that was to take the same run back, the first one first.
  public init(_ plan: Plan, entries: [JournalEntry], earlier: [[JournalEntry]] = [], now: Instant) {
    self.plan = Plan(site: plan.site, made: now)
    transactions = []
    impossible = []
    let tries = earlier.joined()
    before = Set(tries.outcomes.filter(\.value.holds).keys)
    // Each by itself: a later try that was refused leaves it as unknown as it was.
    begun = earlier.map(\.begunRows).reduce(into: [:]) { $0.merge($1) { $1 } }
    let wasDone = Set(entries.outcomes.filter { $0.value == .done }.keys)
    let done = plan.steps.filter { wasDone.contains($0.number) }.reversed()
    let givenBack = Set(done.filter { $0.act.verb == .undrainNode }.compactMap(\.node))
    for step in done {
      let events = entries.filter { $0.step == step.number }.map(\.event)
      switch step.act.verb.inverse {
      case .irreversible:
        impossible.append(Impossible(step: step, reason: "\(step.act.verb.rawValue) is irreversible"))
      case .verb(.undrainNode) where !givenBack.contains(step.node ?? ""): add(.undrainNode, [:], step)
      case .verb: break
      case .formerState: addFormerState(of: step, events)
      }
    }
  }

  /// The step that rows of an undo are in the journal.
  public static func step(ofRows place: Int) -> Int { -1 - place }

  /// What is not done again. A node on which something is left is drained and given back again.
  fileprivate var known: [Int: StepOutcome] {
    let unfinished = Set(plan.steps.filter { !before.contains($0.number) }.map(\.node))
    let acts = plan.steps.filter {
      before.contains($0.number) && ($0.act.verb.phase == .memory || !unfinished.contains($0.node))
    }
    let rows = transactions.indices.map(Self.step).filter(before.contains)
    return Dictionary(uniqueKeysWithValues: (acts.map(\.number) + rows).map { ($0, .done) })
  }

  private mutating func addFormerState(of step: Plan.Step, _ events: [JournalEntry.Event]) {
    if step.act.verb.phase == .memory {
      let former = events.compactMap { event -> Int64? in
        if case .formerMemory(let kib) = event { kib } else { nil }
      }.last
      guard let former else {
        impossible.append(Impossible(step: step, reason: "what dom0 had before is not in the journal"))
        return
      }
      add(.drainNode, [:], step)
      add(.setDom0Memory, ["memory_kib": .integer(former)], step)
      add(.undrainNode, [:], step)
    } else {
      // A transaction that was begun twice was kept twice: only the last one was made.
      let rows =
        events.compactMap { event -> [FormerRows]? in
          if case .formerRows(let rows) = event { rows } else { nil }
        }.last ?? []
      if rows.isEmpty {
        impossible.append(Impossible(step: step, reason: "what was there before is not in the journal"))
      }
      transactions += FormerRows.inverse(of: rows)
    }
  }

  private mutating func add(_ verb: Verb, _ arguments: [String: Value], _ undone: Plan.Step) {
    let node = undone.node ?? undone.act.text("node")
    guard let act = Act(verb, arguments.merging(["node": .text(node)]) { first, _ in first }) else { return }
    // A node that was drained for this is given back though what it was drained for was refused.
    let earlier = plan.steps.last { $0.node == node && (verb != .undrainNode || $0.act.verb == .drainNode) }
    plan.steps.append(
      Plan.Step(
        number: plan.steps.count + 1, act: act, node: node, reasons: [],
        after: earlier.map { [$0.number] } ?? []))
  }
}

extension Repairer {
  /// Takes a run back.
  public func carryOut(_ undo: Undo, of run: Int64, who: String) async throws -> Result {
    let document = String(decoding: PlanDocument.bytes(undo.plan), as: UTF8.self)
    let number = try await journal.begin(
      JournalRun.Opening(
        site: undo.plan.site, started: outside.now, who: who, plan: document,
        digest: Fingerprint(of: document).hex, undoes: run))
    try await close(triesToUndo: run, before: number)
    // Rows were ended last, so they come back first.
    var outcomes = undo.known
    for (place, transaction) in undo.transactions.enumerated() {
      let step = Undo.step(ofRows: place)
      if outcomes[step] != nil { continue }
      let outcome = try await putBack(transaction, begun: undo.begun[step] ?? [], step: step, run: number)
      try await note(.outcome(outcome), step, number)
      outcomes[step] = outcome
    }
    let standing = try await standing(of: undo.plan).forgiven
    return try await carryOn(undo.plan, as: number, from: outcomes, standing: standing)
  }

  /// A try that was killed is over when another one goes on with what it left.
  private func close(triesToUndo run: Int64, before number: Int64) async throws {
    for open in try await journal.runs()
    where open.opening.undoes == run && open.finished == nil && open.number < number {
      try await journal.finish(
        open.number, "killed; run \(number) goes on with what it left", at: outside.now)
    }
  }

  /// Whether rows were put back that were as `former` has them before: what would take that back finds them. It is not done.
  private func isPutBack(_ former: [FormerRows]) async -> Bool {
    for transaction in FormerRows.inverse(of: former) {
      let isFound = Mutex(false)
      _ = await outside.perform(.transaction(transaction)) { _ in
        isFound.withLock { $0 = true }
        throw Objection(reason: "it was only looked for")
      }
      if !isFound.withLock({ $0 }) { return false }
    }
    return !former.isEmpty
  }

  private func putBack(
    _ transaction: Transaction, begun: [FormerRows], step: Int, run: Int64
  ) async throws -> StepOutcome {
    if let objection = await objectionToEdits() { return .refused(objection) }
    if await isPutBack(begun) { return .already }
    let deed = Deed.transaction(transaction)
    try await note(.intent(deed.worded), step, run)
    try checkpoint("before deed")
    let outcome = await outside.perform(deed) { rows in
      if let objection = await objectionToEdits() { throw Objection(reason: objection) }
      try await note(.formerRows(rows), step, run)
    }
    try checkpoint("after deed")
    return switch outcome {
    case .done: .done
    case .failed(let reason): .failed(reason)
    }
  }
}

extension Collection<JournalEntry> {
  /// Rows that were about to be changed and of which it is not known whether they were, by step.
  fileprivate var begunRows: [Int: [FormerRows]] {
    reduce(into: [:]) { begun, entry in
      switch entry.event {
      case .formerRows(let rows): begun[entry.step] = rows
      case .outcome: begun[entry.step] = nil
      default: break
      }
    }
  }
}

extension Repairer.Standing {
  /// What is undone has no finding that could hold: its guards alone speak.
  fileprivate var forgiven: Self {
    var standing = self
    standing.refusals = [:]
    return standing
  }
}
