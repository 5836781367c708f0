import World

/// The layouts of one line of `ps`.
extension ProcessTable {
  /// By the names of the header. Every column but the last is one word; a date takes as many as its look says.
  static func process(_ words: [ArraySlice<UInt8>], _ columns: [String]) -> Process? {
    var rest = words[...]
    var process = Process(pid: -1, command: [])
    for column in columns.dropLast() {
      guard let word = rest.first else { return nil }
      switch column {
      case "PID":
        guard let pid = Words.number(word) else { return nil }
        process.pid = pid
      case "PPID": process.parent = Words.number(word)
      case "USER", "UID", "RUSER", "EUSER": process.account = word
      case "STARTED", "START", "STIME", "LSTART":
        let date = rest.prefix(dateLength(rest))
        process.started = Text.printable(Array(date.joined(separator: [32])))
        rest = rest.dropFirst(date.count - 1)
      default: break
      }
      rest = rest.dropFirst()
    }
    guard process.pid >= 0, !rest.isEmpty else { return nil }
    process.command = rest
    return process
  }

  /// `Sun Nov 22 20:37:12 2026` is five words, `Nov 22` two, `20:37` and `Nov22` one.
  private static func dateLength(_ words: ArraySlice<ArraySlice<UInt8>>) -> Int {
    guard let first = words.first.map({ Words.text($0) }), first.utf8.count == 3 else { return 1 }
    if ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"].contains(first) { return Swift.min(5, words.count) }
    return Swift.min(2, words.count)
  }

  /// Without a header.
  static func process(_ words: [ArraySlice<UInt8>]) -> Process? {
    func isNumber(_ place: Int) -> Bool { Words.number(words[place]) != nil }
    if words.count >= 8, isNumber(1), isNumber(2), isNumber(3), isDuration(words[6]) {
      return process(words, ["USER", "PID", "PPID", "C", "STIME", "TTY", "TIME", "CMD"])
    }
    if words.count >= 11, isNumber(1), words[2].contains(46), words[3].contains(46), isDuration(words[9]) {
      return process(
        words, ["USER", "PID", "CPU", "MEM", "VSZ", "RSS", "TTY", "STAT", "START", "TIME", "COMMAND"])
    }
    guard words.count >= 2, isNumber(0) else { return nil }
    if words.count >= 9, isNumber(1), dateLength(words[3...]) == 5 {
      return process(words, ["PID", "PPID", "USER", "STARTED", "COMMAND"])
    }
    if words.count >= 5, words[1] == [63] || words[1].contains(47) || words[1].starts(with: "tty".utf8),
      isDuration(words[3])
    {
      return process(words, ["PID", "TTY", "STAT", "TIME", "COMMAND"])
    }
    return loose(words)
  }

  /// A process id and a command, with one or two unnamed columns between: the command is where a pilot's begins.
  private static func loose(_ words: [ArraySlice<UInt8>]) -> Process? {
    guard let pid = Words.number(words[0]) else { return nil }
    for start in 1...3 where start < words.count {
      guard PilotCommand(words[start...]) != nil else { continue }
      let between = words[1..<start]
      let account = between.first { Words.number($0) == nil && !$0.contains(58) }
      // One number alone could be the account's as well as the parent's.
      let parent = account != nil && between.count == 2 ? between.lazy.compactMap(Words.number).first : nil
      return Process(pid: pid, parent: parent, account: account, command: words[start...])
    }
    return Process(pid: pid, command: words[1...])
  }

  /// `00:00:04`, `0:04`, `1-02:03:04`.
  private static func isDuration(_ word: ArraySlice<UInt8>) -> Bool {
    word.contains(58) && word.allSatisfy { Words.isDigit($0) || $0 == 58 || $0 == 45 || $0 == 46 }
  }
}
