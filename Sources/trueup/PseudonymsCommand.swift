import ArgumentParser
import Capture
import Model

/// Whose stand-ins a capture gets: shared by the commands that write one.
struct PseudonymOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "A file of random bytes that decides on the stand-ins, so that several captures fit together. Without it nobody can "
        + "undo them.", valueName: "file"))
  var pseudonymKey: String?

  func key() throws(Refusal) -> Pseudonyms.Key {
    guard let pseudonymKey else { return Pseudonyms.Key() }
    let bytes = try Disk.read(pseudonymKey)
    guard let key = Pseudonyms.Key(bytes) else {
      throw Refusal(
        "\(pseudonymKey) has \(bytes.count) bytes, and a key needs \(Pseudonyms.Key.byteMinimum) at least: "
          + "(umask 077; head -c 32 /dev/urandom >FILE)")
    }
    return key
  }
}

struct PseudonymsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "pseudonyms",
    abstract: "Copies a capture, with stand-ins for the names of people and hosts and for addresses.",
    discussion: """
      The copy can be sent to a stranger: its audit finds the same, under other names. What stays is listed in the \
      documentation of the capture's format; read the copy before you send it.
      """)

  @Argument(help: ArgumentHelp("The recorded site.", valueName: "dir"))
  var capture: String

  @Option(name: .shortAndLong, help: ArgumentHelp("The folder to make.", valueName: "dir"))
  var output: String

  @OptionGroup var options: PseudonymOptions

  func run() throws {
    do {
      let original = try CaptureFolder.read(capture)
      for remark in original.remarks { Terminal.note(remark.described) }
      let count = try original.writePseudonymous(to: output, key: try options.key())
      Terminal.write("\(output): \(count) names have a stand-in")
    } catch let complaints as Complaints {
      throw Refusal(complaints.all)
    } catch let complaint as Complaint {
      throw Refusal([complaint])
    }
  }
}
