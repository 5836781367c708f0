/// Names that are known by their looks, wherever they stand.
enum NameShapes {
  static func places(in bytes: [UInt8]) -> [Place] {
    var places: [Place] = []
    var at = 0
    while at < bytes.count {
      if let name = distinguished(bytes, at) {
        places.append(name)
        at = name.range.upperBound
        continue
      }
      switch bytes[at] {
      case UInt8(ascii: "@"): places += address(bytes, at)
      case UInt8(ascii: "/"): places += path(bytes, at)
      case UInt8(ascii: "."): places += domain(bytes, at) + server(bytes, at)
      case UInt8(ascii: "-"), UInt8(ascii: "d"): places += listing(bytes, at)
      case UInt8(ascii: " "): places += ToldNames.places(bytes, at: at)
      case UInt8(ascii: "="): places += ToldNames.places(bytes, behind: at)
      default: break
      }
      at += 1
    }
    return places
  }

  /// `user@host`.
  private static func address(_ bytes: [UInt8], _ sign: Int) -> [Place] {
    let user = start(bytes, before: sign)
    let host = word(bytes, sign + 1)
    return user < sign && !host.range.isEmpty ? [Place(range: user..<sign), host] : []
  }

  /// `/home/user` and `://host`.
  private static func path(_ bytes: [UInt8], _ slash: Int) -> [Place] {
    for folder in ["/home/", "/users/", "/mail/"] as [StaticString]
    where bytes.holdsAnyCase(folder, at: slash) {
      return [word(bytes, slash + folder.utf8CodeUnitCount)]
    }
    guard bytes.holds("://", at: slash - 1), !bytes.holds("file", at: slash - 5) else { return [] }
    return [word(bytes, slash + 2)]
  }

  /// `head.example.org`. A name that begins so is one of Java's.
  private static func domain(_ bytes: [UInt8], _ dot: Int) -> [Place] {
    let end = bytes.end(from: dot + 1, while: isLabelByte)
    let last = String(decoding: bytes[dot + 1..<end].map(lowered), as: UTF8.self)
    guard ends.contains(last), end == bytes.count || bytes[end] != 46 || !bytes.holdsLabel(at: end + 1) else {
      return []
    }
    let host = start(bytes, before: dot)..<dot
    let first = String(decoding: bytes[host].prefix { $0 != 46 }.map(lowered), as: UTF8.self)
    return host.isEmpty || ends.contains(first) ? [] : [Place(range: host)]
  }

  private static let ends: Set<String> = [
    "com", "org", "net", "edu", "gov", "mil", "int", "local", "lan", "internal",
  ]

  /// The server of a job's id: `38.head`, `38[1].head.example.org`.
  private static func server(_ bytes: [UInt8], _ dot: Int) -> [Place] {
    var number = dot
    while number > 0, dot - number < 24,
      isDigit(bytes[number - 1]) || [45, 91, 93].contains(bytes[number - 1])
    {
      number -= 1
    }
    // The bracket of `job[38.head]` is none of its own.
    while number < dot, !isDigit(bytes[number]) { number += 1 }
    let isNumber = number < dot
    let isAlone = number == 0 || !(isLabelByte(bytes[number - 1]) || bytes[number - 1] == 46)
    let server = word(bytes, dot + 1)
    guard isNumber, isAlone, let first = bytes[server.range].first, isLetter(first) else { return [] }
    return [server]
  }

  /// `/C=CA/O=Grid/CN=Person`, and `CN=Person,O=Grid` if a part of it says that it is one.
  private static func distinguished(_ bytes: [UInt8], _ start: Int) -> Place? {
    guard start == 0 || !isLabelByte(bytes[start - 1]) else { return nil }
    let isPath = bytes[start] == 47
    guard isPath || isLetter(bytes[start]), var key = keyOfName(bytes, isPath ? start + 1 : start) else {
      return nil
    }
    var isWhole = isPath
    var end = key.upperBound
    while end - start < lengthLimit {
      isWhole = isWhole || ["cn", "dc", "ou"].contains { bytes[key].map(lowered).elementsEqual($0.utf8) }
      end = endOfValue(bytes, from: key.upperBound + 1)
      guard end < bytes.count, bytes[end] == 47 || bytes[end] == 44,
        let next = keyOfName(bytes, bytes.end(from: end + 1, while: isBlank))
      else { break }
      key = next
    }
    return isWhole ? Place(range: start..<end, isDistinguished: true) : nil
  }

  private static func keyOfName(_ bytes: [UInt8], _ start: Int) -> Range<Int>? {
    let end = bytes.end(from: start, while: isLetter)
    guard end < bytes.count, bytes[end] == 61, Vocabulary.isKeyOfName(bytes[start..<end].map(lowered)) else {
      return nil
    }
    return start..<end
  }

  /// Where a part of a distinguished name ends: at a sign that it would not hold, before the next part, or at two blanks.
  /// `O'Brien` goes on, and so do `O''Brien` and `O&apos;Brien`.
  private static func endOfValue(_ bytes: [UInt8], from start: Int) -> Int {
    var at = start
    while at < bytes.count, at - start < lengthLimit {
      switch bytes[at] {
      case 9, 10, 34, 59, 60, 62, 93, 124: return at
      case 32 where at + 1 < bytes.count && bytes[at + 1] == 32: return at
      case 39 where bytes.holds("''", at: at): at += 2
      case 39 where at + 1 == bytes.count || !isLetter(bytes[at + 1]): return at
      case 38: at = (bytes.next(";", from: at, limit: 8) ?? at) + 1
      case 44, 47:
        if keyOfName(bytes, bytes.end(from: at + 1, while: isBlank)) != nil { return at }
        at += 1
      default: at += 1
      }
    }
    return min(at, bytes.count)
  }

  /// The service gives a distinguished name 512 characters.
  private static let lengthLimit = 512

  /// `-rw-r--r-- 1 user group 611`.
  private static func listing(_ bytes: [UInt8], _ start: Int) -> [Place] {
    guard start + 11 < bytes.count, start == 0 || isBlank(bytes[start - 1]) || bytes[start - 1] == 10,
      bytes[start + 1..<start + 10].allSatisfy({ "rwxsStT-".utf8.contains($0) }),
      bytes[bytes.end(from: start + 10) { $0 == 43 || $0 == 46 }...].first.map(isBlank) == true
    else { return [] }
    return bytes.words(in: start..<bytes.lineEnd(from: start)).prefix(4).dropFirst(2).map { Place(range: $0) }
  }

  /// The labels and dots up to a place.
  static func start(_ bytes: [UInt8], before end: Int) -> Int {
    var at = end
    while at > 0, end - at < Labels.lengthLimit, isLabelByte(bytes[at - 1]) || bytes[at - 1] == 46 { at -= 1 }
    return at
  }

  /// The labels and dots from a place on.
  static func word(_ bytes: [UInt8], _ start: Int) -> Place {
    let start = min(start, bytes.count)
    let limit = start + Labels.lengthLimit
    var end = start
    while end < bytes.count, end < limit, isLabelByte(bytes[end]) || bytes[end] == 46 { end += 1 }
    return Place(range: start..<end)
  }
}

extension Array where Element == UInt8 {
  fileprivate func holdsLabel(at place: Int) -> Bool { place < count && isLabelByte(self[place]) }
}
