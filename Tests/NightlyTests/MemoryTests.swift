import Model
import Nightly
import Testing

private let start = Instant(milliseconds: 1_795_305_600_000)

private func matter(_ name: String, _ amount: Int64? = nil, severity: Severity = .error) -> Matter {
  Matter(
    key: Fingerprint(of: name), kind: .finding, severity: severity, amount: amount, rule: "held",
    text: "\(name) is held\(amount.map { " (\($0))" } ?? "")")
}

/// A reader, and the runs that tell them something or nothing.
private struct Nights {
  var memory = Memory()
  var now = start

  /// What is said so many minutes after the run before: the sorts of change, and what each is about.
  mutating func run(after minutes: Int64, _ news: News) -> [String]? {
    now = Instant(milliseconds: now.milliseconds + minutes * 60_000)
    let (bulletin, next) = memory.next(news, at: now)
    // What is kept is a text.
    memory = Memory(text: next.text) ?? Memory()
    #expect(memory == next)
    return bulletin.map { bulletin in
      bulletin.changes.map { "\($0.what.rawValue) \($0.matter.text)" }.sorted()
        + bulletin.reminders.map { "remind \($0.text)" }.sorted()
    }
  }

  mutating func run(after minutes: Int64, _ matters: Matter..., standing: [Matter] = []) -> [String]? {
    run(after: minutes, News(matters: matters, standing: Set((matters + standing).map(\.key))))
  }
}

@Suite("The memory of the nightly run")
struct MemoryTests {
  @Test("tells what is new once, what is worse against what was told, and what has gone")
  func course() {
    var nights = Nights()
    #expect(nights.run(after: 0) == nil)
    #expect(nights.run(after: 5, matter("a", 64)) == ["new a is held (64)"])
    #expect(nights.run(after: 5, matter("a", 64)) == nil)
    #expect(nights.run(after: 60, matter("a", 32)) == nil, "less is no news")
    #expect(nights.run(after: 60, matter("a", 64)) == nil, "no more than was told")
    #expect(nights.run(after: 60, matter("a", 128)) == ["worse a is held (128)"])
    #expect(nights.run(after: 60, matter("a", 128, severity: .warning)) == nil)
    #expect(nights.run(after: 60) == ["cleared a is held (128)"])
    #expect(nights.run(after: 60) == nil)
  }

  @Test("holds back what changes within the hour, and tells all of it afterwards")
  func storm() {
    var nights = Nights()
    #expect(nights.run(after: 0, matter("a", 1)) == ["new a is held (1)"])
    #expect(nights.run(after: 20, matter("a", 3)) == nil)
    #expect(nights.run(after: 20, matter("a", 1)) == nil)
    #expect(nights.run(after: 20, matter("a", 1)) == ["worse a is held (3)"], "the worst of it")
    #expect(nights.run(after: 20) == nil)
    #expect(nights.run(after: 20, matter("a", 2)) == nil)
    #expect(nights.run(after: 20, matter("a", 2)) == ["returned a is held (2)"])
    #expect(nights.run(after: 10) == nil)
    #expect(nights.run(after: 50) == ["cleared a is held (2)"])
    #expect(nights.run(after: 10, matter("a", 2)) == nil)
    #expect(nights.run(after: 10) == nil)
    #expect(nights.run(after: 40) == ["passed a is held (2)"], "it came and went, and is not lost")
    #expect(nights.run(after: 70, matter("a", 2)) == ["new a is held (2)"])
  }

