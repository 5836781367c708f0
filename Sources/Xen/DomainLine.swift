import Model
import World

/// One row of `xl list` or `xm list`, cut into its columns from the right: the name stands left of them all,
/// and it may be empty, longer than its column, contain blanks, or look like columns itself. Reading the
/// second word as the domid once took the 64 MiB of a nameless guest for domain 64.
struct DomainLine {
  let name: ArraySlice<UInt8>
  let domid: Int64
  let memory: ArraySlice<UInt8>
  let vcpus: ArraySlice<UInt8>
  let state: ArraySlice<UInt8>
  let cpuTime: ArraySlice<UInt8>

  /// Domids from 0x7FF0 on are reserved (Xen's `public/xen.h`): no domain ever has one.
  static let reservedDomids: Int64 = 0x7FF0

  /// Nil for a line that is no row. Its domid has to be there, and of its other values at most one may be
  /// something else than it should be: with two, the line is shifted and not its values odd.
  init?(_ line: ArraySlice<UInt8>, header: DomainListHeader) {
    let all = words(line)
    let places = Self.places(in: all, header: header)
    let place =
      places.first { Self.oddValues(of: all, at: $0, header: header) == 0 }
      ?? places.first { Self.oddValues(of: all, at: $0, header: header) == 1 }
    guard let place, let domid = wholeNumber(all[place]) else { return nil }
    if header.toolstack == .xm, Self.isColumnEmpty(before: all[place + 1], since: all[place].endIndex) {
      return nil
    }
    let prefix = line[line.startIndex..<all[place].startIndex]
    // The whole output may have been moved to the right; a name's own blanks begin behind that.
    name = trimmedBehind(prefix.dropFirst(min(header.indent, prefix.prefix(while: isBlank).count)))
    self.domid = domid
    memory = all[place + 1]
    vcpus = all[place + 2]
    state = all[place + 3]
    cpuTime = all[place + 4]
  }

  /// Where the domid may stand among the words, the likeliest first.
  private static func places(
    in words: [ArraySlice<UInt8>], header: DomainListHeader
  ) -> ReversedCollection<Range<Int>> {
    let end = words.count - 4
    guard end > 0 else { return (0..<0).reversed() }
    // With columns behind, the one furthest right: a name may look like columns, what Xen appends does not.
    if header.hasMoreColumns { return (0..<end).reversed() }
    // 3.0.0 to 3.0.2 append ` s:0000/p:0000` when the hypervisor has a security policy, and no heading for
    // it.
    let hasPolicy =
      header.toolstack == .xmInMebibytes && end > 1 && words[words.count - 1].starts("s:")
      && words[words.count - 1].contains("/p:")
    return hasPolicy ? (end - 2..<end - 1).reversed() : (end - 1..<end).reversed()
  }

  /// How many values behind a domid are not what they should be; nil where there is no domid.
  private static func oddValues(
    of words: [ArraySlice<UInt8>], at place: Int, header: DomainListHeader
  ) -> Int? {
    guard let domid = wholeNumber(words[place]), domid < reservedDomids else { return nil }
    let understood = [
      wholeNumber(words[place + 1]) != nil, wholeNumber(words[place + 2]) != nil,
      DomainState(words[place + 3], of: header.toolstack) != nil,
      decimalNumber(words[place + 4]) != nil,
    ]
    return understood.count { !$0 }
  }
}

extension DomainLine {
  /// How a managed domain that does not run is listed by Xen 3.1 to 4.1: the column of the domid is empty,
  /// and the state may be. The empty column is seen by its width, since a name may end in a number.
  static func isNotRunning(_ line: ArraySlice<UInt8>) -> Bool {
    let all = words(line)
    guard all.count >= 3, let time = all.last, decimalNumber(time) != nil else { return false }
    let hasState = wholeNumber(all[all.count - 2]) == nil
    let place = all.count - (hasState ? 4 : 3)
    guard place >= 0, !hasState || DomainState(all[all.count - 2], of: .xm) != nil,
      wholeNumber(all[place]) != nil, wholeNumber(all[place + 1]) != nil
    else { return false }
    return isColumnEmpty(
      before: all[place], since: place > 0 ? all[place - 1].endIndex : line.startIndex)
  }

  /// Whether there is room for an empty domid between the word before and the memory: with `%-40s %3s %5d` or
  /// `%-40s %5s %5d` those are two separators, three or five blanks, and the amount set in five.
  private static func isColumnEmpty(before memory: ArraySlice<UInt8>, since end: Int) -> Bool {
    memory.endIndex - end >= max(6, memory.count + 1) + 4
  }
}
