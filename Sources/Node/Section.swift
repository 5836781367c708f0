import World

/// A part of a composite output: what stands under one `==> PATH <==` line, or before the first.
struct Section {
  /// Nil for the lines before the first head. A head that is no absolute path names a command: `==> ps -ef <==`.
  let head: String?
  /// The bytes of its lines, its head not included.
  let range: Range<Int>
  /// What its first line is called.
  let firstNumber: Int
  /// The same head stands elsewhere too: somebody may have written it into a file, so nothing rests on it.
  let isAmbiguous: Bool

  /// True where the lines are what a command printed and not a file's.
  var isFree: Bool { !(head?.hasPrefix("/") ?? false) }

  func lines(of bytes: [UInt8]) -> Lines { Lines(bytes, in: range, firstNumber: firstNumber) }

  /// More heads than this are not the output of any collector.
  static let limit = 10_000

  /// Splits the bytes at the head lines. The parts together are all the bytes but the heads.
  static func split(_ bytes: [UInt8], notes: inout Notes) -> [Section] {
    var heads: [(text: String, line: Line)] = []
    for line in Lines(bytes) {
      guard let text = head(of: line) else { continue }
      if heads.count == limit {
        notes.problem("more than \(limit) parts; the rest is not read", line: line.number)
        return sections(heads, end: line.range.lowerBound, notes: &notes)
      }
      heads.append((text, line))
    }
    return sections(heads, end: bytes.count, notes: &notes)
  }

  private static func sections(
    _ heads: [(text: String, line: Line)], end: Int, notes: inout Notes
  ) -> [Section] {
    var counts: [String: Int] = [:]
    for head in heads { counts[head.text, default: 0] += 1 }
    var sections: [Section] = []
    let first = heads.first?.line.range.lowerBound ?? end
    if first > 0 {
      sections.append(Section(head: nil, range: 0..<first, firstNumber: 1, isAmbiguous: false))
    }
    for (place, head) in heads.enumerated() {
      let isTwice = (counts[head.text] ?? 0) > 1
      if isTwice { notes.problem("the head ==> \(head.text) <== stands here twice", line: head.line.number) }
      let stop = place + 1 < heads.count ? heads[place + 1].line.range.lowerBound : end
      sections.append(
        Section(
          head: head.text, range: head.line.range.upperBound..<stop, firstNumber: head.line.number + 1,
          isAmbiguous: isTwice))
    }
    return sections
  }

  /// The text of a head line. Only a whole line is one, and a sane length keeps a forged one from filling memory.
  private static func head(of line: Line) -> String? {
    guard line.isTerminated, line.content.count < 4200, line.content.starts(with: "==> ".utf8) else {
      return nil
    }
    let content = Words.trimmed(line.content)
    guard content.count > 8, content.suffix(4).elementsEqual(" <==".utf8) else { return nil }
    return Text.printable(Words.trimmed(content.dropFirst(4).dropLast(4)))
  }
}
