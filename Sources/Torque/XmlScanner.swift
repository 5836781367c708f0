import Model

/// An element that holds text.
struct XmlLeaf {
  /// The number of its name among those that the reader knows, or `XmlNames.unknown`.
  var key: Int
  var name: Range<Int>
  /// The name of the element around it inside the record; empty where the record itself is that.
  var group: Range<Int>
  var value: Range<Int>
  /// Holds `&`, so that it must be decoded.
  var isEscaped: Bool
  /// Holds a `<` that the printer should have escaped: a printer that does not escape can be made to print
  /// anything.
  var isRaw: Bool
}

/// Reads the XML dialect of `qstat -x` and `pbsnodes -x`: `<Data>` around records around leaves, without
/// attributes.
///
/// It is strict about completeness and tolerant inside a value. A document whose `</Data>` is missing is cut.
/// But a value may hold what no XML allows (control bytes, broken UTF-8, a bare `&`, even a raw `<`): real
/// servers print it (`domain/torque.md` 1.3), and one job must not hide all the others.
///
/// Nothing is built but one list of leaves, used again for each record: a listing of 100,000 jobs has 220 MB.
struct XmlScanner {
  enum Event {
    /// A whole record; its leaves are in `leaves`.
    case record
    /// Something without bounds that one can trust; the next record is looked for after it.
    case broken(Problem)
    /// The document is read; nil when it ended as it should.
    case end(Problem?)
    /// It is not this document at all.
    case foreign(Problem)
  }

  /// Elements inside elements, the record not counted. TORQUE nests two.
  static let depthLimit = 32

  private let bytes: [UInt8]
  private let record: [UInt8]
  private let names: XmlNames
  private var position = 0
  private var isOpen = false
  private var isDone = false
  /// Where the end tag of the present record stands, once it was looked for.
  private var closing: Int?

  /// Of the latest record.
  private(set) var leaves: [XmlLeaf] = []
  private(set) var range = 0..<0
  /// Text that stands in the record before any element: the job's id up to 2.0.0p11.
  private(set) var bareText = 0..<0

  /// `record` is the name of the elements below `<Data>`.
  init(_ bytes: [UInt8], record: StaticString, names: XmlNames) {
    self.bytes = bytes
    self.record = record.withUTF8Buffer { Array($0) }
    self.names = names
  }

  /// Whether the bytes begin like an XML document.
  static func recognises(_ bytes: [UInt8]) -> Bool {
    bytes.first { !isWhite($0) && $0 != 0xEF && $0 != 0xBB && $0 != 0xBF } == 0x3C
  }

  mutating func next() -> Event {
    if isDone { return .end(nil) }
    let event = bytes.withUnsafeBufferPointer { bytes in
      isOpen ? nextRecord(XmlBytes(bytes)) : open(XmlBytes(bytes))
    }
    switch event {
    case .end, .foreign: isDone = true
    case .record, .broken: break
    }
    return event
  }

  /// The declaration and `<Data>`.
  private mutating func open(_ text: XmlBytes) -> Event {
    var at = text.afterWhite(text.starts(with: [0xEF, 0xBB, 0xBF], at: 0) ? 3 : 0)
    if text.starts(with: Array("<?xml".utf8), at: at) {
      guard let end = text.find(0x3E, from: at) else {
        return .end(Problem("the XML declaration is cut", offset: at))
      }
      at = text.afterWhite(end + 1)
    }
    if text.starts(with: Array("<!".utf8), at: at) {
      return .foreign(Problem("expected <Data>, found a declaration, which TORQUE never prints", offset: at))
    }
    guard let tag = text.openTag(at: at), tag.name == XmlName("Data") else {
      return text.isCut(of: "<Data>", at: at)
        ? .end(Problem("the document is cut before <Data> is whole", offset: at))
        : .foreign(Problem("expected <Data>", offset: at))
    }
    position = tag.end
    isOpen = true
    return tag.isEmpty ? finish(text) : nextRecord(text)
  }

