import SQLite

extension Snapshot {
  /// Nodes that the batch system calls down or offline: nobody expects to see them.
  public func nodesAway() throws(AuditError) -> Set<String> {
    do {
      return Set(
        try database.strings(
          "SELECT node FROM lrms_node WHERE node IS NOT NULL AND (is_down = 1 OR is_offline = 1)"))
    } catch { throw AuditError(error) }
  }
}
