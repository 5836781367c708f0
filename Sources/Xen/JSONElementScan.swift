import Model

/// Follows the brackets and strings of one object of a JSON list to its end, without recursion.
struct JSONElementScan {
  enum Outcome {
    /// The element ends before this byte.
    case bounded(Int)
    /// Its end can't be found.
    case lost(Problem)
  }

  /// What is wrong inside an element whose bounds are sure.
  private(set) var problem: Problem?

  private let bytes: [UInt8]
  private var at: Int
  private var open: [Frame] = []

  private struct Frame {
    let closing: UInt8
    var keys: Set<ArraySlice<UInt8>> = []
  }

  init(_ bytes: [UInt8], from start: Int) {
    self.bytes = bytes
    at = start
  }

  mutating func run() -> Outcome {
    guard at < bytes.count, bytes[at] == UInt8(ascii: "{") else {
      return .lost(Problem("expected a domain, beginning with {", offset: at))
    }
    while at < bytes.count {
      let byte = bytes[at]
      switch byte {
      case UInt8(ascii: "{"), UInt8(ascii: "["):
        guard open.count < ConfigList.depthLimit else {
          return .lost(Problem("nested deeper than \(ConfigList.depthLimit)", offset: at))
        }
        open.append(Frame(closing: byte + 2))
      case UInt8(ascii: "}"), UInt8(ascii: "]"):
        guard open.last?.closing == byte else {
          return .lost(Problem("a bracket is closed by another kind of bracket", offset: at))
        }
        open.removeLast()
        if open.isEmpty { return .bounded(at + 1) }
      case UInt8(ascii: "\""):
        guard readString() else { return .lost(Problem("a string is cut", offset: at)) }
        continue
      default:
        if byte < 32, !isJSONBlank(byte) { complain("a control byte") }
      }
      at += 1
    }
    return .lost(Problem("the document is cut", offset: at))
  }

  /// False when the string has no end.
  private mutating func readString() -> Bool {
    let start = at + 1
    var hasEscape = false
    at = start
    while at < bytes.count, bytes[at] != UInt8(ascii: "\"") {
      if bytes[at] == UInt8(ascii: "\\") {
        hasEscape = true
        at += 1
      } else if bytes[at] < 32 {
        complain("a control byte in a string")
      }
      at += 1
    }
    guard at < bytes.count else { return false }
    let content = bytes[start..<at]
    at += 1
    var next = at
    while next < bytes.count, isJSONBlank(bytes[next]) { next += 1 }
    if next < bytes.count, bytes[next] == UInt8(ascii: ":") { take(key: content, hasEscape: hasEscape) }
    return true
  }

  private mutating func take(key: ArraySlice<UInt8>, hasEscape: Bool) {
    guard let last = open.indices.last else { return }
    // The same key can be written in two ways with escapes; libxl's keys have none.
    if hasEscape { complain("an escape in a key") }
    if !open[last].keys.insert(key).inserted { complain("\"\(shown(key))\" is told twice") }
  }

  private mutating func complain(_ message: String) {
    if problem == nil { problem = Problem(message, offset: at) }
  }
}
