import Batch
import Model
import World

/// `pbsnodes -x`, alike in 2.5 and 6.1.
enum NodesXml {
  static let form = "pbsnodes -x (XML)"

  static func read(_ bytes: [UInt8], into sink: inout some RowSink) -> Reading {
    var scanner = XmlScanner(bytes, record: "Node", names: names)
    var list = NodeList()
    while true {
      switch scanner.next() {
      case .record:
        let record = record(from: scanner, bytes)
        list.count(record, record.insert(into: &sink))
      case .broken(let problem): list.problems.append(problem)
      case .end(let problem):
        if let problem { list.problems.append(problem) }
        return Reading(form: form, coverage: list.coverage)
      case .foreign(let problem):
        return Reading(
          form: form, coverage: list.isEmpty ? .failed(problem) : list.problems.coverage.and(problem))
      }
    }
  }

  private static func record(from scanner: XmlScanner, _ bytes: [UInt8]) -> NodeRecord {
    var record = NodeRecord()
    record.bytes = scanner.range
    // Up to 2.1.8 the name stood in no element of its own, if at all.
    if !scanner.bareText.isEmpty { record.set(.name, bytes[scanner.bareText]) }
    for leaf in scanner.leaves {
      if leaf.isRaw { record.isAmbiguous = true }
      guard let key = NodeKey(rawValue: leaf.key) else { continue }
      record.set(key, leaf.isEscaped ? Entities.decoded(bytes[leaf.value])[...] : bytes[leaf.value])
    }
    return record
  }

  static let names = XmlNames(
    wanted: NodeKey.allCases.map { ("", $0.name) }, leaves: ["gpu_status", "message"])
}