  /// Between records.
  private mutating func nextRecord(_ text: XmlBytes) -> Event {
    let start = text.afterWhite(position)
    if text.isCloseTag("Data", at: start) {
      position = start + 7
      return finish(text)
    }
    guard start < text.count else {
      return .end(Problem("the document is cut: </Data> is missing", offset: text.count))
    }
    guard let tag = text.openTag(at: start) else {
      return recover(text, from: start, "expected <\(recordName)> or </Data>")
    }
    guard text.equals(record, at: tag.nameRange) else {
      return .foreign(
        Problem("expected <\(recordName)>, found <\(text.printable(tag.nameRange))>", offset: start))
    }
    leaves.removeAll(keepingCapacity: true)
    bareText = 0..<0
    closing = nil
    position = tag.end
    if !tag.isEmpty, let problem = scanRecord(text) { return problem }
    range = start..<position
    return .record
  }

  private var recordName: String { String(decoding: record, as: UTF8.self) }

  /// After `</Data>` there may be blanks, and nothing else.
  private func finish(_ text: XmlBytes) -> Event {
    let rest = text.afterWhite(position)
    return .end(rest == text.count ? nil : Problem("expected nothing after </Data>", offset: rest))
  }

  /// Goes on after the next end of a record.
  private mutating func recover(_ text: XmlBytes, from: Int, _ message: String) -> Event {
    position = text.findCloseTag(record, from: from).map { $0 + record.count + 3 } ?? text.count
    return .broken(Problem(message, offset: from))
  }

  /// From after `<Job>` to after `</Job>`; nil when all went well.
  private mutating func scanRecord(_ text: XmlBytes) -> Event? {
    var open: [XmlTag] = []
    while true {
      let at = text.afterWhite(position)
      guard at < text.count else { return recover(text, from: at, "a record is cut") }
      if text[at] != 0x3C {
        guard open.isEmpty, leaves.isEmpty, bareText.isEmpty else {
          return recover(text, from: at, "text stands between the elements of a record")
        }
        position = text.find(0x3C, from: at) ?? text.count
        bareText = at..<text.beforeWhite(position, from: at)
      } else if at + 1 < text.count, text[at + 1] == 0x2F {
        let expected = open.last.map { text.copy($0.nameRange) } ?? record
        guard text.isCloseTag(expected, at: at) else {
          return recover(text, from: at, "an end tag does not fit its element")
        }
        position = at + expected.count + 3
        if open.popLast() == nil { return nil }
      } else if let problem = scanElement(text, at: at, inside: &open) {
        return problem
      }
    }
  }

  private mutating func scanElement(_ text: XmlBytes, at: Int, inside open: inout [XmlTag]) -> Event? {
    guard let tag = text.openTag(at: at) else { return recover(text, from: at, "expected an element") }
    let group = open.last
    let key = names.key(of: tag.name, within: group?.name ?? XmlName())
    if key == XmlNames.unknown, !tag.isEmpty, text.isElement(at: text.afterWhite(tag.end)) {
      guard open.count < Self.depthLimit else {
        return recover(text, from: at, "elements are nested deeper than \(Self.depthLimit)")
      }
      open.append(tag)
      position = tag.end
      return nil
    }
    var leaf = XmlLeaf(
      key: key, name: tag.nameRange, group: group?.nameRange ?? 0..<0, value: tag.end..<tag.end,
      isEscaped: false, isRaw: false)
    position = tag.end
    if !tag.isEmpty {
      guard let end = endOfLeaf(text, tag, &leaf) else {
        return recover(text, from: tag.end, "<\(text.printable(tag.nameRange))> has no end tag")
      }
      leaf.value = tag.end..<end
      leaf.isEscaped = text.find(0x26, in: leaf.value)
      position = end + tag.nameRange.count + 3
    }
    leaves.append(leaf)
    return nil
  }

  /// Where a leaf's own end tag stands. A `<` before it belongs to the value; but the value does not go
  /// beyond the record.
  @inline(__always)
  private mutating func endOfLeaf(_ text: XmlBytes, _ tag: XmlTag, _ leaf: inout XmlLeaf) -> Int? {
    guard let first = text.find(0x3C, from: tag.end) else { return nil }
    if text.isCloseTag(of: tag, at: first) { return first }
    leaf.isRaw = true
    let limit: Int
    if let closing, closing >= first {
      limit = closing
    } else {
      limit = text.findCloseTag(record, from: first) ?? text.count
      closing = limit
    }
    var at = first
    while let next = text.find(0x3C, from: at + 1), next < limit {
      if text.isCloseTag(of: tag, at: next) { return next }
      at = next
    }
    return nil
  }
}

/// A start tag.
struct XmlTag {
  var name: XmlName
  var nameRange: Range<Int>
  /// After its `>`.
  var end: Int
  /// `<x/>`
  var isEmpty: Bool
}
