import Model
import Testing
import World

/// The fixtures are what TORQUE told of a site, told again in OpenPBS's way: so the rows must be the same.
@Suite("What OpenPBS tells again of what TORQUE told")
struct SameFactsTests {
  /// The numbers of the states within a state are each system's own, and so is the way to ask for nodes.
  private static let own: Set<String> = ["substate", "nodes_requested"]

  @Test(
    "gives the same jobs, on the same nodes",
    arguments: [
      ("jobs/mix.json", "mix-qstat-f-x.xml"), ("jobs/older.json", "mix-qstat-f-x.xml"),
      ("jobs/history.json", "storm-after-qstat-f-x.xml"),
    ])
  func jobs(_ told: String, _ before: String) throws {
    let outcome = try read(.torqueJobs, file("parsers/openpbs/\(told)"))
    #expect(outcome.isComplete, "\(outcome.problems)")
    #expect(outcome.reading.remarks == [])
    let torque = try readTorque(.torqueJobs, "raw/torque/\(before)")
    #expect(torque.count > 20)
    #expect(outcome.rows.map { $0.told(without: Self.own) } == torque.map { $0.told(without: Self.own) })
    #expect(outcome.rows.allSatisfy { $0.defects == [] && !$0.isAmbiguous })
  }

  @Test(
    "gives the same nodes with the same jobs",
    arguments: [
      ("nodes/idle.json", "idle-pbsnodes-x.xml"), ("nodes/mix.json", "mix-pbsnodes-x.xml"),
      ("nodes/down.json", "mom-killed-pbsnodes-x.xml"),
    ])
  func nodes(_ told: String, _ before: String) throws {
    let outcome = try read(.torqueNodes, file("parsers/openpbs/\(told)"))
    #expect(outcome.isComplete, "\(outcome.problems)")
    let torque = try readTorque(.torqueNodes, "raw/torque/\(before)")
    // OpenPBS has no properties, no reports of MOMs, words of its own for a busy node, and jobs without their slots.
    let unlike: Set<String> = ["properties", "status_ms", "status_jobs", "state", "processors"]
    func facts(_ rows: [Row]) -> [String] {
      rows.map { row in
        row.table.description == "lrms_node"
          ? row.told(without: unlike.subtracting(["processors"])) : row.told(without: unlike)
      }
    }
    #expect(facts(outcome.rows) == facts(torque))
    #expect(outcome.rows.contains { $0.integer("is_down") == 1 } == told.contains("down"))
  }
}
