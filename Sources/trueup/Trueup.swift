import ArgumentParser
import Audit
import Glibc
import Model

/// The command. The only target that knows every other.
struct Trueup: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "trueup",
    abstract: "Audits clusters whose batch system, hypervisors and workspace database must agree.",
    discussion: "Exit status, a sum of: 0 clean and everything seen; "
      + ExitStatus.meanings.map { "\($0.bit.rawValue) \($0.meaning)" }.joined(separator: "; ") + ".",
    version: "trueup \(Version.current)",
    subcommands: [
      AuditCommand.self, CheckCommand.self, HealthCommand.self, RepairCommand.self, ResumeCommand.self,
      UndoCommand.self,
      JournalCommand.self,
      PauseCommand.self, PreflightCommand.self, CaptureCommand.self, PseudonymsCommand.self,
      ExplainCommand.self, HistoryCommand.self, SuppressCommand.self, MonitorCommand.self, WaveCommand.self,
      PlotCommand.self, TrialCommand.self,
      RulesCommand.self, SimulateCommand.self, SandboxCommand.self, SchemaCommand.self, ConfigCommand.self,
    ])
}

/// Where the program begins: every way out goes through the exit status of the design.
@main
enum Main {
  static func main() async {
    if let arguments = Plugin.arguments(of: CommandLine.arguments) { return await Plugin.main(arguments) }
    do {
      var command = try await Trueup.asyncParseAsRoot()
      if var command = command as? any AsyncParsableCommand {
        try await command.run()
      } else {
        try command.run()
      }
    } catch let status as ExitStatus {
      exit(status.rawValue)
    } catch {
      if Trueup.exitCode(for: error) == .success {
        Terminal.write(words(for: error))
        exit(0)
      }
      refuse(words(for: error))
    }
  }

  /// What an error says.
  static func words(for error: any Error) -> String {
    switch error {
    case let refusal as Refusal: refusal.message
    case let error as AuditError: error.described
    case let complaint as Complaint: complaint.described
    default: Trueup.fullMessage(for: error)
    }
  }

  /// Nothing was done, for this reason.
  private static func refuse(_ message: String) -> Never {
    Terminal.error(message)
    exit(ExitStatus.usage.rawValue)
  }
}

extension ExitStatus: Error {}
