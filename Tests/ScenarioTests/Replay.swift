import Audit
import Capture
import Foundation
import Model
import Preflight
import Report
import RuleBook
import World

@testable import trueup

/// A capture as `trueup audit --capture` and its neighbours judge it, within the process of the test: to start the program for
/// each of the scenarios takes minutes. That the program prints the very same is a test of its own.
struct Replay {
  let recording: Recording
  let result: AuditResult
  /// What its reports tell beside the result.
  let backdrop: Backdrop

  private static let folder = Program.rules.path()
  private static let schema = Result { try Installation.schema(folder) }
  private static let book = Result { try Installation.rules(shipped: folder, overlays: []).rules }
  private static let checks = Result {
    Preflight.rules(
      among: try Installation.rules(shipped: folder, overlays: Installation.preflightFolder(folder)).rules)
  }

  init(_ capture: URL) throws {
    recording = try Recording(capture.path)
    var ledger: [MemoryLine] = []
    let rules = try Self.book.get()
    result = try recording.audit(by: rules, schema: Self.schema.get()) { ledger = try $0.ledger() }
    backdrop = Backdrop(rules: rules, ledger: ledger, version: Version.current)
  }

  func report(_ format: Format) -> String { format.report(result, beside: backdrop).asPrinted }

  var text: String { report(.text) }
  var json: String { report(.json) }
  var status: Int32 { result.exitStatus.rawValue }

  /// What `trueup explain` prints of each finding.
  func explanations() throws -> [String] {
    let rules = try Self.book.get()
    return try result.allFindings.map { finding in
      guard let rule = rules.first(where: { $0.id == finding.rule }) else {
        throw Refusal("no \(finding.rule)")
      }
      return Explanation.text(finding, rule: rule, observations: result.observations) { id in
        recording.capture.observations.first { $0.number == id }.map {
          recording.capture.rawObservation($0).stdout
        } ?? []
      }
    }
  }

  /// What `trueup preflight` prints, and its exit status.
  static func preflight(_ capture: URL) throws -> (text: String, status: Int32) {
    let result = try Recording(capture.path).preflight(
      by: checks.get(), schema: schema.get(), trial: Trial())
    return (PreflightReport(colour: false).text(result).asPrinted, result.exitStatus.rawValue)
  }
}

extension String {
  /// With the end of its line.
  fileprivate var asPrinted: String { hasSuffix("\n") ? self : self + "\n" }
}
