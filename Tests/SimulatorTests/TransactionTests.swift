import Model
import Persistence
import SQLite
import Simulator
import Synchronization
import Testing
import World

@Suite("A transaction on a simulated database")
struct TransactionTests {
  private typealias Cell = Transaction.Cell
  typealias Change = Transaction.Change
  private typealias Condition = Transaction.Condition

  private let orphan = Scenario(name: "slot-gone")

  private static func delete(
    _ table: String, _ cells: Cell..., others: [Condition.Other] = [], lacking: Bool = false
  )
    -> Change
  {
    Change(.delete, table, where: Condition(cells, others: others), mayLackTable: lacking)
  }

  private static let end = Transaction(
    database: .dbMain,
    changes: [
      delete("pilot_slots", Cell("vmid", "8"), Cell("nodename", "NULL"), Cell("pending", "1")),
      delete("file_copy", Cell("vmid", "8"), lacking: true),
      Change(
        .update([Cell("used", "0")]), "association_entries",
        where: Condition([
          Cell("association", "'public'"), Cell("ipaddress", "'192.168.0.3'"), Cell("used", "1"),
        ])),
      delete("vms", Cell("id", "8")),
      delete(
        "resources", Cell("id", "8"), Cell("state", "0"),
        others: [
          Condition.Other("pilot_slots", [Cell("vmid", "8")], isThere: false),
          Condition.Other("resources", [Cell("id", "7")], isThere: true),
        ]),
    ])

  private func perform(_ transaction: Transaction, on site: SimulatedSite) async -> (
    Deed.Outcome, [FormerRows]
  ) {
    let kept = Mutex<[FormerRows]>([])
    let outcome = await site.perform(.transaction(transaction)) { rows in kept.withLock { $0 += rows } }
    return (outcome, kept.withLock { $0 })
  }

  @Test("changes its rows and no other, and is printed as the shell dumps it")
  func committed() async throws {
    let site = try orphan.site()
    let before = await site.text(.dbMain)
    let (outcome, _) = await perform(Self.end, on: site)
    #expect(outcome == .done)
    let after = await site.text(.dbMain)
    let gone = Set(before.split(separator: "\n")).subtracting(after.split(separator: "\n"))
    let new = Set(after.split(separator: "\n")).subtracting(before.split(separator: "\n"))
    #expect(gone.count == 4)
    #expect(new.count == 1)
    #expect(new.first?.contains("'192.168.0.3','A2:AA:BB:00:00:03','pub03'") == true)
    #expect(new.first?.hasSuffix(",0);") == true)
    #expect(await site.rows(.dbMain, "db_machine").map { $0.number("id") } == [7, 9])
    #expect(site.effects.map(\.change) == [.rowsChanged(database: .dbMain)])
  }

  @Test("gives what was there before, all columns of it, and is undone by it")
  func former() async throws {
    let site = try orphan.site()
    let before = await site.text(.dbMain)
    let (_, rows) = await perform(Self.end, on: site)
    #expect(rows.map(\.table) == ["pilot_slots", "association_entries", "vms", "resources"])
    #expect(rows.first?.rows.first?.map(\.column).first == "id")
    #expect(rows.first?.rows.first?.last == Cell("nodename", "NULL"))
    #expect(rows.last?.rows.first?.count == 15)
    let back = rows.reversed().flatMap { former in
      former.rows.map { row in
        switch former.action {
        case .update:
          Change(
            .update(row.filter { $0.column == "used" }), former.table,
            where: Condition(row.filter { $0.column != "used" }))
        case .delete, .insert:
          Change(
            .insert(row), former.table,
            where: Condition([], others: [Condition.Other(former.table, row, isThere: false)]))
        }
      }
    }
    let (outcome, _) = await perform(Transaction(database: .dbMain, changes: back), on: site)
    #expect(outcome == .done)
    #expect(Set(await site.text(.dbMain).split(separator: "\n")) == Set(before.split(separator: "\n")))
    let (again, _) = await perform(Transaction(database: .dbMain, changes: back), on: site)
    #expect(again == .failed("resources: 0 rows, expected 1 to 1"))
  }

