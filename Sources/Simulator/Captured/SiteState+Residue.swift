import Model
import World

/// What guests leave on a node outside Xen, and workspace-control, which removes it (`domain/nimbus.md` 7).
extension SiteState {
  /// 0, or 18 where there was neither a record nor a guest, or 27 where there was a record and no guest. From 2.3 on
  /// nothing at all counts as success, and a guest without a record can't be removed.
  mutating func removeGuest(_ name: String, on node: String) -> Ending {
    if isStoreDead(on: node) { return .hangs }
    let guest = guests(of: node).first { $0.text("name") == name }
    let hasRecord = hasRecord(of: name, on: node)
    if isNewer, guest != nil, !hasRecord {
      return .exit(3, "\(name) is running, but there is no record of it")
    }
    if let guest { remove(guest, of: node) }
    removeAll(of: name, on: node)
    advance(by: .seconds(2))
    if guest != nil || (isNewer && !hasRecord) { return .done }
    return hasRecord
      ? .exit(27, "\(name): the machine is gone already") : .exit(18, "\(name): no such machine")
  }

  /// Where nobody looked, the machines that the service could not destroy are those without one (F20).
  private func hasRecord(of name: String, on node: String) -> Bool {
    let isUndead = rows(.dbMain, "db_machine").contains {
      $0.integer("state") == -128 && name == "wrksp-\($0.text("id") ?? "")"
    }
    return !isUndead && names(of: "record", on: node).contains(name)
  }

  private func names(of kind: String, on node: String) -> [String] {
    rows(.nodeResidue, "node_residue", of: node).compactMap {
      $0.text("kind") == kind ? $0.text("name") : nil
    }
  }

  /// 2.7 added columns to the machines, which is how an agent of 2.3 or later shows.
  private var isNewer: Bool {
    sources.contains { $0.kind == .dbMain && Document($0.observation.stdout).contains("charge_ratio") }
  }

  /// The record knows its addresses. Where the machine's own are on record no more, entries that are of no machine's are
  /// taken for its own, if no other record is without one.
  private mutating func removeAll(of name: String, on node: String) {
    var hosts = addresses(of: name).compactMap { $0.text("address") }
    if hosts.isEmpty, names(of: "record", on: node).filter({ addresses(of: $0).isEmpty }) == [name] {
      let held = Set(rows(.dbMain, "db_nic").compactMap { $0.text("address") })
      hosts = rows(.nodeResidue, "node_residue", of: node).compactMap { $0.text("address") }
        .filter { !held.contains($0) }
    }
    removeResidue(on: node) { row in
      row.text("kind") == "dhcp" ? row.text("address").map(hosts.contains) ?? false : row.text("name") == name
    }
  }

  /// `host NAME { ... }` out of the DHCP server's configuration.
  mutating func forgetHost(_ name: String, on node: String) -> Ending {
    removeResidue(on: node) { $0.text("kind") == "dhcp" && $0.text("name") == name }
    return .done
  }

  private mutating func removeResidue(on node: String, where isMeant: (Row) -> Bool) {
    let gone = rows(.nodeResidue, "node_residue", of: node).filter(isMeant)
    edit(.nodeResidue, "node_residue", of: node) { document, row in
      guard isMeant(row) else { return }
      let path = row.text("path")
      if row.text("kind") == "ebtables", let path { return document.removeChain(path) }
      document.remove(document.wholeLines(row.bytes))
      if let path { document.removePath(path) }
    }
    for row in gone {
      note(.residueRemoved(node: node, kind: row.text("kind") ?? "", name: row.text("name") ?? ""))
    }
  }
}
