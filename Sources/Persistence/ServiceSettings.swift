internal import Model
internal import World

/// Reads the service's settings: Java properties, one file as it is or several with `==> path <==` above
/// each, as `head` and `tail` print them. The value of a secret is not kept.
/// https://docs.oracle.com/javase/8/docs/api/java/util/Properties.html#load-java.io.Reader-
struct ServiceSettings {
  private static let form = "Java properties"

  private var records = LineRecords()
  private var remarks: [Problem] = []
  private var file: ArraySlice<UInt8>?
  /// A file that is no properties file is left alone to its end.
  private var isForeign = false
  /// A setting whose line goes on with the next one.
  private var pending: (text: [UInt8], range: Range<Int>)?

  static func read(_ bytes: [UInt8], into sink: inout some RowSink) -> Reading {
    var settings = ServiceSettings()
    for line in Lines(bytes) {
      if let content = settings.records.whole(line) {
        settings.take(content.trimmed, line, into: &sink)
      }
    }
    settings.finish(into: &sink)
    return settings.records.reading(form: form, remarks: settings.remarks)
  }

  private mutating func take(
    _ content: ArraySlice<UInt8>, _ line: Line, into sink: inout some RowSink
  ) {
    if let path = heading(content) {
      finish(into: &sink)
      isForeign = false
      file = path.split(separator: UInt8(ascii: "/")).last ?? path
      return
    }
    if isForeign { return }
    if content.first == UInt8(ascii: "<"), pending == nil {
      isForeign = true
      remarks.append(Problem("a file that is not Java properties is left alone", line: line.number))
      return
    }
    let isComment = content.first == UInt8(ascii: "#") || content.first == UInt8(ascii: "!")
    if pending == nil, content.isEmpty || isComment { return }
    let goesOn = content.reversed().prefix { $0 == 92 }.count % 2 == 1
    var (text, range) = pending ?? ([], line.range)
    pending = nil
    text.append(contentsOf: goesOn ? content.dropLast() : content)
    range = range.lowerBound..<line.range.upperBound
    if text.count > Lines.limit {
      records.broken(line, "a setting longer than \(Lines.limit) bytes")
    } else if goesOn {
      pending = (text, range)
    } else {
      put(text, at: range, into: &sink)
    }
  }

  /// A file that ends where a setting was to go on has that setting all the same, as Java reads it.
  private mutating func finish(into sink: inout some RowSink) {
    if let pending { put(pending.text, at: pending.range, into: &sink) }
    pending = nil
  }

  private func heading(_ content: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
    guard content.starts(with: "==> ".utf8), content.suffix(4).elementsEqual(" <==".utf8),
      content.count > 8
    else { return nil }
    return content.dropFirst(4).dropLast(4)
  }

  private func put(_ text: [UInt8], at range: Range<Int>, into sink: inout some RowSink) {
    let (key, value) = Self.parts(text)
    var row = Row("service_setting", bytes: range, [:])
    if let file { row.put(file, in: "file") }
    row.put(key, in: "key")
    if !Self.isSecret(key) { row.put(value, in: "value") }
    sink.insert(row)
  }

  /// The key ends at the first `=`, `:` or blank without a backslash; blanks around that are none of either.
  private static func parts(_ text: [UInt8]) -> (ArraySlice<UInt8>, ArraySlice<UInt8>) {
    var end = 0
    while end < text.count, ![61, 58, 32, 9].contains(text[end]) {
      end += text[end] == 92 ? 2 : 1
    }
    end = min(end, text.count)
    var value = text[end...].trimmed
    if value.first == 61 || value.first == 58 { value = value.dropFirst().trimmed }
    return (withoutBackslashes(text[..<end]), withoutBackslashes(value))
  }

  private static func withoutBackslashes(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    guard bytes.contains(92) else { return bytes }
    var plain: [UInt8] = []
    var rest = bytes
    while let byte = rest.popFirst() {
      plain.append(byte == 92 ? rest.popFirst() ?? byte : byte)
    }
    return plain[...]
  }

  private static func isSecret(_ key: ArraySlice<UInt8>) -> Bool {
    let key = String(decoding: key, as: UTF8.self).lowercased()
    return ["secret", "password", "passwd"].contains { key.contains($0) }
  }
}
