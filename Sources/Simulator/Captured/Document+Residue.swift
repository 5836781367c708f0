/// What a guest left, taken out of what lists it.
extension Document {
  /// A file or folder with all that is in it: lines that are paths, and what `ls -R` tells of a folder below its name.
  mutating func removePath(_ path: String) {
    var isInside = false
    var kept: [String] = []
    for line in lines.map(text) {
      if line == path + ":\n" { isInside = true }
      if !isInside, !line.hasPrefix(path + "/") { kept.append(line) }
      if line == "\n" { isInside = false }
    }
    bytes = Array(kept.joined().utf8)
  }

  /// A chain of `ebtables -L` or `ebtables-save`, with the rules of others that lead to it; the first form counts them.
  mutating func removeChain(_ name: String) {
    var kept: [String] = []
    var head: Int?
    var isOwn = false
    for line in lines.map(text) {
      let words = line.split { $0 == " " || $0 == "\n" }.map(String.init)
      if line.hasPrefix("Bridge chain: ") {
        isOwn = words.dropFirst(2).first == "\(name),"
        head = kept.count
      }
      let isSaved = words.first == ":\(name)" || words.prefix(2) == ["-A", name]
      let leads = line.hasPrefix("-") && words.suffix(2) == ["-j", name]
      if leads, !isOwn, let head { kept[head] = Self.fewer(kept[head]) }
      if !isOwn, !isSaved, !leads { kept.append(line) }
    }
    bytes = Array(kept.joined().utf8)
  }

  /// `Bridge chain: FORWARD, entries: 1, policy: ACCEPT` with a rule less.
  private static func fewer(_ head: String) -> String {
    let words = head.split(separator: " ", omittingEmptySubsequences: false).map { word -> String in
      guard word.hasSuffix(","), let count = Int(word.dropLast()) else { return String(word) }
      return "\(count - 1),"
    }
    return words.joined(separator: " ")
  }
}
