import ArgumentParser
import Configuration
import History
import Model
import Repair

struct HistoryCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "history",
    abstract:
      "What audits found, night after night: each finding's first and last sight, and when dom0's memory moved.",
    discussion:
      "The history is what trueup audit --history writes. Exit status: 0 nothing is open but what was accepted, 4 something is."
  )

  @Argument(
    help: ArgumentHelp("The history: a file, or postgresql://user@host/name.", valueName: "history"),
    completion: .file())
  var file: String
  @Option(help: "Only audits of this site.") var site: String?
  @Option(
    help: ArgumentHelp("The state folder of repairs, to tell who repaired what.", valueName: "dir"),
    completion: .directory)
  var state: String?

  func run() async throws {
    let history = try History(existing: file, nil)
    let all = try await history.nights(of: site)
    if let site, all.isEmpty { throw Refusal("\(file): there is no audit of \(site)") }
    let repairs = try await repairs()
    let suppressions = try await history.suppressions().filter { $0.holds(at: Wall.now) }
    let accepted = Dictionary(grouping: suppressions, by: \.site)
    let parts = all.map { nights in
      Self.lines(nights, isOnly: all.count == 1, repairs, accepted[nights.site] ?? []).joined(separator: "\n")
    }
    Terminal.write(parts.isEmpty ? "0 audits." : parts.joined(separator: "\n\n"))
    let isOpen = all.contains { nights in
      let known = Set((accepted[nights.site] ?? []).map(\.suppression.finding.hex))
      return nights.courses.contains { $0.gone == nil && !known.contains($0.fingerprint) }
    }
    if isOpen { throw ExitStatus.divergencesLeft }
  }

  private static func lines(
    _ nights: History.Nights, isOnly: Bool, _ repairs: [String: [String]], _ accepted: [SuppressionRecord]
  ) -> [String] {
    var lines = [(isOnly ? "" : "\(MessageTemplate.visible(nights.site)): ") + "\(nights.count) audits."]
    for course in nights.courses {
      lines.append(line(course, repairs[course.fingerprint]))
      lines += accepted.filter { $0.suppression.finding.hex == course.fingerprint }.map {
        "      \($0.suppression.described)"
      }
    }
    lines.append("\ndom0 with no lease:")
    for (place, plateau) in nights.plateaus.enumerated() {
      let earlier = place > 0 ? nights.plateaus[place - 1] : nil
      let before = earlier.flatMap { $0.node == plateau.node ? $0.memoryKib : nil }
      let move = before.map { before in
        let change = plateau.memoryKib - before
        return "  \(change < 0 ? "" : "+")\(MessageTemplate.memory(kib: change))"
      }
      lines.append(
        "  \(MessageTemplate.visible(plateau.node))  \(MessageTemplate.memory(kib: plateau.memoryKib))  from \(plateau.first.rfc3339) to \(plateau.last.rfc3339)\(move ?? "")"
      )
    }
    return lines
  }

  private static func line(_ course: History.Course, _ repairs: [String]?) -> String {
    let end = course.gone.map { "gone at \($0.rfc3339)" } ?? "open"
    let returns = course.returns == 0 ? "" : ", came back \(course.returns) times"
    let repaired = repairs.map { "\n      repaired by \($0.joined(separator: "; "))" } ?? ""
    let node = course.node.map { "  \(MessageTemplate.visible($0))" } ?? ""
    return
      "\n\(end)  \(course.rule)\(node)  \(MessageTemplate.visible(course.message))\n      \(course.fingerprint), first seen \(course.first.rfc3339), last \(course.last.rfc3339), \(course.sights) times\(returns)\(repaired)"
  }

  /// By the fingerprint of what they were for: who ran the repairs that a journal has.
  private func repairs() async throws -> [String: [String]] {
    guard let state else { return [:] }
    let folder = try StateFolder(state)
    var repairs: [String: [String]] = [:]
    for run in try await Journal(path: folder.journal).runs() where run.opening.undoes == nil {
      let plan = try PlanDocument.read(Array(run.opening.plan.utf8), name: "run \(run.number)")
      for target in plan.findings {
        let who =
          "\(MessageTemplate.visible(run.opening.who)) in run \(run.number), \(run.opening.started.rfc3339)"
        repairs[target.fingerprint.hex, default: []].append(who)
      }
    }
    return repairs
  }
}
