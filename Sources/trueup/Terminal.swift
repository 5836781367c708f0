import Glibc
import Model

/// Standard output and standard error.
enum Terminal {
  /// Colour only where a person looks, and only if they did not ask for none (https://no-color.org).
  static var wantsColour: Bool {
    let refusal = getenv("NO_COLOR").map { String(cString: $0) } ?? ""
    let kind = getenv("TERM").map { String(cString: $0) } ?? ""
    return isatty(STDOUT_FILENO) == 1 && refusal.isEmpty && kind != "dumb"
  }

  static func write(_ text: String) { write(text, to: STDOUT_FILENO) }

  static func note(_ text: String) { write(text, to: STDERR_FILENO) }

  /// Puts a line in the place of the last one of its kind.
  static func progress(_ text: String) {
    write("\r\u{1B}[K" + MessageTemplate.visible(text), to: STDERR_FILENO, ending: "")
  }

  /// Asks something; the answer comes behind it.
  static func prompt(_ text: String) { write(text, to: STDERR_FILENO, ending: "") }

  static func error(_ text: String) { write("trueup: \(text)\n", to: STDERR_FILENO) }

  private static func write(_ text: String, to descriptor: Int32, ending: String = "\n") {
    var text = text.last == "\n" || text.isEmpty ? text : text + ending
    text.withUTF8 { bytes in
      var rest = UnsafeRawBufferPointer(bytes)
      while let start = rest.baseAddress, !rest.isEmpty {
        let count = Glibc.write(descriptor, start, rest.count)
        if count < 0 && errno != EINTR { return }
        rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(max(count, 0)))
      }
    }
  }
}
