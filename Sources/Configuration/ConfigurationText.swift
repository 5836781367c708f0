import Model
import Toml

/// A configuration as a file.
struct ConfigurationText {
  private(set) var text = ""
  private let isCommented: Bool

  init(_ configuration: Configuration, isCommented: Bool) {
    self.isCommented = isCommented
    if isCommented {
      text = """
        # The site's configuration for trueup; trueup.toml(5) describes it, and trueup config check proves it.
        # A setting that is commented out has the value that is shown; one without a value is not known.
        # Memory and time are texts with their unit: "64 MiB", "15 s".

        """
    }
    for table in Setting.tables {
      let isTop = table.name.isEmpty
      header(isTop ? nil : "[\(table.name)]", meaning: isTop ? nil : table.meaning)
      add(table.settings, of: configuration, builtIn: Configuration(), areExplained: true)
    }
    let blank = Site.ConfiguredNode()
    let nodes = configuration.site.nodes
    for (index, node) in nodes.enumerated() {
      header("[[node]]", meaning: index == 0 ? Configuration.nodeMeaning : nil)
      add(Configuration.nodeSettings, of: node, builtIn: blank, areExplained: index == 0)
    }
    if nodes.isEmpty, isCommented {
      header("#[[node]]", meaning: Configuration.nodeMeaning)
      add(Configuration.nodeSettings, of: blank, builtIn: blank, areExplained: true)
    }
  }

  private mutating func header(_ header: String?, meaning: String?) {
    if isCommented { text += "\n" }
    if isCommented, let meaning { comment(meaning) }
    if let header { text += header + "\n" }
  }

  private mutating func add<Owner>(
    _ settings: [DeclaredSetting<Owner>], of owner: Owner, builtIn: Owner, areExplained: Bool
  ) {
    for setting in settings {
      let value = setting.value(in: owner)
      if isCommented, areExplained {
        comment(setting.meaning)
        if case .choice = setting.kind { comment("one of \(setting.kind.described)") }
      }
      if value != setting.value(in: builtIn), let value {
        text += "\(setting.key) = \(value.text)\n"
      } else if isCommented {
        text += "#\(setting.key) =\(value.map { " \($0.text)" } ?? "")\n"
      }
    }
  }

  private mutating func comment(_ sentence: String) {
    for line in sentence.asSentence.replacing("`", with: "").folded(at: 98) { text += "# \(line)\n" }
  }
}
