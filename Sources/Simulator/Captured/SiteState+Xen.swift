import Model

/// dom0 of the nodes (`domain/xen.md`, measured on Xen 4.17).
extension SiteState {
  /// Guests, by the list of domains or else by that of their configurations; Domain-0 and what is dying already are none.
  func guests(of node: String) -> [Row] {
    let listed = rows(.xenList, "vmm_domain", of: node)
    let known = listed.isEmpty ? rows(.xenLong, "vmm_domain_config", of: node) : listed
    return known.filter { $0.integer("domid") != 0 && $0.integer("is_dying") != 1 }
  }

  /// What asks xenstored hangs for ever where that is dead.
  func isStoreDead(on node: String) -> Bool {
    let lists = sources.filter { $0.kind == .xenList && $0.node == node }
    return !lists.isEmpty && lists.allSatisfy(\.isSilent)
  }

  // MARK: Memory

  /// Exit status 0 means that the target was stored.
  mutating func setMemory(_ amount: String, of node: String) -> Ending {
    if isStoreDead(on: node) { return .hangs }
    guard let kib = Self.kibibytes(amount) else { return .exit(1, "invalid memory size: \(amount)") }
    let refused = "cannot set domid 0 dynamic max memory to : \(amount)"
    if let maximum = staticMaximum(of: node), kib > maximum {
      let words = "libxl: error: memory_dynamic_max must be less than or equal to memory_static_max"
      return .exit(1, "\(words)\n\(refused)")
    }
    if kib < Self.minimum {
      let words = "libxl: error: New target \(kib) for dom0 is below the minimum threshold"
      return .exit(1, "\(words)\n\(refused)")
    }
    memory[node]?.set(kib)
    note(.memorySet(node: node, kib: kib))
    return .done
  }

  mutating func nudge(_ below: String, _ target: String, of node: String) -> Ending {
    let first = setMemory(below, of: node)
    guard first == .done else { return first }
    advance(by: .seconds(1))
    return setMemory(target, of: node)
  }

  /// LIBXL_MIN_DOM0_MEM
  private static let minimum: Int64 = 128 * 1024

  /// MiB without a suffix, whatever the manual page says; whole numbers only.
  static func kibibytes(_ amount: String) -> Int64? {
    let suffix = amount.last.map { $0.lowercased() } ?? ""
    let digits = suffix.first?.isNumber == true ? amount[...] : amount.dropLast()
    guard let number = Int64(digits), number >= 0 else { return nil }
    let factors: [String: Int64] = ["k": 1, "m": 1024, "g": 1024 * 1024, "t": 1024 * 1024 * 1024]
    guard let factor = suffix.first?.isNumber == true ? 1024 : factors[suffix] else { return nil }
    let (product, overflow) = number.multipliedReportingOverflow(by: factor)
    return overflow ? nil : product
  }

  private func staticMaximum(of node: String) -> Int64? {
    let stored = rows(.xenStore, "vmm_store", of: node).first { $0.integer("domid") == 0 }
    let configured = rows(.xenLong, "vmm_domain_config", of: node).first { $0.integer("domid") == 0 }
    return stored?.integer("static_maximum_kib") ?? configured?.integer("maximum_kib")
  }

  // MARK: Domains

  /// By number or by name. Record, DHCP entry and images of a machine stay behind, and dom0 gets nothing of its memory.
  mutating func destroyDomain(_ domain: String, on node: String) -> Ending {
    if isStoreDead(on: node) { return .hangs }
    if domain == "0" || domain == "Domain-0" { return .exit(1, "Not destroying domain 0; use -f to force.") }
    let all = rows(.xenList, "vmm_domain", of: node) + rows(.xenLong, "vmm_domain_config", of: node)
    let isThere = all.contains { $0.text("domid") == domain || $0.text("name") == domain }
    guard isThere else {
      guard Int64(domain) != nil else { return .exit(1, "\(domain) is an invalid domain identifier (rc=-6)") }
      return .exit(1, "libxl: error: Domain \(domain):Non-existant domain\ndestroy failed (rc=-21)")
    }
    // A zombie stays one.
    let living = guests(of: node).first { $0.text("domid") == domain || $0.text("name") == domain }
    if let living { remove(living, of: node) }
    advance(by: .seconds(1))
    return .done
  }

  /// Takes a guest out of all that is printed of it, and gives Xen its memory.
  mutating func remove(_ guest: Row, of node: String) {
    guard let domid = guest.integer("domid"), domid != 0 else { return }
    let configured = rows(.xenLong, "vmm_domain_config", of: node).first { $0.integer("domid") == domid }
    let uuid = configured?.text("uuid")
    memory[node]?.release(guest.integer("memory_kib") ?? configured?.integer("maximum_kib") ?? 0)
    edit(.xenList, "vmm_domain", of: node) { document, row in
      if row.integer("domid") == domid { document.remove(row.bytes) }
    }
    edit(.xenLong, "vmm_domain_config", of: node) { document, row in
      if row.integer("domid") == domid { document.remove(document.listed(row.bytes)) }
    }
    edit(.xenStore, of: node) { document in
      let places = ["local/domain/\(domid)", "libxl/\(domid)"] + (uuid.map { ["vm/\($0)"] } ?? [])
      document.removeLines { line in
        let path = line.prefix { $0 != " " }.split(separator: "/")
        // Its back ends are below domain 0: /local/domain/0/backend/console/5.
        let isBackEnd = path.count > 5 && path[3] == "backend" && path[5] == "\(domid)"
        return isBackEnd || places.contains { path.starts(with: $0.split(separator: "/")) }
      }
    }
    note(.domainDestroyed(node: node, domid: domid, name: guest.text("name")))
  }
}

extension Document {
  /// A record of a JSON list with the comma that parts it from its neighbour, and the blanks there; of other forms, itself.
  fileprivate func listed(_ record: Range<Int>) -> Range<Int> {
    let blanks: Set<UInt8> = [9, 10, 13, 32]
    if let comma = bytes[..<record.lowerBound].lastIndex(where: { !blanks.contains($0) }), bytes[comma] == 44
    {
      return comma..<record.upperBound
    }
    if let comma = bytes[record.upperBound...].firstIndex(where: { !blanks.contains($0) }), bytes[comma] == 44
    {
      let next = bytes[(comma + 1)...].firstIndex { !blanks.contains($0) } ?? comma + 1
      return record.lowerBound..<next
    }
    return record
  }
}
