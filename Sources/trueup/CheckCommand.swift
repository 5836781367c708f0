import ArgumentParser
import Glibc
import Model
import Report

/// The audit as a monitoring plugin. Its exit status is a plugin's, whatever happens, and never a sum of bits.
struct CheckCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract:
      "An audit as a monitoring plugin (Nagios, Icinga): one line with its state and figures, then the rest.",
    discussion: """
      Exit status: 0 OK; 1 WARNING; 2 CRITICAL; 3 UNKNOWN: not all could be looked at, wrong usage, no answer in time. The \
      program is this plugin too when it is called check_trueup. Looking changes nothing.
      """)

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp(
      "More confirmed divergences than this, errors and warnings together, are a WARNING.", valueName: "n"))
  var warning = 0

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp("More confirmed errors than this are CRITICAL.", valueName: "n"))
  var critical = 0

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp(
      "UNKNOWN after this time; at most half of it is waited for the second look.", valueName: "seconds"))
  var timeout = 50

  @OptionGroup var options: AuditOptions
  @OptionGroup(title: "Looking at the live site") var live: LiveOptions
  @OptionGroup var ruleOptions: RuleOptions

  func validate() throws {
    if warning < 0 || critical < 0 {
      throw ValidationError("--warning and --critical are numbers of divergences, 0 or more")
    }
    if !(1...86_400).contains(timeout) {
      throw ValidationError("--timeout is a number of seconds from 1 to 86400, and \(timeout) was given")
    }
  }

  func run() async throws {
    let command = self
    let late = "no answer within \(timeout) s: give it more with --timeout, and look with trueup audit -v"
    let leave: @Sendable (Interruption.Cause) -> Never = { cause in
      Plugin.end(unknown: cause == .time ? late : "called off by a signal")
    }
    let outcome = try await Interruption.guarding(within: .seconds(timeout), leave: leave) {
      try await command.options.audit(
        command.live, by: command.ruleOptions, wantsLedger: true, atMost: .seconds(command.timeout) / 2)
    }
    let report = PluginReport(warning: warning, critical: critical)
    let isSaid = Terminal.deliver(report.report(outcome.result, memory: outcome.backdrop.ledger))
    Glibc.exit((isSaid ? report.state(outcome.result) : .unknown).rawValue)
  }
}
