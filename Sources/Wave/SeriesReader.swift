import Model

/// Reads a series of dom0's memory from CSV, as `trueup monitor` writes it or as somebody's own script did: with commas,
/// semicolons, tabs or blanks between its columns, with a line of names above them or none, in MiB or KiB.
///
/// It is given pieces of a file as they are read, and keeps none of them: a day of a hundred nodes needs no more room than a
/// line.
///
/// Columns are known by their names (`epoch`, `time`, `uptime` for the moment; `dom0`, `current`, `memory`, `mem` for the
/// memory, one with a unit before others; `node`, `host` for the node). Without names the first column is the moment in
/// seconds, and the last one that is a number is the memory. A unit in the memory's name (`dom0_mib`, `current_kb`, `dom0_bytes`)
/// holds; else the file's first sample tells: 65,536 or more is KiB, for dom0 has neither 64 MiB nor 64 GiB.
///
/// A moment more than a month after the one before waits for the next line: were it the clock's fault, all that follows would
/// be earlier.
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
    /// KiB of one.
    var unit: Double?
    /// How many names there are; 0 where there are none.
    var count = 0
  }

  private let node: String
  private let unit: MemoryUnit?
  private var rest: [UInt8] = []
  private var columns: Columns?
  private var separator: UInt8?
  private var line = 0
  /// Where the fields of a line are, without blanks and quotes around them.
  private var fields: [Range<Int>] = []
  private var last: [String: Instant] = [:]
  /// The node of the last sample, and its moment.
  private var name: String
  private var before: Instant?
  /// By node: a line that leapt ahead of those before it.
  private var leaps: [String: (line: Int, sample: Sample)] = [:]
  private static let leapAhead: Int64 = 30 * 86_400_000
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
    name = node
  }

  /// Takes the next piece, and gives the samples of its whole lines.
  public mutating func take(_ bytes: ArraySlice<UInt8>, _ each: (String, Sample) -> Void) {
    let span = bytes.span
    var start = 0
    for place in span.indices where span[place] == 10 {
      if rest.isEmpty {
        read(span.extracting(start..<place), each)
      } else {
        keep(span.extracting(start..<place))
        let whole = rest
        rest = []
        read(whole.span, each)
      }
      start = place + 1
    }
    keep(span.extracting(start..<span.count))
  }

  /// The beginning of a line whose end is yet to come. Longer ones are no lines of a series.
  private mutating func keep(_ span: Span<UInt8>) {
    for place in span.indices where rest.count < 4096 { rest.append(span[place]) }
  }

  /// The last line had no end: half a line is no sample.
  public mutating func finish() {
    if !rest.isEmpty {
      line += 1
      complain("it has no end, and may be half of one")
    }
    rest = []
    for leap in leaps.values {
      complain("it is more than a month after the one before, and nothing follows", at: leap.line)
    }
    leaps = [:]
  }

  // MARK: A line

  private mutating func read(_ bytes: Span<UInt8>, _ each: (String, Sample) -> Void) {
    line += 1
    let isReturned = bytes.count > 0 && bytes[bytes.count - 1] == 13
    // Some editors begin a file with a mark of its encoding.
    let mark =
      line == 1 && bytes.count > 2 && bytes[0] == 0xEF && bytes[1] == 0xBB && bytes[2] == 0xBF ? 3 : 0
    let content = bytes.extracting(mark..<bytes.count - (isReturned ? 1 : 0))
    var start = 0
    while start < content.count, content[start] == 32 || content[start] == 9 { start += 1 }
    guard start < content.count, content[start] != UInt8(ascii: "#") else { return }
    if separator == nil { separator = Self.separator(of: content) }
    split(content, at: separator ?? 32)
    if columns == nil {
      if isHead(content) { return }
      columns = Columns()
    }
    sample(content, columns ?? Columns(), each)
  }

  /// The names of columns, if that is what it is: no field of it is a number.
  private mutating func isHead(_ content: Span<UInt8>) -> Bool {
    for field in fields where Self.number(content, field) != nil { return false }
    let names = fields.map { Self.text(content, $0).lowercased() }
    func place(_ words: [String]) -> Int? {
      words.lazy.compactMap { word in names.firstIndex { $0.contains(word) } }.first
    }
    var found = Columns()
    found.moment = place(["epoch", "uptime", "seconds", "time"]) ?? 0
    let words = ["dom0", "current", "memory", "mem"]
    let withUnit = words.lazy.compactMap { word in
      names.firstIndex { $0.contains(word) && Self.unit(of: $0) != nil }
    }
    found.memory = withUnit.first ?? place(words)
    found.node = place(["node", "host"])
    found.unit = found.memory.flatMap { Self.unit(of: names[$0]) }
    found.count = names.count
    columns = found
    return true
  }

  /// KiB of one, as a column's name tells.
  private static func unit(of name: String) -> Double? {
    if ["kib", "_kb", "(kb"].contains(where: name.contains) { return 1 }
    if ["mib", "_mb", "(mb"].contains(where: name.contains) { return 1024 }
    return name.contains("bytes") ? 1 / 1024 : nil
  }

  private mutating func sample(
    _ content: Span<UInt8>, _ columns: Columns, _ each: (String, Sample) -> Void
  ) {
    guard columns.moment < fields.count, let moment = Self.number(content, fields[columns.moment]),
      moment < 1e11
    else {
      return complain("its moment is no number of seconds")
    }
    // Where blanks separate, a moment in words may be several fields.
    let more = separator == 32 && columns.count > 0 ? max(0, fields.count - columns.count) : 0
    let place =
      columns.memory.map { $0 + ($0 > columns.moment ? more : 0) }
      ?? fields.lastIndex { Self.number(content, $0) != nil } ?? 0
    guard place < fields.count, place != columns.moment, let told = Self.number(content, fields[place]),
      told < 1e15
    else { return complain("it tells no memory") }
    let kib = unit.map { $0 == .mib ? 1024 : 1 } ?? columns.unit ?? (told >= 65_536 ? 1 : 1024)
    if columns.unit == nil { self.columns?.unit = kib }
    turn(to: columns.node, content)
    let at = Instant(milliseconds: Int64(moment * 1000))
    let sample = Sample(at: at, memoryKib: Int64(told * kib))
    if !leaps.isEmpty, let leap = leaps.removeValue(forKey: name) {
      if leap.sample.at < at {
        before = leap.sample.at
        each(name, leap.sample)
      } else {
        complain("it is more than a month after the one before, and the next is earlier", at: leap.line)
      }
    }
    if let before, at <= before { return complain("it is not later than the one before") }
    if let before, at.milliseconds - before.milliseconds > Self.leapAhead {
      leaps[name] = (line, sample)
      return
    }
    before = at
    each(name, sample)
  }

  /// To the node that a line is of: mostly the one that it was before.
  private mutating func turn(to column: Int?, _ content: Span<UInt8>) {
    guard let column, column < fields.count else { return }
    let new = Self.text(content, fields[column])
    if new == name { return }
    last[name] = before
    (name, before) = (new, last[new])
  }

  private mutating func complain(_ text: String, at line: Int? = nil) {
    problemCount += 1
    if problems.count < 100 { problems.append(Problem(line: line ?? self.line, text: text)) }
  }

  // MARK: Fields

  private static func separator(of content: Span<UInt8>) -> UInt8 {
    for separator in [UInt8(ascii: ";"), 9, UInt8(ascii: ",")] {
      for place in content.indices where content[place] == separator { return separator }
    }
    return 32
  }

  /// Several blanks separate as one does; two of anything else have an empty field between them.
  private mutating func split(_ content: Span<UInt8>, at separator: UInt8) {
    fields.removeAll(keepingCapacity: true)
    var start = 0
    for place in 0...content.count where place == content.count || content[place] == separator {
      if separator != 32 || place > start { fields.append(Self.trimmed(content, start..<place)) }
      start = place + 1
    }
  }

  private static func trimmed(_ content: Span<UInt8>, _ field: Range<Int>) -> Range<Int> {
    var (start, end) = (field.lowerBound, field.upperBound)
    while start < end, content[start] == 32 || content[start] == 34 { start += 1 }
    while end > start, content[end - 1] == 32 || content[end - 1] == 34 { end -= 1 }
    return start..<end
  }

  private static func text(_ content: Span<UInt8>, _ field: Range<Int>) -> String {
    String(decoding: field.map { content[$0] }, as: UTF8.self)
  }

  private static let powers: [Double] = (0...18).map { digits in
    (0..<digits).reduce(1) { power, _ in power * 10 }
  }

  /// Digits, with a fraction behind a point or none: 18 digits at most, so that they are exact as far as a Double is.
  private static func number(_ content: Span<UInt8>, _ field: Range<Int>) -> Double? {
    var (digits, count, point) = (UInt64(0), 0, nil as Int?)
    for place in field {
      let byte = content[place]
      if byte == UInt8(ascii: "."), point == nil {
        point = count
      } else if byte &- 48 < 10, count < 18 {
        digits = digits * 10 + UInt64(byte &- 48)
        count += 1
      } else {
        return nil
      }
    }
    return count == 0 ? nil : Double(digits) / powers[count - (point ?? count)]
  }
}
