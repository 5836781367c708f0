/// From bytes of the outside to text, without ever believing that they are text.
public enum Text {
  /// The text, or why there is none. A control byte or broken UTF-8 is a defect of the value, never silently dropped or
  /// replaced: what was replaced could equal something else. Tab and newline are text.
  public static func strict(_ bytes: some Collection<UInt8>) -> Result<String, Defective> {
    if let index = bytes.firstIndex(where: isControl) {
      let place = bytes.distance(from: bytes.startIndex, to: index)
      return .failure(Defective(problem: "control byte 0x\(hex(bytes[index])) at its byte \(place)"))
    }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      return .failure(Defective(problem: "not UTF-8"))
    }
    return .success(text)
  }

  /// A value without its text.
  public struct Defective: Error, Hashable {
    public let problem: String
  }

  /// For a person's eyes: control bytes and what is not UTF-8 become `\xNN`, so that nothing moves the cursor or forges
  /// a line.
  public static func printable(_ bytes: some Collection<UInt8>) -> String {
    if case .success(let text) = strict(bytes), !bytes.contains(where: { $0 == 9 || $0 == 10 }) {
      return text
    }
    var shown = ""
    var rest = bytes[...]
    while let first = rest.first {
      let length = sequenceLength(first)
      if !isControl(first), first != 9, first != 10,
        let text = String(validating: rest.prefix(length), as: UTF8.self)
      {
        shown += text
        rest = rest.dropFirst(length)
      } else {
        shown += "\\x\(hex(first))"
        rest = rest.dropFirst()
      }
    }
    return shown
  }

  /// A little of it, for a message.
  public static func short(_ bytes: some Collection<UInt8>) -> String {
    printable(Array(bytes.prefix(60))) + (bytes.count > 60 ? "..." : "")
  }

  private static func sequenceLength(_ first: UInt8) -> Int {
    switch first {
    case 0xC0...0xDF: 2
    case 0xE0...0xEF: 3
    case 0xF0...0xF7: 4
    default: 1
    }
  }

  private static func isControl(_ byte: UInt8) -> Bool {
    (byte < 32 && byte != 9 && byte != 10) || byte == 127
  }

  private static func hex(_ byte: UInt8) -> String {
    let digits = String(byte, radix: 16)
    return digits.count == 1 ? "0" + digits : digits
  }
}
