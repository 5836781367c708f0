/// The name in a line of `ls`, `ls -l` or `find -ls`.
enum ListedName {
  /// The whole line, unless it begins as a long listing does: then what stands behind the date.
  static func name(_ content: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    let words = Words.of(content, limit: 14)
    guard let mode = words.prefix(3).firstIndex(where: { PilotLocks.isMode($0) }) else {
      return plain(content)
    }
    // Mode, links, owner, group, size, then `Nov 22 20:55` or `2026-11-22 20:55`.
    let date = mode + 5
    guard words.count > date + 2 else { return plain(content) }
    let length = words[date].contains(45) ? 2 : 3
    guard words.count > date + length else { return plain(content) }
    var name = content[words[date + length].startIndex...]
    // The target of a symbolic link is not its name.
    if words[mode].first == 108, let arrow = arrow(in: name) { name = name[..<arrow] }
    return plain(name)
  }

  /// `ls -F` and `ls -p` mark a folder by a slash.
  private static func plain(_ name: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    name.last == 47 && name.count > 1 ? name.dropLast() : name
  }

  private static func arrow(in name: ArraySlice<UInt8>) -> Int? {
    name.indices.first { name[$0...].starts(with: " -> ".utf8) }
  }
}
