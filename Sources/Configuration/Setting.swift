import Model
public import Toml

/// One setting: a key of a table of `site.toml`, what it means, and where its value is kept.
public struct DeclaredSetting<Owner: Sendable>: Sendable {
  /// Within its table: `connect_timeout`.
  public let key: String
  public let kind: SettingKind
  /// One sentence without a full stop, the unit and what an empty value means included. Names of the outside stand between
  /// backticks.
  public let meaning: String
  private let take: @Sendable (inout TomlReader, inout Owner) -> Void
  private let written: @Sendable (Owner) -> TomlValue?

  init<Value: Sendable>(
    _ key: String, _ place: any WritableKeyPath<Owner, Value> & Sendable, _ form: Form<Value>,
    _ meaning: String
  ) {
    self.key = key
    self.meaning = meaning
    kind = form.kind
    take = { reader, owner in
      guard let found = form.read(&reader, key) else { return }
      owner[keyPath: place] = form.merged(owner[keyPath: place], found)
    }
    written = { form.written($0[keyPath: place]) }
  }

  /// Takes the value from a table that has it; a secret is refused.
  func read(_ reader: inout TomlReader, into owner: inout Owner) {
    if let value = reader.table[key], Secret.isHeld(by: value) {
      _ = reader.value(key)
      reader.complain(key, "holds a password", remedy: Secret.remedy)
    } else {
      take(&reader, &owner)
    }
  }

  /// The value as a document writes it; nil where it is not known.
  public func value(in owner: Owner) -> TomlValue? { written(owner) }
}

/// A setting of the site as a whole.
public typealias Setting = DeclaredSetting<Configuration>

/// What is written for a setting's value.
public enum SettingKind: Hashable, Sendable {
  case text, list, memory, boolean
  case time(atLeast: Duration)
  case count(ClosedRange<Int>)
  case choice([String])
  case choices([String])
  /// A table of times by free names.
  case times
}

extension SettingKind {
  /// What to write, in a few words.
  var described: String {
    switch self {
    case .text: "text"
    case .list: "list of texts"
    case .memory: "memory"
    case .boolean: "true or false"
    case .time(let least): least > .zero ? "time, at least \(Form<Duration>.text(least))" : "time"
    case .count(let range): "\(range.lowerBound) to \(range.upperBound)"
    case .choice(let values): values.map { "\"\($0)\"" }.joined(separator: ", ")
    case .choices: "list of sources"
    case .times: "table of times"
    }
  }
}

/// Settings under one header of `site.toml`.
public struct SettingTable: Sendable {
  /// Empty: before the first header.
  public let name: String
  /// What they are about, as a sentence without a full stop.
  public let meaning: String
  public let settings: [Setting]

  /// The whole key of one of its settings: `nodes.connect_timeout`.
  public func key(_ setting: Setting) -> String {
    name.isEmpty ? setting.key : "\(name).\(setting.key)"
  }
}
