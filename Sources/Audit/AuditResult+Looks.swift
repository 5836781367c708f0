public import Model

extension AuditResult {
  /// The result of one or more looks: the last one's findings, settled against the earlier, each under its cause.
  public init(looks: [Auditor.Verdicts], rules: [Rule], site: String, remarks: [String]) {
    let (settled, vanished) = SecondLook.settle(looks, rules: rules)
    let last = looks.last
    let nested = Causes.nest(settled, rules: rules)
    self.init(
      site: site, mode: last?.mode ?? .pilot, looks: looks.map(\.look),
      observations: last?.board.records ?? [], uncollected: last?.board.uncollected ?? [],
      findings: nested, incidents: last.map { Incidents.group(nested, traces: $0.traces) } ?? [],
      rules: last?.rules ?? [], vanished: vanished, defects: last?.defects ?? [],
      counts: last?.counts ?? Counts(), remarks: remarks)
  }
}
