import Model
import Toml

/// Where a value belongs in a document.
struct Place {
  /// The names of the tables on the way, and the key's.
  private let steps: [String]
  private let kind: SettingKind

  static let keys: [String] = Setting.tables.flatMap { table in table.settings.map(table.key) }

  private static let kinds: [String: SettingKind] = Dictionary(
    uniqueKeysWithValues: Setting.tables.flatMap { table in
      table.settings.map { (table.key($0), $0.kind) }
    })

  /// The place of a key as `config show` prints it; nil where there is none.
  init?(key: String) {
    let steps = key.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    if let kind = Self.kinds[key], kind != .times {
      self.init(steps: steps, kind: kind)
    } else if Self.kinds[steps.dropLast().joined(separator: ".")] == .times, steps.last != "" {
      self.init(steps: steps, kind: .text)
    } else {
      return nil
    }
  }

  /// The place of a variable; in a table of times it is a rule's name, which has no `_`.
  init?(variable: String) {
    for (key, kind) in Self.kinds {
      let name = Self.variable(key)
      if name == variable, kind != .times {
        self.init(key: key)
        return
      }
      if kind == .times, variable.hasPrefix(name + "_") {
        let rule = variable.dropFirst(name.count + 1).lowercased().map { $0 == "_" ? "-" : $0 }
        self.init(key: "\(key).\(String(rule))")
        return
      }
    }
    return nil
  }

  private init(steps: [String], kind: SettingKind) {
    self.steps = steps
    self.kind = kind
  }

  /// `TRUEUP_NODES_CONNECT_TIMEOUT`.
  static func variable(_ key: String) -> String {
    "TRUEUP_" + String(key.uppercased().map { $0 == "." || $0 == "-" ? "_" : $0 })
  }

  /// Whether a variable begins like those of a table's settings.
  static func isTable(ofVariable name: String) -> Bool {
    Setting.tables.contains { !$0.name.isEmpty && name.hasPrefix(variable($0.name) + "_") }
  }

  /// The value that some text says: without quotes, and a list between commas or as TOML writes it.
  func value(_ text: String, file: String) throws(Complaint) -> TomlValue {
    switch kind {
    case .count: return Int64(text).map { .integer($0) } ?? .string(text)
    case .boolean: return Bool(text).map { .boolean($0) } ?? .string(text)
    case .list, .choices:
      if text.hasPrefix("[") {
        do {
          return try TomlDocument(Array("list = \(text)".utf8), file: file).root["list"] ?? .string(text)
        } catch {
          throw Complaint(
            file: file, problem: "not a list as TOML writes it", remedy: #"write ["...", "..."]"#)
        }
      }
      let words = text.split(separator: ",").map { word in
        TomlValue.string(String(word.drop { $0 == " " }))
      }
      return .array(words)
    case .text, .memory, .time, .choice, .times: return .string(text)
    }
  }

  /// A document's root that holds nothing else.
  func root(_ value: TomlValue) -> TomlTable {
    let whole = steps.reversed().reduce(value) { .table(TomlTable([(key: $1, value: $0)])) }
    guard case .table(let table) = whole else { return TomlTable([]) }
    return table
  }
}
