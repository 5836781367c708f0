import Capture
import Configuration
import Foundation
import Model
import Simulator
import Testing
import World

/// A recorded site of `Fixtures`, and what a simulated one is made from.
struct Scenario: CustomTestStringConvertible, Sendable {
  let name: String

  var testDescription: String { name }

  private static let folder = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "../../Fixtures").standardizedFileURL

  /// Every folder with a capture.
  static let all: [Scenario] = {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path())) ?? []
    return names.sorted().map { Scenario(name: $0) }.filter {
      FileManager.default.fileExists(atPath: $0.path + "/manifest.toml")
    }
  }()

  private var path: String { Self.folder.appending(path: name).path() + "/capture" }

  /// The observations of all rounds, in their order.
  func captured() throws -> [Answer] {
    let capture = try CaptureFolder.read(path)
    return capture.observations.map { Answer(capture.rawObservation($0), produced: $0.entry.produced) }
  }

  func configured() throws -> Site {
    guard let bytes = try CaptureFolder.read(path).siteFile() else { return Site() }
    return try Configuration(file: Configuration.File(name: "site.toml", bytes: bytes), tracing: false).site
  }

  func site(
    service: ServiceState = .stopped, destroy: [String] = [], editing: ([Answer]) -> [Answer] = { $0 }
  ) throws
    -> SimulatedSite
  {
    let configured = try configured()
    return SimulatedSite(
      editing(try captured()), nodes: configured.nodes, absent: configured.absentSources,
      balloons: configured.balloons, destroy: destroy,
      service: service, read: Doors.read)
  }
}

extension SimulatedSite {
  /// The rows of a table that a look at one source tells.
  func rows(_ kind: ObservationKind, _ table: String, of node: String? = nil) async -> [Row] {
    await look(at: kind, of: node).flatMap { answer in
      var list = RowList()
      _ = Doors.read(answer.observation, into: &list)
      return list.rows.filter { $0.table.description == table }
    }
  }

  func look(at kind: ObservationKind, of node: String? = nil) async -> [Answer] {
    await look(
      Scope(
        sources: [kind], nodes: node.map { [Site.ConfiguredNode(name: $0)] }, nodeSources: [kind]))
  }

  /// What the first of these sources prints.
  func text(_ kind: ObservationKind, of node: String? = nil) async -> String {
    await look(at: kind, of: node).first.map { String(decoding: $0.observation.stdout, as: UTF8.self) } ?? ""
  }

  @discardableResult
  func run(_ command: String..., at place: Deed.Place, deadline: Duration = .seconds(60)) async
    -> Deed.Outcome
  {
    await perform(.command(command, at: place, deadline: deadline)) { _ in }
  }

  /// The one deed that a door makes of an act.
  @discardableResult
  func run(_ deeds: [Deed]) async -> [Deed.Outcome] {
    var outcomes: [Deed.Outcome] = []
    for deed in deeds { outcomes.append(await perform(deed) { _ in }) }
    return outcomes
  }

  /// KiB that dom0 has, and goes for.
  func memory(of node: String) async -> [Int64] {
    let sample = await rows(.xenBalloon, "memory_sample", of: node).last
    return [sample?.number("current_kib") ?? -1, sample?.number("target_kib") ?? -1]
  }

  func free(of node: String) async -> Int64? {
    await rows(.xenInfo, "vmm_host", of: node).first?.number("free_kib").map { $0 / 1024 }
  }

  func guests(of node: String) async -> [String] {
    await rows(.xenList, "vmm_domain", of: node).filter { $0.number("domid") != 0 }.map { $0.told("name") }
  }
}

extension Row {
  func number(_ column: String) -> Int64? {
    if case .integer(let number)? = self[column] { number } else { nil }
  }

  func told(_ column: String) -> String {
    switch self[column] {
    case .text(let text)?, .node(let text)?: text
    case .integer(let number)?: String(number)
    case .real(let number)?: String(number)
    case .null, nil: "-"
    }
  }
}
