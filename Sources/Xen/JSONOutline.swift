import Model
import World

/// Where the elements of a JSON list stand. A decoder believes what it decodes; this looks first, so that it
/// never meets a document that is cut, nested without end, or says one thing twice.
struct JSONOutline {
  struct Element {
    let range: Range<Int>
    /// Why it must not be decoded; its bounds are known all the same.
    let problem: Problem?
  }

  private(set) var elements: [Element] = []
  /// What makes the whole document unbelievable.
  private(set) var problem: Problem?
  /// Whether the document is a list, and not one element alone.
  private(set) var isList = false
  /// Where the document ends.
  private(set) var end: Int

  private let bytes: [UInt8]

  init(_ bytes: [UInt8], from start: Int) {
    self.bytes = bytes
    end = start
    guard start < bytes.count, bytes[start] == UInt8(ascii: "[") else {
      _ = readElement()
      return
    }
    isList = true
    end += 1
    readList()
  }

  private mutating func readList() {
    skipBlanks()
    if byte == UInt8(ascii: "]") {
      end += 1
      return
    }
    while readElement() {
      skipBlanks()
      switch byte {
      case UInt8(ascii: ","): end += 1
      case UInt8(ascii: "]"):
        end += 1
        return
      case nil: return fail("the list is cut")
      default: return fail("expected , or ] between two domains")
      }
      skipBlanks()
    }
  }

  /// False when the document can't be followed any further.
  private mutating func readElement() -> Bool {
    let start = end
    var scan = JSONElementScan(bytes, from: start)
    switch scan.run() {
    case .bounded(let stop):
      end = stop
      let size = stop - start
      let tooLarge =
        size > ConfigList.domainLimit ? Problem("a domain of \(size) bytes", offset: start) : nil
      elements.append(Element(range: start..<stop, problem: tooLarge ?? scan.problem))
      return true
    case .lost(let problem):
      self.problem = problem
      return false
    }
  }

  private mutating func fail(_ message: String) { problem = Problem(message, offset: end) }

  private var byte: UInt8? { end < bytes.count ? bytes[end] : nil }

  private mutating func skipBlanks() {
    while let byte, isJSONBlank(byte) { end += 1 }
  }
}

func isJSONBlank(_ byte: UInt8) -> Bool { byte == 32 || byte == 10 || byte == 13 || byte == 9 }
