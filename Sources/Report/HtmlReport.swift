import Model

/// The report as one page that needs nothing else: no script, no font, no picture from anywhere. What it rests on is one click
/// below each finding, and open on paper. A browser is told to run and to load nothing, whatever might stand in it.
struct HtmlReport {
  let backdrop: Backdrop
  let result: AuditResult
  let tally: Tally

  init(_ result: AuditResult, beside backdrop: Backdrop) {
    self.result = result
    self.backdrop = backdrop
    tally = Tally(result)
  }

  func report() -> String {
    let sections = [glance, incidents, memory, findings, cleared, coverage, rules].filter { !$0.body.isEmpty }
    let title = "\(siteName): \(tally.summary(result))"
    let body = Markup(
      "body",
      [
        Markup("a", ["class": "skip", "href": "#main"], "Skip to what was found"), header, navigation(sections),
        Markup("main", ["id": "main"], sections.map(\.markup)), footer,
      ])
    return Markup.page("trueup: \(title)", body)
  }

  // MARK: The page

  /// A part of the page with its heading.
  struct Section {
    let id: String
    let title: String
    var count: Int?
    let body: [Markup]

    fileprivate var markup: Markup {
      let number = count.map { [Markup(" "), Markup("span", ["class": "count"], "\($0)")] } ?? []
      let heading = Markup("h2", ["id": id], [Markup(title)] + number)
      return Markup("section", ["aria-labelledby": id], [heading] + body)
    }
  }

  var siteName: String { result.site.isEmpty ? "the site" : result.site }

  private var header: Markup {
    let looks =
      result.looks.first.flatMap { first in
        result.looks.last.map { last in
          [
            Markup("Looked \(HtmlReport.counted(result.looks.count, "time")), from "), moment(first.started),
            Markup(" to "), moment(last.finished), Markup(". "),
          ]
        }
      } ?? []
    let counts = result.counts
    let objects = [
      (counts.nodes, "node"), (counts.jobs, "job"), (counts.domains, "guest"), (counts.slots, "slot"),
      (counts.machines, "machine"), (counts.addresses, "address"),
    ].map { Self.counted($0.0, $0.1) }
    let meanings = result.exitStatus.meanings
    let status = meanings.isEmpty ? "nothing needs to be done" : meanings.joined(separator: "; ")
    return Markup(
      "header",
      [
        Markup("p", ["class": "eyebrow"], "trueup audit, \(result.mode.rawValue) mode"), Markup("h1", siteName),
        Markup(
          "p", ["class": "verdict \(level.name)"], [level.icon, Markup(Self.capitalised(tally.summary(result)))]),
        Markup(
          "p", ["class": "muted"],
          looks + [Markup("Exit status \(result.exitStatus.rawValue): \(status).")]),
        Markup("p", ["class": "muted"], objects.joined(separator: ", ") + "."),
      ])
  }

  private func navigation(_ sections: [Section]) -> Markup {
    let links = sections.map { Markup("li", [Markup("a", ["href": "#\($0.id)"], $0.title)]) }
    return Markup("nav", ["aria-label": "Parts of the report"], [Markup("ul", links)])
  }

  private var footer: Markup {
    let version = backdrop.version.isEmpty ? "" : " \(backdrop.version)"
    return Markup(
      "footer",
      [
        Markup(
          "p",
          "Made by trueup\(version). Times are in UTC. Looking changed nothing. trueup explain shows the very bytes of each "
            + "source, trueup repair what would mend it.")
      ])
  }

  // MARK: How bad it is

  /// What a colour, an icon and a word stand for.
  enum Level: Int, Comparable {
    case clean, notice, unknown, warning, error

    var name: String { "\(self)" }

    var icon: Markup { Markup(trusted: "<svg class=\"icon\" viewBox=\"0 0 20 20\" aria-hidden=\"true\">\(path)</svg>") }

    private var path: String {
      switch self {
      case .clean: "<circle cx=\"10\" cy=\"10\" r=\"9\"/><path d=\"M5.5 10.5l3 3 6-7\"/>"
      case .notice: "<circle cx=\"10\" cy=\"10\" r=\"9\"/><path d=\"M10 9v5.5M10 5.2v1\"/>"
      case .unknown: "<circle cx=\"10\" cy=\"10\" r=\"9\"/><path d=\"M7.3 7.6a2.7 2.7 0 1 1 2.7 3.2v1.2M10 14.6v.6\"/>"
      case .warning: "<path class=\"body\" d=\"M10 1.5L19 18H1z\"/><path d=\"M10 7.5v4.5M10 14.6v.6\"/>"
      case .error: "<path class=\"body\" d=\"M6.3 1h7.4L19 6.3v7.4L13.7 19H6.3L1 13.7V6.3z\"/><path d=\"M6.7 6.7l6.6 6.6M13.3 6.7l-6.6 6.6\"/>"
      }
    }

    static func < (left: Level, right: Level) -> Bool { left.rawValue < right.rawValue }

    init(_ severity: Severity) {
      switch severity {
      case .notice: self = .notice
      case .warning: self = .warning
      case .error: self = .error
      }
    }

