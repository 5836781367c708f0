import Glibc
import Model

/// One of the two streams of a `NodeScript`, taken apart as it comes: whichever way it is cut into pieces, the same comes out.
struct MarkedStream {
  /// What one command printed.
  struct Section {
    let byteLimit: Int
    var bytes: [UInt8] = []
    /// There was more, and it is gone.
    var isCut = false
    var began: Instant?
    var ended: Instant?
    /// The exit status, or `hung`.
    var status = ""
  }

  private(set) var sections: [Section]
  /// The end of what no command printed: what a login says, and ssh's own words.
  private(set) var aside: [UInt8] = []

  /// What each mark begins with; until the first line came, what that begins with.
  private var sign: [UInt8]
  private var isSecretKnown = false
  /// The command whose output comes.
  private var open: Int?
  private var pending: [UInt8] = []

  private static let separator: UInt8 = 0x1E
  private static let wordLimit = 64
  private static let asideLimit = 4096

  init(nonce: String, byteLimits: [Int]) {
    sign = [Self.separator] + nonce.utf8 + [32]
    sections = byteLimits.map { Section(byteLimit: $0) }
  }

  /// Every command's end was seen.
  var isComplete: Bool { isSecretKnown && open == nil }

  mutating func take(_ bytes: [UInt8], at moment: Instant) {
    pending += bytes
    var start = 0
    while let place = Self.place(of: Self.separator, in: pending, from: start) {
      keep(pending[start..<place])
      start = place
      switch word(at: place) {
      case .unfinished:
        pending.removeFirst(start)
        return
      case .word(let word):
        takes(word, at: moment)
        start = word.endIndex + 1
      case .none:
        keep(pending[place...place])
        start = place + 1
      }
    }
    keep(pending[start...])
    pending.removeAll()
  }

  /// Nothing more comes: what looked like the beginning of a mark was none.
  mutating func finish() {
    keep(pending[...])
    pending.removeAll()
  }

  // MARK: - Marks

  private enum Found {
    case none, unfinished
    case word(ArraySlice<UInt8>)
  }

  private func word(at place: Int) -> Found {
    let rest = pending[place...]
    guard rest.starts(with: sign.prefix(rest.count)) else { return .none }
    let word = rest.dropFirst(sign.count).prefix(Self.wordLimit)
    if let end = word.firstIndex(of: 10) { return .word(word[..<end]) }
    return word.count < Self.wordLimit ? .unfinished : .none
  }

  private mutating func takes(_ word: ArraySlice<UInt8>, at moment: Instant) {
    if !isSecretKnown {
      sign += word + [32]
      isSecretKnown = true
      open = begin(0, at: moment)
    } else if let ended = open {
      sections[ended].status = String(decoding: word, as: UTF8.self)
      sections[ended].ended = moment
      open = begin(ended + 1, at: moment)
    }
  }

  /// Nil behind the last.
  private mutating func begin(_ index: Int, at moment: Instant) -> Int? {
    guard index < sections.count else { return nil }
    sections[index].began = moment
    return index
  }

  // MARK: - What stands between

  private mutating func keep(_ bytes: ArraySlice<UInt8>) {
    guard let open else {
      aside += bytes.suffix(Self.asideLimit)
      if aside.count > 2 * Self.asideLimit { aside.removeFirst(aside.count - Self.asideLimit) }
      return
    }
    let room = sections[open].byteLimit - sections[open].bytes.count
    sections[open].bytes += bytes.prefix(room)
    if bytes.count > room { sections[open].isCut = true }
  }

  /// A node that floods sends gigabytes, so they are searched at the speed of memory.
  private static func place(of byte: UInt8, in bytes: [UInt8], from start: Int) -> Int? {
    bytes.withUnsafeBytes { memory in
      guard let base = memory.baseAddress, start < memory.count,
        let found = memchr(base + start, Int32(byte), memory.count - start)
      else { return nil }
      return UnsafeRawPointer(found) - base
    }
  }
}
