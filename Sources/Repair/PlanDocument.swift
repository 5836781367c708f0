import Files
import FoundationEssentials
public import Model

/// A plan as a file: JSON whose bytes are the same for the same plan. What is in it for a person to read (guards, inverse,
/// command) is made from the rest; a file in which that does not fit was changed by hand and is refused.
public struct PlanDocument: Codable {
  public static let format = 1

  private let format: Int
  private let site: String
  private let made: String
  private let findings: [TargetDocument]
  private let steps: [StepDocument]
  private let withheld: [WithheldDocument]

  /// The bytes of a plan's file.
  public static func bytes(_ plan: Plan) -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes, .prettyPrinted]
    guard let bytes = try? encoder.encode(PlanDocument(plan)) else { return [] }
    return Array(bytes) + [10]
  }

  /// Reads the file of a plan. One that others could have written, or that is a link, is refused.
  public static func load(_ path: String) throws(Complaint) -> Plan {
    try read(Array(try PrivateFile.read(path).utf8), name: path)
  }

  /// Reads a plan's file; `name` is for the complaint.
  public static func read(_ bytes: [UInt8], name: String) throws(Complaint) -> Plan {
    func refused(_ problem: String) -> Complaint {
      Complaint(file: name, problem: problem, remedy: "make a new plan: trueup repair -o plan.json")
    }
    guard bytes.count <= 64 << 20 else { throw refused("is larger than 64 MiB, as no plan is") }
    let document: PlanDocument
    do {
      let head = try JSONDecoder().decode(Head.self, from: Data(bytes))
      guard head.format == format else {
        throw refused("is a plan of format \(head.format), and this trueup reads format \(format)")
      }
      document = try JSONDecoder().decode(PlanDocument.self, from: Data(bytes))
    } catch let complaint as Complaint {
      throw complaint
    } catch {
      throw refused("is no plan of trueup's, or was cut")
    }
    guard let plan = document.plan else {
      throw refused("names a verb, an argument or a moment that there is not")
    }
    guard Self.bytes(plan) == bytes else { throw refused("was changed since trueup wrote it") }
    return plan
  }

  private struct Head: Decodable { let format: Int }

  private init(_ plan: Plan) {
    format = Self.format
    site = plan.site
    made = plan.made.rfc3339
    findings = plan.findings.map(TargetDocument.init)
    steps = plan.steps.map(StepDocument.init)
    withheld = plan.withheld.map(WithheldDocument.init)
  }

  private var plan: Plan? {
    guard let moment = Instant(rfc3339: made) else { return nil }
    let targets = findings.compactMap(\.target)
    let done = steps.compactMap(\.step)
    let kept = withheld.compactMap(\.withheld)
    let isWhole = targets.count == findings.count && done.count == steps.count && kept.count == withheld.count
    let numbers = done.map(\.number)
    let isOrdered =
      numbers == Array(1..<(numbers.count + 1))
      && done.allSatisfy { step in step.after.allSatisfy { (1..<step.number).contains($0) } }
    return isWhole && isOrdered
      ? Plan(site: site, made: moment, findings: targets, steps: done, withheld: kept) : nil
  }
}

private struct TargetDocument: Codable {
  let id: String
  let rule: String
  let node: String?
  let message: String
  let incident: String?
  let witnesses: [String]

  init(_ target: Plan.Target) {
    id = target.fingerprint.hex
    rule = target.rule
    node = target.node
    message = target.message
    incident = target.incident
    witnesses = target.witnesses.map(\.hex)
  }

  var target: Plan.Target? {
    let seen = witnesses.compactMap { Fingerprint(hex: $0) }
    guard let fingerprint = Fingerprint(hex: id), seen.count == witnesses.count else { return nil }
    return Plan.Target(
      fingerprint: fingerprint, rule: rule, node: node, message: message, incident: incident, witnesses: seen)
  }
}

private struct StepDocument: Codable {
  let number: Int
  let `do`: String
  let with: [String: Argument]
  let node: String?
  let `for`: [String]
  let after: [Int]
  let onlyIf: [String]
  let undoneBy: String
  let command: String

  enum CodingKeys: String, CodingKey {
    case number, `do`, with, node, `for`, after, command
    case onlyIf = "only_if"
    case undoneBy = "undone_by"
  }

  init(_ step: Plan.Step) {
    number = step.number
    `do` = step.act.verb.rawValue
    with = Dictionary(uniqueKeysWithValues: step.act.arguments.map { ($0.name, Argument(value: $0.value)) })
    node = step.node
    `for` = step.reasons.map(\.hex)
    after = step.after
    onlyIf = step.act.verb.guards.map(\.sentence)
    undoneBy = step.act.verb.inverse.worded
    command = step.command
  }

  var step: Plan.Step? {
    let reasons = `for`.compactMap { Fingerprint(hex: $0) }
    guard let verb = Verb(rawValue: `do`), let act = Act(verb, with.mapValues(\.value)),
      reasons.count == `for`.count
    else { return nil }
    return Plan.Step(number: number, act: act, node: node, reasons: reasons, after: after, command: command)
  }
}

private struct WithheldDocument: Codable {
  let id: String
  let rule: String
  let node: String?
  let message: String
  let because: [String]
  /// Left out where it is 4.
  let deserves: Int?

  init(_ withheld: Plan.Withheld) {
    id = withheld.fingerprint.hex
    rule = withheld.rule
    node = withheld.node
    message = withheld.message
    because = withheld.reasons
    deserves = withheld.deserves == .divergencesLeft ? nil : Int(withheld.deserves.rawValue)
  }

  var withheld: Plan.Withheld? {
    let deserved = deserves.map {
      ExitStatus(rawValue: Int32(clamping: $0)).intersection([.divergencesLeft, .notWhole])
    }
    return Fingerprint(hex: id).map {
      Plan.Withheld(
        fingerprint: $0, rule: rule, node: node, message: message, reasons: because,
        deserves: deserved ?? .divergencesLeft)
    }
  }
}

/// A number, a text, or nothing.
private struct Argument: Codable {
  let value: Value

  init(value: Value) { self.value = value }

  init(from decoder: any Decoder) throws {
    let box = try decoder.singleValueContainer()
    if box.decodeNil() {
      value = .null
    } else if let number = try? box.decode(Int64.self) {
      value = .integer(number)
    } else {
      value = .text(try box.decode(String.self))
    }
  }

  func encode(to encoder: any Encoder) throws {
    var box = encoder.singleValueContainer()
    switch value {
    case .null: try box.encodeNil()
    case .integer(let number): try box.encode(number)
    case .real(let number): try box.encode(number)
    case .text(let text), .node(let text): try box.encode(text)
    }
  }
}
