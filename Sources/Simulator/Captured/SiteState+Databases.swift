import Model
import SQLite
import World

/// The service's databases, which are what their sources print.
extension SiteState {
  /// The source that a database is kept in, if it was seen whole: what was cut can't be printed whole again.
  func database(_ kind: ObservationKind) throws(Refusal) -> Source {
    guard let source = sources.first(where: { $0.kind == kind && !$0.isFailed }) else {
      throw Refusal("not simulated: a database that could not be read")
    }
    guard source.isWhole else {
      throw Refusal("not simulated: a database that was not seen whole")
    }
    return source
  }

  /// Keeps what was committed, unless somebody else was quicker.
  mutating func commit(_ kind: ObservationKind, from before: [UInt8], to after: [UInt8]) -> Bool {
    guard let place = sources.firstIndex(where: { $0.kind == kind && $0.observation.stdout == before }) else {
      return false
    }
    sources[place].edit(read: read) { $0.bytes = after }
    note(.rowsChanged(database: kind))
    return true
  }

  /// Lets the service write. Where its database can't be written in this world, it says so.
  mutating func write(
    _ kind: ObservationKind, _ work: (Database) throws(SQLiteError) -> Void
  ) throws(Refusal) {
    let before = try database(kind).observation.stdout
    let database = try Database.captured(before)
    let after = try Refusal.telling { () throws(SQLiteError) in
      try work(database)
      return try database.printed(like: before)
    }
    _ = commit(kind, from: before, to: after)
  }
}
