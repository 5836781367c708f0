import ArgumentParser
import Collect
import Commands
import Configuration
import Model
import World

struct CaptureCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "capture",
    abstract: "Looks at the live site and keeps what it saw, to be audited anywhere.",
    discussion: """
      Two looks, so that an audit of the capture can confirm what it finds, and dom0's memory in between. Exit status 8: \
      something could not be seen.
      """)

  @Option(
    name: [.short, .customLong("output")],
    help: ArgumentHelp("A folder that does not exist.", valueName: "dir"), completion: .directory)
  var output: String

  @Flag(help: "Look once only: no audit of it can confirm anything.")
  var singleLook = false

  @Option(help: ArgumentHelp("The time between the looks; by default look.wait.", valueName: "seconds"))
  var wait: Int?

  @OptionGroup var pseudonyms: PseudonymOptions
  @OptionGroup var site: SiteAccess

  func run() async throws {
    let command = self
    let failures = try await Interruption.guarding { try await command.record() }
    for failure in failures { Terminal.note(failure) }
    if !failures.isEmpty { throw ExitStatus.notWhole }
  }

  private func record() async throws -> [String] {
    try await site.withRecorder(keeping: Keeping(folder: output, key: pseudonyms.key())) {
      configuration, recorder, progress in
      try await recorder.look(.all)
      if !singleLook {
        let reach = configuration.reach.look
        let apart = wait.map { .seconds($0) } ?? reach.wait
        progress.wait(apart, for: "looking again")
        let now = recorder.collector.clock.now
        try await recorder.wait(
          until: Instant(milliseconds: now.milliseconds + apart.milliseconds), sampling: recorder.nodes,
          every: max(reach.sampleInterval, apart / 4))
        try await recorder.look(.all)
      }
      return try Recording(recorder.folder).failures
    }
  }
}
