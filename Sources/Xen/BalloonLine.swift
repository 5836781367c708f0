import Model
import World

/// What one line has to do with the balloon driver.
enum BalloonLine {
  case epoch(Told)
  /// `==> file <==`: the next line is its content. Nil for a file that is not the driver's.
  case heading(BalloonSample.Figure?)
  case figure(BalloonSample.Figure, Told, isProc: Bool)
  /// A whole sample in one line: `19.32 xl=879 target_kb=903168 current_kb=900224`.
  case sample(uptime: Int64?, [(BalloonSample.Figure, Told)])
  /// `uptime,memtotal_kb,current_kb,target_kb`
  case columns([ArraySlice<UInt8>])
  case other

  init(_ line: ArraySlice<UInt8>) {
    let content = trimmed(line)
    if content.starts("==> "), content.ends(" <==") {
      self = .heading(BalloonSample.Figure(file: trimmed(content.dropFirst(4).dropLast(4))))
      return
    }
    let columns = Self.cells(content)
    if columns.count > 1, columns.contains(where: { $0.equals("current_kb") }) {
      self = .columns(columns)
      return
    }
    if let (label, value) = MemoryInfo.labelled(content), let figure = BalloonSample.Figure(label: label) {
      self = .figure(figure, Self.amount(figure, value), isProc: true)
      return
    }
    self = Self.ofWords(content)
  }

  static func cells(_ line: ArraySlice<UInt8>) -> [ArraySlice<UInt8>] {
    line.split(separator: 44, omittingEmptySubsequences: false).map(trimmed)
  }

  private static func ofWords(_ content: ArraySlice<UInt8>) -> BalloonLine {
    let all = words(content)
    guard let first = all.first else { return .other }
    if all.count == 2, first.equals("epoch") {
      return .epoch(time(all[1]))
    }
    let pairs = all.compactMap(pair)
    if pairs.count > 1 {
      return .sample(uptime: milliseconds(fromSeconds: first), pairs)
    }
    if all.count == 1, let (figure, told) = pairs.first { return .figure(figure, told, isProc: false) }
    // `target_kb 903168` and `./target_kb: 903168`
    let path = first.last == 58 ? first.dropLast() : first
    if all.count == 2, let figure = BalloonSample.Figure(file: path) {
      return .figure(figure, figure.told(all[1]), isProc: false)
    }
    return .other
  }

  /// `current_kb=903168`, and `/sys/.../current_kb:903168` as grep prints it.
  private static func pair(_ word: ArraySlice<UInt8>) -> (BalloonSample.Figure, Told)? {
    guard let separator = word.firstIndex(where: { $0 == 61 || $0 == 58 }),
      separator + 1 < word.endIndex, let figure = BalloonSample.Figure(file: word[..<separator])
    else { return nil }
    return (figure, figure.told(word[(separator + 1)...]))
  }

  /// Seconds since 1970 as milliseconds.
  static func time(_ text: ArraySlice<UInt8>) -> Told {
    milliseconds(fromSeconds: text).map { Told(value: .integer($0)) }
      ?? .odd("expected seconds since 1970, found \"\(shown(text))\"")
  }

  private static func amount(_ figure: BalloonSample.Figure, _ text: ArraySlice<UInt8>) -> Told {
    let parts = words(text)
    guard parts.count == 2, parts[1].equals("kB") else {
      return .odd("expected a number of kB, found \"\(shown(text))\"")
    }
    return figure.told(parts[0])
  }
}
