/// Reads the keys of one table, strictly: what is missing or of the wrong kind is complained of, and so is
/// what nobody asked for. A required value that is missing is given as an empty one, which nobody will use
/// since there is a complaint.
public struct TomlReader {
  public let path: TomlPath
  public let table: TomlTable
  private var asked: [String] = []
  private(set) var complaints = NoteList()
  private(set) var unknownKeys = NoteList()

  /// A complaint that has no line yet.
  struct Note: Sendable {
    let path: TomlPath
    let problem: String
    let remedy: String
  }

  init(_ table: TomlTable, at path: TomlPath) {
    self.table = table
    self.path = path
  }

  /// The value of a key, whatever it is; the key counts as asked for.
  public mutating func value(_ key: String) -> TomlValue? {
    asked.append(key)
    return table[key]
  }

  /// Complains of the value of a key, or of the table when `key` is nil.
  public mutating func complain(_ key: String? = nil, _ problem: String, remedy: String) {
    let place = key.map { path.appending($0) } ?? path
    let text = key.map { "`\($0)` \(problem)" } ?? problem
    let within = path.described
    complaints.add(
      Note(path: place, problem: within.isEmpty ? text : "\(text) (in \(within))", remedy: remedy))
  }

  /// Reads the table of a key.
  public mutating func table<Decoded>(
    _ key: String, _ body: (inout TomlReader) -> Decoded
  ) -> Decoded? {
    switch value(key) {
    case nil: return nil
    case .table(let table)?: return nested(table, at: path.appending(key), body)
    case let other?:
      wrong(key, other, expected: "a table", remedy: "write it as [\(path.appending(key).described)]")
      return nil
    }
  }

  /// Reads each table of an array of tables, `[[key]]`; none where there is none.
  public mutating func tables<Decoded>(
    _ key: String, _ body: (inout TomlReader) -> Decoded
  ) -> [Decoded] {
    guard let found = value(key) else { return [] }
    guard case .array(let elements) = found else {
      wrong(key, found, expected: "a list of tables", remedy: "write each as [[\(key)]]")
      return []
    }
    var decoded: [Decoded] = []
    decoded.reserveCapacity(elements.count)
    let list = path.appending(key)
    for (index, element) in elements.enumerated() {
      if case .table(let table) = element {
        decoded.append(nested(table, at: list.appending(.index(index)), body))
      } else {
        wrong(key, element, expected: "a list of tables", remedy: "write each as [[\(key)]]")
      }
    }
    return decoded
  }

  private mutating func nested<Decoded>(
    _ table: TomlTable, at path: TomlPath, _ body: (inout TomlReader) -> Decoded
  ) -> Decoded {
    var reader = TomlReader(table, at: path)
    let decoded = body(&reader)
    reader.finish()
    complaints += reader.complaints
    unknownKeys += reader.unknownKeys
    return decoded
  }

  mutating func wrong(_ key: String, _ value: TomlValue, expected: String, remedy: String) {
    complain(key, "is \(value.kind) where \(expected) is expected", remedy: remedy)
  }

  mutating func missing(_ key: String, remedy: String) {
    complain(key, "is missing", remedy: remedy)
  }

  /// All was asked for that anybody wants: what is left is unknown.
  mutating func finish() {
    var list = unknownKeys
    for key in table.keys where !asked.contains(key) { list.add(unknown(key)) }
    unknownKeys = list
  }

  private func unknown(_ key: String) -> Note {
    let within = path.described
    let near = Spelling.nearest(to: key, among: asked)
    let known = "known here: \(asked.map { "`\($0)`" }.joined(separator: ", "))"
    return Note(
      path: path.appending(key),
      problem: within.isEmpty ? "`\(key)` is not known" : "`\(key)` is not known (in \(within))",
      remedy: near.map { "did you mean `\($0)`?" } ?? (asked.isEmpty ? "remove it" : known))
  }
}
