import Model

/// Passwords that can be told by what stands before them, wherever they are: `password = ...`,
/// `PGPASSWORD=...`, `"passwd": "..."`, `(vncpasswd ...)`, `--password ...`, `http://user:...@host`.
enum Passwords {
  private static let label = "passwords"

  /// What ends a value that has no quotes of its own, beside its line. A secret may hold anything that its
  /// form allows.
  struct Ending {
    let bytes: Set<UInt8>
    /// A value is all of its line, quotes or not.
    var isLine: Bool { bytes.count == 1 }

    /// A quote with a backslash before it belongs to the value.
    let escapes: Bool

    private init(_ text: String, escapes: Bool = false) {
      bytes = Set(text.utf8).union([10])
      self.escapes = escapes
    }

    /// The argument of a command ends by itself.
    static let argument = Ending("")
    static let blank = Ending(" \t")
    static let json = Ending(" \t\"", escapes: true)

    init(of kind: ObservationKind, isJson: Bool) {
      switch kind {
      case .torqueJobs where isJson, .torqueNodes where isJson, .torqueServer where isJson,
        .torqueSettings where isJson:
        self = .json
      case .torqueJobs, .torqueNodes: self = Ending(" \t<")
      case .xenList, .xenLong, .xenStore: self = Ending(" \t\")")
      case .dbMain, .dbAccounting, .dbReservations, .dbEvents, .dbNotifications: self = Ending(" \t'|")
      case .pilotSettings, .serviceSettings: self = .argument
      case .torqueServer, .torqueSettings, .torqueAccounting, .torqueMom, .xenInfo, .xenBalloon, .nodeMemory,
        .nodeClock, .nodePilots, .nodeResidue:
        self = .blank
      }
    }
  }

  static func redact(_ page: inout Page, ending: Ending) {
    var at = 0
    while at < page.bytes.count {
      switch lowered(page.bytes[at]) {
      case 97, 112, 115, 116: at = assignment(&page, at, ending: ending) ?? at + 1
      case 58 where page.bytes.holds("://", at: at): at = address(&page, at + 3)
      case 45: at = contact(&page, at) ?? at + 1
      default: at += 1
      }
    }
  }

  /// `--password` and its like, whose value is the next argument.
  static func isOption(_ argument: String) -> Bool {
    let bytes = Array(argument.utf8)
    return bytes.first == 45 && bytes.allSatisfy(isNameByte)
      && bytes.indices.contains { word(bytes, $0) != nil }
  }

  /// The end of a word that announces a secret.
  static func word(_ bytes: [UInt8], _ at: Int) -> Int? {
    for word in ["password", "passwd", "passphrase", "secret", "token", "apikey", "api_key"] as [StaticString]
    where bytes.holdsAnyCase(word, at: at) {
      // sudo's NOPASSWD: is followed by a command.
      let isNegated = at > 1 && bytes.holdsAnyCase("no", at: at - 2)
      return isNegated ? nil : at + word.utf8CodeUnitCount
    }
    return nil
  }

  /// A word, the rest of its name, a sign of assignment and a value. Returns where to go on.
  private static func assignment(_ page: inout Page, _ at: Int, ending: Ending) -> Int? {
    guard let end = word(page.bytes, at) else { return nil }
    var value = end
    while value < page.bytes.count, isNameByte(page.bytes[value]) { value += 1 }
    let nameEnd = value
    if value < page.bytes.count, page.bytes[value] == 34 || page.bytes[value] == 39 { value += 1 }
    value = skippingBlanks(page.bytes, value)
    guard value < page.bytes.count else { return nameEnd }
    if page.bytes[value] == 61 || page.bytes[value] == 58 {
      if page.bytes.holds("://", at: value) { return value }
      value = skippingBlanks(page.bytes, value + 1)
    } else if !isAnnounced(page.bytes, at, nameEnd) || value == nameEnd {
      return nameEnd
    }
    return fillValue(&page, value, ending: ending)
  }

  private static func skippingBlanks(_ bytes: [UInt8], _ start: Int) -> Int {
    var at = start
    while at < bytes.count, bytes[at] == 32 || bytes[at] == 9 { at += 1 }
    return at
  }

