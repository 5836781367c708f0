import ArgumentParser
import Glibc
import Model
import Report

struct WaveCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "wave",
    abstract: "Reads series of dom0's memory: leases that came and went, and what was not given back, when.",
    discussion: """
      Each file is CSV, of one node or with a column that tells which: as trueup monitor writes it, or a moment in seconds and \
      memory in MiB or KiB, with commas, semicolons, tabs or blanks. A fall by a slot is a lease, the rise its end; what does \
      not come out even was lost. Its findings bear the names of the audit's rules that see the same.

      Exit status, a sum of: 0 all is well; 4 memory or a deployment is missing, or nothing changes any more; 8 stretches or \
      trials are not recorded, or lines were not read.
      """)

  enum Form: String, CaseIterable, ExpressibleByArgument { case text, json }

  @OptionGroup var series: SeriesOptions
  @Option(name: .shortAndLong, help: "The form of the report: text or json.") var format = Form.text

  func run() async throws {
    let read = try await series.read()
    let (problems, count) = (read.problems, read.problemCount)
    switch format {
    case .text: Terminal.write(WaveReport.text(read.waves, problems: problems, problemCount: count))
    case .json:
      WaveReport.json(read.waves, problems: problems, problemCount: count) {
        Terminal.write($0, to: STDOUT_FILENO)
      }
    }
    let status = WaveReport.status(read.waves, problems: count)
    if !status.isEmpty { throw status }
  }
}
