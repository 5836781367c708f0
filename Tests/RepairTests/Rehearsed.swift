import Audit
import Configuration
import Foundation
import Model
import Repair
import RuleBook
import Simulator
import Testing
import World

@testable import trueup

/// A recorded site of `Fixtures` with what an audit of it found, to be repaired in a simulated world.
struct Rehearsed: CustomTestStringConvertible, Sendable {
  let name: String

  var testDescription: String { name }

  static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  /// Every scenario.
  static let all: [Rehearsed] = {
    let folder = root.appending(path: "Fixtures").path()
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return names.sorted().filter {
      FileManager.default.fileExists(atPath: "\(folder)/\($0)/capture/manifest.toml")
    }.map { Rehearsed(name: $0) }
  }()

  /// Those in which something is planned.
  static let planned: [Rehearsed] = all.filter { ((try? $0.audited().plan.steps.count) ?? 0) > 0 }

  /// What is the same for every run of a scenario.
  struct Audited {
    let recording: Recording
    let configuration: Configuration
    let rules: [Rule]
    let result: AuditResult
    /// Why nothing of it would be applied.
    let trips: [String]
    let plan: Plan
    fileprivate let captured: SimulatedSite

    /// The world as it was captured.
    func site() -> SimulatedSite { SimulatedSite(copying: captured) }

    func session(
      _ site: SimulatedSite, _ journal: Journal,
      progress: @escaping @Sendable (Repairer<SimulatedSite>.Progress) -> Void = { _ in }
    ) throws -> RepairSession<SimulatedSite> {
      RepairSession(
        outside: site, configuration: configuration, rules: rules, schema: try Rehearsed.schema.get(),
        journal: journal,
        samples: recording.samples, progress: progress)
    }
  }

  static let schema = Result { try Installation.schema(root.appending(path: "Rules").path()) }
  static let book = Result {
    try Installation.rules(shipped: root.appending(path: "Rules").path(), overlays: [])
  }

  /// `system`: what its batch system is, where that is not what the site says.
  func audited(system: Reach.BatchSystem? = nil) throws -> Audited {
    let folder = Self.root.appending(path: "Fixtures/\(name)/capture").path()
    return try Self.audited(try Recording(folder), system: system)
  }

  static func audited(_ recording: Recording, system: Reach.BatchSystem? = nil) throws -> Audited {
    let schema = try schema.get()
    let rules = recording.configuration.settled(try book.get().rules)
    var last: Snapshot?
    let result = try recording.audit(by: rules, schema: schema) { last = $0 }
    guard let snapshot = last else { throw Refusal("it has no look") }
    var configuration = try recording.configuration.resolved(by: result, snapshot, nodes: [])
    if let system { configuration.reach.torque.kind = system }
    let plan = try Planner(rules: rules, means: Planner.Means(configuration)).plan(result, on: snapshot)
    return Audited(
      recording: recording, configuration: configuration, rules: rules, result: result,
      trips: try Breaker(brokenLimit: configuration.repairs.maxNodesPercent).reasons(result, on: snapshot),
      plan: plan, captured: recording.simulated(configuration))
  }
}

extension SimulatedSite {
  /// What a look at it shows.
  func rows() async -> [Row] {
    var rows: [Row] = []
    for answer in await look(.all) {
      var list = RowList()
      _ = Doors.read(answer.observation, into: &list)
      rows += list.rows
    }
    return rows
  }
}

/// A folder for one test's journal.
final class Scratch: Sendable {
  let path: String

  init() throws {
    path = FileManager.default.temporaryDirectory.appending(path: "trueup-\(UUID().uuidString)").path()
    try FileManager.default.createDirectory(
      atPath: path, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  var journal: String { path + "/journal.sqlite" }
}
