public import Model
import RuleBook

/// From findings to a plan. Only what is confirmed is mended, and of findings of one cause only the one that speaks.
///
/// A step that a rule keeps back until others are done is planned behind them: the acts so far are done on a copy of the
/// snapshot, and the rules are asked again. What only then would be found is not confirmed, and not planned.
public struct Planner {
  private let rules: [Rule]
  private let means: Means
  /// Why a finding is left alone by whoever asked for the plan; nil where it is not.
  private let leaves: (Finding) -> String?

  /// What the site gives a repair to work with.
  public struct Means: Sendable {
    /// The service's own destroy can be called.
    public var destroysMachines: Bool
    /// The nodes have workspace-control.
    public var removesGuests: Bool
    /// What the site's batch system has no safe way for, and why.
    public var refused: [Verb: String]

    public init(destroysMachines: Bool, removesGuests: Bool, refused: [Verb: String] = [:]) {
      self.destroysMachines = destroysMachines
      self.removesGuests = removesGuests
      self.refused = refused
    }
  }

  public init(rules: [Rule], means: Means, leaving leaves: @escaping (Finding) -> String? = { _ in nil }) {
    self.rules = rules
    self.means = means
    self.leaves = leaves
  }

  /// The plan for what an audit found, by its last snapshot.
  public func plan(_ result: AuditResult, on snapshot: Snapshot) throws(AuditError) -> Plan {
    let titles = Dictionary(
      result.incidents.flatMap { incident in incident.members.map { ($0, incident.title) } },
      uniquingKeysWith: { first, _ in first })
    var plan = Plan(site: result.site, made: result.looks.last?.finished ?? snapshot.now)
    let reasons = result.findings.map { result.acceptance(of: $0) ?? reasonAgainst($0) }
    let targets = zip(result.findings, reasons).filter { $0.1 == nil }.map(\.0)
    let draft = try draft(for: targets, look: result.looks.last, on: snapshot)
    let mended = Set(draft.acts.flatMap(\.reasons))
    plan.findings = targets.filter { mended.contains($0.fingerprint) }
      .map { Plan.Target($0, incident: titles[$0.fingerprint]) }
    plan.withheld = zip(result.findings, reasons).filter { !mended.contains($0.0.fingerprint) }.map {
      finding, reason in
      Plan.Withheld(
        finding, because: reason.map { [$0] } ?? withheld(finding), deserves: result.exitStatus(of: finding))
    }
    plan.steps = draft.steps
    return plan
  }

  /// All that would be done about some findings, were they confirmed.
  public func acts(for findings: [Finding], look: AuditResult.Look, on snapshot: Snapshot) throws(AuditError)
    -> Set<Act>
  {
    Set(try draft(for: findings, look: look, on: snapshot).acts.map(\.act))
  }

  /// Why nothing is to be done about a finding; nil where something may.
  private func reasonAgainst(_ finding: Finding) -> String? {
    if let reason = leaves(finding) { return reason }
    switch finding.status {
    case .confirmed: return refusal(of: finding)
    case .seenOnce: return "it was seen only once: look again"
    case .unsettled: return "it keeps changing"
    case .selfHealing(let until, let healer): return "\(healer) mends it until \(until.rfc3339)"
    case .undetermined(let reasons): return "it can't be judged: \(reasons.first ?? "something was not seen")"
    }
  }

  /// A finding of which a step can't be done is left whole: the steps around it count on it.
  private func refusal(of finding: Finding) -> String? {
    finding.steps.lazy.compactMap { means.refused[$0.verb] }.first
  }

  private func withheld(_ finding: Finding) -> [String] {
    if !finding.withheld.isEmpty { return finding.withheld }
    return [rules.first { $0.id == finding.rule }?.noRepair ?? "its rule plans nothing here"]
  }

