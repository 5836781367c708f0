import ArgumentParser
import Audit
import Collect
import Commands
import Model
import Preflight
import Report
import RuleBook
import Toml
import World

struct PreflightCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "preflight",
    abstract: "Go or no-go before a trial: is every node fit, and is nothing left of the last one?",
    discussion: """
      Prints a table of nodes against checks, what is wrong or could not be told, then GO or NO-GO. Looking changes nothing.

      Exit status, a sum of: 0 go; 4 a check says no; 8 a check can't be told; 16 usage. With --verify: 0 the certificate \
      is intact, valid and of the capture; 4 it is not.
      """)

  @Option(
    help: ArgumentHelp("Judge this recorded site, by its last look, and not the live one.", valueName: "dir"),
    completion: .directory)
  var capture: String?

  @OptionGroup var site: SiteAccess

  @OptionGroup var keep: KeepOptions

  @OptionGroup var options: TrialOptions

  @Option(
    help: ArgumentHelp("On GO write a certificate into this new file.", valueName: "file"),
    completion: .file())
  var certificate: String?

  @Option(
    help: ArgumentHelp("How long the certificate holds, from the end of the look.", valueName: "span"),
    transform: { text in
      guard let span = Duration(spelt: text), (.seconds(1)...(.seconds(3650 * 86_400))).contains(span) else {
        throw ValidationError("\(text) is no span of time up to 3650 d: write 30min, 1h, 2d")
      }
      return span
    })
  var valid: Duration = .seconds(3600)

  @Option(
    help: ArgumentHelp(
      "Tell whether this certificate is intact and valid and, with --capture, of that capture.",
      valueName: "file"), completion: .file())
  var verify: String?

  @Option(name: .shortAndLong, help: "The form of the report: text or json.")
  var format: PreflightFormat = .text

  @OptionGroup var ruleOptions: RuleOptions

  mutating func validate() throws {
    if verify != nil, certificate != nil {
      throw ValidationError("--verify reads a certificate and --certificate writes one: give one of them")
    }
    if keep.pseudonyms.areWanted, certificate != nil {
      throw ValidationError(
        "--certificate is of the very bytes that were seen, and --pseudonyms keeps others")
    }
  }

  func run() async throws {
    if let verify {
      let verification = try await CertificateFile.verify(verify, capture: capture)
      Terminal.write(verification.text)
      throw verification.holds ? ExitStatus() : ExitStatus.divergencesLeft
    }
    if let certificate { try CertificateFile.refuseExisting(certificate) }
    if let capture { throw try await judge(try Recording(capture)) }
    let command = self
    throw try await Interruption.guarding {
      try await command.site.withRecorder(keeping: command.keep.keeping()) {
        _, recorder, progress in
        try await recorder.look(.all)
        progress.end()
        return try await command.judge(try Recording(recorder.folder))
      }
    }
  }

  /// Reports on a recorded site, whoever recorded it, and certifies it where that was asked for.
  private func judge(_ recording: Recording) async throws -> ExitStatus {
    let (rules, schema) = try ruleOptions.load(preflight: true)
    let checks = Preflight.rules(among: rules)
    let result = try recording.preflight(by: checks, schema: schema, trial: options.trial)
    let report = PreflightReport(colour: Terminal.wantsColour)
    Terminal.write(format == .json ? report.json(result) : report.text(result))
    if let certificate { try await certify(result, of: recording, into: certificate) }
    return result.exitStatus
  }

  private func certify(_ result: PreflightResult, of recording: Recording, into file: String) async throws {
    guard result.isGo else { return Terminal.note("\(file) is not written: only GO has a certificate") }
    let until = try await CertificateFile.write(file, of: result, validFor: valid, capture: recording.capture)
    Terminal.note("\(file) is written, and valid until \(until.rfc3339)")
  }
}

enum PreflightFormat: String, CaseIterable, ExpressibleByArgument { case text, json }

struct TrialOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp("Only nodes of this name; *, ? and [a-c] are patterns.", valueName: "glob"),
    completion: .node)
  var nodes = "*"

  @Option(help: ArgumentHelp("Slots that must fit on each node at the same time.", valueName: "n"))
  var slots = 1

  @Option(
    help: ArgumentHelp(
      "The memory of a slot in MiB; by default what site.toml or the database says.", valueName: "mib"))
  var slotMemory: Int64?

  mutating func validate() throws {
    if !(1...1_000_000).contains(slots) {
      throw ValidationError("--slots is 1 or more, and \(slots) was given")
    }
    if let slotMemory, !(1...(1 << 30)).contains(slotMemory) {
      throw ValidationError("--slot-memory is a number of MiB, 1 or more, and \(slotMemory) was given")
    }
  }

  var trial: Trial {
    Trial(nodes: nodes, slots: slots, slotMemory: slotMemory.flatMap { Kibibytes(Mebibytes($0)) })
  }
}
