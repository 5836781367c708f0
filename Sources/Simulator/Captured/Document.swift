/// The bytes that a command prints, while they are edited in place: whatever no deed touches stays as it was captured.
struct Document: Hashable, Sendable {
  var bytes: [UInt8]

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  init(_ text: String) { bytes = Array(text.utf8) }

  var whole: Range<Int> { bytes.indices }

  /// Where a text stands first within a part.
  func range(of text: String, in part: Range<Int>? = nil) -> Range<Int>? {
    bytes[part ?? whole].firstRange(of: Array(text.utf8))
  }

  func contains(_ text: String) -> Bool { range(of: text) != nil }

  func text(_ part: Range<Int>) -> String { String(decoding: bytes[part], as: UTF8.self) }

  mutating func replace(_ part: Range<Int>, by text: String) { bytes.replaceSubrange(part, with: text.utf8) }

  /// The first of these texts by another one; false where it is not there.
  @discardableResult
  mutating func replace(_ text: String, by other: String) -> Bool {
    guard let part = range(of: text) else { return false }
    replace(part, by: other)
    return true
  }

  mutating func remove(_ part: Range<Int>) { bytes.removeSubrange(part) }

  mutating func append(_ text: String) { bytes += text.utf8 }

  /// Edits a part as a document of its own.
  mutating func edit(_ part: Range<Int>, _ change: (inout Document) -> Void) {
    var record = Document(Array(bytes[part]))
    change(&record)
    bytes.replaceSubrange(part, with: record.bytes)
  }
}

extension Document {
  /// What stands between an element's tags where it is first told: `free` of `<state>free</state>`.
  func content(of element: String) -> Range<Int>? {
    guard let open = range(of: "<\(element)>"),
      let close = range(of: "</\(element)>", in: open.upperBound..<bytes.count)
    else { return nil }
    return open.upperBound..<close.lowerBound
  }

  /// An element with its tags.
  func element(_ name: String) -> Range<Int>? {
    content(of: name).map { $0.lowerBound - name.utf8.count - 2..<$0.upperBound + name.utf8.count + 3 }
  }

  /// The text of an element, as it is; empty where there is no such one.
  func told(_ element: String) -> String { content(of: element).map(text) ?? "" }

  mutating func removeElement(_ name: String) { if let part = element(name) { remove(part) } }

  /// Puts another content into an element; false where there is no such one.
  @discardableResult
  mutating func set(_ element: String, to text: String) -> Bool {
    guard let part = content(of: element) else { return false }
    replace(part, by: text)
    return true
  }

  /// Puts text before the first of these that is there, else at the end.
  mutating func insert(_ text: String, before places: String...) {
    let place = places.compactMap { range(of: $0)?.lowerBound }.first ?? bytes.count
    replace(place..<place, by: text)
  }
}

extension Document {
  /// The text of a member of a JSON object, between its quotes: `free` of `"state":\t"free"`.
  func member(_ name: String) -> Range<Int>? {
    guard let key = range(of: "\"\(name)\":"),
      let open = bytes[key.upperBound...].firstIndex(where: { $0 > 32 }), bytes[open] == UInt8(ascii: "\""),
      let close = bytes[(open + 1)...].firstIndex(of: UInt8(ascii: "\""))
    else { return nil }
    return open + 1..<close
  }
}

extension Document {
  /// The lines, each with its newline.
  var lines: [Range<Int>] {
    var lines: [Range<Int>] = []
    var start = 0
    while start < bytes.count {
      let end = bytes[start...].firstIndex(of: 10).map { $0 + 1 } ?? bytes.count
      lines.append(start..<end)
      start = end
    }
    return lines
  }

  mutating func removeLines(where isGone: (String) -> Bool) {
    for line in lines.reversed() where isGone(text(line)) { remove(line) }
  }

  /// The lines that a part stands in.
  func wholeLines(_ part: Range<Int>) -> Range<Int> {
    let start = bytes[..<part.lowerBound].lastIndex(of: 10).map { $0 + 1 } ?? 0
    guard part.upperBound > 0, bytes[part.upperBound - 1] != 10 else { return start..<part.upperBound }
    let end = bytes[part.upperBound...].firstIndex(of: 10).map { $0 + 1 } ?? bytes.count
    return start..<end
  }

  /// Another whole number behind a label, with the blanks between them kept: `free_memory            : 253`. With `width`
  /// the number keeps its right edge.
  @discardableResult
  mutating func setNumber(
    _ number: Int64, behind label: String, in part: Range<Int>? = nil, width: Int = 0
  ) -> Bool {
    let place = (part ?? whole).lowerBound
    guard let found = label.isEmpty ? place..<place : range(of: label, in: part),
      let start = bytes[found.upperBound...].firstIndex(where: { (48...57).contains($0) })
    else { return false }
    let end = bytes[start...].firstIndex { !(48...57).contains($0) } ?? bytes.count
    let digits = String(number)
    var first = start
    while first > found.upperBound, end - first < max(width, digits.utf8.count), bytes[first - 1] == 32 {
      first -= 1
    }
    let padding = String(repeating: " ", count: max(0, end - first - digits.utf8.count))
    replace(width > 0 ? first..<end : start..<end, by: (width > 0 ? padding : "") + digits)
    return true
  }
}
