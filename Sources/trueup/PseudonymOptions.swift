import ArgumentParser
import Capture
import Model

/// Whose stand-ins a capture gets.
struct PseudonymKeyOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "A file of random bytes that decides on the stand-ins, so that several captures fit together. Without it nobody can "
        + "undo them.", valueName: "file"), completion: .file())
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

/// Whether a live run keeps what it saw under stand-ins: shared by the commands that keep it.
struct PseudonymOptions: ParsableArguments {
  @Flag(
    name: .customLong("pseudonyms"),
    help: "Keep it with stand-ins for the names of people and hosts and for addresses, and nowhere without.")
  var areWanted = false

  @OptionGroup var keyOptions: PseudonymKeyOptions

  func validate() throws {
    if keyOptions.pseudonymKey != nil, !areWanted {
      throw ValidationError("--pseudonym-key decides on the stand-ins of --pseudonyms: give both, or neither")
    }
  }

  /// Nil where the names stay.
  func key() throws(Refusal) -> Pseudonyms.Key? { areWanted ? try keyOptions.key() : nil }
}
