import Foundation
import Testing

/// What stands for what, read off a capture and its copy: all bytes are where they were, so the words pair off.
struct StandIns {
  /// A word that is a name only in some places has several.
  private var words: [String: Set<String>] = [:]

  private static let word = #"(?:[0-9A-Fa-f]{2}:){5}[0-9A-Fa-f]{2}|\d+\.\d+\.\d+\.\d+|[\w-]+"#

  init(_ original: URL, _ copy: URL) throws {
    func files(_ folder: URL) -> [String?] {
      let manifest = Names.text(folder.appending(path: "manifest.toml"))
      return manifest.components(separatedBy: "[[round.observation]]").dropFirst().map { entry in
        entry.firstMatch(of: /stdout = "(.*)"/).map { String($0.output.1) }
      }
    }
    var pairs = [("site.toml", "site.toml")]
    for case (let old?, let new?) in zip(files(original), files(copy)) { pairs.append((old, new)) }
    for (old, new) in pairs {
      // Bytes, not characters: a letter may have become one of another kind.
      func bytes(_ file: URL) throws -> NSString {
        NSString(data: try Data(contentsOf: file), encoding: String.Encoding.isoLatin1.rawValue) ?? ""
      }
      let (from, to) = (try bytes(original.appending(path: old)), try bytes(copy.appending(path: new)))
      try #require(from.length == to.length, "\(old)")
      for match in try NSRegularExpression(pattern: Self.word)
        .matches(in: from as String, range: NSRange(location: 0, length: from.length))
      {
        let (word, standIn) = (from.substring(with: match.range), to.substring(with: match.range))
        // Redaction comes behind, and fills whole values.
        guard !standIn.allSatisfy({ "x-_.: \t\"".contains($0) }) else { continue }
        words[word, default: []].insert(standIn)
        // Reports have hardware addresses in small letters.
        if word.contains(":") { words[word.lowercased(), default: []].insert(standIn.lowercased()) }
      }
    }
  }

  /// Some text under stand-ins.
  func translated(_ text: String) throws -> String {
    let source = text as NSString
    var (translated, end) = ("", 0)
    for match in try NSRegularExpression(pattern: Self.word)
      .matches(in: text, range: NSRange(location: 0, length: source.length))
    {
      translated += source.substring(with: NSRange(location: end, length: match.range.location - end))
      let word = source.substring(with: match.range)
      translated += words[word].flatMap { $0.count == 1 ? $0.first : nil } ?? word
      end = match.range.location + match.range.length
    }
    return translated + source.substring(from: end)
  }
}
