import Audit
import Configuration
import Foundation
import Model
import Simulator
import Testing
import World

@testable import Repair
@testable import trueup

@Suite("The wrong repair of a failure mode")
struct WrongRepairTests {
  /// Verbs that the catalogue's last column rules out for a mode, where they are not its right repair. What it rules out by
  /// an amount or an order (a relative restore, a row before its guest) no verb can express. F05 looks like F04, F30 like F06.
  static let forbidden: [(mode: String, verbs: [String])] = [
    ("F01", ["slot.end", "job.purge"]),
    ("F04", ["dom0.set", "dom0.nudge"]),
    ("F06", ["slot.end", "dom0.set"]),
    ("F08", ["dom0.set", "dom0.nudge"]),
    ("F09", ["dom0.set", "dom0.nudge", "machine.destroy", "guest.remove", "pilot.end", "job.delete"]),
    ("F10", ["dom0.set", "dom0.nudge"]),
    ("F13", ["dom0.set", "dom0.nudge"]),
    ("F14", ["address.free", "domain.destroy"]),
    ("F15", ["machine.destroy", "machine.end", "job.delete", "dom0.set"]),
    ("F17", ["address.free"]),
    ("F19", ["machine.destroy"]),
    ("F20", ["machine.end", "machine.destroy", "slot.end"]),
    ("F22", ["dom0.set", "dom0.nudge"]),
    ("F26", ["address.free", "address.mark"]),
    (
      "F31",
      [
        "slot.end", "machine.end", "machine.destroy", "job.delete", "job.purge", "guest.remove", "dom0.set",
        "node.drain",
      ]
    ),
  ]

  @Test("is planned in none of its scenarios", arguments: forbidden)
  func never(_ mode: String, _ verbs: [String]) throws {
    let scenarios = Rehearsed.all.filter { $0.failureModes == [mode] }
    #expect(!scenarios.isEmpty, "no scenario stands for \(mode) alone")
    for scenario in scenarios {
      let plan = try #require(scenario.text("expect/plan.txt"))
      let planned = plan.split(separator: "\n").compactMap { $0.split(separator: " ").first.map(String.init) }
      #expect(Set(planned).isDisjoint(with: verbs), "in \(scenario.name): \(plan)")
    }
  }

