import Model
import World

/// An INI file as Python's ConfigParser reads it: `key: value` or `key = value`, `#`, `;` and `rem` comments, a line
/// that begins with a blank continues the one before, keys in any case, the last of two equal keys counts.
///
/// Values of keys that name a secret are never read, redacted or not, and no problem quotes a line.
struct IniFile {
  private struct Setting {
    let section: String
    let key: String
    var value: [UInt8]
    var bytes: Range<Int>
    var isSecret: Bool { ["secret", "passw", "passphrase", "credential_key"].contains { key.contains($0) } }
  }

  private let node: String
  private let isAmbiguous: Bool
  private var settings: [Setting] = []
  private var places: [String: Int] = [:]
  private var section: String?
  private var current: Int?

  init(node: String, isAmbiguous: Bool) {
    self.node = node
    self.isAmbiguous = isAmbiguous
  }

  /// True once a section was seen.
  var isIni: Bool { section != nil }

  mutating func take(_ line: Line, notes: inout Notes) {
    let content = Words.trimmed(line.content)
    guard let first = content.first, let start = line.content.first else { return }
    if Words.isBlank(start), start != 13, let current {
      // An indented comment is no comment to the ConfigParser.
      extend(current, by: content, line)
      return
    }
    if first == 35 || first == 59 || Self.isRemark(content) { return }
    if first == 91 {
      takeSection(content, line, notes: &notes)
      return
    }
    current = nil
    guard let mark = content.firstIndex(where: { $0 == 58 || $0 == 61 }), mark > content.startIndex else {
      notes.problem("a line that is neither a [section] nor key: value", line: line.number)
      return
    }
    guard let section else {
      notes.problem("a key before the first [section]", line: line.number)
      return
    }
    guard case .success(let key) = Text.strict(Words.trimmed(content[..<mark])) else {
      notes.problem("a key that is not text", line: line.number)
      return
    }
    let value = Self.withoutComment(Words.trimmed(content[(mark + 1)...]))
    set(
      Setting(section: section, key: key.lowercased(), value: Array(value), bytes: line.range), line, &notes)
  }

  private mutating func takeSection(_ content: ArraySlice<UInt8>, _ line: Line, notes: inout Notes) {
    current = nil
    guard let close = content.firstIndex(of: 93),
      case .success(let name) = Text.strict(content[(content.startIndex + 1)..<close])
    else {
      notes.problem("a [section] without its end", line: line.number)
      return
    }
    section = name
  }

  private mutating func set(_ setting: Setting, _ line: Line, _ notes: inout Notes) {
    let name = "\(setting.section)\n\(setting.key)"
    if let place = places[name] {
      notes.remark("\(setting.section).\(setting.key) is told twice; the last counts", line: line.number)
      settings[place] = setting
      current = place
    } else {
      places[name] = settings.count
      current = settings.count
      settings.append(setting)
    }
  }

  private mutating func extend(_ place: Int, by content: ArraySlice<UInt8>, _ line: Line) {
    settings[place].value += [10] + content
    settings[place].bytes = settings[place].bytes.lowerBound..<line.range.upperBound
  }

  /// `rem` was a comment to the ConfigParser of the pilot's time.
  private static func isRemark(_ content: ArraySlice<UInt8>) -> Bool {
    content.count >= 3 && Words.text(content.prefix(3)).lowercased() == "rem"
      && (content.count == 3 || Words.isBlank(content[content.startIndex + 3]))
  }

  /// A semicolon behind a blank begins a comment.
  private static func withoutComment(_ value: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    guard
      let mark = value.indices.dropFirst().first(where: { value[$0] == 59 && Words.isBlank(value[$0 - 1]) })
    else { return value }
    return Words.trimmed(value[..<mark])
  }

  func insertRows(into sink: inout some RowSink) {
    for setting in settings {
      var value: Value = .null
      var defects: [Defect] = []
      if !setting.isSecret {
        switch Text.strict(setting.value) {
        case .success(let text): value = .text(text == "\"\"" ? "" : text)
        case .failure(let defective): defects.append(Defect(column: "value", problem: defective.problem))
        }
      }
      sink.insert(
        Row(
          "pilot_setting", bytes: setting.bytes, defects: defects, isAmbiguous: isAmbiguous,
          [
            "node": .node(node), "section": .text(setting.section), "key": .text(setting.key), "value": value,
          ]))
    }
  }
}
