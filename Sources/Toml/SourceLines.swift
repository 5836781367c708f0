/// The lines of a document as ranges, without their newlines, a byte order mark left out.
struct SourceLines: Sequence, IteratorProtocol {
  private let source: [UInt8]
  private var position: Int?

  init(_ source: [UInt8]) {
    self.source = source
    position = source.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
  }

  mutating func next() -> Range<Int>? {
    guard let start = position else { return nil }
    let end = source[start...].firstIndex(of: 10)
    position = end.map { $0 + 1 }
    return start..<(end ?? source.count)
  }
}