  /// Everything in the scenario's world that the verb could be told to act on, as it is there, but for what the plan does. The
  /// service is stopped where the scenario says so, or it would be the reason for every refusal.
  @Test("is refused by a guard where somebody forces it by hand", arguments: forbidden)
  func forced(_ mode: String, _ verbs: [String]) async throws {
    var tried = 0
    for scenario in Rehearsed.all where scenario.failureModes == [mode] {
      let audited = try scenario.audited()
      let right = Set(audited.plan.steps.map(\.act))
      let site = audited.site()
      let rows = Rows(
        rows: await site.rows(),
        baselines: Dictionary(
          uniqueKeysWithValues: audited.configuration.site.nodes.map { ($0.name, $0.dom0?.count ?? 0) }))
      var plan = Plan(site: audited.plan.site, made: audited.plan.made)
      for act in try verbs.flatMap({ try rows.acts(#require(Verb(rawValue: $0))) }) where !right.contains(act)
      {
        if act.verb.phase == .memory, let drain = Act(.drainNode, ["node": .text(act.text("node"))]) {
          plan.steps.append(
            Plan.Step(number: plan.steps.count + 1, act: drain, node: drain.node, reasons: [], after: []))
        }
        plan.steps.append(
          Plan.Step(number: plan.steps.count + 1, act: act, node: act.node, reasons: [], after: []))
      }
      let scratch = try Scratch()
      var repairer = try audited.session(site, try Journal(path: scratch.journal)).repairer
      repairer.off = [.evidence, .plan]
      let outcomes = try await repairer.carryOut(plan, who: "a test").outcomes
      for step in plan.steps where step.act.verb != .drainNode {
        tried += 1
        // What failed had passed its guards.
        switch outcomes[step.number] {
        case .done, .failed, nil: Issue.record("\(scenario.name): \(step.act.line) was begun")
        default: break
        }
      }
    }
    #expect(tried > 0, "nothing in the scenarios of \(mode) to force it on")
  }

  /// What a look at a site shows, and what dom0 of its nodes should have.
  private struct Rows {
    let rows: [Row]
    let baselines: [String: Int64]

    private func each(_ table: String, _ act: (Row) -> Act?) -> [Act] {
      rows.filter { $0.table.description == table }.compactMap(act).uniqued
    }

    /// A row's columns under the names of a verb's parameters.
    private func act(
      _ verb: Verb, _ row: Row, _ names: [String: String], with others: [String: Value] = [:]
    ) -> Act? {
      var arguments = others
      for (name, column) in names {
        let value = row[column] ?? .null
        if case .node(let spelling) = value {
          arguments[name] = .text(spelling)
        } else {
          arguments[name] = value
        }
      }
      return Act(verb, arguments)
    }

    func acts(_ verb: Verb) -> [Act] {
      let domain = ["node": "node", "domain": "name", "domid": "domid"]
      return switch verb {
      case .endSlot: each("db_slot") { act(verb, $0, ["slot": "id", "machine": "machine", "job": "job"]) }
      case .endMachine, .destroyMachine: each("db_machine") { act(verb, $0, ["machine": "id"]) }
      case .freeAddress, .markAddress:
        each("db_address") { act(verb, $0, ["association": "association", "address": "address"]) }
      case .deleteJob: each("lrms_job") { act(verb, $0, ["job": "id", "slot": "output_name"]) }
      case .purgeJob: each("lrms_allocation") { act(verb, $0, ["job": "job", "node": "node"]) }
      case .removeGuest: each("vmm_domain") { act(verb, $0, domain) }
      // By its name only: after a reset that may be another's.
      case .destroyDomain:
        each("vmm_domain") { act(verb, $0, domain, with: ["uuid": .text("another")]) }
      case .endPilot:
        each("pilot_process") {
          act(verb, $0, ["node": "node", "pid": "pid", "slot": "slot", "started": "started"])
        }
      case .setDom0Memory, .nudgeDom0:
        // A slot more than there is now, or all that it should have; that is right where nothing is on the node.
        each("vmm_domain") { row in
          guard row["domid"] == .integer(0), case .integer(let kib)? = row["memory_kib"],
            case .node(let node)? = row["node"], let baseline = baselines[node]
          else { return nil }
          let amount = max(kib + 64 * 1024, baseline)
          let isBusy = rows.contains {
            $0["node"] == .node(node)
              && ($0.table.description == "lrms_allocation"
                || $0.table.description == "vmm_domain" && $0["domid"] != .integer(0))
          }
          return isBusy || amount > baseline
            ? Act(verb, ["node": .text(node), "memory_kib": .integer(amount)]) : nil
        }
      default: []
      }
    }
  }

  @Test("is no memory set to anything but a node's baseline")
  func memory() throws {
    var count = 0
    for scenario in Rehearsed.all {
      let plan = try #require(scenario.text("expect/plan.txt"))
      for line in plan.split(separator: "\n") where line.contains("dom0.set") {
        count += 1
        let amounts = [428_032, 903_168, 2_097_152].map { "memory_kib=\($0)" }
        #expect(
          amounts.contains { line.contains($0 + " ") || line.hasSuffix($0) }, "in \(scenario.name): \(line)")
      }
    }
    #expect(count > 0)
  }
}

extension Rehearsed {
  fileprivate func text(_ path: String) -> String? {
    try? String(contentsOf: Self.root.appending(path: "Fixtures/\(name)/\(path)"), encoding: .utf8)
  }

  /// F01 to F33 of the story's `Modes:` line.
  fileprivate var failureModes: [String] {
    let line = (text("story.md") ?? "").split(separator: "\n").first { $0.hasPrefix("Modes:") } ?? ""
    return line.dropFirst(6).split { $0 == "," || $0 == " " }.map(String.init).filter { $0.hasPrefix("F") }
  }
}
