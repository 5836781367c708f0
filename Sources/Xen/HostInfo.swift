import Model
import World

/// `xl info` and `xm info`: lines of `key<pad>: value`. Memory is in MiB, rounded down.
///
/// Source: Xen RELEASE-4.17.5 `tools/xl/xl_info.c`; `xend_config_format` is the last line of both, which
/// tells a whole output from a cut one.
enum HostInfo {
  static func read(_ observation: RawObservation, into sink: inout some RowSink) -> Reading {
    var complaints = Complaints()
    var values: [String: ArraySlice<UInt8>] = [:]
    var contradicted: Set<String> = []
    var range: Range<Int>?
    for line in Lines(observation.stdout) {
      if !line.isTerminated {
        complaints.add("the last line is cut", line: line)
        continue
      }
      guard !line.isTooLong, let (label, value) = MemoryInfo.labelled(line.meant), label.count < 40 else {
        continue
      }
      let key = String(decoding: label, as: UTF8.self)
      guard keys.contains(key) else { continue }
      if let earlier = values.updateValue(value, forKey: key), !earlier.elementsEqual(value) {
        contradicted.insert(key)
      }
      range = (range?.lowerBound ?? line.range.lowerBound)..<line.range.upperBound
    }
    guard let range else {
      return Reading(
        form: "unknown", coverage: .failed(Problem("expected the lines of xl info, found none of them")))
    }
    let facts = Facts(values: values, contradicted: contradicted)
    sink.insert(facts.row(node: observation.node, bytes: range))
    for key in facts.missing { complaints.add("\(key) is missing") }
    return Reading(form: facts.form, coverage: complaints.coverage, remarks: facts.remarks)
  }

  private static let keys: Set<String> = [
    "host", "release", "total_memory", "free_memory", "sharing_used_memory", "outstanding_claims",
    "xen_major",
    "xen_minor", "xen_extra", "xen_version", "xen_commandline", "xend_config_format",
  ]
}

/// The lines that matter, by their keys.
private struct Facts {
  let values: [String: ArraySlice<UInt8>]
  let contradicted: Set<String>

  /// Somebody chose lines of it: what is not there may have been there.
  private var isFiltered: Bool { values["host"] == nil && values["xen_major"] == nil }

  var form: String {
    if isFiltered { return "lines of xl info or xm info" }
    return values["sharing_used_memory"] != nil || values["outstanding_claims"] != nil
      ? "xl info" : "xm info"
  }

  var missing: [String] {
    ["total_memory", "free_memory"].filter { values[$0] == nil }
      + (isFiltered || values["xend_config_format"] != nil ? [] : ["the last line, xend_config_format,"])
  }

  var remarks: [Problem] {
    isFiltered ? [Problem("only some lines of it are there: version and command line are not told")] : []
  }

  func row(node: String, bytes: Range<Int>) -> Row {
    var row = Row("vmm_host", bytes: bytes, ["node": .node(node)])
    row.tell("version", version)
    row.tell("total_kib", told("total_memory") { .mebibytes($0) })
    row.tell("free_kib", told("free_memory") { .mebibytes($0) })
    row.tell("claims_kib", told("outstanding_claims") { .mebibytes($0) })
    row.tell("command_line", told("xen_commandline") { .text($0) })
    row.tell("dom0_memory_kib", told("xen_commandline") { Dom0Memory(commandLine: $0).memory })
    row.tell("dom0_maximum_kib", told("xen_commandline") { Dom0Memory(commandLine: $0).maximum })
    return row
  }

  /// `xm` of Xen 3.x tells it in three parts only.
  private var version: Told {
    if values["xen_version"] != nil { return told("xen_version") { .text($0) } }
    guard let major = values["xen_major"], let minor = values["xen_minor"], let extra = values["xen_extra"],
      contradicted.isDisjoint(with: ["xen_major", "xen_minor", "xen_extra"])
    else { return .nothing }
    return .text(Array(major) + [46] + Array(minor) + Array(extra))
  }

  private func told(_ key: String, as reading: (ArraySlice<UInt8>) -> Told) -> Told {
    guard let value = values[key] else { return .nothing }
    return contradicted.contains(key) ? .odd("\(key) is told twice, and differently") : reading(value)
  }
}
