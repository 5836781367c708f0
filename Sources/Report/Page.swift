/// A document in blocks, for a report that is read as Markdown and as one HTML file.
struct Page {
  enum Block {
    case heading(Int, String)
    case paragraph(String)
    case table(caption: String, head: [String], rows: [[String]])
    /// An SVG drawing, and the file that has it.
    case picture(svg: String, file: String, alt: String)
    /// What is read on demand.
    case details(String, [Block])
  }

  let title: String
  var blocks: [Block] = []

  // MARK: Markdown

  var markdown: String {
    (["# \(Self.inMarkdown(title))"] + blocks.map(Self.markdown)).joined(separator: "\n\n") + "\n"
  }

  private static func markdown(_ block: Block) -> String {
    switch block {
    case .heading(let level, let text): String(repeating: "#", count: level) + " " + inMarkdown(text)
    case .paragraph(let text): inMarkdown(text)
    case .table(_, let head, let rows):
      ([head, head.map { _ in "---" }] + rows).map { row in
        "| " + row.map { inMarkdown($0) }.joined(separator: " | ") + " |"
      }.joined(separator: "\n")
    case .picture(_, let file, let alt): "![\(inMarkdown(alt))](\(file))"
    case .details(let summary, let blocks):
      (["<details>" + Markup("summary", summary).source.dropLast()] + blocks.map(markdown) + ["</details>"])
        .joined(separator: "\n\n")
    }
  }

  /// Nothing in it is markup but emphasis that nobody meant.
  private static func inMarkdown(_ text: String) -> String {
    text.unicodeScalars.reduce(into: "") { escaped, scalar in
      if "\\`*_[]<>|#".unicodeScalars.contains(scalar) { escaped += "\\" }
      escaped.unicodeScalars.append(Character(scalar).isNewline ? " " : scalar)
    }
  }

  // MARK: HTML

  var html: String {
    let main = Markup("main", ["id": "main"], blocks.map(Self.html))
    let header = Markup(
      "header", [Markup("p", ["class": "eyebrow"], "trueup trial"), Markup("h1", title)])
    return Markup.page("trueup: \(title)", Markup("body", [header, main]))
  }

  private static func html(_ block: Block) -> Markup {
    switch block {
    case .heading(let level, let text): level < 3 ? Markup("h2", text) : Markup("h3", text)
    case .paragraph(let text): Markup("p", text)
    case .table(let caption, let head, let rows):
      Markup(
        "div", ["class": "wide", "tabindex": "0", "role": "region", "aria-label": caption],
        [
          Markup(
            "table",
            [
              Markup("caption", caption),
              Markup("thead", [Markup("tr", head.map { Markup("th", ["scope": "col"], $0) })]),
              Markup("tbody", rows.map(row)),
            ])
        ])
    case .picture(let svg, _, let alt):
      Markup(
        "figure", ["class": "drawing", "role": "img", "aria-label": alt],
        [drawing(svg), Markup("figcaption", ["class": "muted"], alt)])
    case .details(let summary, let blocks):
      Markup(
        "details", ["class": "finding"],
        [Markup("summary", summary), Markup("div", ["class": "below"], blocks.map(html))])
    }
  }

  private static func row(_ cells: [String]) -> Markup {
    Markup(
      "tr", [Markup("th", ["scope": "row"], cells.first ?? "")] + cells.dropFirst().map { Markup("td", $0) })
  }

  /// gnuplot's own, and the element alone: what stands before it is for a file.
  private static func drawing(_ svg: String) -> Markup {
    guard let start = svg.firstRange(of: "<svg") else { return Markup("") }
    return Markup(trusted: String(svg[start.lowerBound...]))
  }
}
