import Model
import World

/// `/proc/meminfo`, alone or among other lines. MemTotal is the key fact; MemAvailable is not told by kernels
/// before 3.14.
enum MemoryInfo {
  static func read(_ observation: RawObservation, into sink: inout some RowSink) -> Reading {
    var complaints = Complaints()
    var told: [(label: StaticString, column: StaticString, value: Told?)] = [
      ("MemTotal", "total_kib", nil), ("MemFree", "free_kib", nil), ("MemAvailable", "available_kib", nil),
    ]
    var range: Range<Int>?
    for line in Lines(observation.stdout) {
      if !line.isTerminated {
        complaints.add("the last line is cut", line: line)
        continue
      }
      guard !line.isTooLong, let (label, value) = labelled(line.meant),
        let place = told.firstIndex(where: { label.equals($0.label) })
      else { continue }
      if told[place].value != nil {
        complaints.add("\(shown(label)) is told twice", line: line)
        continue
      }
      told[place].value = amount(value)
      range = (range?.lowerBound ?? line.range.lowerBound)..<line.range.upperBound
    }
    let form = "/proc/meminfo"
    guard let range, let total = told[0].value, total.problem == nil else {
      let found = told[0].value?.problem ?? complaints.problems.first?.described ?? "found none"
      return Reading(form: form, coverage: .failed(Problem("expected MemTotal: \(found)")))
    }
    var row = Row("node_memory", bytes: range, ["node": .node(observation.node)])
    for (_, column, value) in told { row.tell(column, value ?? .nothing) }
    sink.insert(row)
    return Reading(form: form, coverage: complaints.coverage)
  }

  /// `MemTotal:         771608 kB` as its label and the rest.
  static func labelled(
    _ line: ArraySlice<UInt8>
  ) -> (label: ArraySlice<UInt8>, rest: ArraySlice<UInt8>)? {
    guard let colon = line.firstIndex(of: 58) else { return nil }
    return (trimmed(line[..<colon]), trimmed(line[(colon + 1)...]))
  }

  /// The kernel writes kB and means KiB.
  static func amount(_ text: ArraySlice<UInt8>) -> Told {
    let parts = words(text)
    guard parts.count == 2, parts[1].equals("kB") else {
      return .odd("expected a number of kB, found \"\(shown(text))\"")
    }
    return .kibibytes(parts[0])
  }
}
