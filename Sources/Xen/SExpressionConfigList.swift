import Model
import World

/// `xm list --long`: one s-expression a domain, in no promised order. Its amounts are MiB, and they are what
/// was asked for, not what the domain has.
///
/// Source: Xen 3.0.3 and 3.1.0, `tools/python/xen/xm/main.py` (it prints by `PrettyPrint`) and
/// `tools/python/xen/xend/XendDomainInfo.py`.
struct SExpressionConfigList {
  private let observation: RawObservation
  private var tally = ConfigTally()
  private var notRunning = 0

  static func read(
    _ observation: RawObservation, from start: Int, into sink: inout some RowSink
  ) -> Reading {
    var list = SExpressionConfigList(observation: observation)
    list.read(from: start, into: &sink)
    var remarks: [Problem] = []
    if list.notRunning > 0 {
      remarks.append(Problem("\(list.notRunning) managed domains do not run: they are no domains here"))
    }
    return Reading(
      form: "xm list --long (s-expressions)", coverage: list.tally.coverage, remarks: remarks)
  }

  private init(observation: RawObservation) { self.observation = observation }

  private mutating func read(from start: Int, into sink: inout some RowSink) {
    let bytes = observation.stdout
    var at = start
    while let next = bytes[at...].firstIndex(where: { !isWhite($0) }) {
      guard bytes[next] == UInt8(ascii: "(") else {
        let found = bytes[next...].prefix { $0 != 10 }
        tally.complaints.add(Problem("expected (domain, found \"\(shown(found))\"", offset: next))
        return
      }
      switch SExpression.read(bytes, from: next) {
      case .lost(let problem):
        tally.complaints.add(problem)
        return
      case .bounded(let end, let expression):
        read(expression, in: next..<end, into: &sink)
        at = end
      }
    }
  }

  private mutating func read(
    _ expression: SExpression?, in range: Range<Int>, into sink: inout some RowSink
  ) {
    let offset = range.lowerBound
    guard let domain = expression, domain.head.equals("domain") else {
      return tally.complaints.add(Problem("expected a domain of a usual size", offset: offset))
    }
    let domids = domain.all("domid").map { wholeNumber($0.text) }
    guard domids.count == 1, let domid = domids.first ?? nil, domid < DomainLine.reservedDomids else {
      // Xen 3.1 lists managed domains that do not run as well: status 0, and no domid or none of use.
      if domain.all("status").map(\.text) == [[48]] {
        notRunning += 1
      } else {
        tally.complaints.add(Problem("a domain without a number, or with two", offset: offset))
      }
      return
    }
    guard tally.isFirst(domid, at: offset) else { return }
    Self.config(domain, domid: domid)
      .insert(node: observation.node, bytes: range, into: &sink)
  }

  private static func config(_ domain: SExpression, domid: Int64) -> DomainConfig {
    var config = DomainConfig(domid: domid)
    config.name = domain.told("name") { .text($0) }
    config.uuid = domain.told("uuid") { .text($0) }
    config.target = domain.told("memory") { .mebibytes($0) }
    config.maximum = domain.told("maxmem") { .mebibytes($0) }
    config.started = domain.told("start_time") { text in
      guard let moment = milliseconds(fromSeconds: text[...]) else {
        return .odd("expected seconds since 1970, found \"\(shown(text))\"")
      }
      return Told(value: Value(Instant(milliseconds: moment)))
    }
    config.interfaces = domain.all("device").flatMap { $0.all("vif") }.map { vif in
      DomainConfig.Interface(
        mac: vif.told("mac") { .mac($0) }, bridge: vif.told("bridge") { .text($0) },
        address: vif.told("ip") { .text($0) }, vifname: vif.told("vifname") { .text($0) })
    }
    return config
  }
}

extension SExpression {
  /// The value of the one list with that head.
  fileprivate func told(_ name: StaticString, as reading: ([UInt8]) -> Told) -> Told {
    let found = all(name)
    guard let first = found.first else { return .nothing }
    return found.count > 1 ? .odd("\(name) is told twice") : reading(first.text)
  }
}
