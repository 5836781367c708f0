import Foundation
import Testing

@Suite("The wrong repair of a failure mode")
struct WrongRepairTests {
  /// Verbs that the catalogue's last column rules out for a mode, in whatever state its scenarios are. What it rules out by
  /// an amount or an order (a relative restore, a row before its guest) no verb can express. F05 looks like F04, F30 like F06.
  static let forbidden: [(mode: String, verbs: [String])] = [
    ("F01", ["slot.end", "machine.end", "job.purge"]),
    ("F04", ["dom0.set", "dom0.nudge"]),
    ("F06", ["domain.destroy", "slot.end", "machine.end"]),
    ("F08", ["dom0.set", "dom0.nudge"]),
    ("F09", ["dom0.set", "dom0.nudge", "machine.destroy", "guest.remove", "pilot.end", "job.delete"]),
    ("F10", ["dom0.set", "dom0.nudge"]),
    ("F13", ["dom0.set", "dom0.nudge"]),
    ("F14", ["domain.destroy", "address.free"]),
    ("F15", ["machine.destroy", "job.delete", "dom0.set"]),
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
    ("F33", ["slot.end", "machine.end"]),
  ]

  @Test("is planned in none of its scenarios", arguments: forbidden)
  func never(_ mode: String, _ verbs: [String]) throws {
    let scenarios = Scenario.all.filter { $0.failureModes == [mode] }
    #expect(!scenarios.isEmpty, "no scenario stands for \(mode) alone")
    for scenario in scenarios {
      let plan = try #require(scenario.text("expect/plan.txt"))
      let planned = plan.split(separator: "\n").compactMap { $0.split(separator: " ").first.map(String.init) }
      #expect(Set(planned).isDisjoint(with: verbs), "in \(scenario.name): \(plan)")
    }
  }

  @Test("is no memory set to anything but a node's baseline")
  func memory() throws {
    var count = 0
    for scenario in Scenario.all {
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

extension Scenario {
  /// F01 to F33 of the story's `Modes:` line.
  fileprivate var failureModes: [String] {
    let line = (text("story.md") ?? "").split(separator: "\n").first { $0.hasPrefix("Modes:") } ?? ""
    return line.dropFirst(6).split { $0 == "," || $0 == " " }.map(String.init).filter { $0.hasPrefix("F") }
  }
}
