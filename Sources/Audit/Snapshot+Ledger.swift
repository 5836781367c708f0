public import Model
import RuleBook
import SQLite

extension Snapshot {
  /// The memory of each node, in the order of their names. Where something that a line rests on was not wholly seen, it has
  /// no residual: the lease that explains it may be in what is missing.
  public func ledger() throws(AuditError) -> [MemoryLine] {
    do {
      let statement = try database.prepare(
        """
        SELECT node, baseline_kib, baseline_from, dom0_low_kib, dom0_high_kib, total_kib, free_kib, leases,
          explained_low_kib, explained_high_kib, guests, guests_low_kib, guests_high_kib, residual_low_kib,
          residual_high_kib, missing_kib, class
        FROM memory_ledger ORDER BY node
        """)
      var lines: [MemoryLine] = []
      while try statement.step() { lines.append(line(of: statement)) }
      return lines
    } catch { throw AuditError(error) }
  }

  private func line(of row: Statement) -> MemoryLine {
    func memory(_ place: Int) -> Kibibytes? {
      if case .integer(let count) = row.column(place) { Kibibytes(count) } else { nil }
    }
    func interval(from place: Int) -> ClosedRange<Kibibytes>? {
      guard let low = memory(place), let high = memory(place + 1) else { return nil }
      return min(low, high)...max(low, high)
    }
    var line = MemoryLine(node: row.columnText(0) ?? "")
    line.baseline = memory(1)
    line.baselineFrom = row.columnText(2)
    line.dom0 = interval(from: 3)
    line.total = memory(5)
    line.free = memory(6)
    line.unseen = unseen(of: line.node)
    if line.unseen == nil {
      line.leases = Int(row.columnInteger(7))
      line.leased = interval(from: 8)
      line.guests = Int(row.columnInteger(10))
      line.guestMemory = interval(from: 11)
      line.residual = interval(from: 13)
      line.missing = memory(15)
      line.kind = row.columnText(16)
    }
    return line
  }

  /// What the ledger reads, and of it what the node has for itself.
  private static let ledgerTables = [
    "vmm_domain", "vmm_host", "memory_sample", "pilot_process", "lrms_job", "lrms_allocation", "db_slot",
    "db_deployment",
  ]

  /// Why a line of the ledger can't be told; nil where all of it was seen that the site has.
  private func unseen(of node: String) -> String? {
    for table in Self.ledgerTables {
      for source in schema.table(table)?.sources ?? [] {
        for case .unseen(let reason) in board.states(source, node: node) { return reason }
      }
    }
    return nil
  }
}
