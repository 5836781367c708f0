import Model
public import World

/// Puts stand-ins in the place of the names of people and hosts and of addresses, so that a capture can be shown to a
/// stranger. The same gets the same everywhere, so that all that the sources have in common stays so: an audit finds what it
/// would have found.
///
/// A stand-in depends on the key alone, so that captures under one key fit together, and has the length of what it stands for.
/// First everything is learned, then it is applied: a name that is known from one source is replaced in all of them.
public struct Pseudonyms: Sendable {
  /// What decides on the stand-ins. Who has it can undo them.
  public struct Key: Sendable {
    fileprivate let halves: (UInt64, UInt64)

    /// A new one, which nobody has.
    public init() {
      var numbers = SystemRandomNumberGenerator()
      halves = (numbers.next(), numbers.next())
    }

    /// Of some bytes that nobody can guess; nil for fewer than `byteMinimum`.
    public init?(_ bytes: [UInt8]) {
      guard bytes.count >= Self.byteMinimum else { return nil }
      halves = (SipHash(key: (0, 0))(bytes), SipHash(key: (0, 1))(bytes))
    }

    public static let byteMinimum = 16
  }

  private let standIns: StandIns
  private let addresses: AddressShapes
  private var book = NameBook()

  public init(key: Key) {
    standIns = StandIns(SipHash(key: key.halves))
    addresses = AddressShapes(standIns: standIns)
  }

  /// The number of names that were learned.
  public var nameCount: Int { book.count }

  // MARK: Learning

  /// Learns the names in an observation: in what was printed, in the command, and of the node.
  public mutating func learn(_ observation: RawObservation) {
    learn(whole: observation.node)
    learn(observation.stdout, .output(observation.kind))
    learn(observation.stderr, .prose)
    for argument in observation.command { learn(Array(argument.utf8), .prose) }
    if case .failure(let reason) = observation.ending { learn(Array(reason.utf8), .prose) }
  }

  /// Learns the names in the site's configuration.
  public mutating func learn(site: [UInt8]) { learn(site, .site) }

  private mutating func learn(whole name: String) {
    let bytes = Array(name.utf8)
    learn(bytes, [Place(range: bytes.indices)])
  }

  private mutating func learn(_ bytes: [UInt8], _ origin: Origin) {
    if case .output = origin, SQLiteFile.isOne(bytes) { return learn(database: bytes) }
    let text = Unfolded(bytes, of: origin)
    learn(text.bytes, origin.places(in: text.bytes))
  }

  /// What SQLite can't read has nothing in it when it has been replaced.
  private mutating func learn(database bytes: [UInt8]) {
    var found: [[UInt8]] = []
    try? SQLiteCopy(bytes).forEachText { text, column in
      for place in Origin.cell.places(in: text) + DatabasePlaces.places(text, text.indices, column: column) {
        found += labels(text, place).map { text[$0].map(lowered) }
      }
    }
    for label in found { learn(label: label) }
  }

  private mutating func learn(_ bytes: [UInt8], _ places: [Place]) {
    for place in places {
      for label in labels(bytes, place) { learn(label: bytes[label].map(lowered)) }
    }
  }

  private mutating func learn(label: [UInt8]) {
    if book[label] == nil, label.contains(where: isLetter) { book[label] = standIns.name(label) }
  }

  /// What in a place is a name. A mere number is one only in a distinguished name: elsewhere it counts something.
  private func labels(_ bytes: [UInt8], _ place: Place) -> [Range<Int>] {
    Labels.all(in: bytes, place.range).filter { range in
      let label = bytes[range].map(lowered)
      if Vocabulary.stays(label) { return false }
      let isKey = range.upperBound < bytes.count && bytes[range.upperBound] == 61
      if isKey, Vocabulary.isKeyOfName(label) { return false }
      return place.isDistinguished || label.contains(where: isLetter)
    }
  }

  // MARK: Replacing

  /// The observation with stand-ins.
  public func apply(_ observation: RawObservation) -> RawObservation {
    func text(_ text: String, _ origin: Origin = .prose) -> String {
      String(decoding: apply(Array(text.utf8), origin), as: UTF8.self)
    }
    var ending = observation.ending
    if case .failure(let reason) = ending { ending = .failure(text(reason)) }
    let node = Array(observation.node.utf8)
    return RawObservation(
      kind: observation.kind,
      node: String(decoding: apply(node, .prose, [Place(range: node.indices)]), as: UTF8.self),
      command: observation.command.map { text($0) }, started: observation.started,
      finished: observation.finished,
      ending: ending, stdout: apply(observation.stdout, .output(observation.kind)),
      stderr: apply(observation.stderr, .prose))
  }

  /// The site's configuration with stand-ins.
  public func apply(site: [UInt8]) -> [UInt8] { apply(site, .site) }

  private func apply(_ bytes: [UInt8], _ origin: Origin) -> [UInt8] {
    if case .output = origin, SQLiteFile.isOne(bytes) { return apply(database: bytes) }
    var text = Unfolded(bytes, of: origin)
    text.bytes = apply(text.bytes, origin, origin.places(in: text.bytes))
    return text.folded
  }

  private func apply(database bytes: [UInt8]) -> [UInt8] {
    let copy = try? SQLiteCopy(bytes).bytes { text, column in
      apply(
        text, .cell, Origin.cell.places(in: text) + DatabasePlaces.places(text, text.indices, column: column))
    }
    // What can't be taken apart can't be cleared of names.
    return copy ?? SQLiteFile.overwritten(bytes)
  }

  /// Names that stand anywhere, then those that stand in their places, then addresses.
  private func apply(_ bytes: [UInt8], _ origin: Origin, _ places: [Place]) -> [UInt8] {
    var result = bytes
    var source = bytes
    if case .output(let kind) = origin, kind == .dbMain || kind == .dbAccounting {
      BlobLiterals.clear(&source)
      result = source
    }
    for (range, standIn) in book.all(in: source, shortest: origin.shortestName) {
      put(standIn, at: range, of: source, into: &result)
    }
    for place in places {
      for range in labels(source, place) {
        let label = source[range].map(lowered)
        put(book[label] ?? standIns.name(label), at: range, of: source, into: &result)
      }
    }
    for (range, standIn) in addresses.all(in: source) { result.replaceSubrange(range, with: standIn) }
    return result
  }

  /// Letters are as large as they were.
  private func put(_ standIn: [UInt8], at range: Range<Int>, of bytes: [UInt8], into result: inout [UInt8]) {
    for (at, byte) in zip(range, standIn) { result[at] = (65...90).contains(bytes[at]) ? byte & ~32 : byte }
  }
}

extension Origin {
  /// Shorter names are replaced only where a name must stand: elsewhere they could be anything.
  fileprivate var shortestName: Int {
    if case .prose = self { 2 } else { 3 }
  }
}
