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
      (["<details><summary>\(inHTML(summary))</summary>"] + blocks.map(markdown) + ["</details>"])
        .joined(separator: "\n\n")
    }
  }

  /// Nothing in it is markup but emphasis that nobody meant.
  private static func inMarkdown(_ text: String) -> String {
    var escaped = ""
    for character in text {
      if "\\`*_[]<>|#".contains(character) { escaped.append("\\") }
      escaped.append(character.isNewline ? " " : character)
    }
    return escaped
  }

  // MARK: HTML

  var html: String {
    """
    <!DOCTYPE html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>\(Self.inHTML(title))</title>
    <style>
    \(Self.style)
    </style>
    </head>
    <body>
    <main>
    <h1>\(Self.inHTML(title))</h1>
    \(blocks.map(Self.html).joined(separator: "\n"))
    </main>
    </body>
    </html>

    """
  }

  private static func html(_ block: Block) -> String {
    switch block {
    case .heading(let level, let text): "<h\(level)>\(inHTML(text))</h\(level)>"
    case .paragraph(let text): "<p>\(inHTML(text))</p>"
    case .table(let caption, let head, let rows):
      """
      <div class="wide"><table><caption>\(inHTML(caption))</caption>
      <thead><tr>\(head.map { "<th scope=\"col\">\(inHTML($0))</th>" }.joined())</tr></thead>
      <tbody>
      \(rows.map(row).joined(separator: "\n"))
      </tbody></table></div>
      """
    case .picture(let svg, _, let alt):
      "<figure role=\"img\" aria-label=\"\(inHTML(alt))\">\(drawing(svg))<figcaption>\(inHTML(alt))</figcaption></figure>"
    case .details(let summary, let blocks):
      "<details><summary>\(inHTML(summary))</summary>\n\(blocks.map(html).joined(separator: "\n"))\n</details>"
    }
  }

  private static func row(_ cells: [String]) -> String {
    let rest = cells.dropFirst().map { "<td>\(inHTML($0))</td>" }.joined()
    return "<tr><th scope=\"row\">\(inHTML(cells.first ?? ""))</th>\(rest)</tr>"
  }

  /// The element alone: what stands before it is for a file of its own.
  private static func drawing(_ svg: String) -> String {
    guard let start = svg.firstRange(of: "<svg") else { return "" }
    return String(svg[start.lowerBound...])
  }

  static func inHTML(_ text: String) -> String {
    text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
      .replacing("\"", with: "&quot;")
  }

  private static let style = """
    :root { color-scheme: light dark; --ink: #1b1f24; --paper: #ffffff; --faint: #57606a; --line: #d0d7de; }
    @media (prefers-color-scheme: dark) { :root { --ink: #e6edf3; --paper: #0d1117; --faint: #9aa4ae; --line: #3d444d; } }
    body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
    main { max-width: 68rem; margin: 0 auto; padding: 1.5rem 1rem 4rem; }
    h1 { font-size: 1.7rem; line-height: 1.2; } h2 { margin-top: 2.2rem; font-size: 1.25rem; }
    .wide { overflow-x: auto; } table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
    caption { text-align: left; color: var(--faint); padding-bottom: .4rem; }
    th, td { text-align: left; padding: .25rem .8rem .25rem 0; border-bottom: 1px solid var(--line); vertical-align: top; }
    figure { margin: 1rem 0; } figure svg { width: 100%; height: auto; background: #ffffff; border: 1px solid var(--line); }
    figcaption { color: var(--faint); font-size: .9rem; } summary { cursor: pointer; padding: .4rem 0; font-weight: 600; }
    summary:focus-visible { outline: 2px solid #1f6feb; outline-offset: 2px; }
    @media print { details { display: block; } main { max-width: none; padding: 0; } figure, tr { break-inside: avoid; } }
    """
}
