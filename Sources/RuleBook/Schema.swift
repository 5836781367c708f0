public import Model

/// The snapshot's tables and columns with their meaning, out of `Rules/schema.sql`: defined and documented in one place.
public struct Schema: Sendable {
  public let tables: [Table]
  /// What is made before the rows come, after them (indexes), and last (views).
  public let creations: [String]
  public let indexes: [String]
  public let views: [String]
  /// The file as it is.
  public let source: String

  public struct Table: Sendable {
    public let name: String
    public let meaning: String
    /// The observations that fill it; empty for what comes from the configuration or from trueup.
    public let sources: [ObservationKind]
    public let columns: [Column]

    /// The column that a person would call a row by: the first of its own, behind the node.
    public var keyColumn: String {
      columns.map(\.name).first {
        !["observation", "at_byte", "byte_count", "ambiguous", "node"].contains($0)
      } ?? "rowid"
    }

    /// Whether each node has its own part of it.
    public var isPerNode: Bool { sources.contains(where: \.isPerNode) }
  }

  public struct Column: Sendable {
    public let name: String
    public let meaning: String
    /// It changes while nothing happens, so a second look does not compare it.
    public let isVolatile: Bool
  }

  /// Reads the file; complaints name its line.
  public init(_ source: String, file: String = "schema.sql") throws(Complaint) {
    var reader = SchemaReader(file: file)
    for (index, line) in source.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      try reader.take(String(line), number: index + 1)
    }
    self.source = source
    tables = reader.tables
    creations = reader.statements.filter { $0.hasPrefix("CREATE TABLE") }
    indexes = reader.statements.filter { $0.hasPrefix("CREATE INDEX") }
    views = reader.statements.filter { $0.hasPrefix("CREATE VIEW") }
  }

  public func table(_ name: String) -> Table? { tables.first { $0.name == name } }
}

/// Takes the file line by line: comments before a statement tell of it, a comment behind a column tells of the column.
private struct SchemaReader {
  let file: String
  var tables: [Schema.Table] = []
  var statements: [String] = []
  private var comments: [String] = []
  private var statement: [String] = []
  private var columns: [Schema.Column] = []

  init(file: String) { self.file = file }

  mutating func take(_ line: String, number: Int) throws(Complaint) {
    let text = line.trimmed
    if statement.isEmpty {
      if text.isEmpty { comments = [] }
      if text.hasPrefix("--") { comments.append(String(text.dropFirst(2)).trimmed) }
      if text.isEmpty || text.hasPrefix("--") { return }
    }
    statement.append(line)
    if statement[0].hasPrefix("CREATE TABLE"), statement.count > 1, text != ");" {
      try takeColumns(text, number: number)
    }
    if text.hasSuffix(";") { try finish(number: number) }
  }

  private mutating func takeColumns(_ text: String, number: Int) throws(Complaint) {
    let parts = text.split(separator: "-- ", maxSplits: 1)
    guard parts.count == 2 else {
      throw Complaint(
        file: file, line: number, problem: "a column without a sentence: \(text)",
        remedy: "say behind it what it means and its unit: -- ...")
    }
    let meaning = String(parts[1]).trimmed
    for definition in parts[0].split(separator: ",") {
      guard let name = definition.split(separator: " ").first else { continue }
      columns.append(
        Schema.Column(
          name: String(name), meaning: meaning, isVolatile: meaning.contains("volatile")))
    }
  }

  private mutating func finish(number: Int) throws(Complaint) {
    let words = statement[0].split(separator: " ")
    if statement[0].hasPrefix("CREATE TABLE"), words.count > 2 {
      guard let sources = comments.first(where: { $0.hasPrefix("source:") }) else {
        throw Complaint(
          file: file, line: number, problem: "the table \(words[2]) does not say its source",
          remedy: "write -- source: torque.jobs above it, or -- source: none")
      }
      tables.append(
        Schema.Table(
          name: String(words[2]),
          meaning: comments.filter { !$0.hasPrefix("source:") }.joined(separator: " "),
          sources: sources.dropFirst(7).split(whereSeparator: { $0 == "," || $0 == " " })
            .compactMap { ObservationKind(rawValue: String($0)) },
          columns: columns))
    }
    statements.append(statement.joined(separator: "\n"))
    (comments, statement, columns) = ([], [], [])
  }
}

extension String {
  fileprivate var trimmed: String {
    let start = drop { $0 == " " || $0 == "\t" }
    return String(start.reversed().drop { $0 == " " || $0 == "\t" }.reversed())
  }
}
