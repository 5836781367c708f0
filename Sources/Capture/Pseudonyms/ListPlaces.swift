/// Names in the columns of what is printed line by line.
enum ListPlaces {
  /// `pbsnodes -a`: a name is all of its line, and its attributes are indented below.
  static func nodes(_ bytes: [UInt8]) -> [Place] {
    lines(bytes) { line in
      let isName =
        !bytes[line].prefix(1).allSatisfy(isBlank) && !bytes[line].contains { $0 == 61 || $0 == 60 }
      return isName ? [Place(range: line)] : []
    }
  }

  /// `pbsnodes -F json` and its like: of the object that is the document, the members of its members are named things.
  static func things(_ bytes: [UInt8]) -> [Place] {
    var found: [Place] = []
    var depth = 0
    var at = 0
    while at < bytes.count {
      switch bytes[at] {
      case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
      case UInt8(ascii: "}"), UInt8(ascii: "]"): depth -= 1
      case 34:
        let start = at + 1
        at = start
        while at < bytes.count, bytes[at] != 34 { at += bytes[at] == 92 ? 2 : 1 }
        let end = min(at, bytes.count)
        let next = bytes.end(from: end + 1) { $0 == 10 || $0 == 13 || isBlank($0) }
        if depth == 2, next < bytes.count, bytes[next] == 58 { found.append(Place(range: start..<end)) }
      default: break
      }
      at += 1
    }
    return found
  }

  /// `xl list`: all before the number, the memory, the processors and the state. A guest can be called anything.
  static func domains(_ bytes: [UInt8]) -> [Place] {
    lines(bytes) { line in
      let words = bytes.words(in: line)
      func isNumber(_ index: Int) -> Bool { bytes[words[index]].allSatisfy(isDigit) }
      func isState(_ index: Int) -> Bool {
        bytes[words[index]].allSatisfy { $0 == 45 || "rbpscd".utf8.contains($0) }
      }
      guard words.count > 4 else { return [] }
      let numbers = (1..<words.count - 3).last {
        isNumber($0) && isNumber($0 + 1) && isNumber($0 + 2) && isState($0 + 3)
      }
      guard let numbers, let first = words.first else { return [] }
      return [Place(range: first.lowerBound..<words[numbers - 1].upperBound)]
    }
  }

  /// `ps`: the column of its header, or what looks like one.
  static func processes(_ bytes: [UInt8]) -> [Place] {
    var header: Int?
    return lines(bytes) { line in
      let words = bytes.words(in: line)
      let names = words.prefix(12).map { String(decoding: bytes[$0], as: UTF8.self) }
      if names.contains("PID") {
        header = names.firstIndex { ["UID", "USER", "RUSER", "EUSER"].contains($0) }
        return []
      }
      // Logs follow.
      if words.isEmpty || names.first == "==>" { header = nil }
      guard words.count > 4, let column = header ?? unheaded(bytes, words) else { return [] }
      return [Place(range: words[column])]
    }
  }

  /// `ps -ef` and `ps aux` begin with the account, `ps -eo pid,ppid,user` has it third.
  private static func unheaded(_ bytes: [UInt8], _ words: [Range<Int>]) -> Int? {
    func isNumber(_ index: Int) -> Bool { bytes[words[index]].allSatisfy { isDigit($0) || $0 == 46 } }
    switch (isNumber(0), isNumber(1), isNumber(2), isNumber(3)) {
    case (false, true, true, true): return 0
    case (true, true, false, _): return 2
    default: return nil
    }
  }

  private static func lines(_ bytes: [UInt8], _ places: (Range<Int>) -> [Place]) -> [Place] {
    var found: [Place] = []
    var line = 0
    while line < bytes.count {
      let end = bytes.lineEnd(from: line)
      found += places(line..<end)
      line = end + 1
    }
    return found
  }
}
