public import Model

/// A TOML document that was read, with the bytes it came from, so that a complaint can name a line.
public struct TomlDocument: Sendable {
  /// The file as complaints call it.
  public let file: String
  public let root: TomlTable
  let source: [UInt8]

  /// Reads a document, or says what is wrong with its syntax.
  public init(_ source: [UInt8], file: String) throws(Complaint) {
    self.file = file
    self.source = source
    if let plain = PlainToml.table(source) {
      root = plain
      return
    }
    if let complaint = SourceCheck.complaint(about: source, file: file) { throw complaint }
    root = try TomlBridge.parse(source, file: file)
  }

  /// A document that stands in no file: what a command line or the environment says.
  public init(_ root: TomlTable, named name: String) {
    file = name
    self.root = root
    source = []
  }

  /// The lines on which values stand, or the nearest things around them.
  public func lines(of paths: [TomlPath]) -> [Int?] {
    let places = TomlPlaces(source)
    return paths.map(places.line(of:))
  }

  /// Turns the document into whatever `body` makes of it. All complaints are collected, and every key that
  /// `body` did not ask for is one.
  public func decode<Decoded>(_ body: (inout TomlReader) -> Decoded) -> TomlDecoded<Decoded> {
    var reader = TomlReader(root, at: TomlPath())
    let value = body(&reader)
    reader.finish()
    if reader.complaints.isEmpty && reader.unknownKeys.isEmpty {
      return TomlDecoded(value: value, complaints: [], unknownKeys: [])
    }
    let places = TomlPlaces(source)
    return TomlDecoded(
      value: value, complaints: placed(reader.complaints, places),
      unknownKeys: placed(reader.unknownKeys, places))
  }

  private func placed(_ list: NoteList, _ places: TomlPlaces) -> [Complaint] {
    let complaints = list.notes.map { note in
      Complaint(
        file: file, line: places.line(of: note.path), problem: note.problem, remedy: note.remedy)
    }
    guard list.more > 0 else { return complaints }
    let rest = Complaint(
      file: file, line: complaints.last?.line, problem: "and \(list.more) more", remedy: "mend these first"
    )
    return complaints + [rest]
  }
}

/// What a document was turned into, and what is wrong with it.
public struct TomlDecoded<Decoded> {
  /// Only to be believed when there are no complaints: what was missing is empty in it.
  public let value: Decoded
  /// Wrong or missing values.
  public let complaints: [Complaint]
  /// Keys nobody asked for: an error in a file that a person writes, a remark in one that a newer version
  /// wrote.
  public let unknownKeys: [Complaint]

  /// The value, when nothing at all is wrong.
  public func strict() throws(Complaints) -> Decoded {
    let all = complaints + unknownKeys
    if all.isEmpty { return value }
    throw Complaints(all.sorted { ($0.line ?? 0, $0.problem) < ($1.line ?? 0, $1.problem) })
  }
}

extension TomlDecoded: Sendable where Decoded: Sendable {}
