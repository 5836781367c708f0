import ArgumentParser
import Audit
import Capture
import Model
import Report
import RuleBook
import World

struct ExplainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain",
    abstract: "All about one finding: what each source said, with the very bytes, and what repair would do.")

  @Argument(help: "The finding's id as the report prints it, or enough of its beginning.")
  var finding: String

  @Option(help: ArgumentHelp("The recorded site that was audited.", valueName: "dir"), completion: .directory)
  var capture: String

  @OptionGroup var ruleOptions: RuleOptions

  func run() throws {
    let (rules, schema) = try ruleOptions.load()
    let recording = try Recording(capture)
    let result = try recording.audit(by: rules, schema: schema)
    let matches = result.allFindings.filter { $0.fingerprint.hex.hasPrefix(finding) }
    guard let found = matches.first, matches.count == 1 else {
      throw Refusal(
        matches.isEmpty
          ? "no finding of this capture has an id that begins with \(finding): see trueup audit --capture \(capture)"
          : "\(matches.count) findings have an id that begins with \(finding): give more of it")
    }
    guard let rule = rules.first(where: { $0.id == found.rule }) else { return }
    Terminal.write(
      Explanation.text(found, rule: rule, observations: result.observations) { id in
        recording.capture.observations.first { $0.number == id }.map {
          recording.capture.rawObservation($0).stdout
        } ?? []
      })
    if !found.steps.isEmpty {
      Terminal.write("  As this site would do it, with the commands: trueup repair --capture \(capture)")
    }
  }
}
