import ArgumentParser
import Audit
import Capture
import Configuration
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

  @Option(
    help: ArgumentHelp(
      "The recorded site that was audited; by default the newest of look.captures that has the finding.",
      valueName: "dir"), completion: .directory)
  var capture: String?

  @OptionGroup var site: SiteOptions
  @OptionGroup var ruleOptions: RuleOptions

  func run() throws {
    let (rules, schema) = try ruleOptions.load()
    if let capture {
      if try explain(from: capture, by: rules, schema) { return }
      throw Refusal(
        "no finding of this capture has an id that begins with \(finding): see trueup audit --capture \(capture)"
      )
    }
    guard let kept = KeptCaptures(try site.load().reach.look) else {
      throw Refusal(
        "the bytes of a finding are in a capture, and this site keeps none: look again with trueup audit --keep-capture DIR "
          + "and name it with --capture DIR, or have each audit keep one (look.captures in site.toml)")
    }
    let captures = try kept.names.reversed().map { "\(kept.path)/\($0)" }
    for capture in captures where try explain(from: capture, by: rules, schema) { return }
    throw Refusal(
      "none of the \(captures.count) captures in \(kept.path) has a finding whose id begins with \(finding)")
  }

  /// Whether the capture has it. One that is not whole, of an audit that was killed, has none.
  private func explain(from capture: String, by rules: [Rule], _ schema: Schema) throws -> Bool {
    let kept = self.capture == nil ? try? Recording(capture) : try Recording(capture)
    guard let recording = kept else { return false }
    let result = try recording.audit(by: rules, schema: schema)
    let matches = result.allFindings.filter { $0.fingerprint.hex.hasPrefix(finding) }
    guard let found = matches.first, let rule = rules.first(where: { $0.id == found.rule }) else {
      return false
    }
    if matches.count > 1 {
      throw Refusal("\(matches.count) findings have an id that begins with \(finding): give more of it")
    }
    Terminal.write(
      Explanation.text(found, rule: rule, observations: result.observations) { id in
        recording.capture.observations.first { $0.number == id }.map {
          recording.capture.rawObservation($0).stdout
        } ?? []
      })
    if !found.steps.isEmpty {
      Terminal.write("  As this site would do it, with the commands: trueup repair --capture \(capture)")
    }
    return true
  }
}
