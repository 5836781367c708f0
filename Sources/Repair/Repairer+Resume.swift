import Audit
import Model
import World

extension Repairer {
  /// Goes on with a run that was killed. What was meant is looked at first: it may have happened. What was not begun is done
  /// as ever while the plan is young enough, and only if its findings still hold where its lane was not begun either; later, the
  /// rest is abandoned, and nodes that the run drained are given back.
  public func resume(_ run: JournalRun) async throws -> Result {
    let plan = try PlanDocument.read(Array(run.opening.plan.utf8), name: "the plan of run \(run.number)")
    let entries = try await journal.entries(of: run.number)
    var known = entries.outcomes
    let begun = Set(entries.map(\.step))
    var standing = try await standing(of: plan)
    let isLate =
      outside.now.milliseconds - plan.made.milliseconds > terms.maximumAge.milliseconds && !off.contains(.age)
    for lane in plan.lanes {
      let isBegun = lane.contains { begun.contains($0.number) }
      for step in lane where known[step.number] == nil {
        if isBegun { standing.refusals[step.number] = nil }
        if isLate, !begun.contains(step.number), step.act.verb != .undrainNode {
          let outcome = StepOutcome.abandoned(
            "the run was killed, and its plan is too old by now: make a new one")
          try await note(.outcome(outcome), step.number, run.number)
          known[step.number] = outcome
        }
      }
    }
    // Together, since each may have to be waited for.
    let unknown = plan.steps.filter { known[$0.number] == nil && begun.contains($0.number) }
    try await withThrowingTaskGroup(of: (Plan.Step, StepOutcome?).self) { [standing] group in
      for step in unknown {
        group.addTask { (step, try await proofOfBegun(step, standing.sources[step.act.verb] ?? [])) }
      }
      for try await (step, outcome) in group {
        guard let outcome else { continue }
        try await note(.outcome(outcome), step.number, run.number)
        known[step.number] = outcome
        progress(.ended(step, outcome))
      }
    }
    return try await carryOn(plan, as: run.number, from: known, standing: standing)
  }

  /// Whether a step that was meant shows as done, now or soon: then it is not done again. Nil where it does not; its guards
  /// then tell whether what it is for is still there.
  private func proofOfBegun(_ step: Plan.Step, _ sources: Set<ObservationKind>) async throws -> StepOutcome? {
    let verb = step.act.verb
    let (nodes, _) = try await look(for: step, sources)
    // A transaction was committed before the kill, or never.
    let isAtomic = [.rows, .ledger].contains(verb.phase)
    let outcome = try await proof(
      of: step.act, on: nodes, sources, answered: nil,
      within: isAtomic ? .zero : verb.patience(grace: terms.grace))
    return outcome.holds ? .done : nil
  }
}
