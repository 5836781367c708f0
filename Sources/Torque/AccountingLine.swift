import Batch

/// One line of the accounting log, taken apart as far as it can be trusted.
///
/// `MM/DD/YYYY HH:MM:SS;K;jobid;message`. The account is written raw, blanks and newlines included, so its
/// owner can write what looks like other pairs or other records (`domain/torque.md` 1.4). Hence `user` and
/// `group` are taken from the fixed beginning, all else from behind the last ` jobname=`, for that is behind
/// the account.
struct AccountingLine {
  let loggedAt: ArraySlice<UInt8>
  let kind: UInt8
  let job: ArraySlice<UInt8>
  /// The digits of the time, year first, to be compared.
  let order: Int64

  private(set) var user: ArraySlice<UInt8>?
  private(set) var hasAccount = false
  /// Behind `jobname=`, or all of a short record.
  private(set) var pairs: [(key: ArraySlice<UInt8>, value: ArraySlice<UInt8>)] = []
  /// Something in it is not as the server writes it.
  private(set) var isOdd = false

  /// Nil for what is no record.
  init?(_ line: ArraySlice<UInt8>) {
    let parts = line.split(separator: 0x3B, maxSplits: 3, omittingEmptySubsequences: false)
    guard parts.count == 4, parts[1].count == 1, let kind = parts[1].first,
      let order = Self.order(parts[0])
    else { return nil }
    loggedAt = parts[0]
    self.kind = kind
    job = parts[2]
    self.order = order
    isLong = kind == 0x53 || kind == 0x45 || (ascii("QR").contains(kind) && parts[3].starts(with: ascii("user=")))
    if isLong { readLong(parts[3]) } else { readShort(parts[3]) }
  }

  /// S and E records tell all of a job; those of OpenPBS that are called Q and R do so, too.
  let isLong: Bool

  /// A long record that lacks what the server writes last, so that its line was cut by a newline in the
  /// account.
  var isCut: Bool { isLong && !Self.closes(kind, keys: pairs.map(\.key)) }

  subscript(key: StaticString) -> ArraySlice<UInt8>? {
    pairs.last { $0.key.elementsEqual(ascii(key)) }?.value
  }

  /// Whether a line, record or not, has what a record of this kind ends in.
  static func closes(_ kind: UInt8, _ line: ArraySlice<UInt8>) -> Bool {
    guard let tail = tail(of: line) else { return false }
    return closes(kind, keys: tail.split(separator: 32).compactMap { pair($0)?.key })
  }

  private static func closes(_ kind: UInt8, keys: [ArraySlice<UInt8>]) -> Bool {
    func has(_ name: StaticString) -> Bool { keys.contains { $0.elementsEqual(ascii(name)) } }
    // An array of OpenPBS's has its indices where others have their place.
    let isPlaced = ascii("QR").contains(kind) || has("exec_host") || has("array_indices")
    return has("jobname") && isPlaced && (kind != 0x45 || has("Exit_status"))
  }

  private mutating func readShort(_ message: ArraySlice<UInt8>) {
    for word in message.split(separator: 32) {
      if let pair = Self.pair(word) { pairs.append(pair) } else { isOdd = true }
    }
    // Q and D have one pair, the others none.
    isOdd = isOdd || pairs.count > 1
  }

  private mutating func readLong(_ message: ArraySlice<UInt8>) {
    let words = message.split(separator: 32, maxSplits: 2, omittingEmptySubsequences: false)
    if let first = words.first.flatMap(Self.pair), first.key.elementsEqual(ascii("user")) {
      user = first.value
      let group = words.count > 1 ? Self.pair(words[1]) : nil
      isOdd = group?.key.elementsEqual(ascii("group")) != true
    } else {
      isOdd = true
    }
    hasAccount = words.count > 2 && words[2].starts(with: ascii("account="))
    guard let tail = Self.tail(of: message) else { return }
    for word in tail.split(separator: 32) {
      if let pair = Self.pair(word) { pairs.append(pair) } else { isOdd = true }
    }
    isOdd = isOdd || Self.repeatsKey(message)
    if let owner = self["owner"], let user, !owner.prefix(while: { $0 != 0x40 }).elementsEqual(user) {
      isOdd = true
    }
  }

  /// From the last ` jobname=`, its blank not included.
  private static func tail(of message: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
    let mark = ascii(" jobname=")
    var at = message.endIndex
    while let blank = message[..<at].lastIndex(of: 32) {
      if message[blank...].starts(with: mark) { return message[(blank + 1)...] }
      at = blank
    }
    return nil
  }

  private static func repeatsKey(_ message: ArraySlice<UInt8>) -> Bool {
    var seen: Set<ArraySlice<UInt8>> = []
    return message.split(separator: 32).contains { word in
      guard let key = pair(word)?.key else { return false }
      return !seen.insert(key).inserted
    }
  }

  private static func pair(
    _ word: ArraySlice<UInt8>
  ) -> (key: ArraySlice<UInt8>, value: ArraySlice<UInt8>)? {
    guard let equals = word.firstIndex(of: 0x3D), equals > word.startIndex else { return nil }
    return (word[..<equals], word[(equals + 1)...])
  }

  /// `11/22/2026 19:29:32` as 20261122192932.
  private static func order(_ time: ArraySlice<UInt8>) -> Int64? {
    let form = ascii("00/00/0000 00:00:00")
    let fits = zip(time, form).allSatisfy { byte, model in
      model == 0x30 ? byte >= 0x30 && byte <= 0x39 : byte == model
    }
    guard time.count == form.count, fits else { return nil }
    let digits = time.filter { $0 >= 0x30 }.filter { $0 <= 0x39 }
    return Quantity.natural(digits[4..<8] + digits[0..<4] + digits[8...])
  }
}
