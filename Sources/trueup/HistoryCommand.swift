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
      "The file is what trueup audit --history writes. Exit status: 0 nothing is open, 4 something is.")

  @Argument(help: ArgumentHelp("The history.", valueName: "file"), completion: .file()) var file: String
  @Option(help: "Only audits of this site.") var site: String?
  @Option(
    help: ArgumentHelp("The state folder of repairs, to tell who repaired what.", valueName: "dir"),
    completion: .directory)
  var state: String?

  func run() async throws {
    guard Disk.facts(file) != nil else {
      throw Refusal("\(file): there is no history; trueup audit --history \(file) begins one")
    }
    let history = try History(path: file)
    let courses = try await history.courses(of: site)
    let repairs = try await repairs()
    var lines = ["\(try await history.count(of: site)) audits."]
    for course in courses { lines.append(Self.line(course, repairs[course.fingerprint])) }
    lines.append("\ndom0 with no lease:")
    let plateaus = try await history.plateaus(of: site)
    for (place, plateau) in plateaus.enumerated() {
      let before = place > 0 && plateaus[place - 1].node == plateau.node ? plateaus[place - 1].memoryKib : nil
      let move = before.map { before in
        let change = plateau.memoryKib - before
        return "  \(change < 0 ? "" : "+")\(MessageTemplate.memory(kib: change))"
      }
      lines.append(
        "  \(MessageTemplate.visible(plateau.node))  \(MessageTemplate.memory(kib: plateau.memoryKib))  from \(plateau.first.rfc3339) to \(plateau.last.rfc3339)\(move ?? "")"
      )
    }
    Terminal.write(lines.joined(separator: "\n"))
    if courses.contains(where: { $0.gone == nil }) { throw ExitStatus.divergencesLeft }
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
