internal import Model
internal import World

/// Reads how long the files are that pilots and nodes append their messages to (`pilotnotifications.txt`,
/// `notifications.txt`): lines of `ls -l`, of `stat -c '%n %s'` or of `wc -c`.
enum NotificationFiles {
  private static let form = "lengths of notification files"

  static func read(_ bytes: [UInt8], into sink: inout some RowSink) -> Reading {
    var records = LineRecords()
    for line in Lines(bytes) {
      guard let content = records.whole(line) else { continue }
      let words = content.split { $0 == 32 || $0 == 9 }
      if words.isEmpty || isTotal(words) { continue }
      guard let (path, size) = length(words) else {
        let found = Text.printable(content.prefix(80))
        records.broken(line, "expected a line of ls -l, stat or wc -c, found '\(found)'")
        continue
      }
      var row = Row("db_notification_sink", bytes: line.range, ["size_bytes": .integer(size)])
      row.put(path.split(separator: UInt8(ascii: "/")).last ?? path, in: "file")
      sink.insert(row)
    }
    return records.reading(form: form)
  }

  private static func isTotal(_ words: [ArraySlice<UInt8>]) -> Bool {
    let total = "total".utf8
    return words.count == 2 && (words[0].elementsEqual(total) || words[1].elementsEqual(total))
  }

  private static func length(_ words: [ArraySlice<UInt8>]) -> (ArraySlice<UInt8>, Int64)? {
    // ls: mode, links, owner, group, size, two or three words of time, name. Only a plain file has a length.
    if words.count >= 8, words[0].first == UInt8(ascii: "-"), words[0].count >= 10,
      let size = size(words[4])
    {
      return (words[words.count - 1], size)
    }
    guard words.count == 2 else { return nil }
    if let size = size(words[1]), words[0].contains(where: isLetter) { return (words[0], size) }
    if let size = size(words[0]) { return (words[1], size) }
    return nil
  }

  private static func size(_ word: ArraySlice<UInt8>) -> Int64? {
    guard let size = wholeNumber(word), size >= 0 else { return nil }
    return size
  }
}
