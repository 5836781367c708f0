import SQLite

extension Snapshot {
  /// What dom0 of each node would have with no lease: what it goes for, and what leases are worth; KiB. A node on which that
  /// can't be told is not in it.
  public func baselines() throws(AuditError) -> [String: Int64] {
    do {
      let statement = try database.prepare(
        """
        SELECT node, coalesce(target_kib, dom0_low_kib) + explained_low_kib FROM memory_ledger
        WHERE explained_low_kib = explained_high_kib AND coalesce(target_kib, dom0_low_kib) IS NOT NULL
        """)
      var baselines: [String: Int64] = [:]
      while try statement.step() { baselines[statement.columnText(0) ?? ""] = statement.columnInteger(1) }
      return baselines
    } catch { throw AuditError(error) }
  }
}
