/// How bad a divergence is. Notices set no bit of the exit status.
public enum Severity: String, CaseIterable, Comparable, Sendable {
  case notice, warning, error

  private var rank: Int {
    switch self {
    case .notice: 0
    case .warning: 1
    case .error: 2
    }
  }

  public static func < (left: Severity, right: Severity) -> Bool { left.rank < right.rank }
}
