import Model
public import Toml

/// A setting's value in force.
public struct SettingInForce: Sendable {
  /// `nodes.deadline`, `look.settle.balloon-drift`.
  public let key: String
  /// Nil: not known.
  public let value: TomlValue?
  public let origin: Configuration.Origin
}

extension Configuration {
  /// Every setting but those of the nodes, in the order of the documentation; each entry of a table of times is one.
  public var settings: [SettingInForce] {
    Setting.tables.flatMap { table in
      table.settings.flatMap { setting -> [SettingInForce] in
        let key = table.key(setting)
        let value = setting.value(in: self)
        guard case .table(let entries)? = value, !entries.keys.isEmpty else {
          return [SettingInForce(key: key, value: value, origin: origin(of: key))]
        }
        return zip(entries.keys, entries.values).map { name, value in
          SettingInForce(key: "\(key).\(name)", value: value, origin: origin(of: "\(key).\(name)"))
        }
      }
    }
  }

  /// All that is not built in, as `site.toml`: what a capture keeps, whichever layer it came from.
  public var toml: String { ConfigurationText(self, isCommented: false).text }

  /// A `site.toml` for a person: each setting with its meaning, those that are built in commented out.
  public var commentedToml: String { ConfigurationText(self, isCommented: true).text }

  /// What `trueup config show` prints: TOML, each value with where it came from.
  public var shown: String {
    var lines = settings.map { setting in
      let text = setting.value.map { "\(setting.key) = \($0.text)" } ?? "# \(setting.key) is not set"
      return Self.line(text, setting.origin)
    }
    for (index, node) in site.nodes.enumerated() {
      lines += ["", "[[node]]"]
      for setting in Self.nodeSettings {
        guard let value = setting.value(in: node) else { continue }
        let origin = origin(of: "node[\(index + 1)].\(setting.key)")
        lines.append(Self.line("\(setting.key) = \(value.text)", origin))
      }
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private static func line(_ text: String, _ origin: Origin) -> String {
    "\(text)\(String(repeating: " ", count: max(1, 52 - text.count)))# \(origin.described)"
  }
}
