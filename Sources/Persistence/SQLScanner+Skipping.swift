/// Going over what nobody reads, without losing where it ends.
extension SQLScanner {
  /// Goes behind the semicolon that ends this statement. False when the text ends first.
  mutating func skipStatement() -> Bool {
    while at < bytes.count {
      if bytes[at] == UInt8(ascii: ";") {
        at += 1
        return true
      }
      skipToken()
    }
    return false
  }

  /// Goes behind the END that ends a trigger's body: the semicolons inside it end no statement of the script.
  mutating func skipTrigger() -> Bool {
    var isBehindEnd = false
    while at < bytes.count {
      skipBlank()
      if next == UInt8(ascii: ";"), isBehindEnd {
        at += 1
        return true
      }
      if let word = word() {
        isBehindEnd = word == "end"
      } else if at < bytes.count {
        isBehindEnd = false
        skipToken()
      }
    }
    return false
  }

  /// Goes to the comma or bracket that ends an item of a list, over what is nested in it. It stops at a
  /// semicolon too, which no list has: there its bounds are lost.
  mutating func skipItem() {
    var depth = 0
    while at < bytes.count {
      switch bytes[at] {
      case UInt8(ascii: "("): depth += 1
      case UInt8(ascii: ")") where depth == 0: return
      case UInt8(ascii: ")"): depth -= 1
      case UInt8(ascii: ",") where depth == 0: return
      case UInt8(ascii: ";"): return
      default: break
      }
      skipToken()
    }
  }

  /// Goes over a comment, something quoted, or one byte.
  mutating func skipToken() {
    switch next {
    case UInt8(ascii: "'"):
      let isEscape =
        at > 0 && bytes[at - 1] | 32 == UInt8(ascii: "e") && (at < 2 || !isNamePart(bytes[at - 2]))
      if isEscape { skipEscaped() } else { skipQuoted(39) }
    case UInt8(ascii: "\""), UInt8(ascii: "`"): skipQuoted(next)
    case UInt8(ascii: "-") where byte(1) == UInt8(ascii: "-"),
      UInt8(ascii: "/") where byte(1) == UInt8(ascii: "*"):
      skipBlank()
    case UInt8(ascii: "$") where at == 0 || !isNamePart(bytes[at - 1]): skipDollar()
    default: at += 1
    }
  }

  private func isNamePart(_ byte: UInt8) -> Bool {
    isLetter(byte) || isDigit(byte) || byte == UInt8(ascii: "$")
  }

  /// Goes behind a string in which a backslash keeps the next byte from ending it. False when it does not
  /// end.
  @discardableResult
  mutating func skipEscaped() -> Bool {
    at += 1
    while at < bytes.count {
      switch bytes[at] {
      case 92: at += 2
      case 39 where byte(1) == 39: at += 2
      case 39:
        at += 1
        return true
      default: at += 1
      }
    }
    at = bytes.count
    return false
  }

  /// Goes behind PostgreSQL's `$tag$ ... $tag$`, or over a dollar that begins none.
  private mutating func skipDollar() {
    var tag = at + 1
    while tag < bytes.count, tag - at < 64, isLetter(bytes[tag]) || isDigit(bytes[tag]) { tag += 1 }
    guard tag < bytes.count, bytes[tag] == UInt8(ascii: "$"), !isDigit(byte(1)) else {
      at += 1
      return
    }
    let mark = bytes[at...tag]
    at = tag + 1
    while at < bytes.count {
      if bytes[at] == UInt8(ascii: "$"), bytes[at...].starts(with: mark) {
        at += mark.count
        return
      }
      at += 1
    }
  }
}
