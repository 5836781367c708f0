/// A sentence with columns of a finding in braces: `dom0 of {node} is {missing_kib} short`.
///
/// A column's unit is in its name, so its wording is too: `_kib` is shown in MiB or KiB, `_ms` as a moment, `_s` in
/// seconds. Nothing that came from outside can forge a line: control bytes are shown as `\xNN`.
public struct MessageTemplate: Hashable, Sendable {
  public let source: String
  private let parts: [Part]

  private enum Part: Hashable, Sendable {
    case text(String)
    case column(String)
  }

  /// Nil where a brace has no partner.
  public init?(_ source: String) {
    self.source = source
    var parts: [Part] = []
    var rest = source[...]
    while let open = rest.firstIndex(where: { $0 == "{" || $0 == "}" }) {
      guard rest[open] == "{", let close = rest[open...].firstIndex(of: "}") else { return nil }
      parts.append(.text(String(rest[..<open])))
      parts.append(.column(String(rest[rest.index(after: open)..<close])))
      rest = rest[rest.index(after: close)...]
    }
    self.parts = parts + [.text(String(rest))]
  }

  /// The columns it names.
  public var columns: [String] {
    parts.compactMap { if case .column(let name) = $0 { name } else { nil } }
  }

  /// The column that is the whole template: `{node}`.
  public var soleColumn: String? {
    source == "{\(columns.first ?? "")}" ? columns.first : nil
  }

  public func filled(_ value: (String) -> Value) -> String {
    parts.map { part in
      switch part {
      case .text(let text): text
      case .column(let name): Self.worded(name, value(name))
      }
    }.joined()
  }

  /// A value as a person reads it, by the unit in its column's name.
  public static func worded(_ column: String, _ value: Value) -> String {
    switch value {
    case .null: return "unknown"
    case .text(let text), .node(let text): return visible(text)
    case .real(let number): return String(number)
    case .integer(let number):
      if column.hasSuffix("_kib") || column == "kib" { return memory(kib: number) }
      if column.hasSuffix("_ms") { return Instant(milliseconds: number).rfc3339 }
      if column.hasSuffix("_s") { return "\(number) s" }
      return String(number)
    }
  }

  /// A column's name without its unit, which stands with the value.
  public static func label(_ column: String) -> String {
    let unit = ["_kib", "_ms", "_s"].first { column.hasSuffix($0) } ?? ""
    return String(column.dropLast(unit.count))
  }

  /// `64 MiB`, `2.5 MiB`, `476 KiB`.
  public static func memory(kib: Int64) -> String {
    let size = kib.magnitude
    if size < 1024 { return "\(kib) KiB" }
    let sign = kib < 0 ? "-" : ""
    let tenths = tenths(ofMiB: size)
    return tenths % 10 == 0 ? "\(sign)\(tenths / 10) MiB" : "\(sign)\(tenths / 10).\(tenths % 10) MiB"
  }

  /// The memory that its wording tells: two of one wording are the same. KiB.
  static func asTold(kib: Int64) -> Int64 {
    let size = kib.magnitude
    if size < 1024 { return kib }
    let told = Int64(tenths(ofMiB: size) * 1024 / 10)
    return kib < 0 ? -told : told
  }

  private static func tenths(ofMiB kib: UInt64) -> UInt64 { (kib * 10 + 512) / 1024 }

  /// A text of the outside with every control character shown and none obeyed.
  public static func visible(_ text: String) -> String {
    guard text.unicodeScalars.contains(where: isControl) else { return text }
    return text.unicodeScalars.map { scalar in
      isControl(scalar) ? "\\u{\(String(scalar.value, radix: 16))}" : String(scalar)
    }.joined()
  }

  /// C0, DEL, C1, the separators of lines and paragraphs, and the marks that turn the direction of writing.
  public static func isControl(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0..<0x20, 0x7F..<0xA0, 0x2028...0x202E, 0x2066...0x2069, 0x61C, 0x200E, 0x200F: true
    default: false
    }
  }
}

extension MessageTemplate {
  /// Says nothing.
  public static let empty = MessageTemplate(text: "")

  private init(text: String) {
    source = text
    parts = [.text(text)]
  }
}
