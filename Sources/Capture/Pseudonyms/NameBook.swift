/// The names that were learned, in small letters, with their stand-ins; and where they stand in some text.
struct NameBook: Sendable {
  private var standIns: [[UInt8]: [UInt8]] = [:]
  /// The lengths of the names that begin with a byte, a bit for each below 63: most words of a text need no other look.
  private var lengths = [UInt64](repeating: 0, count: 256)
  private var longest = 0

  var count: Int { standIns.count }

  subscript(name: [UInt8]) -> [UInt8]? {
    get { standIns[name] }
    set {
      standIns[name] = newValue
      guard let first = name.first, !Vocabulary.isWord(name) else { return }
      lengths[Int(first)] |= 1 << UInt64(min(name.count, 63))
      longest = max(longest, name.count)
    }
  }

  /// Every name that stands by itself in some text, unless it is shorter or may be a word. The longest first: `wn1-mgmt`
  /// before `wn1`.
  func all(in bytes: [UInt8], shortest: Int) -> [(range: Range<Int>, standIn: [UInt8])] {
    var found: [(range: Range<Int>, standIn: [UInt8])] = []
    var at = 0
    while at < bytes.count {
      guard isLabelByte(bytes[at]) else {
        at += 1
        continue
      }
      let run = at..<bytes.end(from: at, while: isLabelByte)
      while at < run.upperBound {
        if let name = name(bytes, from: at, to: run.upperBound, shortest: shortest)
          ?? nameBehindEscape(bytes, run, at: at, shortest: shortest)
        {
          found.append(name)
          at = name.range.upperBound
        }
        while at < run.upperBound, !isJoint(bytes[at]) { at += 1 }
        while at < run.upperBound, isJoint(bytes[at]) { at += 1 }
      }
    }
    return found
  }

  private func name(
    _ bytes: [UInt8], from start: Int, to end: Int, shortest: Int
  ) -> (range: Range<Int>, standIn: [UInt8])? {
    let lengths = lengths[Int(lowered(bytes[start]))]
    guard lengths != 0 else { return nil }
    var stop = min(end, start + longest)
    while stop >= start + shortest {
      let isEnd = (stop == end || isJoint(bytes[stop])) && !isJoint(bytes[stop - 1])
      if isEnd, lengths >> UInt64(min(stop - start, 63)) & 1 == 1 {
        let label = bytes[start..<stop].map(lowered)
        if let standIn = standIns[label], !Vocabulary.isWord(label) { return (start..<stop, standIn) }
      }
      stop -= 1
    }
    return nil
  }

  /// The `n` of `\nwn1`, the `041` of `\041wn1` and the `2F` of `%2Fwn1` are no part of the name.
  private func nameBehindEscape(
    _ bytes: [UInt8], _ run: Range<Int>, at start: Int, shortest: Int
  ) -> (range: Range<Int>, standIn: [UInt8])? {
    guard start == run.lowerBound, start > 0 else { return nil }
    let counts = bytes[start - 1] == 92 ? [1, 3, 5] : bytes[start - 1] == 37 ? [2] : []
    for count in counts where start + count < run.upperBound {
      if let name = name(bytes, from: start + count, to: run.upperBound, shortest: shortest) { return name }
    }
    return nil
  }
}
