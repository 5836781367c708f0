/// Text for a POSIX shell, which stands at the far end of ssh.
public enum Shell {
  /// One word, whatever is in it. A NUL, which no argument can hold, is dropped.
  public static func quote(_ word: String) -> String {
    let plain =
      !word.isEmpty
      && word.utf8.allSatisfy { byte in
        switch byte {
        case 37, 43...47, 48...58, 61, 64...90, 95, 97...122: true
        default: false
        }
      }
    if plain { return word }
    let scalars = word.unicodeScalars.filter { $0 != "\0" }
    return scalars.reduce(into: "'") { quoted, scalar in
      if scalar == "'" { quoted += "'\\''" } else { quoted.unicodeScalars.append(scalar) }
    } + "'"
  }

  /// An argument vector as one line.
  public static func line(_ arguments: [String]) -> String {
    arguments.map(quote).joined(separator: " ")
  }
}
