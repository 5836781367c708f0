import FoundationEssentials
import Model
import World

/// `xl list -l`: one JSON list of all domains. It has no current memory: `target_memkb` is xenstore's target.
enum JSONConfigList {
  /// `max_memkb` of a dom0 that may have all there is: 2^32 - 1 pages.
  private static let noMaximum: Int64 = 17_179_869_180

  static func read(
    _ observation: RawObservation, from start: Int, into sink: inout some RowSink
  ) -> Reading {
    let form = "xl list -l (JSON)"
    var tally = ConfigTally()
    if let elements = JSONPlainList.domains(in: observation.stdout, from: start) {
      for element in elements {
        take(
          element.domain, isRepaired: false, at: element.range, of: observation, tally: &tally, into: &sink)
      }
      return Reading(form: form, coverage: tally.coverage, remarks: tally.leftOut(observation.stderr))
    }
    let outline = JSONOutline(observation.stdout, from: start)
    if let problem = outline.problem { return Reading(form: form, coverage: .failed(problem)) }
    for element in outline.elements {
      read(element, of: observation, tally: &tally, into: &sink)
    }
    if let rest = observation.stdout[outline.end...].firstIndex(where: { !isJSONBlank($0) }) {
      tally.complaints.add(Problem("expected nothing behind the document", offset: rest))
    }
    return Reading(
      form: form, coverage: tally.coverage, remarks: tally.leftOut(observation.stderr))
  }

  private static func read(
    _ element: JSONOutline.Element, of observation: RawObservation, tally: inout ConfigTally,
    into sink: inout some RowSink
  ) {
    let offset = element.range.lowerBound
    if let problem = element.problem { return tally.complaints.add(problem) }
    let bytes = observation.stdout[element.range]
    guard let (domain, isRepaired) = decode(bytes) else {
      return tally.complaints.add(Problem("a domain that is no JSON", offset: offset))
    }
    take(domain, isRepaired: isRepaired, at: element.range, of: observation, tally: &tally, into: &sink)
  }

  private static func take(
    _ domain: JSONDomain, isRepaired: Bool, at range: Range<Int>, of observation: RawObservation,
    tally: inout ConfigTally, into sink: inout some RowSink
  ) {
    let offset = range.lowerBound
    guard let domid = domain.domid?.content, (0..<DomainLine.reservedDomids).contains(domid) else {
      return tally.complaints.add(Problem("a domain without a number", offset: offset))
    }
    guard tally.isFirst(domid, at: offset) else { return }
    if case .odd(let found)? = domain.config?.content?.nics {
      tally.complaints.add(Problem("expected a list of interfaces, found \(found)", offset: offset))
    }
    config(domain, domid: domid, isRepaired: isRepaired)
      .insert(node: observation.node, bytes: range, into: &sink)
  }

  /// libxl writes names as they are, UTF-8 or not, and a decoder refuses all of a text for one byte. So it is
  /// given a repaired copy; whoever reads a value of it has to know.
  private static func decode(_ bytes: ArraySlice<UInt8>) -> (domain: JSONDomain, isRepaired: Bool)? {
    let isText = String(validating: bytes, as: UTF8.self) != nil
    let data = isText ? Data(bytes) : Data(String(decoding: bytes, as: UTF8.self).utf8)
    return (try? JSONDecoder().decode(JSONDomain.self, from: data)).map { ($0, !isText) }
  }

  private static func config(_ domain: JSONDomain, domid: Int64, isRepaired: Bool) -> DomainConfig {
    let created = Part(domain.config, \.created)
    let built = Part(domain.config, \.built)
    var config = DomainConfig(domid: domid)
    config.name = created.told(\.name) { text($0, isRepaired) }
    config.uuid = created.told(\.uuid) { text($0, isRepaired) }
    // libxl adds video_memkb to the target, and what was never set counts as -1: Domain-0's is one short.
    let correction: Int64 = domid == 0 && built.content?.video == nil ? 1 : 0
    config.target = built.told(\.target) { kibibytes($0, plus: correction) }
    config.maximum = built.told(\.maximum) { $0 == noMaximum ? .nothing : kibibytes($0) }
    config.interfaces = (domain.config?.content?.nics?.content ?? []).map { interface($0, isRepaired) }
    return config
  }

  private static func interface(
    _ nic: JSONDomain.Field<JSONDomain.Nic>, _ isRepaired: Bool
  ) -> DomainConfig.Interface {
    let nic = Part(nic)
    var interface = DomainConfig.Interface()
    interface.mac = nic.told(\.mac) { .mac(Array($0.utf8)) }
    interface.bridge = nic.told(\.bridge) { text($0, isRepaired) }
    interface.address = nic.told(\.ip) { text($0, isRepaired) }
    interface.vifname = nic.told(\.vifname) { text($0, isRepaired) }
    return interface
  }

  private static func text(_ text: String, _ isRepaired: Bool) -> Told {
    if isRepaired, text.unicodeScalars.contains("\u{FFFD}") { return .odd("not UTF-8") }
    return .text(Array(text.utf8))
  }

  private static func kibibytes(_ count: Int64, plus correction: Int64 = 0) -> Told {
    let (sum, overflow) = count.addingReportingOverflow(correction)
    guard count >= 0, !overflow else { return .odd("expected an amount of KiB, found \(count)") }
    return Told(value: Value(Kibibytes(sum)))
  }
}

/// An object inside a domain's record, with what to say of its fields when it is something else.
private struct Part<Content: Decodable> {
  var content: Content?
  private var problem: String?

  init(_ field: JSONDomain.Field<Content>?) {
    switch field {
    case .value(let content)?: self.content = content
    case .odd(let found)?: problem = "expected an object around it, found \(found)"
    case nil: break
    }
  }

  init(
    _ config: JSONDomain.Field<JSONDomain.Config>?,
    _ path: KeyPath<JSONDomain.Config, JSONDomain.Field<Content>?>
  ) {
    let outer = Part<JSONDomain.Config>(config)
    self.init(outer.content?[keyPath: path])
    problem = problem ?? outer.problem
  }

  func told<Value>(
    _ path: KeyPath<Content, JSONDomain.Field<Value>?>, as reading: (Value) -> Told
  ) -> Told {
    guard let content else { return problem.map { .odd($0) } ?? .nothing }
    switch content[keyPath: path] {
    case .value(let value)?: return reading(value)
    case .odd(let found)?: return .odd("found \(found)")
    case nil: return .nothing
    }
  }
}
