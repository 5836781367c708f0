import ArgumentParser
import Audit
import Glibc
import Model
import Report

/// The program as a plugin: every way out of it is one that a monitor understands.
enum Plugin {
  /// What a plugin is given; nil where the program is called otherwise.
  static func arguments(of line: [String]) -> [String]? {
    let name = line.first?.split(separator: "/").last
    if name == "check_trueup" { return ["check"] + line.dropFirst() }
    return line.dropFirst().first == "check" ? Array(line.dropFirst()) : nil
  }

  static func main(_ arguments: [String]) async {
    listenForCrashes()
    do {
      var command = try await Trueup.asyncParseAsRoot(arguments)
      if var command = command as? any AsyncParsableCommand {
        try await command.run()
      } else {
        try command.run()
      }
      end(unknown: "nothing was checked")
    } catch let refusal as Refusal {
      end(unknown: refusal.message)
    } catch let error as AuditError {
      end(unknown: error.described)
    } catch let complaint as Complaint {
      end(unknown: complaint.described)
    } catch {
      let message = Trueup.fullMessage(for: error)
      // Help and the version are for a person, and no state of anything.
      if Trueup.exitCode(for: error) == .success {
        Terminal.write(message)
        exit(PluginReport.State.unknown.rawValue)
      }
      end(unknown: message.hasPrefix("Error: ") ? String(message.dropFirst(7)) : message)
    }
  }

  static func end(unknown reason: String) -> Never {
    Terminal.endProgress()
    Terminal.write(PluginReport.unknown(reason))
    exit(PluginReport.State.unknown.rawValue)
  }

  /// A monitor takes a plugin that died for one that said something else.
  private static func listenForCrashes() {
    for number in [SIGILL, SIGTRAP, SIGSEGV, SIGBUS, SIGFPE, SIGABRT] {
      signal(number) { _ in
        let text: StaticString = "TRUEUP UNKNOWN - the program crashed: run trueup audit to see where\n"
        _ = Glibc.write(STDOUT_FILENO, text.utf8Start, text.utf8CodeUnitCount)
        _exit(3)
      }
    }
  }
}
