import ArgumentParser
import Configuration
import History
import Model

struct SuppressCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "suppress",
    abstract: "Accepts findings for a while: they are shown, and set no bit of the exit status.",
    discussion: """
      An acceptance ends by itself: at its time, and when the finding's amount or object is no longer what was accepted. \
      It stands in the history that audits write.
      """,
    subcommands: [Add.self, List.self, Remove.self])

  /// Which history, and of which site.
  struct Place: ParsableArguments {
    @OptionGroup var kept: HistoryOptions
    @Option(help: ArgumentHelp("The site, where a history has several.", valueName: "name")) var of: String?
    @OptionGroup var site: SiteOptions

    func open() throws -> (history: History, site: String?) {
      // Whoever names a history needs no configuration.
      let configuration = kept.history == nil ? try site.load() : nil
      guard let place = kept.place(configuration) else {
        throw Refusal("no history is named: give --history, or set history.database in site.toml")
      }
      return (try History(existing: place, configuration), of ?? configuration?.site.name)
    }
  }

  struct Add: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Accepts a finding until a moment.")

    @Argument(help: ArgumentHelp("Its id, as reports print it, or the first digits.", valueName: "finding"))
    var finding: String
    @Option(
      help: ArgumentHelp("2026-12-24T18:00:00Z, or a time from now such as 7d.", valueName: "moment"))
    var until: String
    @Option(help: ArgumentHelp("Why, for whoever reads the list.", valueName: "text")) var reason: String
    @OptionGroup var place: Place

    func run() async throws {
      let now = Wall.now
      let end = try Wall.moment(until, after: now)
      if end <= now { throw Refusal("\(until) is over: name a moment to come") }
      if !reason.contains(where: { !$0.isWhitespace }) {
        throw Refusal("the reason is empty: say why, for whoever reads the list")
      }
      let (history, site) = try place.open()
      let record = try await history.suppress(
        finding, at: site, until: end, reason: MessageTemplate.visible(reason), who: Operator.account,
        now: now)
      Terminal.write(SuppressCommand.lines(record))
    }
  }

  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Lists what is accepted: who, when, why.")

    @Flag(help: "Those too that have ended.") var all = false
    @OptionGroup var place: Place

    func run() async throws {
      let (history, site) = try place.open()
      let records = try await history.suppressions(of: site).filter { all || $0.holds(at: Wall.now) }
      Terminal.write(
        records.isEmpty
          ? "Nothing is accepted." : records.map(SuppressCommand.lines).joined(separator: "\n\n"))
    }
  }

  struct Remove: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Takes an acceptance back.")

    @Argument(help: ArgumentHelp("The finding's id, or the first digits.", valueName: "finding"))
    var finding: String
    @OptionGroup var place: Place

    func run() async throws {
      let (history, site) = try place.open()
      let record = try await history.unsuppress(finding, at: site, who: Operator.account, now: Wall.now)
      Terminal.write("No longer accepted: \(record.rule)  \(MessageTemplate.visible(record.message))")
    }
  }

  private static func lines(_ record: SuppressionRecord) -> String {
    let accepted = record.suppression
    let site = record.site.isEmpty ? "" : "  \(MessageTemplate.visible(record.site))"
    let who = MessageTemplate.visible(accepted.who)
    let end =
      record.ended.map { ended in
        let by = ended.by.map { " by \(MessageTemplate.visible($0))" } ?? ""
        return "\(ended.why.rawValue) at \(ended.at.rfc3339)\(by)"
      } ?? "until \(accepted.until.rfc3339)"
    return """
      \(accepted.finding.hex)\(site)  \(record.rule)  \(MessageTemplate.visible(record.message))
        \(end); accepted at \(record.at.rfc3339) by \(who): \(MessageTemplate.visible(accepted.reason))
      """
  }
}
