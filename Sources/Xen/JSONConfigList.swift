import Json
import Model
import World

/// `xl list -l`: one JSON list of all domains. It has no current memory: `target_memkb` is xenstore's target.
enum JSONConfigList {
  /// `max_memkb` of a dom0 that may have all there is: 2^32 - 1 pages.
  private static let noMaximum: Int64 = 17_179_869_180

  /// An object of the list; without a domain it has a problem.
  private struct Element {
    let range: Range<Int>
    let domain: JSONDomain?
    let problem: Problem?
  }

  static func read(
    _ observation: RawObservation, from start: Int, into sink: inout some RowSink
  ) -> Reading {
    let form = "xl list -l (JSON)"
    var reader = JSONReader(observation.stdout, from: start, depthLimit: ConfigList.depthLimit)
    let list: [Element]
    do throws(JSONReader.Fault) { list = try elements(&reader) } catch {
      return Reading(form: form, coverage: .failed(error.problem))
    }
    var tally = ConfigTally()
    for element in list {
      take(element, of: observation, tally: &tally, into: &sink)
    }
    if !reader.isAtEnd {
      tally.complaints.add(Problem("expected nothing behind the document", offset: reader.at))
    }
    return Reading(form: form, coverage: tally.coverage, remarks: tally.leftOut(observation.stderr))
  }

  /// Those of the list, or the one that stands alone.
  private static func elements(_ reader: inout JSONReader) throws(JSONReader.Fault) -> [Element] {
    guard reader.peek == UInt8(ascii: "[") else { return [try element(&reader)] }
    var elements: [Element] = []
    try reader.items { (reader: inout JSONReader) throws(JSONReader.Fault) in
      elements.append(try element(&reader))
    }
    return elements
  }

  private static func element(_ reader: inout JSONReader) throws(JSONReader.Fault) -> Element {
    var domain: JSONDomain?
    let (range, problem) = try reader.bounded { (reader: inout JSONReader) throws(JSONReader.Fault) in
      domain = try JSONDomain(&reader)
    }
    let tooLarge =
      range.count > ConfigList.domainLimit
      ? Problem("a domain of \(range.count) bytes", offset: range.lowerBound) : nil
    return Element(range: range, domain: domain, problem: tooLarge ?? problem)
  }

  private static func take(
    _ element: Element, of observation: RawObservation, tally: inout ConfigTally,
    into sink: inout some RowSink
  ) {
    let offset = element.range.lowerBound
    if let problem = element.problem { return tally.complaints.add(problem) }
    guard let domain = element.domain, case .integer(let domid) = domain.domid,
      (0..<DomainLine.reservedDomids).contains(domid)
    else {
      return tally.complaints.add(Problem("a domain without a number", offset: offset))
    }
    guard tally.isFirst(domid, at: offset) else { return }
    if let found = domain.oddNics {
      tally.complaints.add(Problem("expected a list of interfaces, found \(found)", offset: offset))
    }
    config(domain, domid: domid).insert(node: observation.node, bytes: element.range, into: &sink)
  }

  private static func config(_ domain: JSONDomain, domid: Int64) -> DomainConfig {
    var config = DomainConfig(domid: domid)
    config.name = text(domain.name)
    config.uuid = text(domain.uuid)
    // libxl adds video_memkb to the target, and what was never set counts as -1: Domain-0's is one short.
    let isOneShort = if case .nothing = domain.video { domid == 0 } else { false }
    config.target = kibibytes(domain.target, plus: isOneShort ? 1 : 0)
    let isUnlimited = if case .integer(noMaximum) = domain.maximum { true } else { false }
    config.maximum = isUnlimited ? .nothing : kibibytes(domain.maximum)
    config.interfaces = domain.nics.map { nic in
      DomainConfig.Interface(
        mac: text(nic.mac, as: Told.mac), bridge: text(nic.bridge), address: text(nic.ip),
        vifname: text(nic.vifname))
    }
    return config
  }

  private static func text(
    _ value: JSONValue, as reading: (ArraySlice<UInt8>) -> Told = { .text($0) }
  ) -> Told {
    if case .text(let bytes) = value { return reading(bytes) }
    return value.described.map { .odd("found \($0)") } ?? .nothing
  }

  private static func kibibytes(_ value: JSONValue, plus correction: Int64 = 0) -> Told {
    guard case .integer(let count) = value else {
      return value.described.map { .odd("found \($0)") } ?? .nothing
    }
    let (sum, overflow) = count.addingReportingOverflow(correction)
    guard count >= 0, !overflow else { return .odd("expected an amount of KiB, found \(count)") }
    return Told(value: Value(Kibibytes(sum)))
  }
}
