import Commands
import Foundation
import Model
import Testing
import World

@Suite("A script for Derby")
struct DerbyScriptTests {
  private static let tables = [
    ("resources", "id"), ("vms", "id"), ("vm_deployment", "vmid"), ("vm_partitions", "vmid"),
    ("vm_customization", "vmid"), ("default_scheduler_current_tasks", "id"), ("pilot_slots", "vmid"),
  ]

  /// How many rows machine 7 has, how many there are, how many addresses are used, and the owner's bytes.
  private static let count: String = {
    let own = tables.map { "(SELECT COUNT(*) FROM \($0.0) WHERE \($0.1) = 7)" }.joined(separator: " + ")
    let all = tables.map { "(SELECT COUNT(*) FROM \($0.0))" }.joined(separator: " + ")
    return "SELECT 'count' AS a, \(own) AS b, \(all) AS c, (SELECT SUM(used) FROM association_entries) AS d "
      + "FROM SYSIBM.SYSDUMMY1;\n"
  }()

  private static func ij(_ script: String, in folder: String) async throws -> String {
    let file = "\(folder)/script.sql"
    try script.write(toFile: file, atomically: true, encoding: .utf8)
    let ij = [
      "env", "-C", folder, "LC_ALL=C.UTF-8", "JAVA_ARGS=-XX:TieredStopAtLevel=1 -XX:+UseSerialGC", "ij", file,
    ]
    let outcome = await Command(ij, deadline: .seconds(300)).run(clock: ObserverClock())
    try #require(outcome.ending == .exit(0), "\(String(decoding: outcome.stderr, as: UTF8.self))")
    return String(decoding: outcome.stdout, as: UTF8.self)
  }

  /// What was counted, in order.
  private static func counts(_ told: String) -> [[Int]] {
    told.split(separator: "\n").filter { $0.hasPrefix("count") }.map { line in
      line.split(separator: "|").dropFirst().compactMap { Int($0.filter(\.isNumber)) }
    }
  }

  /// How many rows each statement changed between two marks.
  private static func changes(_ told: String, behind mark: Int, of word: String) -> [Int] {
    let sections = told.split(separator: "\n", omittingEmptySubsequences: false)
      .split(omittingEmptySubsequences: false) { $0.hasPrefix(word) }
    guard sections.indices.contains(mark) else { return [] }
    return sections[mark].filter { $0.hasSuffix("inserted/updated/deleted") }
      .compactMap { line in line.split(separator: " ").first { $0 != "ij>" }.flatMap { Int($0) } }
  }

  @Test("does what a program would, says so, and is harmless where the rows have moved")
  func scripts() async throws {
    let scratch = try Scratch()
    let script = try Seen.end().script(.derby, for: "machine.end machine=7\n; DROP TABLE vms", schema: "APP")
    let rows = try Rows.schema() + Rows.main(blob: "CAST(X'00ff27' AS BLOB)")
    let told = try await Self.ij(
      """
      connect 'jdbc:derby:whole;create=true';
      \(rows)
      \(Self.count)
      \(script)
      \(Self.count)
      disconnect;
      connect 'jdbc:derby:moved;create=true';
      \(rows)
      UPDATE resources SET target_state = 8;
      \(Self.count)
      \(script)
      \(Self.count)
      exit;
      """, in: scratch.path)
    // 1 + 1 + 1 + 2 + 2 + 1 + 1 of machine 7, and 6 of the other.
    #expect(Self.counts(told) == [[9, 15, 3], [0, 6, 2], [9, 15, 3], [9, 15, 3]])
    // The first is of SET SCHEMA.
    #expect(Self.changes(told, behind: 1, of: "count") == [0, 1, 1, 1, 2, 2, 1, 1, 1])
    #expect(Self.changes(told, behind: 3, of: "count") == Array(repeating: 0, count: 9))
    let errors = told.split(separator: "\n").filter { $0.hasPrefix("ERROR") }
    #expect(errors.count == 2 && errors.allSatisfy { $0.contains("'FILE_COPY' does not exist") }, "\(errors)")
  }

  @Test("of each verb is understood")
  func verbs() async throws {
    let scratch = try Scratch()
    let main = try Seen(Rows.sqlite())
    let address = ["association": Value.text("public"), "address": .text("192.168.0.5")]
    let transactions = [
      try main.transaction(.freeAddress, address),
      try main.transaction(.alignCounter, ["machine": .integer(8)]),
      try Seen(Rows.sqlite() + "DELETE FROM default_scheduler_workspid;")
        .transaction(.alignCounter, ["machine": .integer(8)]),
    ]
    let close = try Seen.close()
    let told = try await Self.ij(
      """
      connect 'jdbc:derby:main;create=true';
      \(try Rows.schema() + Rows.main(blob: "NULL"))
      VALUES 'mark';
      \(transactions[0].script(.derby))
      \(transactions[1].script(.derby))
      DELETE FROM default_scheduler_workspid;
      \(transactions[2].script(.derby))
      \(transactions[2].script(.derby))
      VALUES 'mark';
      \(Rows.ledger.replacing("1e30", with: "1e10"))
      VALUES 'mark';
      \(close.script(.derby))
      exit;
      """, in: scratch.path)
    #expect(Self.changes(told, behind: 1, of: "mark") == [1, 1, 1, 1, 0])
    #expect(Self.changes(told, behind: 3, of: "mark") == [1])
    #expect(!told.contains("ERROR"), "\(told.suffix(2000))")
  }
}
