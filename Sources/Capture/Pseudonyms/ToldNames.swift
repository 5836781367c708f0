/// Names in the sentences of programs that failed: ssh, sudo, the commands of TORQUE, libpq. Often nothing else tells them,
/// the account that was used and the host in between above all.
enum ToldNames {
  /// What stands before a bare name, and before one in quotes.
  private static let before: [StaticString] = [
    "connect to host", "resolve hostname", "connect to server", "server host", "from host", "password for",
    "permanently added",
  ]
  /// What stands before a name in quotes. Without them it would be a part of too many sentences.
  private static let beforeQuotes: [StaticString] = ["user", "role", "host", "host name", "server at"]
  /// What stands behind a name.
  private static let behind: [StaticString] = ["is not in the sudoers file", "is not allowed to execute"]

  /// The names beside a blank.
  static func places(_ bytes: [UInt8], at blank: Int) -> [Place] {
    if behind.contains(where: { bytes.holds($0, at: blank + 1) }) {
      return [Place(range: NameShapes.start(bytes, before: blank)..<blank)]
    }
    guard blank + 1 < bytes.count else { return [] }
    let isQuoted = bytes[blank + 1] == 34 || bytes[blank + 1] == 39
    guard ends(bytes, blank, with: before) || isQuoted && ends(bytes, blank, with: beforeQuotes) else {
      return []
    }
    return [NameShapes.word(bytes, blank + (isQuoted ? 2 : 1))]
  }

  /// The value of `user=` and `host=`, as connection strings have them.
  static func places(_ bytes: [UInt8], behind sign: Int) -> [Place] {
    let key = NameShapes.start(bytes, before: sign)..<sign
    guard
      ["user", "host", "hostname", "username"].contains(where: {
        bytes[key].map(lowered).elementsEqual($0.utf8)
      })
    else { return [] }
    let isQuoted = sign + 1 < bytes.count && (bytes[sign + 1] == 34 || bytes[sign + 1] == 39)
    return [NameShapes.word(bytes, sign + (isQuoted ? 2 : 1))]
  }

  private static func ends(_ bytes: [UInt8], _ end: Int, with sentences: [StaticString]) -> Bool {
    sentences.contains { sentence in
      let start = end - sentence.utf8CodeUnitCount
      return bytes.holdsAnyCase(sentence, at: start) && (start == 0 || !isLabelByte(bytes[start - 1]))
    }
  }
}
