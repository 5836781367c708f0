import Model

/// Text with marks, as HTML and SVG have them. What comes from outside gets in as `text` or as the value of an attribute, and
/// both escape it: nothing of it is ever read as a mark.
struct Markup {
  let source: String

  /// As it is.
  init(trusted source: String) { self.source = source }

  init(_ text: String) { source = Self.escaped(text) }

  init(_ parts: [Markup]) { source = parts.map(\.source).joined() }

  /// An element with its content. Those that stand for themselves end a line, so that a person can read the source too.
  init(_ name: StaticString, _ attributes: KeyValuePairs<StaticString, String?>, _ content: [Markup]) {
    let end = Self.ending.contains("\(name)") ? "\n" : ""
    source = "<\(name)\(Self.told(attributes))>\(content.map(\.source).joined())</\(name)>\(end)"
  }

  private static let ending: Set = [
    "head", "style", "header", "nav", "section", "article", "h1", "h2", "h3", "p", "ul", "li", "details",
    "summary",
    "table", "tr", "caption",
  ]

  init(_ name: StaticString, _ attributes: KeyValuePairs<StaticString, String?>, _ text: String) {
    self.init(name, attributes, [Markup(text)])
  }

  init(_ name: StaticString, _ content: [Markup]) { self.init(name, [:], content) }

  init(_ name: StaticString, _ text: String) { self.init(name, [:], [Markup(text)]) }

  /// An element that has no content.
  static func void(_ name: StaticString, _ attributes: KeyValuePairs<StaticString, String?>) -> Markup {
    Markup(trusted: "<\(name)\(told(attributes))>")
  }

  /// An attribute without a value is left out.
  private static func told(_ attributes: KeyValuePairs<StaticString, String?>) -> String {
    attributes.map { name, value in value.map { " \(name)=\"\(escaped($0))\"" } ?? "" }.joined()
  }

  private static func escaped(_ text: String) -> String {
    MessageTemplate.visible(text).unicodeScalars.map { scalar in
      switch scalar {
      case "&": "&amp;"
      case "<": "&lt;"
      case ">": "&gt;"
      case "\"": "&quot;"
      case "'": "&#39;"
      default: String(scalar)
      }
    }.joined()
  }
}
