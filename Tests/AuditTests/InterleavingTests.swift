import Audit
import Model
import Testing

private let epoch = SmallWorld().now.milliseconds

/// What two reads find, each over its span of time.
private func both(
  slot: (witness: String?, span: Range<Int64>), job: (witness: String?, span: Range<Int64>), rules: [Rule],
  round: Int
) throws -> Auditor.Verdicts {
  func look(_ kind: ObservationKind, _ row: Row?, _ span: Range<Int64>) -> SmallWorld.Look {
    SmallWorld.Look(
      kind: kind, rows: row.map { [$0] } ?? [], started: Instant(milliseconds: epoch + span.lowerBound),
      finished: Instant(milliseconds: epoch + span.upperBound))
  }
  let slotRow = slot.witness.map {
    Row("db_slot", bytes: 0..<9, ["id": .text("a"), "job_number": .text("7"), "job": .text($0)])
  }
  let jobRow = job.witness.map { Row("lrms_job", bytes: 0..<9, ["number": .text("7"), "queue": .text($0)]) }
  var world = SmallWorld()
  world.looks = [look(.dbMain, slotRow, slot.span), look(.torqueJobs, jobRow, job.span)]
  world.now = Instant(milliseconds: epoch + max(slot.span.upperBound, job.span.upperBound))
  return try world.verdicts(rules, round: round, firstId: round * 2)
}

/// Slots and jobs are born, die and return while two looks read them, each source at its own time. Whatever the order: what
/// is confirmed was true at some instant between the two reads.
@Suite("Births, deaths, returns and reads in any order")
struct InterleavingTests {
  /// When something was there. Each life leaves a witness of its own.
  private struct Lives {
    var spans: [(span: Range<Int64>, witness: String)] = []

    init(_ chance: inout Chance, until end: Int64) {
      var at = chance.below(20_000)
      while at < end {
        let length = chance.below(3) == 0 ? end : 2_000 + chance.below(30_000)
        spans.append((at..<at + length, "life \(at)"))
        at += length + 1_000 + chance.below(20_000)
      }
    }

    func witness(at instant: Int64) -> String? { spans.first { $0.span.contains(instant) }?.witness }
  }

  private struct Chance {
    var state: UInt64

    mutating func below(_ limit: Int64) -> Int64 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int64(state >> 33) % limit
    }
  }

  private struct World {
    let slot: Lives
    let job: Lives
    var chance: Chance

    init(seed: UInt64) {
      chance = Chance(state: seed)
      for _ in 0..<3 { _ = chance.below(9) }
      slot = Lives(&chance, until: 120_000)
      job = Lives(&chance, until: 120_000)
    }

    /// A look that begins at a moment: each source is read somewhere within a span of its own.
    mutating func look(_ rules: [Rule], from start: Int64, round: Int) throws -> (
      Auditor.Verdicts, end: Int64
    ) {
      let (ofSlots, ofJobs) = (span(from: start), span(from: start))
      let slot = slot.witness(at: ofSlots.lowerBound + chance.below(Int64(ofSlots.count)))
      let job = job.witness(at: ofJobs.lowerBound + chance.below(Int64(ofJobs.count)))
      let verdicts = try both(
        slot: (slot, ofSlots), job: (job, ofJobs), rules: rules, round: round)
      return (verdicts, max(ofSlots.upperBound, ofJobs.upperBound))
    }

    private mutating func span(from start: Int64) -> Range<Int64> {
      let began = start + chance.below(1_500)
      return began..<began + 1 + chance.below(1_500)
    }
  }

  private static let withoutJob = slotRule(id: "without-job")
  private static let withJob = slotRule(
    id: "with-job",
    query:
      "SELECT s.id AS slot, s.node, s.rowid AS slot_row, j.rowid AS job_row FROM db_slot s "
      + "JOIN lrms_job j ON j.number = s.job_number",
    restsOn:
      "SELECT 'db_slot', :slot_row, NULL, NULL UNION ALL SELECT 'lrms_job', :job_row, NULL, NULL")

  private struct Tally {
    var confirmed = 0
    var notConfirmed = 0
    var untrue: [UInt64] = []
  }

  private func tally(_ seeds: ClosedRange<UInt64>) throws -> Tally {
    var tally = Tally()
    let rules = [Self.withoutJob, Self.withJob]
    for seed in seeds {
      var world = World(seed: seed)
      let start = world.chance.below(60_000)
      let (first, ended) = try world.look(rules, from: start, round: 1)
      let (second, last) = try world.look(rules, from: ended + world.chance.below(40_000), round: 2)
      for finding in SecondLook.settle([first, second], rules: rules).findings {
        guard case .confirmed = finding.status else {
          tally.notConfirmed += 1
          continue
        }
        tally.confirmed += 1
        let wasTrue = (start...last).contains { instant in
          world.slot.witness(at: instant) != nil
            && (world.job.witness(at: instant) != nil) == (finding.rule == "with-job")
        }
        if !wasTrue { tally.untrue.append(seed) }
      }
    }
    return tally
  }

  @Test("what is confirmed was true at an instant between the two reads")
  func confirmedWasTrue() throws {
    let tally = try tally(1...400)
    #expect(tally.untrue.isEmpty)
    #expect(tally.confirmed > 20 && tally.notConfirmed > 20)
  }

  /// The slot and the job are never there at the same time, and each is there whenever it is read.
  @Test("over a source that keeps no witnesses it need not have been", arguments: [true, false])
  func witnessesAreNeeded(keepingWitnesses: Bool) throws {
    func verdicts(from start: Int64, round: Int) throws -> Auditor.Verdicts {
      let life = keepingWitnesses ? "life \(start)" : "a life"
      return try both(
        slot: (life, start..<start + 10), job: (life, start + 20..<start + 30), rules: [Self.withJob],
        round: round)
    }
    let looks = [try verdicts(from: 0, round: 1), try verdicts(from: 30_000, round: 2)]
    let status = SecondLook.settle(looks, rules: [Self.withJob]).findings.first?.status
    #expect(status?.word == (keepingWitnesses ? "unsettled" : "confirmed"))
  }
}
