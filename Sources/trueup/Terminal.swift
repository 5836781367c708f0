import Glibc
import Model
import Synchronization

/// The line that stands on the terminal for now, and whether there will be another.
private struct ShownLine {
  var text = ""
  var hasEnded = false
}

/// One writer at a time: nothing is written into the middle of a line.
private let shownLine = Mutex(ShownLine())

/// Standard output and standard error.
enum Terminal {
  /// Colour only where a person looks, and only if they did not ask for none (https://no-color.org).
  static var wantsColour: Bool {
    let refusal = getenv("NO_COLOR").map { String(cString: $0) } ?? ""
    return isatty(STDOUT_FILENO) == 1 && refusal.isEmpty && !isDumb
  }

  /// A line can take another's place only where somebody looks, and the terminal can wipe.
  static var canShowProgress: Bool { isatty(STDERR_FILENO) == 1 && !isDumb }

  private static var isDumb: Bool { getenv("TERM").map { String(cString: $0) } == "dumb" }

  static func write(_ text: String) { writeLine(text, to: STDOUT_FILENO) }

  /// Writes, and tells whether that could be done.
  static func deliver(_ text: String) -> Bool { writeLine(text, to: STDOUT_FILENO) }

  static func note(_ text: String) { writeLine(text, to: STDERR_FILENO) }

  /// The last word: no line of progress follows.
  static func error(_ text: String) {
    endProgress()
    writeLine("trueup: \(text)", to: STDERR_FILENO)
  }

  // MARK: Progress

  /// Puts a line in the place of the last one of its kind. It is cut rather than wrapped, since only one line can be wiped.
  static func progress(_ text: String) {
    shownLine.withLock { line in
      let text = String(MessageTemplate.visible(text).prefix(progressWidth))
      guard !line.hasEnded, text != line.text else { return }
      write(wipe + text, to: STDERR_FILENO)
      line.text = text
    }
  }

  /// Asks something; the answer comes behind it.
  static func prompt(_ text: String) {
    shownLine.withLock { clear(&$0) }
    write(text, to: STDERR_FILENO)
  }

  /// What a line has room for, and the ^C of who breaks it off.
  static var progressWidth: Int {
    var size = winsize()
    let isKnown = ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0
    return max(0, (isKnown ? Int(size.ws_col) : 80) - 3)
  }

  /// Takes the line away for good.
  static func endProgress() {
    shownLine.withLock { line in
      clear(&line)
      line.hasEnded = true
    }
  }

  /// To the beginning of the line, and nothing from there on.
  private static let wipe = "\r\u{1B}[K"

  private static func clear(_ line: inout ShownLine) {
    if !line.text.isEmpty { write(wipe, to: STDERR_FILENO) }
    line.text = ""
  }

  // MARK: Writing

  @discardableResult
  private static func writeLine(_ text: String, to descriptor: Int32) -> Bool {
    shownLine.withLock { line in
      clear(&line)
      return write(text.last == "\n" || text.isEmpty ? text : text + "\n", to: descriptor)
    }
  }

  @discardableResult
  static func write(_ text: String, to descriptor: Int32) -> Bool {
    var text = text
    return text.withUTF8 { bytes in
      var rest = UnsafeRawBufferPointer(bytes)
      while let start = rest.baseAddress, !rest.isEmpty {
        let count = Glibc.write(descriptor, start, rest.count)
        if count < 0 && errno != EINTR { return false }
        rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(max(count, 0)))
      }
      return true
    }
  }
}
