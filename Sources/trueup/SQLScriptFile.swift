import Audit
import Configuration
import Model
import Repair
import World

/// What needs the service stopped, as a script for its next stop: the same statements that a repair would make, each harmless
/// where the rows have moved.
enum SQLScriptFile {
  static func write(
    _ path: String, _ plan: Plan, _ ways: Ways, on snapshot: Snapshot, _ configuration: Configuration
  ) throws {
    var parts: [String] = []
    for step in plan.steps where step.act.verb.guards.contains(.serviceStopped) {
      for case .transaction(let transaction) in try ways.deeds(step.act, snapshot) {
        parts.append(
          transaction.script(
            configuration.reach.database.engine.dialect, for: "Step \(step.number): \(step.act.line)",
            schema: configuration.reach.database.schema))
      }
    }
    guard !parts.isEmpty else {
      Terminal.note("\(path) is not written: nothing of the plan needs the service stopped")
      return
    }
    let head = """
      -- trueup repair --sql-out: \(MessageTemplate.visible(plan.site)), \(plan.made.rfc3339)
      -- Run it while the service is stopped, after a copy of its databases was made.


      """
    try Disk.create(path, Array((head + parts.joined(separator: "\n")).utf8))
  }
}

extension Reach.Engine {
  /// The SQL that it speaks.
  fileprivate var dialect: SQLDialect {
    switch self {
    case .embedded, .derbyServer, .derbyCopy, .none: .derby
    case .postgresql: .postgresql
    case .sqlite: .sqlite
    }
  }
}