    /// What a tally amounts to; `hasGaps` where not all of it was seen.
    init(_ tally: Tally, hasGaps: Bool) {
      if tally.errors > 0 {
        self = .error
      } else if tally.warnings > 0 {
        self = .warning
      } else if hasGaps || !tally.unsure.isEmpty {
        self = .unknown
      } else {
        self = tally.notices.isEmpty ? .clean : .notice
      }
    }
  }

  private var level: Level { Level(tally, hasGaps: result.hasGaps) }

  // MARK: At a glance

  private var glance: Section {
    let standings = result.allFindings.map(result.standing)
    let figures: [(Int, String, Level)] = [
      (tally.errors, "error", .error), (tally.warnings, "warning", .warning),
      (tally.notices.count, "notice", .notice), (tally.unsure.count, "unsure", .unknown),
      (tally.unseen, "not seen", .unknown), (tally.selfHealing.count, "self-healing", .notice),
      (tally.accepted.count, "accepted", .notice),
      (standings.filter { $0.baseline == .new }.count, "new", .warning),
      (result.cleared.count, "cleared", .clean),
    ]
    // What every reader looks for is told though it is none.
    let shown = figures.enumerated().filter { $0.offset < 2 || $0.element.0 > 0 }.map(\.element)
    let list = shown.map { count, word, level in
      let plural = ["error", "warning", "notice"].contains(word) && count != 1 ? word + "s" : word
      return Markup(
        "li", ["class": count == 0 ? "figure clean" : "figure \(level.name)"],
        [Markup("strong", "\(count)"), Markup(" "), Markup("span", plural)])
    }
    let tiles = nodes.map(tile)
    return Section(
      id: "glance", title: "At a glance",
      body: [Markup("ul", ["class": "figures"], list)]
        + (tiles.isEmpty
          ? [] : [Markup("h3", "Nodes"), Markup("ul", ["class": "nodes"], tiles)]))
  }

  /// A node and what is to be said of it.
  struct Node {
    let name: String
    let tally: Tally
    let level: Level
    /// What of it was not wholly seen.
    let gaps: Int
  }

  /// The nodes that anything tells of, the worst first.
  private var nodes: [Node] {
    var gaps: [String: Int] = [:]
    for record in result.incomplete { record.node.map { gaps[$0, default: 0] += 1 } }
    for gap in result.uncollected { for node in gap.nodes { gaps[node, default: 0] += 1 } }
    let found = Dictionary(grouping: result.allFindings) { $0.node ?? "" }
    let names = Set(
      backdrop.ledger.map(\.node) + result.observations.compactMap(\.node) + found.keys + gaps.keys)
    return names.subtracting([""]).map { name in
      let tally = Tally(found[name] ?? [], of: result)
      let count = gaps[name] ?? 0
      return Node(name: name, tally: tally, level: Level(tally, hasGaps: count > 0), gaps: count)
    }.sorted { ($1.level, $0.name) < ($0.level, $1.name) }
  }

  private func tile(_ node: Node) -> Markup {
    let words = [
      node.tally.errors > 0 ? Self.counted(node.tally.errors, "error") : nil,
      node.tally.warnings > 0 ? Self.counted(node.tally.warnings, "warning") : nil,
      node.tally.notices.isEmpty ? nil : Self.counted(node.tally.notices.count, "notice"),
      node.tally.unsure.isEmpty ? nil : "\(node.tally.unsure.count) unsure",
      node.tally.accepted.isEmpty ? nil : "\(node.tally.accepted.count) accepted",
      node.gaps > 0 ? "not wholly seen" : nil,
    ].compactMap { $0 }
    let hasFindings = result.findings.contains { $0.node == node.name }
    let name = Markup("strong", node.name)
    let text = Markup("span", words.isEmpty ? "in order" : words.joined(separator: ", "))
    let content = [node.level.icon, hasFindings ? Markup("a", ["href": "#\(anchor(node.name))"], [name]) : name, text]
    return Markup("li", ["class": "node \(node.level.name)"], content)
  }

  // MARK: What is gone

  private var cleared: Section {
    let items = result.cleared.map { cleared in
      Markup(
        "li",
        [
          Markup("code", cleared.rule), Markup(cleared.node.map { " on \($0)" } ?? ""),
          Markup(": \(cleared.message)"),
        ])
    }
    return Section(
      id: "cleared", title: "Cleared since the last audit", count: items.count,
      body: items.isEmpty ? [] : [Markup("ul", ["class": "plain"], items)])
  }

  // MARK: Words

  /// Where the findings of a node stand in the page. Of a node's name only what it tells apart: it may be any text.
  func anchor(_ node: String?) -> String { "node-\(Fingerprint(of: node ?? "").hex)" }

  func moment(_ at: Instant) -> Markup {
    let text = at.rfc3339
    return Markup("time", ["datetime": text], "\(text.prefix(10)) \(text.dropFirst(11).prefix(8))")
  }

  static func counted(_ count: Int, _ noun: String) -> String {
    "\(count) \(noun)\(count == 1 ? "" : noun.hasSuffix("s") ? "es" : "s")"
  }

  static func capitalised(_ text: String) -> String { text.prefix(1).uppercased() + text.dropFirst() }
}
