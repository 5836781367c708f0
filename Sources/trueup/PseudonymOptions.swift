import ArgumentParser
import Capture
import Model

/// A file that decides on the stand-ins.
struct PseudonymKey: ExpressibleByArgument {
  static let help = ArgumentHelp(
    "A file of random bytes that decides on the stand-ins, so that several captures fit together. Without it nobody can "
      + "undo them.", valueName: "file")

  let file: String

  init(argument: String) { file = argument }

  func read() throws(Refusal) -> Pseudonyms.Key {
    let bytes = try Disk.read(file)
    guard let key = Pseudonyms.Key(bytes) else {
      throw Refusal(
        "\(file) has \(bytes.count) bytes, and a key needs \(Pseudonyms.Key.byteMinimum) at least: "
          + "(umask 077; head -c 32 /dev/urandom >FILE)")
    }
    return key
  }
}

/// Whether a live run keeps what it saw under stand-ins: shared by the commands that keep it.
struct PseudonymOptions: ParsableArguments {
  @Flag(
    name: .customLong("pseudonyms"),
    help: "Keep it with stand-ins for the names of people and hosts and for addresses, and nowhere without.")
  var areWanted = false

  @Option(help: PseudonymKey.help, completion: .file()) var pseudonymKey: PseudonymKey?

  func validate() throws {
    if pseudonymKey != nil, !areWanted {
      throw ValidationError("--pseudonym-key decides on the stand-ins of --pseudonyms: give both, or neither")
    }
  }

  /// Nil where the names stay.
  func key() throws(Refusal) -> Pseudonyms.Key? {
    areWanted ? try pseudonymKey?.read() ?? Pseudonyms.Key() : nil
  }
}