  /// Each round asks for what the rounds before made possible.
  private func draft(
    for targets: [Finding], look: AuditResult.Look?, on snapshot: Snapshot
  ) throws(AuditError) -> PlanDraft {
    var draft = PlanDraft()
    for finding in targets { try add(finding.steps, for: finding, to: &draft, on: snapshot) }
    guard let look else { return draft }
    let wanted = Set(targets.map(\.fingerprint))
    let concerned = Set(targets.filter { !$0.withheld.isEmpty }.map(\.rule))
    let asked = rules.filter { concerned.contains($0.id) && $0.noRepair == nil }
    var count = 0
    while !asked.isEmpty, draft.acts.count > count, count < draft.acts.count {
      count = draft.acts.count
      let predicted = try snapshot.predicted(after: draft.inOrder.map(\.act))
      let findings = try Auditor.judge(predicted, by: asked, look: look).findings
      for finding in findings where wanted.contains(finding.fingerprint) && refusal(of: finding) == nil {
        try add(finding.steps, for: finding, to: &draft, on: snapshot)
      }
    }
    return draft
  }

  private func add(
    _ acts: [Act], for finding: Finding, to draft: inout PlanDraft, on snapshot: Snapshot
  ) throws(AuditError) {
    for act in acts {
      for possible in try possible(act, on: snapshot) {
        draft.add(possible, for: finding.fingerprint, node: possible.node ?? finding.node)
      }
    }
  }

  /// An act as it can be done here. Without the service's own destroy its work is done one by one: the guest, the rows, and
  /// the ledger, which is another database. Without workspace-control a guest is destroyed bare, and then its DHCP entry is
  /// taken out, which would poison the node for the next guest with that address. Of a machine that the database still has the
  /// entry stays until its rows are gone: the next audit finds it.
  private func possible(_ act: Act, on snapshot: Snapshot) throws(AuditError) -> [Act] {
    let machine = act["machine"] ?? .null
    switch act.verb {
    case .destroyMachine where !means.destroysMachines:
      var acts: [Act] = []
      for guest in try snapshot.rows(Self.guests, [":machine": machine]) {
        if let remove = Act(.removeGuest, guest) { acts += try possible(remove, on: snapshot) }
      }
      return try acts + [Act(.endMachine, ["machine": machine])].compactMap(\.self)
        + accounts(of: machine, on: snapshot)
    case .endMachine: return try [act] + accounts(of: machine, on: snapshot)
    case .removeGuest where !means.removesGuests:
      let arguments = Dictionary(uniqueKeysWithValues: act.arguments.map { ($0.name, $0.value) })
      let entries = try snapshot.rows(
        Self.entries, [":node": act["node"] ?? .null, ":domid": act["domid"] ?? .null])
      return [Act(.destroyDomain, arguments)].compactMap(\.self)
        + entries.compactMap { Act(.removeResidue, $0) }
    default: return [act]
    }
  }

  private func accounts(of machine: Value, on snapshot: Snapshot) throws(AuditError) -> [Act] {
    try snapshot.rows(Self.accounts, [":machine": machine]).compactMap { Act(.closeAccount, $0) }
  }

  private static let guests = """
    SELECT d.node, d.name AS domain, d.domid, c.uuid FROM vmm_domain d
    LEFT JOIN vmm_domain_config c ON c.node = d.node AND c.domid = d.domid
    WHERE d.machine = :machine ORDER BY d.node, d.domid
    """
  private static let entries = """
    SELECT r.node, r.kind, r.name FROM vmm_domain d JOIN node_residue r ON r.node = d.node AND r.machine = d.machine
    WHERE d.node = :node AND d.domid = :domid AND r.kind = 'dhcp'
    AND NOT EXISTS (SELECT 1 FROM db_machine m WHERE m.id = d.machine) ORDER BY r.name
    """
  private static let accounts =
    "SELECT a.uuid, a.machine FROM db_account a WHERE a.machine = :machine AND a.is_active = 1 ORDER BY a.uuid"
}
