import Foundation
import Model
import Testing

@Suite("The accounting log")
struct AccountingTests {
  @Test("Records have their columns")
  func columns() throws {
    let outcome = try read(.torqueAccounting, fixture: "6.1-deleted.log")
    let ended = try #require(outcome.rows.first { $0.text("kind") == "E" })
    #expect(
      ended.described == """
        lrms_event: account=text("globus") ended_ms=integer(1795377309000) exec_host=text("gsn-wn1/1") \
        exit_status=integer(271) job=text("15.gridsn.example.org") kind=text("E") \
        logged_at=text("11/22/2026 19:55:09") number=text("15") server=text("gridsn") session=integer(11334) \
        started_ms=integer(1795377302000)\(" ")
        """)
    #expect(outcome.texts("lrms_event", "requestor").count == 4)
  }

  @Test(
    "Honest logs hold nothing ambiguous", arguments: ["2.5-mix.log", "6.1-deleted.log", "2.5-mom-killed.log"])
  func honest(file: String) throws {
    let fixture = Fixture(kind: .torqueAccounting, name: file)
    let lines = try fixture.bytes().split(separator: 10).count
    let outcome = try read(.torqueAccounting, fixture: file)
    #expect(outcome.rows.count == lines)
    #expect(outcome.rows.allSatisfy { !$0.isAmbiguous && $0.defects.isEmpty })
  }

  @Test("OpenPBS's log tells the same of the same jobs, and what only it tells is left alone")
  func openPBS() throws {
    let folder = Fixture.root.deletingLastPathComponent().appending(path: "openpbs/accounting/storm.log")
    let told = try read(.torqueAccounting, [UInt8](try Data(contentsOf: folder)))
    let raw = Fixture.root.deletingLastPathComponent().deletingLastPathComponent()
    let log = try Data(contentsOf: raw.appending(path: "raw/torque/storm-accounting.log"))
    let before = try read(.torqueAccounting, [UInt8](log))
    #expect(told.isComplete, "\(told.problems)")
    let array = try #require(told.rows.first)
    #expect(array.text("job") == "900[].gridsn" && array.text("account") == "alice")
    #expect(told.rows.count > 150 && told.rows.allSatisfy { !$0.isAmbiguous && $0.defects == [] })
    // TORQUE's Q has no account.
    func facts(_ rows: [Row]) -> [String] {
      rows.map { row in
        row.fields.filter { $0.column.description != "account" || row.text("kind") != "Q" }
          .map { "\($0.column)=\($0.value)" }.joined(separator: " ")
      }
    }
    let same = Set(facts(before.rows))
    #expect(facts(Array(told.rows.dropFirst())).allSatisfy(same.contains))
  }

  @Test("Forged pairs and records are ambiguous, the others are not")
  func injection() throws {
    let outcome = try read(.torqueAccounting, fixture: "2.5-injection.log")
    #expect(outcome.isComplete)
    func told(_ isAmbiguous: Bool) -> [String] {
      outcome.rows.filter { $0.isAmbiguous == isAmbiguous }
        .map { "\($0.text("kind") ?? "?")\($0.text("number") ?? "?")" }
    }
    #expect(told(true) == ["S2319", "S2320", "E0", "E2319", "E2320", "E0"])
    #expect(told(false) == ["D2318", "Q2319", "Q2320", "Q2321", "S2321", "E2321"])
    // Even so the true values are taken: the account had user=root and exec_host=fake/0.
    let started = try #require(outcome.rows.first { $0.text("number") == "2319" && $0.text("kind") == "S" })
    #expect(started.text("account") == "alice" && started.text("exec_host") == "gsn-wn1/0")
  }

  static func started(_ job: Int, time: String = "10:00:01", account: String = "") -> String {
    "11/22/2026 \(time);S;\(job).s;user=al group=al \(account)jobname=n queue=q ctime=1 start=2 owner=al@s "
      + "exec_host=n/0 Resource_List.nodes=1 \n"
  }

  @Test("All between a cut record and its end is ambiguous, in whatever way it was filled")
  func cut() throws {
    let forged =
      "account=x\n11/22/2026 10:00:01;D;80.s;requestor=root@s\n11/22/2026 10:00:01;Q;81.s;queue=q\nrest "
    let outcome = try read(
      .torqueAccounting, Self.started(1) + Self.started(2, account: forged) + Self.started(3))
    #expect(outcome.isComplete, "\(outcome.problems)")
    #expect(outcome.texts("lrms_event", "number") == ["1", "2", "80", "81", "3"])
    #expect(outcome.rows.map(\.isAmbiguous) == [false, true, true, true, false])
  }

  @Test("A record that leaps ahead in time is ambiguous")
  func leap() throws {
    let outcome = try read(
      .torqueAccounting, Self.started(1) + Self.started(2, time: "12:00:00") + Self.started(3))
    #expect(outcome.rows.map(\.isAmbiguous) == [false, true, false])
  }

  @Test(
    "A user who is not the owner, or a missing group, is ambiguous",
    arguments: [
      ("user=al ", "user=root "), ("group=al ", ""), ("queue=q ", "queue=q stray "),
      ("queue=q ", "queue=q queue=r "),
    ])
  func odd(old: String, new: String) throws {
    let text = Self.started(1).replacing(old, with: new)
    #expect(try read(.torqueAccounting, text).rows.map(\.isAmbiguous) == [true])
  }

  @Test(
    "A line that is no record makes the source partial and the record with an account before it ambiguous")
  func stray() throws {
    let outcome = try read(
      .torqueAccounting,
      Self.started(1) + Self.started(2, account: "account=x ") + "stray\n" + Self.started(3))
    #expect(outcome.isPartial)
    #expect(outcome.rows.map(\.isAmbiguous) == [false, true, false])
  }

  @Test("A log of an idle day is empty, and something else is no log")
  func empty() throws {
    #expect(try read(.torqueAccounting, "").isComplete)
    #expect(try read(.torqueAccounting, "No such file\n").isFailed)
    #expect(try read(.torqueAccounting, "11/22/2026 10:00:01;Q;;queue=q\n").isPartial)
    #expect(try read(.torqueAccounting, "11/22/2026 10:00:01;L;license;floating\n").rows.isEmpty)
  }

  @Test("A cut record whose end never turns up makes the source partial")
  func endless() throws {
    let outcome = try read(
      .torqueAccounting, Self.started(1) + "11/22/2026 10:00:02;S;2.s;user=al group=al account=x\n")
    #expect(outcome.isPartial)
    #expect(outcome.rows.map(\.isAmbiguous) == [false, true])
  }

  @Test("An unknown kind is a defect")
  func kind() throws {
    let row = try #require(try read(.torqueAccounting, "11/22/2026 10:00:01;X;1.s;\n").rows.first)
    #expect(row["kind"] == nil && row.defects.map(\.column) == ["kind"])
  }
}
