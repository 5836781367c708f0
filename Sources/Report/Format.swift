public import Model

/// The forms of a report. Each is one pure function in a file of its own.
public enum Format: String, CaseIterable, Sendable {
  /// For people.
  case text
  /// One document for programs; `docs/report-json.md` has its schema.
  case json
  /// One finding a line, for grep and awk.
  case lines

  public func report(_ result: AuditResult, colour: Bool = false) -> String {
    switch self {
    case .text: TextReport(colour: colour).report(result)
    case .json: JsonReport.report(result)
    case .lines: LineReport.report(result)
    }
  }
}
