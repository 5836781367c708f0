import Model

/// Reads a series of dom0's memory from CSV, as `trueup monitor` writes it or as somebody's own script did: with commas,
/// semicolons, tabs or blanks between its columns, with a line of names above them or none, in MiB or KiB.
///
/// It is given pieces of a file as they are read, and keeps none of them: a day of a hundred nodes needs no more room than a
/// line.
///
/// Columns are known by their names (`epoch`, `time`, `uptime` for the moment; `dom0`, `current`, `memory`, `mem` for the
/// memory; `node`, `host` for the node). Without names the first column is the moment in seconds, and the last one that is
/// a number is the memory. A unit in the memory's name (`dom0_mib`, `current_kb`) holds; else a number of 16,384 or more is KiB.
public struct SeriesReader {
  /// What a line is not, and where.
  public struct Problem: Hashable, Sendable {
    public let line: Int
    public let text: String
  }

  private struct Columns {
    var moment = 0
    var memory: Int?
    var node: Int?
    var unit: MemoryUnit?
  }

  private let node: String
  private let unit: MemoryUnit?
  private var rest: [UInt8] = []
  private var columns: Columns?
  private var separator: UInt8?
  private var line = 0
  private var last: [String: Instant] = [:]
  /// The first hundred lines that are neither samples nor comments.
  public private(set) var problems: [Problem] = []
  /// How many there are.
  public private(set) var problemCount = 0

  /// - Parameters:
  ///   - node: whose series it is where no column tells.
  ///   - unit: of the memory, whatever the file says.
  public init(node: String, unit: MemoryUnit? = nil) {
    self.node = node
    self.unit = unit
  }

  /// Takes the next piece, and gives the samples of its whole lines.
  public mutating func take(_ bytes: some Sequence<UInt8>, _ each: (String, Sample) -> Void) {
    for byte in bytes {
      if byte == 10 {
        read(rest, each)
        rest.removeAll(keepingCapacity: true)
      } else if rest.count < 4096 {
        rest.append(byte)
      }
    }
  }

  /// The last line had no end: half a line is no sample.
  public mutating func finish() {
    if !rest.isEmpty {
      line += 1
      complain("it has no end, and may be half of one")
    }
    rest = []
  }

  // MARK: A line

  private mutating func read(_ bytes: [UInt8], _ each: (String, Sample) -> Void) {
    line += 1
    let content = bytes.last == 13 ? bytes.dropLast() : bytes[...]
    guard let first = content.first(where: { $0 != 32 && $0 != 9 }), first != UInt8(ascii: "#") else {
      return
    }
    let separator = separator ?? Self.separator(of: content)
    let fields = Self.fields(content, separator)
    guard let columns else {
      self.separator = separator
      if isHead(fields) { return }
      self.columns = Columns()
      sample(fields, Columns(), each)
      return
    }
    sample(fields, columns, each)
  }

  /// The names of columns, if that is what it is: no field of it is a number.
  private mutating func isHead(_ fields: [ArraySlice<UInt8>]) -> Bool {
    guard fields.allSatisfy({ Self.number($0) == nil }) else { return false }
    let names = fields.map { String(decoding: $0, as: UTF8.self).lowercased() }
    func place(_ words: [String]) -> Int? {
      words.lazy.compactMap { word in names.firstIndex { $0.contains(word) } }.first
    }
    var found = Columns()
    found.moment = place(["epoch", "uptime", "seconds", "time"]) ?? 0
    found.memory = place(["dom0", "current", "memory", "mem"])
    found.node = place(["node", "host"])
    if let name = found.memory.map({ names[$0] }) {
      if ["kib", "_kb", "(kb"].contains(where: name.contains) { found.unit = .kib }
      if ["mib", "_mb", "(mb"].contains(where: name.contains) { found.unit = .mib }
    }
    columns = found
    return true
  }

  private mutating func sample(
    _ fields: [ArraySlice<UInt8>], _ columns: Columns, _ each: (String, Sample) -> Void
  ) {
    guard columns.moment < fields.count, let moment = Self.number(fields[columns.moment]), moment < 1e11
    else {
      return complain("its moment is no number of seconds")
    }
    let place = columns.memory ?? fields.lastIndex { Self.number($0) != nil } ?? 0
    guard place < fields.count, place != columns.moment, let told = Self.number(fields[place]), told >= 0,
      told < 1e12
    else { return complain("it tells no memory") }
    let unit = unit ?? columns.unit ?? (told >= 16_384 ? .kib : .mib)
    let name =
      columns.node.flatMap { $0 < fields.count ? String(decoding: fields[$0], as: UTF8.self) : nil } ?? node
    let at = Instant(milliseconds: Int64(moment * 1000))
    if let before = last[name], at <= before { return complain("it is not later than the one before") }
    last[name] = at
    each(name, Sample(at: at, memoryKib: Int64(unit == .mib ? told * 1024 : told)))
  }

  private mutating func complain(_ text: String) {
    problemCount += 1
    if problems.count < 100 { problems.append(Problem(line: line, text: text)) }
  }

  // MARK: Fields

  private static func separator(of content: ArraySlice<UInt8>) -> UInt8 {
    [UInt8(ascii: ";"), 9, UInt8(ascii: ",")].first { content.contains($0) } ?? 32
  }

  private static func fields(_ content: ArraySlice<UInt8>, _ separator: UInt8) -> [ArraySlice<UInt8>] {
    content.split(separator: separator, omittingEmptySubsequences: separator == 32).map { field in
      var field = field
      while let byte = field.first, byte == 32 || byte == 34 { field.removeFirst() }
      while let byte = field.last, byte == 32 || byte == 34 { field.removeLast() }
      return field
    }
  }

  /// Digits, with a fraction behind a point or none.
  private static func number(_ field: ArraySlice<UInt8>) -> Double? {
    guard !field.isEmpty, field.count <= 24 else { return nil }
    var (whole, scale, hasPoint) = (0.0, 1.0, false)
    for byte in field {
      if byte == UInt8(ascii: "."), !hasPoint {
        hasPoint = true
      } else if (48...57).contains(byte) {
        whole = whole * 10 + Double(byte - 48)
        if hasPoint { scale *= 10 }
      } else {
        return nil
      }
    }
    return field.count == 1 && hasPoint ? nil : whole / scale
  }
}
