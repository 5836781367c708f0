import Model
import Repair
import World

/// The journal for people.
enum JournalText {
  static func runs(_ runs: [JournalRun]) -> String {
    if runs.isEmpty { return "No repair was run." }
    return runs.map { run in
      let opening = run.opening
      let what =
        opening.undoes.map { "undo of run \($0)" } ?? "repair of \(MessageTemplate.visible(opening.site))"
      return "\(run.number)  \(opening.started.rfc3339)  \(what) by \(MessageTemplate.visible(opening.who))  "
        + (run.ending.map { MessageTemplate.visible($0) } ?? "open: trueup "
          + (opening.undoes.map { "undo \($0), again" } ?? "resume"))
    }.joined(separator: "\n")
  }

  static func run(_ run: JournalRun, _ entries: [JournalEntry]) -> String {
    ([runs([run])] + entries.map { "  \($0.moment.rfc3339)  step \($0.step)  \(worded($0.event))" })
      .joined(separator: "\n")
  }

  private static func worded(_ event: JournalEntry.Event) -> String {
    switch event {
    case .intent(let command): "is about to: \(MessageTemplate.visible(command))"
    case .formerMemory(let kib): "before: dom0 went for \(kib) KiB"
    case .formerRows(let rows):
      "before: "
        + rows.map { "\($0.rows.count) rows of \(MessageTemplate.visible($0.table))" }.joined(separator: ", ")
    case .answered(let words): "answered: \(MessageTemplate.visible(words))"
    case .outcome(let outcome):
      "\(outcome.word)\(outcome.reason.map { ": \(MessageTemplate.visible($0))" } ?? "")"
    }
  }

  /// What would be taken back.
  static func undo(_ undo: Undo) -> String {
    let acts = undo.plan.steps.map { "  \($0.number). \($0.act.line)" }
    let rows = undo.transactions.enumerated().map { place, transaction in
      "  \(transaction.changes.count) rows of \(transaction.database.rawValue) put back (\(place + 1)), the service stopped"
    }
    let lost = undo.impossible.map { "  not undone: \($0.step.act.line): \($0.reason)" }
    let lines = rows + acts + lost
    return (lines.isEmpty ? ["There is nothing to take back."] : ["To take back:"] + lines).joined(
      separator: "\n")
  }

  /// What became of it.
  static func outcomes(_ undo: Undo, _ outcomes: [Int: StepOutcome]) -> String {
    func told(_ number: Int, _ what: String) -> String {
      let outcome = outcomes[number]
      let reason = outcome?.reason.map { ": \(MessageTemplate.visible($0))" } ?? ""
      return "  \(outcome?.word ?? "not done")  \(what)\(reason)"
    }
    let rows = undo.transactions.indices.map { told(Undo.step(ofRows: $0), "rows put back (\($0 + 1))") }
    return (rows + undo.plan.steps.map { told($0.number, $0.act.line) }).joined(separator: "\n")
  }
}
