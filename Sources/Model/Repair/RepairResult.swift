/// What a run of a repair came to: told from the journal's outcomes and from a look afterwards, never from intent.
public struct RepairResult: Sendable {
  public var run: Int64
  public var plan: Plan
  /// By the numbers of the steps; negative ones put rows back that no step has.
  public var outcomes: [Int: StepOutcome]
  /// Findings of the plan that the look afterwards, which could have seen them, did not see.
  public var repaired: [Plan.Target]
  /// Those that it saw, or could not judge; why.
  public var left: [(target: Plan.Target, reason: String)]
  /// What the plan had nothing for, and is still so, or could not be judged.
  public var withheld: [Plan.Withheld]
  /// What the plan had nothing for, and is gone: what was repaired was its cause, or somebody else mended it.
  public var gone: [Plan.Withheld]
  /// What it saw and nobody had planned for.
  public var appeared: [Finding]
  /// What somebody has to do now.
  public var toDo: [String]
  /// That look saw everything.
  public var wasWhole: Bool

  public init(
    run: Int64, plan: Plan, outcomes: [Int: StepOutcome], repaired: [Plan.Target],
    left: [(target: Plan.Target, reason: String)], withheld: [Plan.Withheld], gone: [Plan.Withheld],
    appeared: [Finding], toDo: [String], wasWhole: Bool
  ) {
    self.run = run
    self.plan = plan
    self.outcomes = outcomes
    self.repaired = repaired
    self.left = left
    self.withheld = withheld
    self.gone = gone
    self.appeared = appeared
    self.toDo = toDo
    self.wasWhole = wasWhole
  }

  /// A finding that appeared meanwhile was seen once: it is not yet a divergence.
  public var exitStatus: ExitStatus {
    var status: ExitStatus = []
    if !repaired.isEmpty { status.insert(.repaired) }
    if !toDo.isEmpty { status.insert(.actNeeded) }
    if !left.isEmpty { status.insert(.divergencesLeft) }
    for one in withheld { status.formUnion(one.deserves) }
    if !wasWhole || !appeared.isEmpty || outcomes.values.contains(where: { !$0.holds }) {
      status.insert(.notWhole)
    }
    return status
  }
}
