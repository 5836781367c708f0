import Foundation
import Model
import Persistence
import SQLite
import World

/// The service's database in SQLite, what the door sees of it, and what a transaction does to it.
struct Records {
  let kind: ObservationKind
  let database: Database

  init(_ statements: String, _ kind: ObservationKind = .dbMain) throws {
    self.kind = kind
    database = try Database()
    try database.execute(statements)
  }

  /// The tables of TP2.2, with some rows.
  static func ofTP22(_ rows: String) throws -> Records {
    let schema = Fixture.folder.appending(path: "../../tp2.2.sql")
    return try Records(try String(contentsOf: schema, encoding: .utf8) + rows)
  }

  /// What an audit would have seen of an act's rows: the door's rows in a table of each kind, asked by the act's questions.
  func facts(for act: Act) throws -> Persistence.Facts {
    let snapshot = try Database()
    try snapshot.execute(Self.schema)
    var list = RowList()
    _ = Persistence.read(RawObservation(kind: kind, stdout: try database.serialize()), into: &list)
    var names = NodeNames()
    for row in list.rows {
      let columns = row.fields.map(\.column.description)
      let insert = try snapshot.prepare(
        "INSERT INTO \(row.table) (\(columns.joined(separator: ", "))) "
          + "VALUES (\(columns.map { _ in "?" }.joined(separator: ", ")))")
      try insert.bind(
        row.fields.map { field in
          if case .node(let name) = field.value { Value.text(names.canonical(name)) } else { field.value }
        })
      try insert.run()
    }
    var tables: [String: [[String: Value]]] = [:]
    for question in Persistence.questions(about: act) {
      let query = try snapshot.prepare(question.query)
      for (name, value) in question.parameters { try query.bind(value, to: name) }
      tables[question.table] = []
      while try query.step() {
        let row = query.columnNames.enumerated().map { ($1, query.column($0)) }
        tables[question.table]?.append(Dictionary(uniqueKeysWithValues: row))
      }
    }
    return Persistence.Facts(tables)
  }

  private static let schema: String = {
    let file = Fixture.folder.appending(path: "../../../Rules/schema.sql")
    return (try? String(contentsOf: file, encoding: .utf8)) ?? ""
  }()

  /// The one transaction of an act.
  func transaction(_ act: Act, _ service: Reach.Service = Reach.Service()) throws -> Transaction {
    let deeds = try Persistence.deeds(for: act, on: facts(for: act), service)
    let transactions = deeds.compactMap {
      if case .transaction(let transaction) = $0 { transaction } else { nil }
    }
    guard let transaction = transactions.first, transactions.count == 1 else {
      throw NotOne(count: deeds.count)
    }
    return transaction
  }

  struct NotOne: Error { let count: Int }

  /// All of it, or nothing; whether it was all.
  func perform(_ transaction: Transaction) throws -> Bool {
    try database.execute("BEGIN")
    for change in transaction.changes {
      let isThere = try tables().contains(change.table)
      if !isThere, change.mayLackTable { continue }
      try database.execute(change.statement(for: .sqlite))
      let count = try database.prepare("SELECT changes()")
      _ = try count.step()
      guard change.expected.contains(Int(count.columnInteger(0))) else {
        try database.execute("ROLLBACK")
        return false
      }
    }
    try database.execute("COMMIT")
    return true
  }

  /// The statements of a script one by one, as a shell runs them: an error ends nothing.
  func run(_ transaction: Transaction) throws {
    for change in transaction.changes { try? database.execute(change.statement(for: .sqlite)) }
  }

  func tables() throws -> [String] {
    let query = try database.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")
    var names: [String] = []
    while try query.step() { names.append(query.columnText(0) ?? "") }
    return names
  }

  /// Every row of every table, in an order of their own.
  func rows() throws -> [String] {
    var rows: [String] = []
    for table in try tables() {
      let query = try database.prepare("SELECT * FROM \(table)")
      while try query.step() {
        let cells = query.columnNames.enumerated().map { "\($1)=\(query.column($0).shown)" }
        rows.append("\(table) \(cells.joined(separator: " "))")
      }
    }
    return rows.sorted()
  }

  func copy() throws -> Records { try Records(kind, copyOf: database) }

  private init(_ kind: ObservationKind, copyOf other: Database) throws {
    self.kind = kind
    database = try Database(deserializing: try other.serialize(), readOnly: false)
  }
}

/// What is gone and what is new between two lists of rows.
func difference(_ before: [String], _ after: [String]) -> (gone: [String], new: [String]) {
  let change = after.difference(from: before)
  var gone: [String] = []
  var new: [String] = []
  for step in change {
    switch step {
    case .remove(_, let row, _): gone.append(row)
    case .insert(_, let row, _): new.append(row)
    }
  }
  return (gone.sorted(), new.sorted())
}

func act(_ verb: Verb, _ arguments: [String: Value]) throws -> Act {
  guard let act = Act(verb, arguments) else { throw Records.NotOne(count: 0) }
  return act
}
