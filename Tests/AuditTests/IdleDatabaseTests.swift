import Model
import SQLite
import Testing

@testable import Audit

@Suite("A snapshot's database, when the snapshot is over")
struct IdleDatabaseTests {
  private static func snapshot() throws -> Snapshot {
    var world = SmallWorld()
    world.looks = [
      SmallWorld.Look(kind: .dbMain, rows: [Row("db_slot", bytes: 0..<9, ["id": .text("a")])])
    ]
    return try world.snapshot()
  }

  @Test("is given away empty, to the same schema")
  func kept() throws {
    let idle = IdleDatabases()
    let database = try Self.snapshot().database
    idle.put(database, SmallWorld.schema)
    let again = try #require(idle.take(SmallWorld.schema))
    #expect(again === database)
    #expect(try !again.prepare("SELECT 1 FROM db_slot").step())
    #expect(try !again.prepare("SELECT 1 FROM observation").step())
    #expect(idle.take(SmallWorld.schema) == nil)
  }

  @Test("is given to nobody while a statement may come back to it")
  func held() throws {
    let (database, statement) = try Self.held(Self.snapshot())
    var others: [Database] = []
    while let other = IdleDatabases.shared.take(SmallWorld.schema) { others.append(other) }
    #expect(!others.contains { ObjectIdentifier($0) == database })
    #expect(try statement.step())
    for other in others { IdleDatabases.shared.put(other, SmallWorld.schema) }
  }

  /// The snapshot is over when this returns.
  private static func held(_ snapshot: consuming Snapshot) throws -> (ObjectIdentifier, Statement) {
    (ObjectIdentifier(snapshot.database), try snapshot.database.prepare("SELECT id FROM db_slot"))
  }
}
