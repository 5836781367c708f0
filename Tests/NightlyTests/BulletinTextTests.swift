import Model
import Nightly
import Report
import Testing

private let start = Instant(milliseconds: 1_795_305_600_000)

private func change(_ what: Change.What, _ kind: Matter.Kind, _ number: Int = 0, text: String = "it is so")
  -> Change
{
  Change(
    matter: Matter(key: Fingerprint(of: "\(what) \(kind) \(number)"), kind: kind, rule: "held", text: text),
    what: what, before: what == .worse ? "it was so" : nil, now: what == .worse ? "it is half so" : nil,
    since: start)
}

private func mail(_ changes: [Change], reminders: [Matter] = [], site: String = "gridsn") -> String {
  let bulletin = Bulletin(changes: changes, reminders: reminders, open: changes.map(\.matter))
  return BulletinText.mail([bulletin], site: site, result: nil, history: "h.sqlite")
}

@Suite("A mail of the nightly run")
struct BulletinTextTests {
  @Test("has one line for its subject, whatever there is to say")
  func subjects() {
    let everything = Change.What.allCases.flatMap { what in
      Matter.Kind.allCases.flatMap { kind in (0..<1234).map { change(what, kind, $0) } }
    }
    for site in ["", "gridsn", "ünï\ncödé\u{1B}[2J", String(repeating: "a long name ", count: 20)] {
      for count in [1, 2, 100, everything.count] {
        let lines = mail(Array(everything.prefix(count)), site: site).split(
          separator: "\n", omittingEmptySubsequences: false)
        #expect((1..<78).contains(lines[0].count) && lines[0].hasPrefix("trueup"), "\(lines[0])")
        #expect(lines[0].utf8.allSatisfy { (0x20..<0x7F).contains($0) })
        #expect(lines[1].isEmpty)
        #expect(lines.count < 800, "a storm fits in a mail")
      }
    }
  }

  @Test("tells of each sort of change, and of how bad a thing was and is")
  func sorts() {
    for what in Change.What.allCases {
      for kind in Matter.Kind.allCases {
        let text = mail([change(what, kind, text: "THE MATTER")])
        #expect(text.contains("THE MATTER"), "\(what) \(kind)")
        #expect(!text.hasPrefix("trueup gridsn: still"), "\(what) \(kind)")
      }
    }
    let worse = mail([change(.worse, .finding)])
    #expect(worse.contains("before: it was so") && worse.contains("now: it is half so"))
    #expect(mail([], reminders: [change(.new, .finding).matter]).hasPrefix("trueup gridsn: still 0 open\n"))
  }

  @Test("of a run that failed says why, on one line and then in full")
  func failure() {
    let reason =
      "/var/lib/history: it is locked\u{1B}[2J\nand more\nso long " + String(repeating: "x", count: 200)
    let (bulletin, _) = Memory().next(.failed(reason), at: start)
    guard let bulletin else {
      Issue.record("nothing was said")
      return
    }
    let text = BulletinText.failure(bulletin, site: "gridsn", exitStatus: .usage)
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    #expect(
      lines[0].hasPrefix("trueup gridsn: the audit fails: /var/lib/history: it is locked")
        && lines[0].count < 78)
    #expect(lines.contains("  and more") && text.contains("Exit status 16"))
    #expect(!text.unicodeScalars.contains { $0.value < 32 && $0 != "\n" })
  }

  @Test("does not say that nothing is open where not all was seen")
  func known() {
    #expect(mail([change(.cleared, .source, 1)]).contains("Nothing is known to be open;"))
    #expect(!mail([change(.new, .finding, 1)]).contains("Nothing is"))
    #expect(mail([]).contains("Nothing is open;"))
  }
}
