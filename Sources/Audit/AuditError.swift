public import Model
import SQLite

/// Why no verdict can be given at all.
public enum AuditError: Error, Hashable, Sendable {
  /// The configuration makes one node of two.
  case collision(NodeNames.Collision)
  /// The calculator failed: a defect of trueup, or no memory.
  case calculator(String)

  init(_ error: SQLiteError) { self = .calculator(error.description) }

  public var described: String {
    switch self {
    case .collision(let collision): collision.described
    case .calculator(let message): "the snapshot could not be calculated: \(message)"
    }
  }
}
