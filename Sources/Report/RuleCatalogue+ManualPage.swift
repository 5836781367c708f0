import Mdoc
public import Model

extension RuleCatalogue {
  /// `docs/man/trueup-rules.7`, in mdoc(7): the rules of an audit, and those that only a preflight asks.
  public static func manualPage(audit: [Rule], preflight: [Rule]) -> String {
    var lines = Mdoc.head(
      "trueup-rules", 7, "what trueup looks for, and what mends it", by: "trueup rules catalogue --man")
    lines += [".Sh DESCRIPTION"] + Mdoc.running(introduction)
    lines += [".Sh RULES"] + audit.flatMap(section)
    lines += [".Sh RULES OF A PREFLIGHT"] + preflight.flatMap(section)
    lines += [".Sh SEE ALSO", ".Xr trueup-plan 5 ,", ".Xr trueup.toml 5 ,", ".Xr trueup 8"]
    return lines.joined(separator: "\n") + "\n"
  }

  private static let introduction = [
    "A rule is a file: a query that gives one row for each divergence, what that row rests on, what mends it, and its examples. "
      + "`trueup rules show ID` prints one with its queries and with who is right on what it reads; `trueup rules list` those "
      + "in force. A file of the same name in a folder of `--site-rules` stands in its place, and an empty one masks it.",
    "Each finding is judged by the engine, not by its rule: it is confirmed when a second look, at least the settle time later, "
      + "saw all that it rests on unchanged; it is undetermined when something of that was not wholly seen. A notice sets no bit "
      + "of the exit status. What is safe is what `trueup repair --preen` may mend.",
  ]

  private static func section(_ rule: Rule) -> [String] {
    let facts =
      "Severity \(rule.severity.rawValue); holds in \(modes(rule)) mode; settles in \(rule.settle.seconds) s"
      + (rule.failureModes.isEmpty ? "" : "; failure modes \(rule.failureModes.joined(separator: ", "))")
      + (rule.check.map { "; fills the column `\($0)`" } ?? "") + (rule.isSafe ? "; safe." : ".")
    let (repair, steps) = repairs(rule)
    var lines = [".Ss \(rule.id)"]
    lines += Mdoc.running(["\(rule.title).", facts, paragraph(rule.why), "Says: `\(rule.message.source)`"])
    if !rule.causes.isEmpty { lines += list("What may have happened:", rule.causes) }
    lines += steps.isEmpty ? [".Pp"] + Mdoc.running(repair) : list(repair, steps)
    lines += remarks(rule).flatMap { [".Pp"] + Mdoc.running($0) }
    let positive = rule.examples.filter(\.isPositive)
    lines += list("Finds something:", positive.map(\.name))
    lines += list("Is silent, or withholds:", rule.examples.filter { !$0.isPositive }.map(\.name))
    return lines
  }

  private static func list(_ title: String, _ items: [String]) -> [String] {
    guard !items.isEmpty else { return [] }
    return [".Pp"] + Mdoc.running(title) + [".Bl -bullet -compact"]
      + items.flatMap { [".It"] + Mdoc.running($0) } + [".El"]
  }
}
