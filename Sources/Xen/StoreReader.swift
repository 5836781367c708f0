import Model
import World

/// Collects the keys of each domain, which need not stand together.
struct StoreReader {
  private struct Domain {
    var told: [StoreKey: Told] = [:]
    var range: Range<Int>
  }

  private let form: Store.Form
  private var complaints = Complaints()
  private var domains: [Int64: Domain] = [:]
  private var order: [Int64] = []
  /// The path of the line before, in the nested form; without the parts that the listing began at.
  private var path: [ArraySlice<UInt8>] = []
  private var linesLeftAlone = 0

  init(form: Store.Form) { self.form = form }

  mutating func read(_ line: Line) {
    if line.isBlankLine, line.isTerminated { return }
    guard line.isTerminated, !line.isTooLong else {
      return complaints.add(line.isTooLong ? "a line is too long" : "the last line is cut", line: line)
    }
    switch form {
    case .plain:
      guard let plain = StoreLine(plain: line.meant) else {
        linesLeftAlone += 1
        return
      }
      take(plain.value, at: plain.key.split(separator: 47), line: line)
    case .full:
      guard let listed = StoreLine(listed: line.meant), listed.key.first == 47 else {
        return complaints.add("expected /path = \"value\", found \"\(shown(line.meant))\"", line: line)
      }
      take(listed.value, at: listed.key.split(separator: 47), line: line)
    case .nested(let start):
      readNested(line, under: start)
    }
  }

  private mutating func readNested(_ line: Line, under start: [ArraySlice<UInt8>]) {
    guard let listed = StoreLine(listed: line.meant) else {
      return complaints.add("expected key = \"value\", found \"\(shown(line.meant))\"", line: line)
    }
    guard listed.indent <= path.count, listed.indent <= ConfigList.depthLimit else {
      return complaints.add("the key above this one is missing", line: line)
    }
    path.removeSubrange(listed.indent...)
    path.append(listed.key)
    take(listed.value, at: start + path, line: line)
  }

  private mutating func take(_ value: ArraySlice<UInt8>?, at path: [ArraySlice<UInt8>], line: Line) {
    guard let (domid, key) = StoreKey.of(path) else { return }
    if domains[domid] == nil {
      order.append(domid)
      domains[domid] = Domain(range: line.range)
    }
    guard key != .other else { return }
    let told = value.map { key == .name ? Told.text($0) : Told.kibibytes($0) } ?? .nothing
    let earlier = domains[domid]?.told.updateValue(told, forKey: key)
    if let earlier, earlier != told {
      domains[domid]?.told[key] = .odd("told twice, and differently")
    }
    if let range = domains[domid]?.range {
      domains[domid]?.range = range.lowerBound..<line.range.upperBound
    }
  }

  func insert(node: String, into sink: inout some RowSink) {
    for domid in order {
      guard let domain = domains[domid] else { continue }
      var row = Row("vmm_store", bytes: domain.range, ["node": .node(node), "domid": .integer(domid)])
      row.tell("name", domain.told[.name] ?? .nothing)
      row.tell("target_kib", domain.told[.target] ?? .nothing)
      row.tell("static_maximum_kib", domain.told[.staticMaximum] ?? .nothing)
      sink.insert(row)
    }
  }

  var coverage: Coverage { complaints.coverage }

  var remarks: [Problem] {
    var remarks: [Problem] = []
    if domains[0] == nil {
      remarks.append(Problem("nothing of Domain-0: xenstored was restarted, or only a part was listed"))
    }
    if linesLeftAlone > 0 { remarks.append(Problem("\(linesLeftAlone) other lines are left alone")) }
    return remarks
  }
}
