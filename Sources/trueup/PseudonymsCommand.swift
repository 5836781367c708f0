import ArgumentParser
import Capture
import Model

struct PseudonymsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "pseudonyms",
    abstract: "Copies a capture, with stand-ins for the names of people and hosts and for addresses.",
    discussion: """
      The copy can be sent to a stranger: its audit finds the same, under other names. What stays is listed in the \
      documentation of the capture's format; read the copy before you send it.
      """)

  @Argument(help: ArgumentHelp("The recorded site.", valueName: "dir"), completion: .directory)
  var capture: String

  @Option(
    name: [.short, .customLong("output")],
    help: ArgumentHelp("A folder that does not exist.", valueName: "dir"), completion: .directory)
  var output: String

  @Option(help: PseudonymKey.help, completion: .file()) var pseudonymKey: PseudonymKey?

  func run() throws {
    let key = try pseudonymKey?.read() ?? Pseudonyms.Key()
    let original = try Recording.capture(at: capture)
    for remark in original.remarks { Terminal.note(remark.described) }
    let count = try PseudonymousCopy(creating: output, key: key).write(original)
    Terminal.write("\(output): \(count) names have a stand-in")
  }
}
