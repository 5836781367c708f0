import Foundation

/// A page as a strict reader sees it: every mark is one that the reports make, or it throws. It has nothing in common with how
/// the page is made.
struct Page {
  struct Element {
    let name: String
    let attributes: [String: String]
  }

  struct Broken: Error { let reason: String }

  private(set) var elements: [Element] = []
  /// What is read, by the innermost element around it.
  private(set) var texts: [(within: String, text: String)] = []
  private(set) var sheet = ""

  private static let void: Set = ["meta"]
  private static let known: Set = [
    "html", "head", "meta", "title", "style", "body", "header", "nav", "main", "section", "article", "footer",
    "h1", "h2", "h3", "p", "ul", "ol", "li", "a", "b", "strong", "span", "code", "time", "div", "details",
    "summary", "table", "caption", "thead", "tbody", "tr", "th", "td", "svg", "path", "rect", "circle",
  ]
  private static let knownAttributes: Set = [
    "lang", "charset", "name", "content", "http-equiv", "class", "href", "id", "aria-labelledby",
    "aria-label",
    "aria-hidden", "datetime", "role", "tabindex", "scope", "viewBox", "preserveAspectRatio", "d", "cx", "cy",
    "r", "x", "y", "width", "height",
  ]

  init(_ source: String) throws {
    guard source.hasPrefix("<!doctype html>\n") else { throw Broken(reason: "it begins otherwise") }
    var rest = source.dropFirst(16)
    var open: [String] = []
    while let mark = rest.firstIndex(of: "<") {
      if mark > rest.startIndex { texts.append((open.last ?? "", String(rest[..<mark]))) }
      guard let end = rest[mark...].firstIndex(of: ">") else { throw Broken(reason: "a mark has no end") }
      let inside = rest[rest.index(after: mark)..<end]
      rest = rest[rest.index(after: end)...]
      if inside.hasPrefix("/") {
        guard open.popLast() == String(inside.dropFirst()) else {
          throw Broken(reason: "</\(inside)> ends nothing")
        }
        continue
      }
      let element = try Self.element(inside)
      elements.append(element)
      if element.name == "style", let close = rest.range(of: "</style>") {
        sheet = String(rest[..<close.lowerBound])
        rest = rest[close.upperBound...]
      } else if !inside.hasSuffix("/"), !Self.void.contains(element.name) {
        open.append(element.name)
      }
    }
    if !open.isEmpty || rest != "\n" { throw Broken(reason: "it ends within \(open.last ?? "text")") }
  }

  private static func element(_ inside: Substring) throws -> Element {
    let name = String(inside.prefix { $0 != " " && $0 != "/" })
    guard known.contains(name) else { throw Broken(reason: "<\(inside)> is no mark of a report") }
    var attributes: [String: String] = [:]
    var rest = inside.dropFirst(name.count)
    while let match = try #/ ([A-Za-z-]+)="([^"<>]*)"/#.prefixMatch(in: rest) {
      let key = String(match.1)
      guard knownAttributes.contains(key), attributes[key] == nil else {
        throw Broken(reason: "\(key) of <\(inside)>")
      }
      attributes[key] = String(match.2)
      rest = rest[match.range.upperBound...]
    }
    guard rest.isEmpty || rest == "/" else { throw Broken(reason: "<\(inside)>") }
    return Element(name: name, attributes: attributes)
  }

  /// A colour of one of the two palettes, by its name.
  func palette(dark: Bool) throws -> [String: String] {
    let marker = "@media (prefers-color-scheme:dark){:root{"
    let parts = sheet.components(separatedBy: marker)
    guard parts.count == 2 else { throw Broken(reason: "it has no dark palette") }
    let colours = (dark ? parts[1].prefix { $0 != "}" } : parts[0].prefix { $0 != "}" })
    return Dictionary(
      colours.matches(of: /--([a-z0-9-]+):(#[0-9a-f]{6})/).map { (String($0.1), String($0.2)) },
      uniquingKeysWith: { first, _ in first })
  }

  /// How much two colours differ, by the formula of WCAG 2: from 1 to 21.
  static func contrast(_ one: String, _ other: String) -> Double {
    func luminance(_ colour: String) -> Double {
      let digits = Array(colour.dropFirst())
      let parts = stride(from: 0, to: 6, by: 2).map { place -> Double in
        let value = Double(Int(String(digits[place...place + 1]), radix: 16) ?? 0) / 255
        return value <= 0.04045 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4)
      }
      return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]
    }
    let (light, dark) = (max(luminance(one), luminance(other)), min(luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)
  }
}
