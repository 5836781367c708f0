public import Model

/// The rules as documentation: one page of each, and the catalogue of all in Markdown.
public enum RuleCatalogue {
  /// `docs/rules.md`.
  public static func markdown(_ rules: [Rule]) -> String {
    var lines = [
      "# The rules", "",
      "Generated from the files in `Rules/` by `trueup rules catalogue`; a test compares the two. Do not edit it.",
      "",
      "| rule | severity | holds in | settles in | failure modes |", "|---|---|---|---|---|",
    ]
    lines += rules.map { rule in
      "| [\(rule.id)](#\(rule.id)) | \(rule.severity.rawValue) | \(modes(rule)) | \(rule.settle.seconds) s | "
        + "\(rule.failureModes.joined(separator: ", ")) |"
    }
    for rule in rules { lines += ["", "## \(rule.id)", ""] + body(rule) }
    return lines.joined(separator: "\n") + "\n"
  }

  /// The checks of a preflight in the order of their names, for docs/preflight.md.
  public static func checks(_ rules: [Rule]) -> String {
    let checks = Dictionary(grouping: rules.filter { $0.check != nil }) { $0.check ?? "" }
    let sections = checks.sorted { $0.key < $1.key }.map { name, rules in
      "### \(name)\n\n"
        + rules.map { rule in
          """
          **\(rule.title)** (`\(rule.id)`). \(paragraph(rule.why))

          Says: *\(rule.message.source)*

          What to do: \(rule.noRepair ?? "see what the audit plans").

          """
        }.joined(separator: "\n")
    }
    return sections.joined(separator: "\n")
  }

  private static func body(_ rule: Rule) -> [String] {
    var lines = ["**\(rule.title).** \(paragraph(rule.why))", "", "Says: *\(rule.message.source)*"]
    if !rule.causes.isEmpty { lines += ["", "What may have happened:", ""] + rule.causes.map { "- \($0)" } }
    lines += [""] + repair(rule)
    lines += remarks(rule).flatMap { ["", $0] }
    lines += ["", "Finds something:", ""] + rule.examples.filter(\.isPositive).map { "- \($0.name)" }
    lines +=
      ["", "Is silent, or withholds:", ""] + rule.examples.filter { !$0.isPositive }.map { "- \($0.name)" }
    return lines
  }

  /// What else is to be known of it.
  static func remarks(_ rule: Rule) -> [String] {
    let standIn = rule.standIn.map {
      "Where \($0.tables.joined(separator: ", ")) can't be read, it is judged all the same, and plans nothing. "
        + "Assumed: \($0.assumes)."
    }
    let explained = rule.explains.map { "\($0.rule) (same \($0.on.joined(separator: ", ")))" }
    return (standIn.map { [$0] } ?? [])
      + (explained.isEmpty ? [] : ["Explains: \(explained.joined(separator: "; "))."])
  }

  private static func repair(_ rule: Rule) -> [String] {
    let (sentence, steps) = repairs(rule)
    return steps.isEmpty ? [sentence] : [sentence, ""] + steps.map { "- \($0)" }
  }

  /// What mends it: a sentence, and the steps, where there are any.
  static func repairs(_ rule: Rule) -> (sentence: String, steps: [String]) {
    if let reason = rule.noRepair { return ("Repair: none is planned, for \(reason).", []) }
    let steps = rule.repairs.map { step in
      let arguments = step.verb.parameters.map { "\($0.name) = \(step.arguments[$0.name]?.source ?? "")" }
      let otherwise = step.otherwise.map { " Otherwise: \($0)." } ?? ""
      return "`\(step.verb.rawValue)` \(arguments.joined(separator: ", "))."
        + (step.onlyIf == nil ? "" : " Only under its own condition.") + otherwise
    }
    return ("Repair:", steps)
  }

  static func modes(_ rule: Rule) -> String {
    rule.modes.map(\.rawValue).sorted().joined(separator: ", ")
  }

  static func paragraph(_ text: String) -> String {
    text.split(separator: "\n").joined(separator: " ")
  }

  /// What `trueup rules show` prints; `authority` tells who is right on what the rule reads.
  public static func page(_ rule: Rule, authority: [String]) -> String {
    let head = [
      "\(rule.id): \(rule.title)",
      "severity \(rule.severity.rawValue); holds in \(modes(rule)) mode; settles in \(rule.settle.seconds) s; "
        + "failure modes \(rule.failureModes.joined(separator: ", "))", "",
    ]
    let right = authority.isEmpty ? [] : ["", "Who is right on what it reads:"] + authority.map { "- \($0)" }
    let other =
      rule.standIn.map {
        ["", "Its stand-in's query:", $0.query?.trimmed ?? "the same", "", "Rests on:", $0.restsOn.trimmed]
      } ?? []
    let queries = ["", "Query:", rule.query.trimmed, "", "Rests on:", rule.restsOn.trimmed]
    return (head + body(rule) + right + queries + other).joined(separator: "\n") + "\n"
  }
}

extension String {
  fileprivate var trimmed: String {
    String(drop { $0.isNewline }.reversed().drop { $0.isNewline }.reversed())
  }
}
