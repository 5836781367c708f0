import Model
import World

/// What moves by itself, put into what is printed: dom0's memory and the nodes' clocks.
extension SiteState {
  func printed(_ source: Source) -> [UInt8] {
    if source.isFailed { return source.observation.stdout }
    var document = Document(source.observation.stdout)
    if source.kind == .nodeClock { Self.move(&document, by: clock - source.observation.finished) }
    if source.kind == .torqueServer {
      document.setNumber(Int64(rows(.torqueJobs, "lrms_job").count), behind: "total_jobs = ")
    }
    if let balloon = memory[source.node], balloon.isTouched { put(balloon, into: &document, of: source) }
    return document.bytes
  }

  private func put(_ balloon: Balloon, into document: inout Document, of source: Source) {
    let zero = rows(of: source, source.kind == .xenLong ? "vmm_domain_config" : "vmm_domain")
      .first { $0.integer("domid") == 0 }
    switch source.kind {
    case .xenList:
      if let zero { document.setWord(2, to: balloon.current / 1024, in: zero.bytes) }
    case .xenLong:
      if let zero { Self.configure(&document, zero.bytes, balloon) }
    case .xenInfo:
      if let free = balloon.free { document.setNumber(free / 1024, behind: "free_memory") }
    case .xenStore: Self.store(&document, balloon)
    case .xenBalloon: Self.tell(&document, balloon)
    case .nodeMemory: Self.move(&document, by: balloon.current - balloon.captured)
    case .torqueJobs, .torqueNodes, .torqueServer, .torqueSettings, .torqueAccounting, .torqueMom, .nodeClock,
      .nodePilots, .nodeResidue, .pilotSettings, .dbMain, .dbAccounting, .dbReservations, .dbEvents,
      .dbNotifications,
      .serviceSettings:
      break
    }
  }

  /// `xl` tells 1 KiB less than what dom0 was asked to have; `xm` MiB.
  private static func configure(_ document: inout Document, _ record: Range<Int>, _ balloon: Balloon) {
    document.edit(record) { record in
      record.setNumber(balloon.asked - 1, behind: "\"target_memkb\":")
      record.setNumber(balloon.asked / 1024, behind: "(memory ")
    }
  }

  /// `/local/domain/0/memory/target` is absent until somebody first asked for memory.
  private static func store(_ document: inout Document, _ balloon: Balloon) {
    guard balloon.isAsked else { return }
    document.setNumber(balloon.asked / 1024, behind: "/vm/00000000-0000-0000-0000-000000000000/memory = \"")
    let path = "/local/domain/0/memory/target = \""
    if document.setNumber(balloon.asked, behind: path) { return }
    guard let line = document.lines.first(where: { document.text($0).hasPrefix("/local/domain/0/memory = ") })
    else { return }
    let told = document.text(line).replacing("/memory = \"\"", with: "/memory/target = \"\(balloon.asked)\"")
    document.replace(line.upperBound..<line.upperBound, by: told)
  }

  /// `/proc/xen/balloon` keeps its columns. Of the files below sysfs the numbers are told anew, and all else of them is not.
  private static func tell(_ document: inout Document, _ balloon: Balloon) {
    if let last = document.lastRange(of: "Current allocation:") {
      document.remove(0..<last.lowerBound)
      document.setNumber(balloon.current, behind: "Current allocation:", width: 8)
      document.setNumber(balloon.target, behind: "Requested target:", width: 8)
      // The limit that a driver gave up at is forgotten with another target.
      let limit = document.lines.first { document.text($0).hasPrefix("Xen hard limit:") }
      if let limit, balloon.isAsked { document.replace(limit, by: "Xen hard limit:          ??? kB\n") }
    } else {
      document = sysfs(balloon)
    }
  }

  static func sysfs(_ balloon: Balloon) -> Document {
    let folder = "/sys/devices/system/xen_memory/xen_memory0"
    return Document(
      "==> \(folder)/target_kb <==\n\(balloon.target)\n\n==> \(folder)/info/current_kb <==\n\(balloon.current)\n"
    )
  }

  /// `/proc/meminfo`: all three move with the balloon, KiB for KiB.
  private static func move(_ document: inout Document, by amount: Int64) {
    for label in ["MemTotal:", "MemFree:", "MemAvailable:"] {
      guard let line = document.lines.first(where: { document.text($0).hasPrefix(label) }),
        let old = document.text(line).split(separator: " ").dropFirst().first.flatMap({ Int64($0) })
      else { continue }
      document.setNumber(max(0, old + amount), behind: label, in: line, width: 8)
    }
  }

  /// The node's own time and how long it is up go on: `1795375862.700000000` and `86462.70 164279.13`.
  private static func move(_ document: inout Document, by duration: Duration) {
    for line in document.lines.reversed() {
      let words = document.text(line).split { $0 == " " || $0 == "\n" }
      guard (1...2).contains(words.count), words.allSatisfy({ Double($0) != nil }) else { continue }
      let moved = words.map { later($0, by: duration.milliseconds) }.joined(separator: " ")
      document.replace(line, by: moved + "\n")
    }
  }

  /// Seconds with as many places as they had.
  private static func later(_ word: Substring, by milliseconds: Int64) -> String {
    let parts = word.split(separator: ".", maxSplits: 1)
    let places = parts.count == 2 ? parts[1].count : 0
    let fraction = (places == 0 ? "" : String(parts[1])) + "000"
    let total = (Int64(parts[0]) ?? 0) * 1000 + (Int64(fraction.prefix(3)) ?? 0) + milliseconds
    let thousandths = String(String(total % 1000 + 1000).dropFirst())
    let rest = (thousandths + String(fraction.dropFirst(3))).prefix(places)
    return "\(total / 1000)" + (places == 0 ? "" : ".\(rest)")
  }
}

extension Document {
  fileprivate func lastRange(of text: String) -> Range<Int>? {
    bytes.ranges(of: Array(text.utf8)).last
  }

  /// A number that is one of a line's words, counted from 0; it keeps its right edge.
  fileprivate mutating func setWord(_ place: Int, to number: Int64, in line: Range<Int>) {
    var words: [Range<Int>] = []
    var at = line.lowerBound
    while at < line.upperBound {
      guard let start = bytes[at..<line.upperBound].firstIndex(where: { $0 > 32 }) else { break }
      let end = bytes[start..<line.upperBound].firstIndex { $0 <= 32 } ?? line.upperBound
      words.append(start..<end)
      at = end
    }
    guard words.indices.contains(place), place > 0 else { return }
    setNumber(
      number, behind: "", in: words[place - 1].upperBound..<words[place].upperBound, width: words[place].count
    )
  }
}
