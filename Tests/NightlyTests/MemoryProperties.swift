import Model
import Nightly
import Testing

/// The same numbers for the same seed. https://prng.di.unimi.it/splitmix64.c
private struct Numbers: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}

/// A site that changes as it likes, and the mails of its runs.
private struct Life {
  struct Mail {
    let at: Instant
    let bulletin: Bulletin
    let incidents: [[Fingerprint]]

    var keys: Set<Fingerprint> {
      Set(bulletin.changes.map(\.matter.key) + bulletin.reminders.map(\.key))
    }

    /// What it told by itself, as a part of no incident.
    var alone: Set<Fingerprint> { keys.subtracting(incidents.flatMap(\.self)) }
  }

  private var numbers: Numbers
  private(set) var memory = Memory()
  private(set) var mails: [Mail] = []
  private(set) var now = Instant(milliseconds: 1_795_305_600_000)
  /// What there is: by its number, how much of it.
  private(set) var there: [Int: Int64] = [:]
  private var hidden: Set<Int> = []
  private var accepted: Set<Int> = []

  init(seed: UInt64) { numbers = Numbers(state: seed) }

  static func key(_ number: Int) -> Fingerprint { Fingerprint(of: "\(number)") }

  private mutating func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &numbers) < percent }

  /// Something happens, or nothing.
  mutating func change() {
    for number in 0..<6 where chance(25) {
      if there[number] == nil {
        there[number] = Int64.random(in: 1...4, using: &numbers)
      } else if chance(40) {
        there[number] = nil
        hidden.remove(number)
        accepted.remove(number)
      } else if chance(50) {
        there[number] = Int64.random(in: 1...4, using: &numbers)
      } else if chance(40) {
        hidden.formSymmetricDifference([number])
      } else if chance(30) {
        accepted.formSymmetricDifference([number])
      }
    }
  }

  var news: News {
    let shown = there.filter { !hidden.contains($0.key) && !accepted.contains($0.key) }
    // Numbers of one half are of one cause, where there are two of them.
    let halves = [0..<3, 3..<6].map { half in shown.keys.filter(half.contains).sorted().map(Self.key) }
    return News(
      matters: shown.sorted { $0.key < $1.key }.map { number, amount in
        Matter(
          key: Self.key(number), kind: .finding, amount: amount, rule: "held", text: "\(number): \(amount)")
      }, standing: Set(there.keys.map(Self.key)), accepted: Set(accepted.map(Self.key)),
      incidents: halves.filter { $0.count > 1 })
  }

  mutating func run(after minutes: Int64) -> Bulletin? {
    now = Instant(milliseconds: now.milliseconds + minutes * 60_000)
    let news = news
    let (bulletin, next) = memory.next(news, at: now)
    memory = next
    if let bulletin { mails.append(Mail(at: now, bulletin: bulletin, incidents: news.incidents)) }
    return bulletin
  }

  mutating func minutes() -> Int64 {
    [1, 5, 5, 5, 5, 20, 59, 60, 61, 1500].randomElement(using: &numbers) ?? 5
  }

  var isAccepted: Set<Int> { accepted }
  var isHidden: Set<Int> { hidden }
}

@Suite("The memory of the nightly run, whatever happens")
struct MemoryProperties {
  private static let seeds = Array(UInt64(1)...150)

  @Test("never has two mails within the hour about one incident")
  func pause() {
    var count = 0
    for seed in Self.seeds {
      var life = Life(seed: seed)
      for _ in 0..<60 {
        life.change()
        _ = life.run(after: life.minutes())
      }
      for (place, mail) in life.mails.enumerated() {
        for earlier in life.mails[..<place]
        where mail.at.milliseconds - earlier.at.milliseconds < Memory.pause.milliseconds {
          count += 1
          // What it told, the incidents that it told of, and whatever has become one with them.
          let told = earlier.keys.union(
            earlier.incidents.filter { !earlier.keys.isDisjoint(with: $0) }.flatMap(\.self))
          let ofIncidents = told.subtracting(earlier.alone)
          let near = mail.incidents.filter { !ofIncidents.isDisjoint(with: $0) }.flatMap(\.self)
          #expect(mail.keys.isDisjoint(with: told.union(near)), "seed \(seed)")
        }
      }
    }
    #expect(count > 100, "the property is not empty")
  }

  @Test("has told everything in the end: its reader knows what there is, and how bad it is")
  func whole() {
    for seed in Self.seeds {
      var life = Life(seed: seed)
      // What the reader of the mails takes for open, and at what amount.
      var believed: [Fingerprint: Int64] = [:]
      func read(_ bulletin: Bulletin?) {
        for change in bulletin?.changes ?? [] {
          switch change.what {
          case .new, .worse, .reopened, .returned: believed[change.matter.key] = change.matter.amount
          case .cleared, .passed: believed[change.matter.key] = nil
          }
        }
        for matter in bulletin?.reminders ?? [] { believed[matter.key] = matter.amount }
      }
      for _ in 0..<60 {
        life.change()
        read(life.run(after: life.minutes()))
      }
      read(life.run(after: 61))
      let silent = life.isAccepted.union(life.isHidden)
      for number in 0..<6 where !silent.contains(number) {
        let (told, fact) = (believed[Life.key(number)], life.there[number])
        #expect((told == nil) == (fact == nil), "seed \(seed), \(number)")
        if let told, let fact { #expect(told >= fact, "seed \(seed), \(number): it is worse than was told") }
      }
    }
  }

  @Test("tells of everything that came, were it for a moment, unless somebody accepted it")
  func nothingLost() {
    for seed in Self.seeds {
      var life = Life(seed: seed)
      var came: Set<Fingerprint> = []
      for _ in 0..<60 {
        life.change()
        let shown = Set(life.news.matters.map(\.key))
        came.formUnion(shown)
        _ = life.run(after: 1)
        // Whoever accepted it knows of it.
        came.subtract(life.news.accepted)
      }
      _ = life.run(after: 61)
      let told = Set(life.mails.flatMap(\.keys))
      #expect(came.subtracting(told).subtracting(life.news.accepted) == [], "seed \(seed)")
    }
  }

  @Test("is silent while nothing changes, but for one reminder a day")
  func silence() {
    for seed in Self.seeds.prefix(40) {
      var life = Life(seed: seed)
      for _ in 0..<20 {
        life.change()
        _ = life.run(after: life.minutes())
      }
      _ = life.run(after: 61)
      let count = life.mails.count
      var reminded: [Instant] = []
      for _ in 0..<(3 * 24 * 12) {
        guard let bulletin = life.run(after: 5) else { continue }
        #expect(bulletin.changes.isEmpty, "seed \(seed)")
        #expect(!bulletin.reminders.isEmpty)
        reminded.append(life.now)
      }
      #expect(life.mails.count - count == reminded.count)
      // A day is a little shorter than one.
      #expect(reminded.count <= 4)
      for (first, second) in zip(reminded, reminded.dropFirst()) {
        #expect(second.milliseconds - first.milliseconds >= Memory.day.milliseconds)
      }
      if !life.news.matters.isEmpty {
        #expect(reminded.count >= 2, "seed \(seed): what is open is not forgotten")
      }
    }
  }
}
