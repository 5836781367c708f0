import Batch
import Json
import Model

/// What every `-F json` prints: a head with the time, the version and the server, and behind it one object that holds the
/// things asked for, by their names: `Jobs`, `nodes`, `Queue` or `Server`. Where there are none it is missing.
struct Listing {
  /// cJSON reads a variable of a job as an object where it looks like one, up to 1000 deep.
  private static let depthLimit = 1100

  private let member: StaticString
  private let groups: [StaticString]
  private var problems = ProblemList()
  private var timestamp: Int64?
  /// Of the command that printed it: the head is there.
  private var version: ArraySlice<UInt8>?
  /// One of the things was no JSON: what is behind it may be somebody's.
  private var isSuspect = false
  private var names: Set<ArraySlice<UInt8>> = []

  /// Things of a member; of their attributes that are objects themselves, these `groups` are wanted.
  init(of member: StaticString, groups: [StaticString] = []) {
    self.member = member
    self.groups = groups
  }

  static func recognises(_ bytes: [UInt8]) -> Bool {
    bytes.first { $0 != 32 && ($0 < 9 || $0 > 13) } == UInt8(ascii: "{")
  }

  var isEmpty: Bool { names.isEmpty }

  /// Gives each thing as soon as it is read, with the seconds since 1970 that the head tells: of a listing that is cut, those
  /// before the cut are whole.
  mutating func read(_ bytes: [UInt8], take: (Thing, _ timestamp: Int64?) -> Problem?) {
    var reader = JSONReader(bytes, from: 0, depthLimit: Self.depthLimit, allowsControlBytes: true)
    do throws(JSONReader.Fault) {
      try reader.entries { (reader: inout JSONReader, key) throws(JSONReader.Fault) in
        if key.elementsEqual(ascii(member)) {
          try readThings(&reader, take)
        } else if key.elementsEqual(ascii("pbs_version")) {
          if case .text(let text) = try reader.value() { version = text }
        } else if key.elementsEqual(ascii("timestamp")) {
          if case .integer(let seconds) = try reader.value() { timestamp = seconds }
        } else {
          // Things of another kind are no sign that there are none of this.
          if reader.peek == UInt8(ascii: "{") {
            problems.append(reader.fault("found \(quoted(key))").problem)
          }
          try reader.pass()
        }
      }
      if !reader.isAtEnd { problems.append(reader.fault("expected nothing behind the document").problem) }
    } catch {
      problems.append(error.problem)
    }
  }

  var coverage: Coverage {
    guard version != nil else {
      return .failed(Problem("expected the head that -F json prints, with pbs_version, found none"))
    }
    return problems.coverage
  }

  mutating func append(_ problem: Problem) { problems.append(problem) }

  private mutating func readThings(
    _ reader: inout JSONReader, _ take: (Thing, _ timestamp: Int64?) -> Problem?
  ) throws(JSONReader.Fault) {
    try reader.entries { (reader: inout JSONReader, name) throws(JSONReader.Fault) in
      var thing = Thing(name: name)
      let (range, problem) = try reader.bounded { (reader: inout JSONReader) throws(JSONReader.Fault) in
        try thing.read(&reader, groups: groups)
      }
      if let problem {
        isSuspect = true
        problems.append(problem)
        return
      }
      if !names.insert(name).inserted {
        problems.append(Problem("\(quoted(name)) is listed twice", offset: range.lowerBound))
      }
      thing.bytes = range
      thing.isAmbiguous = isSuspect
      if let problem = take(thing, timestamp) { problems.append(problem) }
    }
  }
}