  @Test("speaks of another incident at once, and of one that grows after its hour")
  func incidents() {
    var nights = Nights()
    let (a, b, c) = (matter("a"), matter("b"), matter("c"))
    func news(_ matters: Matter..., incident: [Matter]) -> News {
      News(matters: matters, standing: Set(matters.map(\.key)), incidents: [incident.map(\.key)])
    }
    let d = matter("d")
    #expect(nights.run(after: 0, news(a, incident: [])) == ["new a is held"])
    #expect(
      nights.run(after: 5, news(a, b, incident: [a, b])) == ["new b is held"], "nobody knew of an incident")
    #expect(nights.run(after: 5, news(a, b, c, incident: [a, b, c])) == nil)
    #expect(nights.run(after: 5, news(a, b, c, d, incident: [a, b, c])) == ["new d is held"])
    #expect(nights.run(after: 44, news(b, c, d, incident: [b, c])) == nil, "a is of the incident still")
    #expect(nights.run(after: 6, news(b, c, d, incident: [b, c])) == ["cleared a is held", "new c is held"])
  }

  @Test("reminds of all that is open once a day, and not of what was told within the hour")
  func reminders() {
    var nights = Nights()
    #expect(nights.run(after: 0, matter("a", 9)) == ["new a is held (9)"])
    #expect(nights.run(after: 12 * 60, matter("a", 9), matter("b")) == ["new b is held"])
    #expect(nights.run(after: 11 * 60 + 29, matter("a", 9), matter("b")) == nil)
    #expect(
      nights.run(after: 31, matter("a", 5), matter("b"), matter("c"))
        == ["new c is held", "remind a is held (5)", "remind b is held"])
    #expect(
      nights.run(after: 23 * 60, matter("a", 6), matter("b")) == ["cleared c is held", "worse a is held (6)"])
    #expect(
      nights.run(after: 60, matter("a", 6), matter("b")) == ["remind a is held (6)", "remind b is held"])
  }

  @Test("reminds once a day of all of it, though one thing was told shortly before the reminder")
  func oneReminder() {
    var nights = Nights()
    let (a, b) = (matter("a"), matter("b"))
    #expect(nights.run(after: 0, a) == ["new a is held"])
    #expect(nights.run(after: 23 * 60, a, b) == ["new b is held"])
    #expect(nights.run(after: 30, a, b) == ["remind a is held"])
    #expect(nights.run(after: 23 * 60, a, b) == nil)
    #expect(nights.run(after: 30, a, b) == ["remind a is held", "remind b is held"])
  }

  @Test("reminds each night, though one begins or ends sooner than the one before")
  func everyNight() {
    var nights = Nights()
    #expect(nights.run(after: 0, matter("a")) == ["new a is held"])
    for minutes: Int64 in [1435, 1440, 1433, 1447] {
      #expect(nights.run(after: minutes, matter("a")) == ["remind a is held"])
    }
  }

  @Test("counts among what is open what was told, has not gone, and could not be seen")
  func openUnseen() {
    let lost = Matter(key: Fingerprint(of: "wn1"), kind: .source, text: "wn1: timed out")
    let (a, b) = (matter("a"), matter("b"))
    let (_, knowing) = Memory().next(News(matters: [a, b]), at: start)
    let later = Instant(milliseconds: start.milliseconds + 7_200_000)
    let news = News(matters: [lost], standing: [a.key, b.key], accepted: [b.key])
    let (bulletin, _) = knowing.next(news, at: later)
    #expect(bulletin?.changes.map(\.matter.text) == ["wn1: timed out"])
    #expect(bulletin?.open.map(\.text) == ["wn1: timed out", "a is held"])
  }

  @Test("takes nothing for gone that is still there as far as anyone knows")
  func unseen() {
    var nights = Nights()
    #expect(nights.run(after: 0, matter("a")) == ["new a is held"])
    #expect(nights.run(after: 120, standing: [matter("a")]) == nil)
    #expect(nights.run(after: 30 * 60, standing: [matter("a")]) == nil, "no reminder of what was not seen")
    #expect(nights.run(after: 120, matter("a")) == ["remind a is held"])
    #expect(nights.run(after: 120) == ["cleared a is held"])
  }

  @Test("says nothing of what was accepted, and that it is open again when it is no longer")
  func accepted() {
    var nights = Nights()
    let a = matter("a")
    let isAccepted = News(matters: [], standing: [a.key], accepted: [a.key])
    #expect(nights.run(after: 0, a) == ["new a is held"])
    #expect(nights.run(after: 120, isAccepted) == nil)
    #expect(nights.run(after: 48 * 60, isAccepted) == nil)
    #expect(nights.run(after: 5, a) == ["reopened a is held"])
    #expect(nights.run(after: 65, isAccepted) == nil)
    #expect(nights.run(after: 5, News(matters: [])) == ["cleared a is held"])
    // Accepted before anything was said of it: somebody knows.
    #expect(nights.run(after: 120, a) == ["new a is held"])
    #expect(nights.run(after: 5) == nil)
    #expect(nights.run(after: 5, a) == nil)
    #expect(nights.run(after: 5, isAccepted) == nil)
    #expect(nights.run(after: 65, isAccepted) == nil)
  }

  @Test("is not silenced by a clock that was set back")
  func clock() {
    var nights = Nights()
    #expect(nights.run(after: 0, matter("a")) == ["new a is held"])
    #expect(nights.run(after: -30 * 24 * 60) == nil)
    #expect(nights.run(after: 60) == ["cleared a is held"])
  }

  @Test("takes failures of the run for one incident: another one within the hour waits")
  func failures() {
    var nights = Nights()
    #expect(nights.run(after: 0, .failed("the history is locked by process 7, for 12 s")) != nil)
    #expect(nights.run(after: 5, .failed("the history is locked by process 77, for 3 s")) == nil)
    #expect(nights.run(after: 5, .failed("no route to host")) == nil)
    #expect(
      nights.run(after: 50, .failed("no route to host"))
        == ["cleared the history is locked by process 77, for 3 s", "new no route to host"])
    #expect(nights.run(after: 5, News(matters: [])) == nil)
    #expect(nights.run(after: 55, News(matters: [])) == ["cleared no route to host"])
    #expect(nights.run(after: 61, News(matters: [])) == nil)
    #expect(nights.memory.isEmpty)
  }
}
