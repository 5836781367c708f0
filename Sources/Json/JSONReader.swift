public import Model
import World

/// A strict pull parser of JSON (RFC 8259): whoever reads says what is wanted next, and nothing is built of what is not
/// wanted. A key told twice, an escape in a key and a control byte in a string are refused, for what they mean is
/// anybody's guess. Strings may hold broken UTF-8, which printers write as it is: their bytes are given as they are.
public struct JSONReader {
  /// No object that is meant well has more keys; each is held against those before it.
  private static let keyLimit = 256

  public let bytes: [UInt8]
  /// The next byte.
  public private(set) var at: Int
  /// Brackets within brackets: what is deeper is no document of a source.
  private let depthLimit: Int
  /// A printer that does not escape them leaves a value that nobody can use, and all others in order.
  private let allowsControlBytes: Bool
  private var depth = 0
  /// The keys of the objects that are open.
  private var keys: [Range<Int>] = []

  public struct Fault: Error {
    public let problem: Problem
  }

  public init(_ bytes: [UInt8], from start: Int, depthLimit: Int, allowsControlBytes: Bool = false) {
    self.bytes = bytes
    at = start
    self.depthLimit = depthLimit
    self.allowsControlBytes = allowsControlBytes
  }

  /// What follows, over blanks: 0, which begins nothing, at the end.
  public var peek: UInt8 {
    mutating get {
      while at < bytes.count, isWhite(bytes[at]) { at += 1 }
      return at < bytes.count ? bytes[at] : 0
    }
  }

  public var isAtEnd: Bool { mutating get { peek == 0 && at >= bytes.count } }

  /// Whether a string is this one, byte for byte.
  public func spells(_ text: StaticString, at range: Range<Int>) -> Bool {
    guard range.count == text.utf8CodeUnitCount else { return false }
    return text.withUTF8Buffer { wanted in
      wanted.indices.allSatisfy { bytes[range.lowerBound + $0] == wanted[$0] }
    }
  }

  /// The members of an object whose keys are words.
  public mutating func members(
    _ take: (inout JSONReader, _ key: Range<Int>) throws(Fault) -> Void
  ) throws(Fault) {
    let outer = keys.count
    try pairs { (reader: inout JSONReader, key, isEscaped) throws(Fault) in
      try reader.note(key, isEscaped: isEscaped, since: outer)
    } take: { (reader: inout JSONReader, key, _) throws(Fault) in
      try take(&reader, key)
    }
    keys.removeLast(keys.count - outer)
  }

  /// The members of an object whose keys are names of things: as many as there are, spelled as they may be. Whether one is
  /// there twice is for who takes them to say.
  public mutating func entries(
    _ take: (inout JSONReader, _ name: ArraySlice<UInt8>) throws(Fault) -> Void
  ) throws(Fault) {
    try pairs { (_: inout JSONReader, _, _) throws(Fault) in
    } take: { (reader: inout JSONReader, key, isEscaped) throws(Fault) in
      try take(&reader, isEscaped ? try reader.unescaped(key)[...] : reader.bytes[key])
    }
  }

  public mutating func items(_ take: (inout JSONReader) throws(Fault) -> Void) throws(Fault) {
    try enter("[")
    if !skip("]") {
      repeat { try take(&self) } while skip(",")
      guard skip("]") else { throw fault(isAtEnd ? "the list is cut" : "expected , or ]") }
    }
    depth -= 1
  }

  /// Any value, of which only text and whole numbers are given.
  public mutating func value() throws(Fault) -> JSONValue {
    switch peek {
    case UInt8(ascii: "\""):
      let (range, isEscaped) = try string()
      return .text(isEscaped ? try unescaped(range)[...] : bytes[range])
    case UInt8(ascii: "{"):
      try members { (reader: inout JSONReader, _) throws(Fault) in _ = try reader.value() }
      return .other("a list or an object")
    case UInt8(ascii: "["):
      try items { (reader: inout JSONReader) throws(Fault) in _ = try reader.value() }
      return .other("a list or an object")
    case UInt8(ascii: "n"): return try word("null", is: .nothing)
    case UInt8(ascii: "t"): return try word("true", is: .other("true"))
    case UInt8(ascii: "f"): return try word("false", is: .other("false"))
    default: return try number()
    }
  }

  /// Goes over a value. Of an object or a list the brackets and strings alone are followed, whatever else it holds.
  public mutating func pass() throws(Fault) {
    switch peek {
    case UInt8(ascii: "{"), UInt8(ascii: "["): try skipBrackets()
    default: _ = try value()
    }
  }

  /// The place of what `read` takes, which begins with a bracket. Where that is not well-formed its brackets are followed
  /// to its end, and the answer is why; only where they have no end is there a fault.
  public mutating func bounded(
    _ read: (inout JSONReader) throws(Fault) -> Void
  ) throws(Fault) -> (range: Range<Int>, problem: Problem?) {
    _ = peek
    let (start, outerDepth, outerKeys) = (at, depth, keys.count)
    do {
      try read(&self)
      return (start..<at, nil)
    } catch {
      (at, depth) = (start, outerDepth)
      keys.removeLast(keys.count - outerKeys)
      guard peek == UInt8(ascii: "{") else { throw fault("expected an object, beginning with {") }
      try skipBrackets()
      return (start..<at, error.problem)
    }
  }
}

