public import Model

/// The forms of a report, and the only list of them; `docs/formats.md` tells what each is for. Each is one pure function in a
/// file of its own.
public enum Format: String, CaseIterable, Sendable {
  /// For people.
  case text
  /// One document for programs; `docs/report-json.md` has its schema.
  case json
  /// The same as lines, for logs and streams.
  case jsonl
  /// One finding a line, for grep and awk.
  case lines
  /// SARIF 2.1.0, for what collects the findings of many tools.
  case sarif
  /// Metrics, for node_exporter's textfile collector.
  case prometheus
  /// What a monitoring plugin says; `trueup check` is that plugin.
  case nagios
  /// One page for a browser, and for paper.
  case html

  /// Whether it tells the memory ledger of the backdrop.
  public var tellsMemory: Bool {
    switch self {
    case .text, .json, .jsonl, .lines, .sarif: false
    case .prometheus, .nagios, .html: true
    }
  }

  public func report(
    _ result: AuditResult, beside backdrop: Backdrop = Backdrop(), colour: Bool = false
  ) -> String {
    switch self {
    case .text: TextReport(colour: colour).report(result)
    case .json: JsonReport.report(result)
    case .jsonl: JsonLinesReport.report(result)
    case .lines: LineReport.report(result)
    case .sarif: SarifReport(result, beside: backdrop).report()
    case .prometheus: PrometheusReport(backdrop: backdrop).report(result)
    case .nagios: PluginReport().report(result, memory: backdrop.ledger)
    case .html: HtmlReport(result, beside: backdrop).report()
    }
  }
}
