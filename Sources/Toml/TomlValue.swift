// The one door to the TOML library: bytes in, our own values out. Nothing behind this target's edge knows
// which library reads them, and nothing in it knows what the files are about.

public import Model

/// A value of a TOML document.
public enum TomlValue: Hashable, Sendable {
  case string(String)
  case integer(Int64)
  case boolean(Bool)
  case real(Double)
  case instant(Instant)
  /// A date or a time that does not say in which zone, as it was written: it names no moment.
  case localTime(String)
  case array([TomlValue])
  case table(TomlTable)

  /// What it is called in a complaint.
  public var kind: String {
    switch self {
    case .string: "text"
    case .integer: "a whole number"
    case .boolean: "true or false"
    case .real: "a number with a fraction"
    case .instant: "a date and time"
    case .localTime: "a date or time without a zone"
    case .array: "a list"
    case .table: "a table"
    }
  }
}

/// A table of a TOML document. Its keys are in the order of their bytes, so that whatever is made from it has
/// an order.
public struct TomlTable: Hashable, Sendable {
  public let keys: [String]
  public let values: [TomlValue]
  /// Where a key stands; only wide tables need it.
  private let positions: [String: Int]

  public init(_ entries: [(key: String, value: TomlValue)]) {
    keys = entries.map(\.key)
    values = entries.map(\.value)
    positions =
      entries.count <= 16
      ? [:] : Dictionary(zip(keys, keys.indices), uniquingKeysWith: { first, _ in first })
  }

  public subscript(key: String) -> TomlValue? {
    let position = positions.isEmpty ? keys.firstIndex(of: key) : positions[key]
    return position.map { values[$0] }
  }
}
