internal import Model

/// How one table of the service's database becomes rows of the snapshot. The values of this type, in
/// `MainTables` and `AccountingTables`, are the only place that knows both sides' names.
final class TableMap: Sendable {
  /// Their table, in lower case: Derby shouts, and PostgreSQL and SQLite do not.
  let name: String
  /// Ours, a table of `Rules/schema.sql`.
  let table: StaticString
  /// Columns of ours that are the same in every row.
  let constants: [(column: StaticString, value: Value)]
  /// Their columns in the order of TP2.2, in which the service itself inserts by position.
  let original: [ColumnMap]
  /// Columns that came with later releases, up to 2.10.1.
  let added: [ColumnMap]
  /// The columns that we read, of both.
  let read: [ColumnMap]

  init(
    _ name: String, fills table: StaticString,
    constants: [(column: StaticString, value: Value)] = [],
    _ original: [ColumnMap], added: [ColumnMap] = []
  ) {
    self.name = name
    self.table = table
    self.constants = constants
    self.original = original
    self.added = added
    read = (original + added).filter(\.use.isRead)
  }

  /// Every table of the snapshot that its rows go to.
  var fills: [String] {
    read.contains { $0.conversion == .network }
      ? [table.description, "db_nic"] : [table.description]
  }

  func knows(_ column: String) -> Bool {
    original.contains { $0.name == column } || added.contains { $0.name == column }
  }
}

/// How one column of theirs becomes columns of ours.
struct ColumnMap: Sendable {
  enum Use: Sendable {
    /// Without it the record says nothing.
    case key
    case value
    /// Known, and of no use to any rule; its bytes are stepped over.
    case unread
    /// Users' secrets may be in it: stepped over, not asked for and never kept.
    case secret

    var isRead: Bool { self == .key || self == .value }
  }

  /// Their name, in lower case.
  let name: String
  let use: Use
  let conversion: Conversion
  /// Ours, as many as the conversion makes.
  let fills: [StaticString]

  static func key(_ name: String, _ conversion: Conversion, _ fills: StaticString...) -> ColumnMap {
    ColumnMap(name: name, use: .key, conversion: conversion, fills: fills)
  }

  static func value(_ name: String, _ conversion: Conversion, _ fills: StaticString...) -> ColumnMap {
    ColumnMap(name: name, use: .value, conversion: conversion, fills: fills)
  }

  static func unread(_ name: String) -> ColumnMap {
    ColumnMap(name: name, use: .unread, conversion: .text, fills: [])
  }

  static func secret(_ name: String) -> ColumnMap {
    ColumnMap(name: name, use: .secret, conversion: .text, fills: [])
  }
}

/// What a column holds and what becomes of it.
enum Conversion: Sendable {
  /// Text as it is.
  case text
  /// The name of a node, for the snapshot to canonicalise; fills, if there is a second, the name as it is.
  case node
  /// A hardware address; lower case, `ANY` and `null` are none.
  case mac
  /// A whole number.
  case integer
  /// 0 or 1.
  case flag
  /// A number with a fraction.
  case real
  /// Milliseconds since the epoch; 0 is "never" or "not yet".
  case moment
  /// Milliseconds since the epoch; the accounting ledger keeps them as floating point.
  case instant
  /// MB, which are MiB, as a whole number or (from 2.5) as whole floating point; becomes KiB.
  case mebibytes
  /// A state number; fills the number, its name and, if there is a third, whether it is a corrupted state.
  case state
  /// A job's handle; fills the text, the number and the server.
  case job
  /// The encoded interfaces; fills the text, and each interface becomes a row of `db_nic`.
  case network
}
