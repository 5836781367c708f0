/// The lines of some bytes, each with its place. A line has a limit, so that 100 MB without a newline end in a problem
/// and not in memory.
public struct Lines: Sequence, IteratorProtocol {
  /// Longer lines are not looked into; their bytes are cut at this limit and `isTooLong` says so.
  public static let limit = 1 << 20

  private let bytes: [UInt8]
  private var position: Int
  private let end: Int
  private var number: Int

  public init(_ bytes: [UInt8]) { self.init(bytes, in: bytes.indices) }

  /// The lines of a part of the bytes; `firstNumber` is what its first line is called.
  public init(_ bytes: [UInt8], in range: Range<Int>, firstNumber: Int = 1) {
    self.bytes = bytes
    position = range.lowerBound
    end = range.upperBound
    number = firstNumber - 1
  }

  public mutating func next() -> Line? {
    guard position < end else { return nil }
    let start = position
    let newline = bytes[start..<end].firstIndex(of: 10)
    position = newline.map { $0 + 1 } ?? end
    number += 1
    let stop = newline ?? end
    return Line(
      number: number, content: bytes[start..<Swift.min(stop, start + Self.limit)],
      range: start..<position, isTerminated: newline != nil, isTooLong: stop - start > Self.limit)
  }
}

/// One line, without its newline.
public struct Line: Sendable {
  /// Counted from 1.
  public let number: Int
  public let content: ArraySlice<UInt8>
  /// The bytes it takes, its newline included.
  public let range: Range<Int>
  /// A last line without a newline was cut, or made by hand.
  public let isTerminated: Bool
  public let isTooLong: Bool
}
