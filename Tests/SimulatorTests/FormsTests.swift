import Foundation
import Model
import Simulator
import Testing
import World

/// Every form that the doors' own fixtures have, as the one source of a site with the node n0.
@Suite("A form that a simulated site was captured in")
struct FormsTests {
  struct Form: CustomTestStringConvertible, Sendable {
    let name: String
    let kind: ObservationKind
    let bytes: [UInt8]

    var testDescription: String { name }
  }

  private static let folder = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "../../Fixtures/parsers").standardizedFileURL

  private static func kind(of path: String) -> ObservationKind? {
    let folders: [(String, ObservationKind)] = [
      ("torque/jobs/", .torqueJobs), ("torque/nodes/", .torqueNodes), ("torque/mom/", .torqueMom),
      ("node/pilots/", .nodePilots), ("node/residue/", .nodeResidue), ("node/clock/", .nodeClock),
    ]
    if let folder = folders.first(where: { path.hasPrefix($0.0) }) { return folder.1 }
    guard path.hasPrefix("xen/"), path.hasSuffix(".out") || path.hasSuffix(".csv") else { return nil }
    let parts: [(String, ObservationKind)] = [
      ("list-l", .xenLong), ("-long", .xenLong), ("-list", .xenList), ("xenstore-ls", .xenStore),
      ("info", .xenInfo),
      ("meminfo", .nodeMemory), ("mem", .xenBalloon), ("balloon", .xenBalloon), ("sysfs", .xenBalloon),
    ]
    return parts.first { path.contains($0.0) }?.1
  }

  /// Those that a door reads whole.
  static let all: [Form] = {
    let paths = FileManager.default.enumerator(atPath: folder.path())?.compactMap { $0 as? String } ?? []
    return paths.sorted().compactMap { path in
      guard let kind = kind(of: path), let data = try? Data(contentsOf: folder.appending(path: path)) else {
        return nil
      }
      let form = Form(name: path, kind: kind, bytes: [UInt8](data))
      return whole(observation(form)) ? form : nil
    }
  }()

  private static func observation(_ form: Form) -> RawObservation {
    RawObservation(
      kind: form.kind, node: form.kind.isPerNode ? "n0" : "", command: ["captured"],
      started: Instant(milliseconds: 1_795_381_033_000), finished: Instant(milliseconds: 1_795_381_033_500),
      stdout: form.bytes)
  }

  private static func whole(_ observation: RawObservation) -> Bool {
    var list = RowList()
    return Doors.read(observation, into: &list).coverage == .complete
  }

  private static let other: [Answer] = {
    let list =
      "Name  ID   Mem VCPUs\tState\tTime(s)\nDomain-0 0 882 1 r----- 84.7\nwrksp-12 12 64 1 -b---- 0.0\n"
    let jobs = "<Data></Data>\n"
    return [
      Answer(RawObservation(kind: .xenList, node: "n0", command: ["xl", "list"], stdout: Array(list.utf8))),
      Answer(RawObservation(kind: .torqueJobs, command: ["qstat"], stdout: Array(jobs.utf8))),
    ]
  }()

  @Test("is among many")
  func found() {
    #expect(Self.all.count > 60)
    #expect(Set(Self.all.map(\.kind)).count == 11)
  }

  @Test("is given back as it was, and stays whole after every deed", arguments: all)
  func whole(_ form: Form) async throws {
    // Beside a list of configurations, a list of other domains would contradict it.
    let left: Set<ObservationKind> = form.kind == .xenLong ? [.xenLong, .xenList] : [form.kind]
    let others = Self.other.filter { !left.contains($0.observation.kind) }
    let site = SimulatedSite(
      others + [Answer(Self.observation(form))], nodes: [Site.ConfiguredNode(name: "n0")], read: Doors.read)
    if form.kind != .nodeClock {
      #expect(await site.look(at: form.kind).last?.observation.stdout == form.bytes)
    }
    for deed in await deeds(on: site, form.kind) {
      _ = await site.perform(deed) { _ in }
      try await site.sleep(for: .seconds(20))
      for answer in await site.look(at: form.kind) {
        #expect(
          Self.whole(answer.observation),
          "\(deed)\n\(String(decoding: answer.observation.stdout, as: UTF8.self))")
      }
    }
    await expectGone(form.kind, on: site)
  }

  /// All that can be done to what this source tells.
  private func deeds(on site: SimulatedSite, _ kind: ObservationKind) async -> [Deed] {
    switch kind {
    case .torqueJobs:
      return await site.rows(kind, "lrms_job").map { $0.told("id") }.enumerated().flatMap { place, job in
        place % 2 == 0 ? Acts.delete(job) : Acts.purge(job)
      }
    case .torqueNodes:
      return await site.rows(kind, "lrms_node").flatMap {
        Acts.drain($0.told("name")) + Acts.undrain($0.told("name"))
      }
    case .torqueMom:
      return await site.rows(kind, "lrms_mom_job").flatMap {
        Acts.deeds(.clearMomJob, ["node": .text("n0"), "job": .text($0.told("job"))])
      }
    case .nodePilots:
      return await site.rows(kind, "pilot_process").flatMap {
        Acts.endPilot($0.number("pid") ?? 0, of: $0.told("slot"), on: "n0")
      }
    case .nodeResidue:
      return await site.rows(kind, "node_residue").flatMap { row in
        row.told("kind") == "dhcp"
          ? Acts.forget(row.told("name"), on: "n0") : Acts.remove(row.told("name"), on: "n0")
      }
    case .xenList, .xenLong:
      let table = kind == .xenList ? "vmm_domain" : "vmm_domain_config"
      let memory = Acts.setMemory("n0", 800 * 1024)
      return memory
        + (await site.rows(kind, table).flatMap { Acts.destroy($0.number("domid") ?? 0, on: "n0") })
    default: return Acts.setMemory("n0", 800 * 1024) + Acts.nudge("n0", 850 * 1024)
    }
  }

  private func expectGone(_ kind: ObservationKind, on site: SimulatedSite) async {
    switch kind {
    case .torqueJobs:
      let states = await site.rows(kind, "lrms_job").map { $0.told("state") }
      #expect(states.allSatisfy { ["C", "E"].contains($0) })
    case .torqueMom: #expect(await site.rows(kind, "lrms_mom_job").isEmpty)
    case .nodePilots: #expect(await site.rows(kind, "pilot_process").allSatisfy { $0.told("slot") == "-" })
    case .nodeResidue: #expect(await site.rows(kind, "node_residue").isEmpty)
    case .xenList:
      let left = await site.rows(kind, "vmm_domain").filter { $0.number("domid") != 0 }
      #expect(left.allSatisfy { $0.number("is_dying") == 1 })
      #expect(await site.rows(kind, "vmm_domain").first?.number("memory_kib") == 800 * 1024)
    case .xenLong:
      #expect(await site.rows(kind, "vmm_domain_config").map { $0.number("domid") }.allSatisfy { $0 == 0 })
    case .xenBalloon: #expect(await site.memory(of: "n0")[1] == 850 * 1024)
    default: break
    }
  }
}