extension JSONReader {
  public func fault(_ message: String) -> Fault { Fault(problem: Problem(message, offset: at)) }

  private mutating func pairs(
    judge: (inout JSONReader, _ key: Range<Int>, _ isEscaped: Bool) throws(Fault) -> Void,
    take: (inout JSONReader, _ key: Range<Int>, _ isEscaped: Bool) throws(Fault) -> Void
  ) throws(Fault) {
    try enter("{")
    if !skip("}") {
      repeat {
        guard peek == UInt8(ascii: "\"") else { throw fault("expected a key") }
        let (key, isEscaped) = try string()
        try judge(&self, key, isEscaped)
        guard skip(":") else { throw fault("expected :") }
        try take(&self, key, isEscaped)
      } while skip(",")
      guard skip("}") else { throw fault("expected , or }") }
    }
    depth -= 1
  }

  private mutating func skip(_ byte: Unicode.Scalar) -> Bool {
    guard peek == UInt8(ascii: byte) else { return false }
    at += 1
    return true
  }

  private mutating func enter(_ bracket: Unicode.Scalar) throws(Fault) {
    guard skip(bracket) else { throw fault("expected \(bracket)") }
    depth += 1
    if depth > depthLimit { throw fault("nested deeper than \(depthLimit)") }
  }

  private mutating func note(_ key: Range<Int>, isEscaped: Bool, since outer: Int) throws(Fault) {
    // The same key can be written in two ways with escapes; words have none.
    if isEscaped { throw fault("an escape in a key") }
    if keys.count - outer >= Self.keyLimit { throw fault("more than \(Self.keyLimit) keys") }
    for other in keys[outer...] where other.count == key.count && bytes[other] == bytes[key] {
      throw fault("\"\(Text.short(bytes[other]))\" is told twice")
    }
    keys.append(key)
  }

  /// Goes over a string; gives where its text is, and whether there are escapes in it.
  private mutating func string() throws(Fault) -> (range: Range<Int>, isEscaped: Bool) {
    let start = at + 1
    var isEscaped = false
    at = start
    while at < bytes.count {
      let byte = bytes[at]
      if byte == UInt8(ascii: "\"") {
        at += 1
        return (start..<(at - 1), isEscaped)
      }
      if byte < 32, !allowsControlBytes { throw fault("a control byte in a string") }
      if byte == UInt8(ascii: "\\") {
        isEscaped = true
        at += 1
      }
      at += 1
    }
    throw fault("a string is cut")
  }

  private func unescaped(_ range: Range<Int>) throws(Fault) -> [UInt8] {
    guard let text = JSONEscapes.decoded(bytes[range]) else { throw fault("an escape that is none") }
    return text
  }

  private mutating func word(_ word: StaticString, is value: JSONValue) throws(Fault) -> JSONValue {
    let end = at + word.utf8CodeUnitCount
    guard end <= bytes.count, spells(word, at: at..<end) else { throw fault("expected a value") }
    at = end
    return value
  }

  private mutating func number() throws(Fault) -> JSONValue {
    let start = at
    if at < bytes.count, bytes[at] == UInt8(ascii: "-") { at += 1 }
    let whole = at
    guard digits(), bytes[whole] != 48 || at == whole + 1 else { throw fault("expected a value") }
    let end = at
    if at < bytes.count, bytes[at] == UInt8(ascii: ".") {
      at += 1
      guard digits() else { throw fault("expected digits") }
    }
    if at < bytes.count, bytes[at] | 32 == UInt8(ascii: "e") {
      at += 1
      if at < bytes.count, bytes[at] == UInt8(ascii: "+") || bytes[at] == UInt8(ascii: "-") { at += 1 }
      guard digits() else { throw fault("expected digits") }
    }
    guard at == end, let number = wholeNumber(bytes[whole..<end]) else {
      return .other("the number \(Text.short(bytes[start..<at]))")
    }
    return .integer(whole > start ? -number : number)
  }

  /// Whether there is at least one.
  private mutating func digits() -> Bool {
    let start = at
    while at < bytes.count, isDigit(bytes[at]) { at += 1 }
    return at > start
  }

  /// Goes behind what begins here with a bracket, by its brackets and strings alone and without recursion.
  private mutating func skipBrackets() throws(Fault) {
    var open: [UInt8] = []
    while at < bytes.count {
      let byte = bytes[at]
      switch byte {
      case UInt8(ascii: "{"), UInt8(ascii: "["):
        guard open.count < depthLimit else {
          throw fault("nested deeper than \(depthLimit)")
        }
        open.append(byte + 2)
      case UInt8(ascii: "}"), UInt8(ascii: "]"):
        guard open.popLast() == byte else { throw fault("a bracket is closed by another kind of bracket") }
      case UInt8(ascii: "\""):
        repeat { at += bytes[at] == UInt8(ascii: "\\") ? 2 : 1 } while at < bytes.count && bytes[at] != byte
      default: break
      }
      at += 1
      if open.isEmpty { return }
    }
    at = bytes.count
    throw fault("the document is cut")
  }
}
