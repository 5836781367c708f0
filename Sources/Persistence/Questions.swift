public import Model

extension Persistence {
  /// A query on the snapshot whose rows are what an act must know of one of its tables.
  public struct Question: Hashable, Sendable {
    /// A table of `Rules/schema.sql`; of it, all columns.
    public let table: String
    /// The part behind `WHERE`.
    public let condition: String
    /// By the names in it, with their colon.
    public let parameters: [String: Value]

    public var query: String { "SELECT * FROM \(table) WHERE \(condition)" }

    init(_ table: String, where condition: String, _ parameters: [String: Value]) {
      self.table = table
      self.condition = condition
      self.parameters = parameters.filter { condition.contains($0.key) }
    }
  }

  /// What must be asked of a fresh snapshot before `deeds` of the act; none for an act that is none of this package's. Each
  /// table is asked once.
  public static func questions(about act: Act) -> [Question] {
    func ask(_ tables: KeyValuePairs<String, String>) -> [Question] {
      let parameters = Dictionary(uniqueKeysWithValues: act.arguments.map { (":\($0.name)", $0.value) })
      return tables.map { Question($0.key, where: $0.value, parameters) }
    }
    switch act.verb {
    case .endMachine:
      let its = "machine = :machine"
      let addresses = "address IN (SELECT n.address FROM db_nic n WHERE n.machine = :machine)"
      return ask([
        "db_machine": "id = :machine", "db_vm": its, "db_deployment": its, "db_partition": its,
        "db_slot": its,
        "db_schedule": its, "db_ensemble_pending": its, "db_nic": addresses, "db_address": addresses,
      ])
    case .endSlot:
      return ask([
        "db_slot": "id = :slot", "db_machine": "id IN (SELECT s.machine FROM db_slot s WHERE s.id = :slot)",
      ])
    case .freeAddress, .markAddress:
      let it = "association = :association AND address = :address"
      return ask([
        "db_address": it, "db_nic": it, "db_vm": "machine IN (SELECT n.machine FROM db_nic n WHERE n.\(it))",
      ])
    case .recountNode:
      return ask([
        "db_node": "node = :node", "db_vm": "node = :node",
        "db_deployment": "machine IN (SELECT v.machine FROM db_vm v WHERE v.node = :node)",
      ])
    case .alignCounter: return ask(["db_counter": "name = 'last_machine'"])
    case .resetCursor:
      return ask(["db_notification_sink": "file = :file", "db_counter": "name LIKE '%notification_position'"])
    case .closeAccount: return ask(["db_account": "uuid = :uuid"])
    case .drainNode, .undrainNode, .deleteJob, .endPilot, .removeGuest, .setDom0Memory, .nudgeDom0,
      .destroyMachine,
      .purgeJob, .clearMomJob, .destroyDomain, .removeResidue:
      return []
    }
  }
}
