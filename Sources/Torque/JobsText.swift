import Batch
import Model
import World

/// `qstat -f`, folded or not (`-f -1`): `Job Id: X`, its attributes indented by four blanks, a blank line
/// behind it.
///
/// The printer writes newlines of some values as they are, so that a job's owner can write lines, and whole
/// jobs, into this form (`domain/torque.md` 1.4). A job is marked ambiguous where its lines are not what the
/// printer makes: an attribute twice or out of its order, a line that is none. Where a job lacks its end, or
/// is there twice, or bears another's `hashname`, somebody may have begun false jobs; then nothing from there
/// on can be told apart, and the source is partial. A false job that is right in all this can't be told from
/// a true one by its bytes: the XML form is the one to ask for.
///
/// Times are local and without a zone. They stay NULL.
enum JobsText {
  static let form = "qstat -f (text)"

  static func recognises(_ bytes: [UInt8]) -> Bool {
    bytes.drop { $0 == 10 }.starts(with: ascii("Job Id: "))
  }

  static func read(_ bytes: [UInt8], into sink: inout some RowSink) -> Reading {
    // What gives a forgery away may stand behind it, so the bytes are looked at twice.
    var survey = JobsTextReader(trustedUpTo: .max)
    var nowhere = Nowhere()
    for line in Lines(bytes) { survey.take(line, bytes, into: &nowhere) }
    survey.finish(bytes, into: &nowhere)
    var reader = JobsTextReader(trustedUpTo: survey.forgedFrom)
    for line in Lines(bytes) { reader.take(line, bytes, into: &sink) }
    reader.finish(bytes, into: &sink)
    return Reading(
      form: form, coverage: reader.problems.coverage, precedence: -1,
      remarks: [
        Problem("a job's owner can forge parts of this form; qstat -f -x is safe from TORQUE 2.4.9 on")
      ])
  }

  private struct Nowhere: RowSink {
    mutating func insert(_ row: Row) {}
  }
}

/// Takes the lines one by one.
struct JobsTextReader {
  /// Jobs that begin here or later are ambiguous.
  private let trustedUpTo: Int
  /// Where the first false job may begin, by what was seen.
  private(set) var forgedFrom = Int.max
  private(set) var problems = ProblemList()

  private var record = JobRecord(hasInstants: false)
  private var layout = JobLayout()
  private var isInside = false
  private var start = 0
  private var end = 0
  private var isAfterBlank = true
  private var name: ArraySlice<UInt8> = []
  private var value: [UInt8] = []
  private var isTerminated = true
  private var lastByte: UInt8?
  private var ids: Set<[UInt8]> = []

  init(trustedUpTo: Int) { self.trustedUpTo = trustedUpTo }

  mutating func take(_ line: Line, _ bytes: [UInt8], into sink: inout some RowSink) {
    let content = line.content
    if line.isTooLong { layout.isOdd = true }
    if content.first == 9, isInside {
      append(content.dropFirst())
    } else if isInside, name.elementsEqual(ascii("Variable_List")), lastByte == 0x5C {
      // The printer puts a backslash before a newline of this list, so what follows belongs to it.
      append(content)
    } else if content.isEmpty {
      isAfterBlank = true
      isTerminated = line.isTerminated
      end = line.range.upperBound
      return
    } else if isAfterBlank, content.starts(with: ascii("Job Id: ")) {
      close(bytes, into: &sink)
      begin(content.dropFirst(8), line)
    } else if !isInside {
      problems.append(Problem("expected 'Job Id: ', found \(quoted(content))", line: line.number))
    } else if let (name, value) = Self.attribute(content) {
      keep()
      self.name = name
      self.value = Array(value)
      layout.take(name)
      // Behind a blank line only a job may begin.
      if isAfterBlank { layout.isOdd = true }
    } else {
      layout.isOdd = true
    }
    isAfterBlank = false
    isTerminated = line.isTerminated
    lastByte = content.last
    end = line.range.upperBound
  }

  /// The last job is whole when a blank line stands behind it.
  mutating func finish(_ bytes: [UInt8], into sink: inout some RowSink) {
    if isAfterBlank, isTerminated { return close(bytes, into: &sink) }
    problems.append(Problem("the last job is cut", offset: start))
  }

  private mutating func append(_ more: ArraySlice<UInt8>) {
    if value.count <= valueLimit { value += more }
  }

  private mutating func begin(_ id: ArraySlice<UInt8>, _ line: Line) {
    isInside = true
    start = line.range.lowerBound
    record.clear()
    layout = JobLayout()
    record.set(.id, trimmed(id))
    name = []
    value = []
  }

  /// The attribute that has just ended.
  private mutating func keep() {
    if let key = Self.keys[Array(name)] { record.set(key, value[...]) }
    if name.elementsEqual(ascii("euser")) { layout.user = value }
    if name.elementsEqual(ascii("hashname")) { layout.hashName = value }
  }

  private mutating func close(_ bytes: [UInt8], into sink: inout some RowSink) {
    guard isInside else { return }
    keep()
    isInside = false
    record.bytes = start..<end
    let id = record[.id].map { Array($0) } ?? []
    if layout.isCut {
      suspect(from: start, "job \(Text.printable(id)) lacks its last attributes")
    }
    if !ids.insert(id).inserted { suspect(from: 0, "job \(Text.printable(id)) is listed twice") }
    if let other = layout.hashName, !Self.isHash(other, of: id) {
      suspect(from: 0, "job \(Text.printable(id)) has the hashname \(quoted(other[...]))")
    }
    record.isAmbiguous = start >= trustedUpTo || layout.isOdd || layout.contradicts(record)
    if let problem = record.insert(into: &sink) { problems.append(problem) }
  }

  private mutating func suspect(from: Int, _ message: String) {
    forgedFrom = min(forgedFrom, from)
    problems.append(Problem("\(message): what follows may be forged", offset: start))
  }

  /// `12[3].server` is filed as `12-3.server`.
  private static func isHash(_ hash: [UInt8], of id: [UInt8]) -> Bool {
    let filed = id.compactMap { byte in byte == 0x5B ? 0x2D : byte == 0x5D ? nil : byte }
    return hash == id || hash == filed
  }

  /// `    name = value`
  private static func attribute(_ content: ArraySlice<UInt8>) -> (ArraySlice<UInt8>, ArraySlice<UInt8>)? {
    guard content.starts(with: ascii("    ")) else { return nil }
    let text = content.dropFirst(4)
    let name = text.prefix { $0 > 32 && $0 < 127 && $0 != 0x3D }
    let rest = text.dropFirst(name.count)
    guard !name.isEmpty, rest.starts(with: ascii(" =")) else { return nil }
    let value = rest.dropFirst(2)
    guard value.isEmpty || value.first == 32 else { return nil }
    return (name, value.dropFirst())
  }

  private static let keys: [[UInt8]: JobKey] = Dictionary(
    uniqueKeysWithValues: JobKey.allCases.filter { $0 != .id }.map { key in
      let (group, name) = key.path
      return (group.utf8CodeUnitCount == 0 ? ascii(name) : ascii(group) + [0x2E] + ascii(name), key)
    })
}
