public import Model
public import Nightly

/// What a nightly run says, as a mail: the first line is its subject.
public enum BulletinText {
  /// - Parameters:
  ///   - bulletins: of the audit, and of how its runs went.
  ///   - result: the audit, where there was one.
  ///   - history: what to call the history.
  public static func mail(
    _ bulletins: [Bulletin], site: String, result: AuditResult?, history: String
  ) -> String {
    let changes = bulletins.flatMap(\.changes)
    let open = bulletins.flatMap(\.open)
    let findings = open.filter { $0.kind == .finding }.count
    let blocks =
      incidents(changes, result) + sections(changes, told: inIncidents(changes, result))
      + listing("Open still", bulletins.flatMap(\.reminders).map { line($0) })
    let past = "trueup history \(MessageTemplate.visible(history))"
    let isWhole = !open.contains { $0.kind == .source || $0.kind == .rule }
    let end =
      findings == 0
      ? "Nothing is \(isWhole ? "" : "known to be ")open; \(past) tells what was."
      : "\(findings) \(findings == 1 ? "finding is" : "findings are") open; trueup explain ID tells more of one, \(past) since when."
    return ([[subject(bulletins, site: site)]] + blocks + [[end]])
      .map { $0.joined(separator: "\n") + "\n" }.joined(separator: "\n")
  }

  /// A run that came to nothing.
  public static func failure(_ bulletin: Bulletin, site: String, exitStatus: ExitStatus) -> String {
    let start = "\(sender(site)): the audit fails: "
    let reasons = bulletin.open.map(\.text)
    let first = ascii(reasons.first.map { String($0.prefix { $0 != "\n" }) } ?? "")
    let subject =
      start.count + first.count <= subjectWidth
      ? start + first : (start + first).prefix(subjectWidth - 3) + "..."
    let told = reasons.map { reason in
      reason.split(separator: "\n").map { "  \(MessageTemplate.visible(String($0)))" }.joined(separator: "\n")
    }
    return """
      \(subject)

      \(told.joined(separator: "\n"))

      What the site has is not known, and nothing else is told, until it works again. Exit status \(exitStatus.rawValue).

      """
  }

  private static func sender(_ site: String) -> String {
    site.isEmpty ? "trueup" : "trueup \(ascii(site).prefix(24))"
  }

  private static func ascii(_ text: String) -> String {
    String(text.unicodeScalars.map { (0x20..<0x7F).contains($0.value) ? Character($0) : "?" })
  }

  // MARK: The subject

  /// Longer lines are folded on their way, and some readers show no more.
  private static let subjectWidth = 77

  /// `trueup gridsn: 3 new, 1 cleared; 5 open`, in ASCII, as a header needs it.
  static func subject(_ bulletins: [Bulletin], site: String) -> String {
    let start = "\(sender(site)): "
    let changes = bulletins.flatMap(\.changes)
    let parts = Heading.all.compactMap { heading -> String? in
      let count = changes.filter { heading.holds($0) }.count
      return count == 0 ? nil : heading.counted(count)
    }
    let open = bulletins.flatMap(\.open)
    let findings = open.filter { $0.kind == .finding }.count
    let unseen = open.filter { $0.kind == .source }.count
    let left = "\(findings) open" + (unseen == 0 ? "" : ", \(unseen) not seen")
    if parts.isEmpty { return start + "still \(left)" }
    // The first are the worst.
    let shown = (1...parts.count).reversed().lazy.map { count in
      start + parts.prefix(count).joined(separator: ", ") + (count < parts.count ? ", ..." : "") + "; " + left
    }
    return shown.first { $0.count <= subjectWidth } ?? String("\(start)\(parts[0])".prefix(subjectWidth))
  }

  // MARK: The sections

  /// Changes of one sort, under one heading.
  private struct Heading {
    let title: String
    let kinds: Set<Matter.Kind>
    let sorts: Set<Change.What>
    let counted: @Sendable (Int) -> String

    init(
      _ title: String, _ kinds: Set<Matter.Kind>, _ sorts: Set<Change.What>,
      _ counted: @escaping @Sendable (Int) -> String
    ) {
      (self.title, self.kinds, self.sorts, self.counted) = (title, kinds, sorts, counted)
    }

