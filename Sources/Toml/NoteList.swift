/// The first of many notes, and how many more there were: a list of a million numbers in place of texts is not a million
/// complaints.
struct NoteList {
  private static let limit = 1000

  private(set) var notes: [TomlReader.Note] = []
  private(set) var more = 0

  var isEmpty: Bool { notes.isEmpty }

  mutating func add(_ note: @autoclosure () -> TomlReader.Note) {
    if notes.count < Self.limit { notes.append(note()) } else { more += 1 }
  }

  static func += (list: inout NoteList, other: NoteList) {
    for note in other.notes { list.add(note) }
    list.more += other.more
  }
}
