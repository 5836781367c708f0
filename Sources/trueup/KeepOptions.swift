import ArgumentParser
import Model

/// Whether what a live look saw is kept, and how: shared by the commands that report on it.
struct KeepOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp("Keep what was seen as a capture, in a new folder.", valueName: "dir"),
    completion: .directory)
  var keepCapture: String?

  @OptionGroup var pseudonyms: PseudonymOptions

  func validate() throws {
    if pseudonyms.areWanted, keepCapture == nil {
      throw ValidationError("--pseudonyms is about what is kept: give --keep-capture too")
    }
  }

  func keeping() throws(Refusal) -> Keeping? {
    guard let keepCapture else { return nil }
    return Keeping(folder: keepCapture, key: try pseudonyms.key())
  }
}