    func holds(_ change: Change) -> Bool {
      kinds.contains(change.matter.kind) && sorts.contains(change.what)
    }

    private static let come: Set<Change.What> = [.new, .worse, .reopened, .returned]

    /// Every change has one. In the order of what a person wants to know first.
    static let all: [Heading] = [
      Heading("The audit fails", [.run], come) { _ in "the audit fails" },
      Heading("New", [.finding], [.new]) { "\($0) new" },
      Heading("Worse", [.finding], [.worse]) { "\($0) worse" },
      Heading("Open again, and no longer accepted", [.finding], [.reopened]) { "\($0) open again" },
      Heading("Back", [.finding], [.returned]) { "\($0) back" },
      Heading("Not wholly seen", [.source], come) { "\($0) lost from sight" },
      Heading("Not judged", [.rule], come) { "\($0) \($0 == 1 ? "rule" : "rules") not judged" },
      Heading("Not written", [.report], come) { _ in "no report" },
      Heading("Cleared", [.finding], [.cleared]) { "\($0) cleared" },
      Heading("Came and went", [.finding], [.passed]) { "\($0) came and went" },
      Heading("Seen again", [.source], [.cleared]) { "\($0) seen again" },
      Heading("Not seen for a while", [.source], [.passed]) { "\($0) unseen for a while" },
      Heading("Judged again", [.rule], [.cleared, .passed]) { "\($0) judged again" },
      Heading("Written again", [.report], [.cleared, .passed]) { _ in "reports again" },
      Heading("The audit works again; it failed", [.run], [.cleared, .passed]) { _ in "the audit works again"
      },
    ]
  }

  /// So many lines of one heading are shown at most, and of what follows how many there are.
  private static let longest = 40

  private static func listing(_ title: String, _ lines: [String]) -> [[String]] {
    if lines.isEmpty { return [] }
    let more = lines.count - longest
    return [["\(title):"] + lines.prefix(longest) + (more > 0 ? ["  and \(more) more"] : [])]
  }

  private static func sections(_ changes: [Change], told: Set<Fingerprint>) -> [[String]] {
    Heading.all.flatMap { heading in
      let meant = changes.filter {
        heading.holds($0) && !(heading.sorts == [.new] && told.contains($0.matter.key))
      }
      let worstFirst = meant.sorted {
        ($1.matter.severity, $0.matter.rule, $0.matter.text) < (
          $0.matter.severity, $1.matter.rule, $1.matter.text
        )
      }
      return listing(
        heading.title,
        worstFirst.map { change in
          ([line(change)]
            + [("before", change.before), ("now", change.now)].compactMap { word, text in
              text.map { "           \(word): \($0)" }
            }).joined(separator: "\n")
        })
    }
  }

  private static func line(_ change: Change) -> String {
    guard change.what == .cleared || change.what == .passed else { return line(change.matter) }
    return line(change.matter)
      + (change.matter.kind == .finding ? "; gone by " : "; until ") + change.since.rfc3339
  }

  private static func line(_ matter: Matter) -> String {
    guard matter.kind == .finding else { return "  \(matter.text)" }
    return "  \(tag(matter.severity))  \(matter.rule)  \(matter.key.hex)  \(matter.text)"
  }

  private static func tag(_ severity: Severity) -> String {
    severity.rawValue + String(repeating: " ", count: 7 - severity.rawValue.count)
  }

  // MARK: Incidents

  /// What is new and has a common cause: told as the report tells it.
  private static func incidents(_ changes: [Change], _ result: AuditResult?) -> [[String]] {
    guard let result else { return [] }
    let new = Set(changes.filter { $0.what == .new }.map(\.matter.key))
    let text = IncidentText(tag: tag, bold: { $0 })
    // That it is new is said above; only what is has to do with it.
    var news = result
    news.findings = result.findings.filter { new.contains($0.fingerprint) }
    news.standings = [:]
    return result.incidents.filter { !new.isDisjoint(with: $0.members) }.map { text.lines($0, of: news) }
  }

  private static func inIncidents(_ changes: [Change], _ result: AuditResult?) -> Set<Fingerprint> {
    Set(result?.incidents.flatMap(\.members) ?? []).intersection(
      Set(result?.findings.map(\.fingerprint) ?? []))
  }
}
