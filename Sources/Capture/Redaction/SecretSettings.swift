/// Secrets in configuration: `key = value` in INI files, properties and the pilot's own program text, and the
/// XML of the service. Files are printed one after the other, each under the header that `tail` gives it.
enum SecretSettings {
  private static let label = "secrets"

  private static let credentialFiles: [StaticString] = [
    "users.properties", "authz.conf", "passwd", "shadow", "realm", "secret", "password", "credential",
  ]

  static func redact(_ page: inout Page, command: [String]) {
    lines(&page, command: command)
    markup(&page)
  }

  private static func lines(_ page: inout Page, command: [String]) {
    var isCredentials = command.contains { isCredentialFile(Array($0.utf8)) }
    var isWithin = false
    var isContinued = false
    var line = 0
    while line < page.bytes.count {
      let end = page.bytes.lineEnd(from: line)
      // Before it may be overwritten.
      let endsWithBackslash = page.bytes[line..<end].last { $0 != 13 } == 92
      let first = page.bytes[line..<end].first { $0 != 32 && $0 != 9 && $0 != 13 }
      let isIndented = line < end && (page.bytes[line] == 32 || page.bytes[line] == 9)
      if page.bytes.holds("==> ", at: line) {
        isCredentials = isCredentialFile(Array(page.bytes[line..<end].dropLast(4)))
        isWithin = false
      } else if isWithin, isContinued || isIndented {
        page.fill(line..<end, as: label)
      } else if let value = secretValue(page.bytes, line..<end, isCredentials: isCredentials) {
        page.fill(value..<end, as: label)
        isWithin = true
      } else {
        isWithin = false
        if isCredentials, let first, first != 35 { page.fill(line..<end, as: label) }
      }
      isContinued = endsWithBackslash
      line = end + 1
    }
  }

  /// Files whose every value is a secret: the pilots' account, the password files of the service and the
  /// database.
  private static func isCredentialFile(_ path: [UInt8]) -> Bool {
    let name = path[(path.lastIndex(of: 47).map { $0 + 1 } ?? 0)...]
    return credentialFiles.contains { name.contains(subsequence: $0) }
  }

  /// Where the value of a line begins, when it is a secret.
  private static func secretValue(_ bytes: [UInt8], _ line: Range<Int>, isCredentials: Bool) -> Int? {
    func isSecret(_ name: Range<Int>) -> Bool {
      name.contains { Passwords.word(bytes, $0) != nil || bytes.holdsAnyCase("derby.user.", at: $0) }
    }
    if let sign = bytes[line].firstIndex(where: { $0 == 61 || $0 == 58 }),
      isCredentials || isSecret(line.lowerBound..<sign)
    {
      return sign + 1
    }
    // In properties a blank is enough.
    guard let start = bytes[line].firstIndex(where: { $0 != 32 && $0 != 9 }),
      let end = bytes[start..<line.upperBound].firstIndex(where: { $0 == 32 || $0 == 9 })
    else { return nil }
    return bytes[start] != 60 && isSecret(start..<end) ? end : nil
  }

  // MARK: XML

  /// `<property name="password" value="..."/>`, `<name>password</name> <value>...</value>`,
  /// `<password>...</password>`.
  private static func markup(_ page: inout Page) {
    var at = 0
    while at < page.bytes.count {
      guard var end = Passwords.word(page.bytes, at) else {
        at += 1
        continue
      }
      while end < page.bytes.count, isNameByte(page.bytes[end]) { end += 1 }
      if end < page.bytes.count {
        switch page.bytes[end] {
        case 34, 39: tag(&page, around: end)
        case 62: content(&page, after: end)
        case 60: value(&page, after: page.bytes.next(">", from: end, limit: 200))
        default: break
        }
      }
      at = end
    }
  }

  /// Fills the `value` of a tag, and of the `<value>` element that follows it.
  private static func tag(_ page: inout Page, around place: Int) {
    var start = place
    while start > 0, place - start < 1000, page.bytes[start] != 60 { start -= 1 }
    guard page.bytes[start] == 60 else { return }
    let close =
      page.bytes.next(">", from: place, limit: 1000) ?? Swift.min(place + 1000, page.bytes.count)
    var at = start
    while at < close {
      if page.bytes.holdsAnyCase("value", at: at),
        let open = page.bytes.next("\"", from: at, limit: 20) ?? page.bytes.next("'", from: at, limit: 20)
      {
        let end = page.bytes[(open + 1)...].firstIndex(of: page.bytes[open]) ?? page.bytes.count
        page.fill(open + 1..<end, as: label)
        at = end
      }
      at += 1
    }
    value(&page, after: close)
  }

  /// Fills a `<value>` that follows what ends at a place.
  private static func value(_ page: inout Page, after close: Int?) {
    guard var at = close.map({ $0 + 1 }) else { return }
    while at < page.bytes.count, [9, 10, 13, 32].contains(page.bytes[at]) { at += 1 }
    guard page.bytes.holdsAnyCase("<value", at: at) || page.bytes.holdsAnyCase("<param-value", at: at) else {
      return
    }
    if let end = page.bytes.next(">", from: at, limit: 200) { content(&page, after: end) }
  }

  private static func content(_ page: inout Page, after close: Int) {
    var end = close + 1
    while end < page.bytes.count, page.bytes[end] != 60 { end += 1 }
    page.fill(close + 1..<end, as: label)
  }
}
