import Model
import World

/// What a source says of one column: a value, nothing, or something that is not understood.
struct Told: Hashable {
  var value: Value
  var problem: String?

  static let nothing = Told(value: .null)

  static func odd(_ problem: String) -> Told { Told(value: .null, problem: problem) }

  /// Text that rules compare: what is not clean text is unknown, never repaired.
  static func text(_ bytes: some Collection<UInt8>) -> Told {
    switch Text.strict(bytes) {
    case .success(let text): Told(value: .text(text))
    case .failure(let defective): odd(defective.problem)
    }
  }

  /// A count of `unit`, where the bytes are nothing but its digits.
  static func kibibytes(_ bytes: some Collection<UInt8>) -> Told {
    guard let count = wholeNumber(bytes) else {
      return odd("expected a number of KiB, found \"\(shown(bytes))\"")
    }
    return Told(value: Value(Kibibytes(count)))
  }

  /// MiB, kept as KiB.
  static func mebibytes(_ bytes: some Collection<UInt8>) -> Told {
    guard let count = wholeNumber(bytes), let amount = Kibibytes(Mebibytes(count)) else {
      return odd("expected a number of MiB, found \"\(shown(bytes))\"")
    }
    return Told(value: Value(amount))
  }

  /// The six octets of an Ethernet address, in lower case as the snapshot has them.
  static func mac(_ bytes: some Collection<UInt8>) -> Told {
    let octets = bytes.split(separator: 58, omittingEmptySubsequences: false)
    guard octets.count == 6, octets.allSatisfy({ $0.count == 2 && $0.allSatisfy(isHexadecimal) }) else {
      return odd("expected six octets in hexadecimal, found \"\(shown(bytes))\"")
    }
    return Told(value: .text(String(decoding: bytes, as: UTF8.self).lowercased()))
  }
}

extension Row {
  /// Sets a column to what was told of it, with a defect where that was not understood.
  mutating func tell(_ column: StaticString, _ told: Told) {
    fields.append((column: column, value: told.value))
    if let problem = told.problem {
      defects.append(Defect(column: column.description, problem: problem))
    }
  }
}
