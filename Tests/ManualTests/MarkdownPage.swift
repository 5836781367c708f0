import Mdoc

/// A document of ours as a manual page: headings, paragraphs, lists, tables of which the first column is what the others are
/// about, and indented lines to be copied.
struct MarkdownPage {
  private let blocks: [[Substring]]

  init(_ text: String) {
    blocks = text.split(separator: "\n", omittingEmptySubsequences: false).split { $0.isEmpty }.map(
      Array.init)
  }

  /// The body behind the title.
  var body: [String] {
    Self.joined(blocks).reduce(into: []) { lines, block in
      let more = Self.mdoc(block)
      // A macro sets itself apart, and so does a heading what follows it.
      let isText = more.first?.hasPrefix(".") == false
      if isText, lines.last?.hasPrefix(".Sh") == false { lines.append(".Pp") }
      lines += more
    }
  }

  /// Lines to be copied may have empty ones between them.
  private static func joined(_ blocks: [[Substring]]) -> [[Substring]] {
    blocks.reduce(into: []) { blocks, block in
      if isCode(block), let last = blocks.last, isCode(last) {
        blocks[blocks.count - 1] = last + [""] + block
      } else {
        blocks.append(block)
      }
    }
  }

  private static func isCode(_ block: [Substring]) -> Bool { block.first?.hasPrefix("    ") == true }

  private static func mdoc(_ block: [Substring]) -> [String] {
    let first = block.first ?? ""
    if first.hasPrefix("# ") { return [".Sh DESCRIPTION"] }
    if first.hasPrefix("## ") { return [".Sh \(first.dropFirst(3).uppercased())"] }
    if isCode(block) { return Mdoc.display(block.map { $0.dropFirst(4) }.joined(separator: "\n")) }
    if first.hasPrefix("|") { return table(block) }
    if first.hasPrefix("- ") { return list(block, "-bullet", mark: 2) }
    if first.hasPrefix("1. ") { return list(block, "-enum", mark: 3) }
    return running(block.joined(separator: " "))
  }

  private static func table(_ rows: [Substring]) -> [String] {
    [".Bl -tag -width Ds"]
      + rows.dropFirst(2).flatMap { row -> [String] in
        let cells = row.split(separator: "|").map { plain($0.trimmingSpaces) }
        let others = cells.dropFirst().filter { !$0.isEmpty }.joined(separator: ": ")
        return [".It \(Mdoc.argument(cells[0].replacing("`", with: "")))"] + Mdoc.running(others)
      } + [".El"]
  }

  /// An item begins with its mark, and goes on in lines that are indented.
  private static func list(_ lines: [Substring], _ kind: String, mark: Int) -> [String] {
    let items = lines.reduce(into: [String]()) { items, line in
      if line.hasPrefix(" "), let last = items.last {
        items[items.count - 1] = "\(last) \(line.trimmingSpaces)"
      } else {
        items.append(String(line.dropFirst(mark)))
      }
    }
    return [".Bl \(kind)"] + items.flatMap { [".It"] + running($0) } + [".El"]
  }

  private static func running(_ text: String) -> [String] { Mdoc.running(plain(text[...])) }

  /// Without emphasis, where it is not within a name.
  private static func plain(_ text: Substring) -> String {
    text.split(separator: "`", omittingEmptySubsequences: false).enumerated().map { index, part in
      index.isMultiple(of: 2) ? String(part).replacing("*", with: "") : String(part)
    }.joined(separator: "`")
  }
}

extension Substring {
  fileprivate var trimmingSpaces: Substring {
    let start = drop { $0 == " " }
    return start.dropLast(start.reversed().prefix { $0 == " " }.count)
  }
}
