internal import Model
internal import World

/// The addresses that are free again when a machine ends: those that it was leased, and that no other machine has too.
struct MachineAddresses {
  private struct Lease: Hashable {
    let entry: [Transaction.Cell]
    /// The row of another machine that has it.
    let holder: Transaction.Condition.Other
  }

  private let leases: [Lease]

  /// Out of the machine's own list of interfaces, by which the service frees them.
  init(of machine: Int64, _ facts: Persistence.Facts) throws(DeedRefusal) {
    let others = try facts.rows("db_nic").filter { $0.integer("machine") != machine }
    let entries = try facts.rows("db_address")
    var leases: [Lease] = []
    for interface in try Self.interfaces(of: machine, facts) {
      guard interface.method == "AllocateAndConfigure", let association = interface.association,
        let address = interface.address
      else { continue }
      let isHeld = others.contains {
        $0.text("address") == address && ($0.text("association") ?? association) == association
      }
      let isLeased = entries.contains {
        $0.text("association") == association && $0.text("address") == address && $0.integer("is_used") == 1
      }
      guard isLeased, !isHeld else { continue }
      leases.append(
        Lease(
          entry: try Self.entry(association, address),
          holder: try Self.holder(of: address, in: association, but: machine, isThere: false)))
    }
    self.leases = leases.uniqued
  }

  private static func interfaces(
    of machine: Int64, _ facts: Persistence.Facts
  ) throws(DeedRefusal) -> [NetworkInterface] {
    var found: [NetworkInterface] = []
    for row in try facts.rows("db_vm") where row.integer("machine") == machine {
      guard let network = row.text("network") else { continue }
      do throws(CellDefect) {
        found += try NetworkInterface.all(in: Array(network.utf8)[...])
      } catch {
        throw DeedRefusal("the interfaces of machine \(machine) can't be told: \(error.problem)")
      }
    }
    return found
  }

  func freeing(while others: [Transaction.Condition.Other]) -> [Transaction.Change] {
    leases.enumerated().map { index, lease in
      let before = Self.marks(leases[..<index], 0)
      let behind = Self.marks(leases[(index + 1)...], 1)
      return Transaction.Change(
        .update([Self.used(0)]), MainTables.addresses.name,
        where: Transaction.Condition(
          lease.entry + [Self.used(1)], others: [lease.holder] + before + behind + others))
    }
  }

  /// How they are once they were freed.
  var freed: [Transaction.Condition.Other] { Self.marks(leases[...], 0) }

  private static func marks(_ leases: ArraySlice<Lease>, _ mark: Int64) -> [Transaction.Condition.Other] {
    leases.map {
      Transaction.Condition.Other(MainTables.addresses.name, $0.entry + [used(mark)], isThere: true)
    }
  }

  static func entry(_ association: String, _ address: String) throws(DeedRefusal) -> [Transaction.Cell] {
    [
      Transaction.Cell("association", try SeenRow.literal(association)),
      Transaction.Cell("ipaddress", try SeenRow.literal(address)),
    ]
  }

  static func used(_ flag: Int64) -> Transaction.Cell { Transaction.Cell("used", String(flag)) }

  /// A machine that has an address. The fields of an interface are parted by `;`, the association before the address.
  static func holder(
    of address: String, in association: String, but machine: Int64? = nil, isThere: Bool
  ) throws(DeedRefusal) -> Transaction.Condition.Other {
    guard let pattern = SQLLiteral.pattern([";\(association);", ";\(address);"]) else {
      throw DeedRefusal("the name of the address has a NUL in it")
    }
    var tests = [Transaction.Condition.Test("network", .resembles, pattern)]
    if let machine { tests.append(Transaction.Condition.Test("id", .differs, String(machine))) }
    return Transaction.Condition.Other(MainTables.virtualMachines.name, [], tests: tests, isThere: isThere)
  }
}
