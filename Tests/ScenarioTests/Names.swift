import Foundation

/// The names in the files of a site, found by looks that have nothing in common with how the program finds them.
struct Names {
  private let all: Set<String>
  var count: Int { all.count }

  /// Those that are no secret.
  private static let common: Set<String> = [
    "root", "org", "edu", "free", "gateway", "test", "user", "job", "batch", "pilot",
  ]

  /// Those in the files of a folder, and some more.
  init(of folder: URL, and more: [String] = []) {
    var found = Set(more)
    func take(_ text: Substring) {
      let separators = CharacterSet.alphanumerics.union(CharacterSet(charactersIn: "-_")).inverted
      found.formUnion(text.lowercased().components(separatedBy: separators))
    }
    for file in Self.files(below: folder) {
      let text = Self.text(folder.appending(path: file))
      for match in text.matches(of: /[\w.-]+@[\w.-]+\w/) { take(match.output) }
      for match in text.matches(of: /\/home\/(\w+)/) { take(match.output.1) }
      for match in text.matches(of: /account = "(\w+)"/) { take(match.output.1) }
      for match in text.matches(of: /gsn-wn\d|gridsn\.[\w.]+|pub\d\d|nfs-\w+/) { take(match.output) }
      for match in text.matches(of: /\d+(?:\[\d*\])?\.([a-z]\w+\.[\w.]+org)/) { take(match.output.1) }
      for match in text.matches(of: /\/CN=([\w ]+)|\/O=(\w+)/) {
        take(match.output.1 ?? match.output.2 ?? "")
      }
      for match in text.matches(of: /\b192\.168\.\d+\.\d+|(?:[0-9A-Fa-f]{2}:){5}[0-9A-Fa-f]{2}/) {
        if !["00:00", "FF:FF", "fe:ff"].contains(match.output.prefix(5)) {
          found.insert(match.output.lowercased())
        }
      }
    }
    all = found.filter { $0.count > 2 && !Self.common.contains($0) && !$0.allSatisfy(\.isNumber) }
  }

  /// Those that are left below a folder, each with the file that holds it or is called by it.
  func left(below folder: URL) throws -> [String] {
    try Self.files(below: folder).flatMap { file in
      try (left(in: file) + left(in: Self.text(folder.appending(path: file)))).map { "\($0) in \(file)" }
    }
  }

  /// Those that are left in some text, over folds too.
  private func left(in text: String) throws -> [String] {
    let names = all.map(NSRegularExpression.escapedPattern).joined(separator: "|")
    let anyOf = try NSRegularExpression(
      pattern: "(?<![a-z0-9])(\(names))(?![a-z0-9])", options: .caseInsensitive)
    return [text, text.replacing("\n\t", with: "")].flatMap { form in
      anyOf.matches(in: form, range: NSRange(form.startIndex..., in: form)).map {
        (form as NSString).substring(with: $0.range)
      }
    }
  }

  static func files(below folder: URL) -> [String] {
    ((try? FileManager.default.subpathsOfDirectory(atPath: folder.path)) ?? []).sorted()
  }

  static func text(_ file: URL) -> String {
    String(decoding: (try? Data(contentsOf: file)) ?? Data(), as: UTF8.self)
  }
}
