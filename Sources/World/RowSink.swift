public import Model

/// Where a parser puts what it found, row by row: a large source is never held twice.
public protocol RowSink {
  mutating func insert(_ row: Row)
}

/// Keeps the rows, for whoever wants to look at them.
public struct RowList: RowSink {
  public private(set) var rows: [Row] = []

  public init() {}

  public mutating func insert(_ row: Row) { rows.append(row) }
}
