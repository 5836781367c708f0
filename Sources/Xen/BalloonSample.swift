import Model
import World

/// One reading of the balloon driver, on its way to a row.
struct BalloonSample {
  enum Time: Hashable {
    /// When the look at the node ended.
    case look
    /// The node's own clock.
    case epoch(Told)
    /// Milliseconds since the node booted.
    case uptime(Int64)
  }

  enum Figure: Hashable, CaseIterable {
    case current, target, targetInBytes, low, high, driver, hardLimit
  }

  var time: Time = .look
  var figures: [Figure: Told] = [:]
  /// It came from `/proc/xen/balloon`, whose last line is known.
  var isProc = false
  /// From its first line to its last.
  var range: Range<Int>

  /// The row; nil without the key fact, what dom0 has.
  func row(node: String, at moment: Told) -> Row? {
    guard let current = figures[.current], current.problem == nil else { return nil }
    var row = Row("memory_sample", bytes: range, ["node": .node(node)])
    row.tell("at_ms", moment)
    row.tell("current_kib", current)
    row.tell("target_kib", figures[.target] ?? figures[.targetInBytes] ?? .nothing)
    row.tell("balloon_kib", balloon)
    row.tell("driver_kib", figures[.driver] ?? .nothing)
    row.tell("hard_limit_kib", figures[.hardLimit] ?? .nothing)
    return row
  }

  /// A sum that lacks a part is none.
  private var balloon: Told {
    guard let low = figures[.low], let high = figures[.high] else { return .nothing }
    guard case (.integer(let below), .integer(let above)) = (low.value, high.value) else {
      return Told(value: .null, problem: low.problem ?? high.problem)
    }
    let (sum, overflow) = below.addingReportingOverflow(above)
    return overflow ? .odd("low and high memory do not add up") : Told(value: Value(Kibibytes(sum)))
  }
}

extension BalloonSample.Figure {
  /// A file of `/sys/devices/system/xen_memory/xen_memory0`, by its path or a part of it. xenstore has a
  /// `memory/target` as well, which is another fact.
  ///
  /// Source: Linux 6.1 `drivers/xen/xen-balloon.c`; `hard_limit_kb` and `driver_kb` are linux-2.6.18-xen's.
  init?(file path: ArraySlice<UInt8>) {
    let name = path.lastIndex(of: 47).map { path[($0 + 1)...] } ?? path
    let folder = path[..<name.startIndex]
    let folders: [StaticString] = ["", "./", "info/", "./info/"]
    guard folders.contains(where: { folder.equals($0) }) || folder.contains("xen_memory") else {
      return nil
    }
    let names: KeyValuePairs<StaticString, BalloonSample.Figure> = [
      "current_kb": .current, "target_kb": .target, "target": .targetInBytes, "low_kb": .low,
      "high_kb": .high, "driver_kb": .driver, "hard_limit_kb": .hardLimit,
    ]
    guard let found = names.first(where: { name.equals($0.key) }) else { return nil }
    self = found.value
  }

  /// A label of `/proc/xen/balloon`.
  ///
  /// Source: linux-2.6.18-xen `drivers/xen/balloon/balloon.c`.
  init?(label: ArraySlice<UInt8>) {
    let labels: KeyValuePairs<StaticString, BalloonSample.Figure> = [
      "Current allocation": .current, "Requested target": .target, "Low-mem balloon": .low,
      "High-mem balloon": .high, "Driver pages": .driver, "Xen hard limit": .hardLimit,
    ]
    guard let found = labels.first(where: { label.equals($0.key) }) else { return nil }
    self = found.value
  }

  /// What the text says of this figure. `???` is the driver's word for "none".
  func told(_ text: ArraySlice<UInt8>) -> Told {
    if text.equals("???") { return .nothing }
    guard self == .targetInBytes else { return .kibibytes(text) }
    guard let bytes = wholeNumber(text) else {
      return .odd("expected a number of bytes, found \"\(shown(text))\"")
    }
    return Told(value: Value(Kibibytes(bytes / 1024)))
  }
}
