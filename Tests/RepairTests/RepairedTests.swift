import Foundation
import Model
import Repair
import Report
import Simulator
import Testing
import World

@testable import trueup

/// The folder is the test: `expect/repair.txt` is the dry run, what was done in the simulated world, and what a look
/// afterwards shows.
@Suite("A scenario's repair")
struct RepairedTests {
  @Test("is as it was read and accepted", arguments: Rehearsed.all)
  func golden(_ scenario: Rehearsed) async throws {
    let audited = try scenario.audited()
    let text: String
    if audited.plan.steps.isEmpty {
      text = PlanText().plan(audited.plan)
    } else {
      let scratch = try Scratch()
      let site = audited.site()
      let session = try audited.session(site, try Journal(path: scratch.journal))
      let result = try await session.carryOut(audited.plan, who: "a test")
      text = PlanText().result(result)
    }
    let file = Rehearsed.root.appending(path: "Fixtures/\(scenario.name)/expect/repair.txt")
    let committed = try? String(contentsOf: file, encoding: .utf8)
    if committed != text, ProcessInfo.processInfo.environment["TRUEUP_ACCEPT"] == "1" {
      try text.write(to: file, atomically: true, encoding: .utf8)
    }
    #expect(committed == text, "run make accept, and read the diff of \(scenario.name)/expect/repair.txt")
  }

  @Test(
    "never destroys Domain-0, nor what a live lease holds, nor takes memory from one",
    arguments: Rehearsed.planned)
  func harmless(_ scenario: Rehearsed) async throws {
    let audited = try scenario.audited()
    let scratch = try Scratch()
    let site = audited.site()
    let leased = Set(await leasedDomains(site))
    // A plan that ends a lease whose time is over has its pilot end its guest.
    let overrun = Set(audited.plan.steps.filter { $0.act.verb == .deleteJob }.compactMap(\.node))
    _ = try await audited.session(site, try Journal(path: scratch.journal)).carryOut(
      audited.plan, who: "a test")
    for effect in site.effects {
      if case .domainDestroyed(let node, let domid, _) = effect.change {
        #expect(domid != 0)
        #expect(
          !leased.contains("\(node) \(domid)") || overrun.contains(node),
          "the guest \(domid) of \(node) had a lease")
      }
    }
  }

  /// Guests whose slot's job runs or whose pilot lives, by a look of its own.
  private func leasedDomains(_ site: SimulatedSite) async -> [String] {
    let rows = await site.rows()
    func of(_ table: String) -> [Row] { rows.filter { $0.table.description == table } }
    let running = Set(of("lrms_job").filter { $0["state"] == .text("R") }.compactMap { $0["output_name"] })
    let alive = Set(of("pilot_process").compactMap { $0["slot"] })
    let machines = Set(
      of("db_slot").filter { slot in slot["id"].map { running.contains($0) || alive.contains($0) } ?? false }
        .compactMap { $0["machine"] })
    return of("vmm_domain").filter { domain in domain["machine"].map(machines.contains) ?? false }.compactMap
    { domain in
      guard case .node(let node)? = domain["node"], case .integer(let domid)? = domain["domid"] else {
        return nil
      }
      return "\(node) \(domid)"
    }
  }
}
