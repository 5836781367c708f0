public import Model
import World

/// A row while its columns are being understood: a value that is not becomes a defect, and its column stays
/// NULL.
public struct Draft {
  public private(set) var row: Row

  public init(_ table: StaticString, bytes: Range<Int>, isAmbiguous: Bool = false, columns: Int = 16) {
    row = Row(table, bytes: bytes, isAmbiguous: isAmbiguous, [:])
    row.fields.reserveCapacity(columns)
  }

  public mutating func set(_ column: StaticString, _ value: Value) {
    row.fields.append((column: column, value: value))
  }

  public mutating func defect(_ column: StaticString, _ problem: String) {
    row.defects.append(Defect(column: column.description, problem: problem))
  }

  /// The text of a column; nil and a defect where the bytes are no text.
  @discardableResult
  public mutating func text(_ column: StaticString, _ bytes: ArraySlice<UInt8>?) -> String? {
    guard let bytes else { return nil }
    guard bytes.count <= valueLimit else {
      defect(column, "longer than \(valueLimit) bytes")
      return nil
    }
    switch strictText(bytes) {
    case .success(let text):
      set(column, .text(text))
      return text
    case .failure(let failure):
      defect(column, failure.problem)
      return nil
    }
  }

  public mutating func integer(_ column: StaticString, _ bytes: ArraySlice<UInt8>?) {
    number(column, bytes, "a whole number") { Quantity.integer($0).map { .integer($0) } }
  }

  public mutating func instant(_ column: StaticString, _ bytes: ArraySlice<UInt8>?) {
    number(column, bytes, "seconds since 1970") { Quantity.instant($0).map { Value($0) } }
  }

  public mutating func seconds(_ column: StaticString, _ bytes: ArraySlice<UInt8>?) {
    number(column, bytes, "HH:MM:SS") { Quantity.seconds($0).map { .integer($0) } }
  }

  public mutating func memory(_ column: StaticString, _ bytes: ArraySlice<UInt8>?) {
    number(column, bytes, "an amount of memory such as 64mb") { Quantity.memory($0).map { Value($0) } }
  }

  private mutating func number(
    _ column: StaticString, _ bytes: ArraySlice<UInt8>?, _ expected: String,
    _ read: (ArraySlice<UInt8>) -> Value?
  ) {
    guard let bytes else { return }
    if let value = read(bytes) {
      set(column, value)
    } else {
      defect(column, "expected \(expected), found \(quoted(bytes))")
    }
  }
}

/// Longer values are not looked into. An `exec_host` of 100,000 processors has 2 MB.
public let valueLimit = 1 << 22

/// `Text.strict`, with a short way for what nearly every value is: printable ASCII.
private func strictText(_ bytes: ArraySlice<UInt8>) -> Result<String, Text.Defective> {
  if bytes.allSatisfy({ $0 >= 32 && $0 < 127 }) { return .success(String(decoding: bytes, as: UTF8.self)) }
  return Text.strict(bytes)
}

/// Bytes of the outside inside a sentence.
public func quoted(_ bytes: ArraySlice<UInt8>) -> String { "'\(Text.short(bytes))'" }

/// The bytes of a text of ours, to compare with.
public func ascii(_ text: StaticString) -> [UInt8] { text.withUTF8Buffer { Array($0) } }

/// The number and the server of a job's id, into the columns that are called so in every table.
public func setParts(of id: String, in draft: inout Draft) {
  let parts = JobIdentifier(id)
  draft.set("number", .text(parts.number))
  draft.set("server", Value(parts.server))
}

/// Whether some text can be a job's id: digits, perhaps an index, perhaps a server. One with blanks or
/// control bytes is not a key that one can compare.
public func isJobId(_ bytes: ArraySlice<UInt8>) -> Bool {
  guard let first = bytes.first, first >= 0x30, first <= 0x39, bytes.count <= 1024 else { return false }
  return bytes.allSatisfy { byte in
    switch byte {
    case 0x30...0x3A, 0x41...0x5B, 0x5D, 0x5F, 0x61...0x7A, 0x2D, 0x2E, 0x40: true
    default: false
    }
  }
}

/// Whether some text can be a node's name.
public func isNodeName(_ bytes: ArraySlice<UInt8>) -> Bool {
  !bytes.isEmpty && bytes.count <= 255
    && bytes.allSatisfy { byte in
      switch byte {
      case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F, 0x3A: true
      default: false
      }
    }
}

/// Without the blanks around it.
public func trimmed(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
  var rest = bytes.drop { $0 == 32 || $0 == 9 }
  while rest.last == 32 || rest.last == 9 { rest.removeLast() }
  return rest
}
