/// Names behind a key, in whichever form: `key = v`, `key=v`, `key: v`, `<key>v</key>`, `"key": "v"`, `(key v)`,
/// `key = ["v", "w"]`.
struct KeyedPlaces {
  /// What a value is made of.
  enum Form {
    case names
    case distinguished
    /// `host:/path`.
    case host
    /// `wn1:ppn=2+wn2`, where `1:ppn=2` names none.
    case nodes
    /// `Linux wn1 6.1.0`.
    case second
  }

  /// In small letters, with what their values are.
  let keys: [String: Form]
  /// What ends a value that has no sign of its own at its end.
  let end: Set<UInt8>
  /// Whether a blank is enough behind a key.
  var allowsBlank = false

  func places(in bytes: [UInt8]) -> [Place] {
    let longest = keys.keys.map(\.utf8.count).max() ?? 0
    var places: [Place] = []
    var at = 0
    while at < bytes.count {
      let end = bytes.end(from: at, while: isLabelByte)
      if end > at, end - at <= longest,
        let form = keys[String(decoding: bytes[at..<end].map(lowered), as: UTF8.self)],
        let value = value(bytes, behind: end)
      {
        places += Self.places(bytes, value, form)
      }
      at = max(end, at + 1)
    }
    return places
  }

  private func value(_ bytes: [UInt8], behind key: Int) -> Range<Int>? {
    var at = key
    // `"key": `, `Server[0]: `, and `hostlist.0 = `.
    if at < bytes.count, bytes[at] == 34 || bytes[at] == 39 { at += 1 }
    if at < bytes.count, bytes[at] == 91 { at = bytes.end(from: at) { $0 != 93 && $0 != 10 } + 1 }
    if at < bytes.count, bytes[at] == 46 { at = bytes.end(from: at + 1, while: isDigit) }
    var isKey = allowsBlank && at < bytes.count && isBlank(bytes[at])
    at = bytes.end(from: at, while: isBlank)
    if at < bytes.count, bytes[at] == 43 { at += 1 }
    var isElement = false
    if at < bytes.count, [58, 61, 62].contains(bytes[at]) {
      isElement = bytes[at] == 62
      isKey = true
      at += 1
    }
    guard isKey else { return nil }
    at = bytes.end(from: at, while: isBlank)
    guard at < bytes.count else { return nil }
    if isElement { return at..<bytes.end(from: at) { $0 != 60 } }
    switch bytes[at] {
    case 34, 39:
      let quote = bytes[at]
      // A quote within the value is told by what follows it: O'Brien.
      var close = at + 1
      while close < bytes.count, bytes[close] != 10, bytes[close] != quote || isInside(bytes, close) {
        close += 1
      }
      return at + 1..<close
    case 91: return at..<bytes.end(from: at) { $0 != 93 }
    default: return at..<bytes.end(from: at) { !self.end.contains($0) && $0 != 60 }
    }
  }

  private func isInside(_ bytes: [UInt8], _ quote: Int) -> Bool {
    bytes[quote - 1] == 92 || (quote + 1 < bytes.count && isLetter(bytes[quote + 1]))
  }

  private static func places(_ bytes: [UInt8], _ value: Range<Int>, _ form: Form) -> [Place] {
    switch form {
    case .names: [Place(range: value)]
    case .distinguished: [Place(range: value, isDistinguished: true)]
    case .host:
      bytes[value].firstIndex(of: 58).map { [Place(range: value.lowerBound..<$0)] } ?? []
    case .nodes:
      bytes[value].prefix { !isBlank($0) }.split(separator: 43).map { part in
        let name = part.prefix { $0 != 58 && $0 != 47 && $0 != 35 }
        return Place(range: name.startIndex..<name.endIndex)
      }
    case .second:
      bytes.words(in: value).dropFirst().prefix(1).map { Place(range: $0) }
    }
  }
}
