import Model
import World

/// `xl list` and `xm list` of every version, with `-v` and its like or without.
enum DomainList {
  static func read(_ observation: RawObservation, into sink: inout some RowSink) -> Reading {
    var reader = DomainListReader(node: observation.node)
    for line in Lines(observation.stdout) { reader.read(line, into: &sink) }
    return reader.reading
  }
}

private struct DomainListReader {
  let node: String
  private var header: DomainListHeader?
  private var seen: Set<Int64> = []
  private var complaints = Complaints()
  private var notRunning = 0
  private var linesBefore = 0

  init(node: String) { self.node = node }

  mutating func read(_ line: Line, into sink: inout some RowSink) {
    if line.isBlankLine, line.isTerminated { return }
    guard let header else { return readHeader(line) }
    if line.isTooLong { return complaints.add("a line is longer than any row", line: line) }
    if !line.isTerminated {
      // Its columns can't be trusted: what was cut off may have been the real ones.
      return complaints.add("the last line is cut", line: line)
    }
    if DomainListHeader(line.meant) != nil {
      return complaints.add("a second list begins, and which of them is true is not told", line: line)
    }
    guard let domain = DomainLine(line.meant, header: header) else {
      if header.toolstack == .xm, DomainLine.isNotRunning(line.meant) {
        notRunning += 1
      } else {
        complaints.add("expected a row of the list, found \"\(shown(line.meant))\"", line: line)
      }
      return
    }
    guard seen.insert(domain.domid).inserted else {
      return complaints.add("domain \(domain.domid) is listed twice", line: line)
    }
    sink.insert(row(domain, line: line, toolstack: header.toolstack))
  }

  /// Warnings may stand before the list.
  private mutating func readHeader(_ line: Line) {
    header = DomainListHeader(line.meant)
    if header == nil { linesBefore += 1 }
  }

  private func row(_ domain: DomainLine, line: Line, toolstack: DomainListHeader.Toolstack) -> Row {
    var row = Row(
      "vmm_domain", bytes: line.range, ["node": .node(node), "domid": .integer(domain.domid)])
    // libxl has no name for a zombie, which needs none; and none for any domain after xenstored was restarted: those
    // have one that nobody can tell, so whose guests they are is unknown and not nobody's.
    let isNameless = domain.name.equals("(null)")
    let isDying = domain.state.contains(UInt8(ascii: "d"))
    let lost = Told.odd(
      "a live domain is told without its name: xenstored was restarted, or does not know it")
    row.tell("name", isNameless ? (isDying ? .nothing : lost) : .text(domain.name))
    row.tell("memory_kib", .mebibytes(domain.memory))
    row.tell(
      "vcpus",
      wholeNumber(domain.vcpus).map { Told(value: .integer($0)) }
        ?? .odd("expected a number, found \"\(shown(domain.vcpus))\""))
    row.tell(stateLetters: domain.state, of: toolstack)
    row.tell(
      "cpu_time_s",
      decimalNumber(domain.cpuTime).map { Told(value: .real($0)) }
        ?? .odd("expected seconds, found \"\(shown(domain.cpuTime))\""))
    row.tell("machine", isNameless && !isDying ? lost : Told(value: Value(machineNumber(domain.name))))
    return row
  }

  var reading: Reading {
    guard let header else {
      return Reading(
        form: "unknown",
        coverage: .failed(Problem("expected the header of xl list or xm list, found none")))
    }
    guard seen.contains(0) else {
      let list = header.toolstack == .xl ? "xl list" : "xm list"
      let beside = complaints.problems.first.map { "; \($0.described)" } ?? ""
      return Reading(form: header.form, coverage: .failed(Problem("\(list) without Domain-0\(beside)")))
    }
    var remarks: [Problem] = []
    if linesBefore > 0 {
      remarks.append(Problem("\(linesBefore) lines before the list are left alone"))
    }
    if notRunning > 0 {
      remarks.append(Problem("\(notRunning) managed domains do not run: they are no domains here"))
    }
    return Reading(form: header.form, coverage: complaints.coverage, remarks: remarks)
  }
}

/// N of `wrksp-N` (Nimbus from 1.3.2) or `workspace-N` (before), exactly: other names are somebody else's.
func machineNumber(_ name: ArraySlice<UInt8>) -> Int64? {
  let digits: ArraySlice<UInt8>
  if name.starts("wrksp-") {
    digits = name.dropFirst(6)
  } else if name.starts("workspace-") {
    digits = name.dropFirst(10)
  } else {
    return nil
  }
  return digits.first == 48 && digits.count > 1 ? nil : wholeNumber(digits)
}
