import Model
import World

/// `xl list -l` (JSON) and `xm list --long` (s-expressions).
enum ConfigList {
  /// More is no list of domains but a mistake, or an attack on memory.
  static let sizeLimit = 64 << 20
  /// One domain takes about 2 KiB.
  static let domainLimit = 1 << 20
  /// Real ones nest 6 deep.
  static let depthLimit = 64

  static func read(_ observation: RawObservation, into sink: inout some RowSink) -> Reading {
    let bytes = observation.stdout
    guard bytes.count <= sizeLimit else {
      return Reading(
        form: "unknown", coverage: .failed(Problem("\(bytes.count) bytes are no list of domains")))
    }
    guard let beginning = beginning(of: bytes) else {
      return Reading(
        form: "unknown",
        coverage: .failed(Problem("expected [, { or (domain at the beginning of a line, found none")))
    }
    var reading =
      beginning.isJSON
      ? JSONConfigList.read(observation, from: beginning.offset, into: &sink)
      : SExpressionConfigList.read(observation, from: beginning.offset, into: &sink)
    if beginning.linesBefore > 0 {
      reading.remarks.append(Problem("\(beginning.linesBefore) lines before the list are left alone"))
    }
    return reading
  }

  /// Warnings may stand before the list.
  private static func beginning(
    of bytes: [UInt8]
  ) -> (offset: Int, isJSON: Bool, linesBefore: Int)? {
    var linesBefore = 0
    for line in Lines(bytes) {
      let content = line.content.drop(while: isBlank)
      if content.starts("[") || content.starts("{") { return (content.startIndex, true, linesBefore) }
      if content.starts("(domain") { return (content.startIndex, false, linesBefore) }
      if !line.isBlankLine { linesBefore += 1 }
    }
    return nil
  }
}

/// What both forms have to add up at their end.
struct ConfigTally {
  var complaints = Complaints()
  private(set) var domids: Set<Int64> = []

  /// False for a domain that was told before.
  mutating func isFirst(_ domid: Int64, at offset: Int) -> Bool {
    if domids.insert(domid).inserted { return true }
    complaints.add(Problem("domain \(domid) is told twice", offset: offset))
    return false
  }

  /// Domain-0 is always there: a list without it is that of one domain, or has lost something.
  var coverage: Coverage {
    if domids.contains(0) { return complaints.coverage }
    let problem = Problem("a list of all domains without Domain-0")
    return domids.isEmpty ? .failed(complaints.problems.first ?? problem) : complaints.coverage.and(problem)
  }

  /// libxl leaves out a domain whose configuration it cannot read, a zombie for one, says so on standard
  /// error, and ends with 0. Sometimes it says so and lists the domain all the same.
  ///
  /// Source: captured from Xen 4.17: `... Domain 5:Fail to get domain name`.
  func leftOut(_ stderr: [UInt8]) -> [Problem] {
    var remarks: [Problem] = []
    var leftOut = 0
    for line in Lines(stderr) {
      guard let message = line.content.position(of: "Fail to get domain") else { continue }
      let place = line.content[..<message].lastIndex(of: 32).map { $0 + 1 } ?? line.content.startIndex
      let domid = wholeNumber(line.content[place..<message].dropLast())
      if let domid, domids.contains(domid) {
        if remarks.count < 20 {
          remarks.append(Problem("listed all the same: \(shown(line.content[place...]))"))
        }
      } else {
        leftOut += 1
      }
    }
    if leftOut > 0 {
      let domains = leftOut == 1 ? "1 domain is" : "\(leftOut) domains are"
      remarks.insert(Problem("\(domains) left out: Fail to get domain configuration"), at: 0)
    }
    return remarks
  }
}