  @Test(
    "is rolled back whole where one of its rows is not as it was seen, or a table is not there",
    arguments: [
      (Self.delete("resources", Cell("id", "8"), Cell("state", "8")), "resources: 0 rows, expected 1 to 1"),
      (Self.delete("pilot_slots"), "pilot_slots: 2 rows, expected 1 to 1"),
      (Self.delete("file_copy", Cell("vmid", "8")), "no such table: file_copy"),
      (
        Self.delete(
          "resources", Cell("id", "8"), others: [Condition.Other("vms", [Cell("id", "7")], isThere: false)]),
        "resources: 0 rows, expected 1 to 1"
      ),
    ])
  func mismatch(_ change: Change, _ words: String) async throws {
    let site = try orphan.site()
    let before = await site.text(.dbMain)
    let first = Self.end.changes.prefix(1)
    let (outcome, kept) = await perform(Transaction(database: .dbMain, changes: first + [change]), on: site)
    #expect(outcome == .failed(words))
    #expect(kept.isEmpty)
    #expect(await site.text(.dbMain) == before)
    #expect(site.effects.isEmpty)
  }

  @Test("is rolled back where what was there can't be kept")
  func unkept() async throws {
    struct DiskFull: Error {}
    let site = try orphan.site()
    let before = await site.text(.dbMain)
    let outcome = await site.perform(.transaction(Self.end)) { _ in throw DiskFull() }
    guard case .failed(let words) = outcome else { return #expect(Bool(false)) }
    #expect(words.hasPrefix("rolled back"))
    #expect(await site.text(.dbMain) == before)
  }

  @Test("is rolled back where another was quicker")
  func raced() async throws {
    let site = try orphan.site()
    let other = Transaction(
      database: .dbMain,
      changes: [Change(.update([Cell("pending", "5")]), "counter", where: Condition([Cell("id", "1")]))])
    let outcome = await site.perform(.transaction(Self.end)) { _ in
      _ = await site.perform(.transaction(other)) { _ in }
    }
    #expect(outcome == .failed("rolled back: database is locked"))
    #expect(await site.text(.dbMain).contains("INSERT INTO counter VALUES(1,5);"))
    #expect(await site.rows(.dbMain, "db_machine").count == 3)
  }

  @Test("works on a database's file, which stays one")
  func file() async throws {
    let site = try orphan.site { captured in
      captured.map { answer in
        guard answer.observation.kind == .dbMain, let database = try? Database() else { return answer }
        try? database.execute(String(decoding: answer.observation.stdout, as: UTF8.self))
        return Answer(
          RawObservation(
            kind: .dbMain, command: ["cat", "main.sqlite"], finished: answer.observation.finished,
            stdout: (try? database.serialize()) ?? []))
      }
    }
    let (outcome, _) = await perform(Self.end, on: site)
    #expect(outcome == .done)
    #expect(await site.text(.dbMain).hasPrefix("SQLite format 3"))
    #expect(await site.rows(.dbMain, "db_machine").map { $0.number("id") } == [7, 9])
    #expect(await site.rows(.dbMain, "db_address").compactMap { $0.number("is_used") } == [1, 0, 1])
  }

  @Test("is not simulated on other forms of a database, nor on one that was not read")
  func others() async throws {
    let embedded = try Scenario(name: "embedded-storm").site()
    let (outcome, _) = await perform(Self.end, on: embedded)
    #expect(outcome == .failed("not simulated: a database that could not be read"))
    let copied = try orphan.site { captured in
      captured.map { answer in
        guard answer.observation.kind == .dbMain else { return answer }
        let text = "SET client_encoding = 'UTF8';\nCOPY public.resources (id) FROM stdin;\n8\n\\.\n"
        return Answer(RawObservation(kind: .dbMain, command: ["pg_dump"], stdout: Array(text.utf8)))
      }
    }
    guard case (.failed(let words), _) = await perform(Self.end, on: copied) else {
      return #expect(Bool(false))
    }
    #expect(words.hasPrefix("not simulated: "))
  }

  @Test("leaves a dump byte for byte as it was where nothing changes", arguments: Scenario.all)
  func dump(_ scenario: Scenario) async throws {
    let site = try scenario.site()
    let before = await site.text(.dbMain)
    let nothing = Transaction(
      database: .dbMain,
      changes: [Change(.delete, "resources", where: Condition([Cell("id", "-1")]), expecting: 0...0)])
    let (outcome, _) = await perform(nothing, on: site)
    #expect((outcome == .done) != scenario.name.hasPrefix("embedded"))
    #expect(await site.text(.dbMain) == before)
  }
}
