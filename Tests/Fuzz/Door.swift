import Configuration
import Model
import Node
import OpenPBS
import Persistence
import Preflight
import Repair
import RuleBook
import Torque
import Trials
import Wave
import World
import Xen

@testable import Capture

/// A place where bytes from outside come in: an observation that the program knows, its redaction, or a file.
enum Door: CaseIterable {
  case observation(ObservationKind)
  /// Of what, the first byte tells.
  case redaction
  case file(File)

  /// Files that people write, that other programs can change, or that lie about between two runs.
  enum File: String, CaseIterable {
    case site = "site.toml"
    case rule = "rule.toml"
    case authority = "authority.toml"
    case schema = "schema.sql"
    case manifest = "manifest.toml"
    case plan = "plan.json"
    case certificate = "certificate.toml"
    case trial = "trial.toml"
    case trialLog = "trials.csv"
    case series = "series.csv"
  }

  static var allCases: [Door] {
    ObservationKind.allCases.map(observation) + [redaction] + File.allCases.map(file)
  }

  init?(name: String) {
    guard let door = Self.allCases.first(where: { $0.name == name }) else { return nil }
    self = door
  }

  var name: String {
    switch self {
    case .observation(let kind): kind.rawValue
    case .redaction: "redaction"
    case .file(let file): file.rawValue
    }
  }

  /// Goes through the door. What is refused is refused with words, and those are made too.
  func enter(_ bytes: [UInt8]) {
    switch self {
    case .observation(let kind): Self.read(RawObservation(kind: kind, node: "gsn-wn1", stdout: bytes))
    case .redaction: Self.redact(bytes)
    case .file(let file):
      do { try file.read(bytes) } catch { demand(!error.all.isEmpty, "refused without a word") }
    }
  }

  /// As the program does: each package knows its own kinds.
  private static func read(_ observation: RawObservation) {
    var sink = PassingRows(byteCount: observation.stdout.count)
    let reading =
      OpenPBS.read(observation, into: &sink) ?? Torque.read(observation, into: &sink)
      ?? Xen.read(observation, into: &sink) ?? Node.read(observation, into: &sink)
      ?? Persistence.read(observation, into: &sink)
    demand(reading?.form.isEmpty == false, "no package reads \(observation.kind.rawValue)")
  }
}

extension Door {
  /// Every other byte stays where it was, and nothing is left for a second time.
  private static func redact(_ bytes: [UInt8]) {
    guard let first = bytes.first else { return }
    let kinds = ObservationKind.allCases
    let kind = kinds[Int(first) % kinds.count]
    let once = Redaction.redact(kind, Array(bytes.dropFirst())).bytes
    demand(once.count == bytes.count - 1, "\(kind.rawValue): redaction has changed the length")
    demand(Redaction.redact(kind, once).bytes == once, "\(kind.rawValue): redacting twice changes something")
  }
}

extension Door.File {
  fileprivate func read(_ bytes: [UInt8]) throws(Complaints) {
    switch self {
    case .site: _ = try Configuration(file: Configuration.File(name: rawValue, bytes: bytes))
    case .rule: _ = try RuleFile.read(bytes, file: rawValue)
    case .authority: _ = try Authority(bytes, file: rawValue)
    case .schema: try alone { () throws(Complaint) in _ = try Schema(String(decoding: bytes, as: UTF8.self)) }
    case .manifest: _ = try Manifest.read(bytes, file: rawValue)
    case .plan: try alone { () throws(Complaint) in _ = try PlanDocument.read(bytes, name: rawValue) }
    case .trial: _ = try TrialPlan(bytes, file: rawValue)
    case .trialLog: demand(TrialLog(bytes).unread.allSatisfy { $0 > 0 }, "a line before the first")
    case .series:
      // In pieces, as a file is read.
      var reader = SeriesReader(node: "gsn-wn1")
      for start in stride(from: 0, to: bytes.count, by: 100) {
        reader.take(bytes[start..<min(start + 100, bytes.count)]) { _, _ in }
      }
      reader.finish()
      demand(reader.problems.count <= 100, "more problems than it keeps")
    case .certificate:
      _ = try Certificate(bytes, file: rawValue)
      _ = Seal.closes(bytes, with: String(repeating: "0", count: 64))
    }
  }

  private func alone(_ read: () throws(Complaint) -> Void) throws(Complaints) {
    do { try read() } catch { throw Complaints([error]) }
  }
}

/// Takes rows one at a time and keeps none, as the snapshot does; each must point into the bytes that it came from.
private struct PassingRows: RowSink {
  let byteCount: Int

  mutating func insert(_ row: Row) {
    demand(row.bytes.lowerBound >= 0 && row.bytes.upperBound <= byteCount, "a row points beyond its bytes")
  }
}
