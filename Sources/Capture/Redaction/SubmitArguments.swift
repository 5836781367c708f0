/// The arguments of `qsub`, printed without their quotes: a value with blanks can't be told from what follows
/// it. So everything from `-v` to the next option is overwritten, a script's name among it.
enum SubmitArguments {
  static func redact(_ page: inout Page, _ range: Range<Int>, as name: String) {
    let places = logical(page.bytes, range)
    var word = 0
    var isSecret = false
    // Where the secret began, and where its last word so far ended.
    var secret: (start: Int, end: Int)?
    while word < places.count {
      if isBlank(page.bytes[places[word]]) {
        word += 1
        continue
      }
      var end = word
      while end < places.count, !isBlank(page.bytes[places[end]]) { end += 1 }
      if let letter = option(page.bytes, places[word..<end]) {
        if let secret { page.fill(secret.start..<secret.end, as: name) }
        isSecret = letter == UInt8(ascii: "v")
        // `-vNAME=value` has its value at once.
        secret = isSecret && end - word > 2 ? (places[word + 2], places[end - 1] + 1) : nil
      } else if isSecret {
        secret = (secret?.start ?? places[word], places[end - 1] + 1)
      }
      word = end
    }
    if let secret { page.fill(secret.start..<secret.end, as: name) }
  }

  /// The bytes that count: folding puts a newline and a tab into the middle of words.
  private static func logical(_ bytes: [UInt8], _ range: Range<Int>) -> [Int] {
    var places: [Int] = []
    places.reserveCapacity(range.count)
    var at = range.lowerBound
    while at < range.upperBound {
      if bytes[at] == 10, at + 1 < range.upperBound, bytes[at + 1] == 9 {
        at += 2
      } else {
        places.append(at)
        at += 1
      }
    }
    return places
  }

  /// The letter of an option that stands alone, and `v` also where its value follows at once.
  private static func option(_ bytes: [UInt8], _ word: ArraySlice<Int>) -> UInt8? {
    guard word.count >= 2, let first = word.first, bytes[first] == UInt8(ascii: "-") else { return nil }
    let letter = bytes[word[word.startIndex + 1]]
    if letter == UInt8(ascii: "v") { return letter }
    return word.count == 2 && (65...122).contains(letter) ? letter : nil
  }

  private static func isBlank(_ byte: UInt8) -> Bool { byte == 32 || byte == 9 || byte == 10 || byte == 13 }
}
