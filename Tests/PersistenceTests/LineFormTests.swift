import Model
import Testing
import World

@Suite("The text files beside the database")
struct LineFormTests {
  private static let owner = "owner='/C=CA/O=Grid/CN=Test O\u{27}Brien'"
  private static let uuid = "5b0c9b1e-7a52-4e0c-9d3a-000000000007"

  private func lease(_ owner: String) -> String {
    "dn=\"\(owner)\", minutes=60, uuid=\"\(Self.uuid)\", eprkey=7, creation=\"Aug 29, 2008 8:53:00 AM\"\n"
  }

  private func created(_ owner: String) -> String {
    "CREATED: time=\"Aug 29, 2008\", uuid=\"\(Self.uuid)\", eprkey=7, dn=\"\(owner)\", "
      + "requestMinutes=60, charge=60\n"
  }

  @Test("outstanding leases")
  func reservations() throws {
    let outcome = try Fixture.named("current-reservations.txt").read()
    #expect(outcome.isComplete)
    #expect(
      outcome.lines("db_reservation") == [
        "created='Aug 29, 2008 8:53:00 AM' machine=7 minutes=60 \(Self.owner) uuid='\(Self.uuid)'",
        "created='Aug 29, 2008 8:54:00 AM' machine=8 minutes=120 \(Self.owner) "
          + "uuid='\(Self.uuid.dropLast())8'",
      ])
  }

  @Test(
    "no lease is an empty file", arguments: [ObservationKind.dbReservations, .dbEvents, .dbNotifications])
  func empty(kind: ObservationKind) {
    let outcome = Outcome(kind, "")
    #expect(outcome.isComplete)
    #expect(outcome.rows.isEmpty)
  }

  @Test("an owner's name can't pass for the rest of its line")
  func forgedRest() {
    let outcome = Outcome(.dbReservations, lease("x\", minutes=1, uuid=\"y\", eprkey=99, creation=\"z"))
    #expect(outcome.rows.first?["machine"] == .integer(7))
    #expect(outcome.rows.first?.isAmbiguous == true)
  }

  @Test("a line that an owner's newline forged is ambiguous")
  func forgedLine() {
    let forged = lease("x").replacingEPRKey()
    let outcome = Outcome(.dbReservations, lease("honest") + lease("a\n\(forged)b") + lease("later"))
    #expect(outcome.rows.map(\.isAmbiguous) == [false, true, true])
    #expect(outcome.problems.count == 2)
  }

  @Test("events of the ledger, of every release")
  func events() throws {
    let outcome = try Fixture.named("accounting-events.txt").read()
    #expect(outcome.isComplete)
    #expect(outcome.rows.map { $0["kind"]?.shown } == ["'CREATED'", "'CREATED'", "'REMOVED'"])
    #expect(outcome.rows.map { $0["machine"]?.shown } == ["7", "8", "8"])
    #expect(outcome.rows[2]["logged_at"] == .text("Mar 2, 2012 10:30:00 AM"))
    #expect(outcome.rows[2]["detail"] == .text("dn=\"/C=CA/O=Grid/CN=Test O'Brien\", charge=30"))
    #expect(outcome.rows.allSatisfy { !$0.isAmbiguous })
  }

  @Test("an owner with a quote makes an event ambiguous; one with a newline makes the file partial")
  func forgedEvents() {
    let quoted = Outcome(.dbEvents, created("x\", requestMinutes=1, charge=1"))
    #expect(quoted.rows.map(\.isAmbiguous) == [true])
    let broken = Outcome(.dbEvents, created("a\n\(created("x"))b") + created("later"))
    #expect(broken.problems.count == 1)
    #expect(broken.rows.map(\.isAmbiguous) == [true, true])
  }

  @Test("the service's log, without the lines that are no events")
  func log() throws {
    let outcome = try Fixture.named("service.log").read()
    let at = "kind='LOG' logged_at='2012-03-02"
    #expect(outcome.isComplete)
    #expect(
      outcome.lines("db_event") == [
        "detail='Create request for 1 VM from '/C=CA/O=Grid/CN=Test'' \(at) 10:00:00,120'",
        "detail=''public' network lease 192.168.0.3' \(at) 10:00:00,310' machine=8",
        "detail='[groupid-5b0c9b1e-7a52-4e0c-9d3a-000000000010]: reserved' \(at) 10:00:01,000'",
        "detail='destroy begins' \(at) 10:30:00,000' machine=8",
      ])
  }

  /// An event of machine 8 in the log.
  private func logged(_ text: String) -> Row? {
    Outcome(.dbEvents, "2012-03-02 10:00:02,000 INFO  x [T,m:1] [NIMBUS-EVENT][id-8]: \(text)\n").rows.first
  }

  private let slot = "5b0c9b1e-7a52-4e0c-9d3a-000000000010"

  @Test("the log tells of pilots that reported and that were told to end")
  func pilots() {
    let reserved = logged(
      "Pilot '\(slot)' reserved for VM 8 @ host 'WN1'.  Started at: Mar 2, 2012 10:00:02 AM.")
    #expect(reserved?["kind"] == .text("RESERVED"))
    #expect(reserved?["slot"] == .text(slot))
    #expect(reserved?["node"] == .node("WN1"))
    let early = logged(
      "Pilot '\(slot)' @ host 'wn1' is being preempted early. Cancelling vm #8 || Notification sent")
    #expect(early?["kind"] == .text("PREEMPTED"))
    #expect(early?["slot"] == .text(slot))
  }

  @Test(
    "what only looks like an event of a pilot or a lease is one like others",
    arguments: [
      "Pilot 'x' reserved for VM 8 @ host 'wn1'.",
      "Pilot '5b0c9b1e-7a52-4e0c-9d3a-000000000010' reserved for VM 9 @ host 'wn1'",
      "Pilot '5b0c9b1e-7a52-4e0c-9d3a-000000000010' reserved for VM 8 @ host 'wn1",
      "Pilot '5b0c9b1e-7a52-4e0c-9d3a-000000000010' @ host 'wn1' is well", "accounting: ownerDN = 'x'",
      "accounting: ownerDN = 'x', minutesRequested = 1",
      "accounting: ownerDN = 'x', minutesElapsed = 1, uuid = 'y'",
    ])
  func noPilot(text: String) {
    #expect(logged(text)?["kind"] == .text("LOG"))
    #expect(logged(text)?["slot"] == nil)
    #expect(logged(text)?["uuid"] == nil)
  }

  @Test("the log tells of leases that began and ended, of every release")
  func leases() {
    let owner = "accounting: ownerDN = '/CN=Test O'Brien'"
    let texts = [
      "\(owner), minutesRequested = 60, minutes reserved = 60, uuid = '\(slot)'",
      "\(owner), minutesRequested = 60, minutes reserved = 60, CPUCount = 1, memory = 64, uuid = '\(slot)', "
        + "vmm='wn1', clientLaunchName='x', uuid = 'forged'",
      "\(owner), minutesElapsed = 60, real usage = 1, uuid = '\(slot)'",
    ]
    let rows = texts.map(logged)
    #expect(rows.map { $0?["kind"] } == [.text("CREATED"), .text("CREATED"), .text("REMOVED")])
    #expect(rows.allSatisfy { $0?["uuid"] == .text(slot) && $0?["machine"] == .integer(8) })
    #expect(rows.allSatisfy { $0?.isAmbiguous == false })
  }

  @Test("an owner's name can't end a lease: the event is ambiguous")
  func forgedEnd() {
    let forged = "x', minutesElapsed = 1, real usage = 1, uuid = '\(slot)"
    let row = logged(
      "accounting: ownerDN = '\(forged)', minutesRequested = 60, minutes reserved = 60, uuid = '\(slot)'")
    #expect(row?.isAmbiguous == true)
  }

  @Test("an event in the middle of some other text is ambiguous")
  func strayEvent() {
    let outcome = Outcome(
      .dbEvents, "2012-03-02 10:00:00,120 INFO x\nname: [NIMBUS-EVENT][id-9]: destroy begins\n")
    #expect(outcome.rows.map(\.isAmbiguous) == [true])
  }

  @Test("a text that is neither ledger nor log is refused")
  func otherText() {
    #expect(Outcome(.dbEvents, "hello\nworld\n").problems.first?.hasPrefix("failed: ") == true)
  }

  @Test("lengths of notification files, however they were asked for", arguments: ["ls", "stat", "wc"])
  func notifications(form: String) throws {
    let outcome = try Fixture.named("notifications.\(form).txt").read()
    #expect(outcome.isComplete)
    #expect(
      outcome.lines("db_notification_sink") == [
        "file='pilotnotifications.txt' size_bytes=1234", "file='notifications.txt' size_bytes=0",
      ])
  }

  @Test(
    "what has no length is no notification file",
    arguments: [
      "drwx------ 2 nimbus nimbus 4096 May  3 10:00 sinks", "ls: cannot access x: No such file or directory",
      "pilotnotifications.txt -5", "pilotnotifications.txt",
    ])
  func noLength(line: String) {
    let outcome = Outcome(.dbNotifications, line + "\n")
    #expect(outcome.problems.count == 1)
    #expect(outcome.rows.isEmpty)
  }

  @Test("settings in sections, without secrets and without what is no properties file")
  func settings() throws {
    let outcome = try Fixture.named("settings.sections.txt").read()
    #expect(outcome.isComplete)
    #expect(
      outcome.lines("service_setting") == [
        "file='pilot.conf' key='memory.maxMB' value='2048'",
        "file='pilot.conf' key='contact.socket' value='192.168.0.1:41999'",
        "file='pilot.conf' key='pbs.submit.path' value='qsub'",
        "file='pilot.conf' key='pbs.destination' value=''",
        "file='pilot.conf' key='pbs.grace' value='8'",
        "file='pilot.conf' key='pbs.extra.properties' value='xen:big'",
        "file='pilot.conf' key='pilot.http.secret'",
        "file='accounting.conf' key='charge.granularity' value='60'",
      ])
    #expect(outcome.reading.remarks.count == 1)
  }

  @Test("one file as it is has no name")
  func bareSettings() {
    #expect(
      Outcome(.serviceSettings, "pbs.grace=8\n").lines("service_setting") == ["key='pbs.grace' value='8'"])
  }

  @Test(
    "a last line without its newline may be cut",
    arguments: [
      (ObservationKind.serviceSettings, "pbs.grace=8"), (.dbNotifications, "a/b 12"),
    ])
  func noNewline(kind: ObservationKind, text: String) {
    #expect(!Outcome(kind, text).isComplete)
  }
}

extension String {
  /// The same lease of another machine.
  fileprivate func replacingEPRKey() -> String {
    split(separator: "eprkey=7", omittingEmptySubsequences: false).joined(separator: "eprkey=99")
  }
}