  /// Whether a blank is enough between the name and its value: `(vncpasswd x)` and `--password x`.
  private static func isAnnounced(_ bytes: [UInt8], _ word: Int, _ end: Int) -> Bool {
    var start = word
    while start > 0, word - start < 64, isNameByte(bytes[start - 1]) { start -= 1 }
    return bytes.holds("--", at: start) || (start > 0 && bytes[start - 1] == UInt8(ascii: "("))
  }

  private static func fillValue(_ page: inout Page, _ start: Int, ending: Ending) -> Int {
    guard start < page.bytes.count else { return start }
    let quote = page.bytes[start]
    if quote == 34 || quote == 39, !ending.isLine {
      let triple: StaticString = quote == 34 ? "\"\"\"" : "'''"
      if page.bytes.holds(triple, at: start) {
        let end = page.bytes.next(triple, from: start + 3) ?? page.bytes.count
        page.fill(start + 3..<max(start + 3, end), as: label)
        return end
      }
      let line = page.bytes.lineEnd(from: start)
      var end = start + 1
      while end < line, page.bytes[end] != quote { end += page.bytes[end] == 92 ? 2 : 1 }
      end = min(end, line)
      page.fill(start + 1..<max(start + 1, end), as: label)
      return end + 1
    }
    var end = start
    if ending.escapes, page.bytes.holds("\\\"", at: start) {
      end = page.bytes.next("\\\"", from: start + 2) ?? page.bytes.lineEnd(from: start)
    }
    while end < page.bytes.count, !ending.bytes.contains(page.bytes[end]) {
      end += ending.escapes && page.bytes[end] == 92 ? 2 : 1
    }
    page.fill(start..<end, as: label)
    return max(end, start + 1)
  }

  /// `user:password@host` after `://`, up to the last `@` of the word. A number before a slash is a port.
  private static func address(_ page: inout Page, _ start: Int) -> Int {
    var colon: Int?
    var last: Int?
    var at = start
    while at < page.bytes.count, !isAddressEnd(page.bytes, at) {
      if page.bytes[at] == 58, colon == nil { colon = at }
      if page.bytes[at] == 64 { last = at }
      if page.bytes[at] == 47, last == nil, isPort(page.bytes, (colon ?? at)..<at) { return at }
      at += 1
    }
    // Where the output was cut, the `@` may be missing.
    let end = last ?? (at == page.bytes.count ? at : nil)
    if let colon, let end, colon < end, last != nil || !isPort(page.bytes, colon..<at) {
      page.fill(colon + 1..<end, as: label)
    }
    return at
  }

  private static func isPort(_ bytes: [UInt8], _ range: Range<Int>) -> Bool {
    bytes[range].dropFirst().prefix(6).allSatisfy { (48...57).contains($0) } && range.count <= 6
  }

  private static func isAddressEnd(_ bytes: [UInt8], _ at: Int) -> Bool {
    switch bytes[at] {
    case 9, 10, 13, 32, 34, 39, 60, 62: true
    case 43: bytes.holds("+++", at: at)
    default: false
    }
  }

  /// The pilot's `-c user:password@host:port`, which may be without a scheme.
  private static func contact(_ page: inout Page, _ at: Int) -> Int? {
    var value: Int
    if page.bytes.holds("-c ", at: at) {
      value = at + 3
    } else if page.bytes.holds("--contact", at: at) {
      value = at + 10
    } else {
      return nil
    }
    value = skippingBlanks(page.bytes, value)
    while value < page.bytes.count {
      var scheme = value
      while scheme < page.bytes.count, isNameByte(page.bytes[scheme]) { scheme += 1 }
      value = address(&page, page.bytes.holds("://", at: scheme) ? scheme + 3 : value)
      // Targets are joined by +++; after a port the rest of one is left.
      while value < page.bytes.count, !isAddressEnd(page.bytes, value) { value += 1 }
      guard page.bytes.holds("+++", at: value) else { return value }
      value += 3
    }
    return value
  }
}
