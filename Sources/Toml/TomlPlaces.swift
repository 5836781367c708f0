/// The lines on which headers and keys of a document stand. The library does not keep them, so the source is
/// read again, lightly, and only when there is something to complain of. A place that is not found is its
/// table's.
struct TomlPlaces {
  private var lines: [TomlPath: Int] = [:]
  private var counts: [TomlPath: Int] = [:]

  init(_ source: [UInt8]) {
    var table = TomlPath()
    var scanner = ValueScanner()
    for (index, line) in SourceLines(source).enumerated() {
      let text = source[line].drop { $0 == 32 || $0 == 9 }
      if !scanner.isInside, text.first == 91 {
        let isElement = text.starts(with: [91, 91])
        table = open(KeyScanner.names(text.dropFirst(isElement ? 2 : 1)), isElement: isElement)
        note(table, index + 1)
        continue
      }
      if !scanner.isInside, let first = text.first, first != 35 {
        // A dotted key opens the tables on its way.
        var path = table
        for name in KeyScanner.names(text) {
          path = path.appending(name)
          note(path, index + 1)
        }
      }
      _ = scanner.skip(source, line)
    }
  }

  private mutating func note(_ path: TomlPath, _ line: Int) {
    if lines[path] == nil { lines[path] = line }
  }

  /// The line of the value, or of the nearest thing around it that has one.
  func line(of path: TomlPath) -> Int? {
    var path: TomlPath? = path
    while let candidate = path {
      if let line = lines[candidate] { return line }
      path = candidate.parent
    }
    return nil
  }

  /// A header's path: an array of tables on the way stands for its last element.
  private mutating func open(_ names: [String], isElement: Bool) -> TomlPath {
    var path = TomlPath()
    for (position, name) in names.enumerated() {
      path = path.appending(name)
      if isElement, position == names.count - 1 {
        counts[path, default: 0] += 1
      }
      if let count = counts[path] { path = path.appending(.index(count - 1)) }
    }
    return path
  }
}

/// Reads the names of a header or a key.
enum KeyScanner {
  /// The names up to the `=` or the closing bracket.
  static func names(_ text: ArraySlice<UInt8>) -> [String] {
    var names: [String] = []
    var rest = text
    while let first = rest.first {
      switch first {
      case 32, 9, 46: rest = rest.dropFirst()
      case 34, 39:
        let quoted = rest.dropFirst().prefix { $0 != first }
        names.append(String(decoding: quoted, as: UTF8.self))
        rest = rest.dropFirst(quoted.count + 2)
      case 61, 93: return names
      default:
        let bare = rest.prefix { ![32, 9, 46, 61, 93].contains($0) }
        names.append(String(decoding: bare, as: UTF8.self))
        rest = rest.dropFirst(bare.count)
      }
    }
    return names
  }
}
