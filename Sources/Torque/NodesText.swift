import Batch
import Model
import World

/// `pbsnodes -a`: a node's name at the line's start, its attributes indented below, a blank line behind it.
///
/// Notes stand there raw, so a newline in one could look like an attribute. Only managers write notes; still,
/// a section with a line that is no attribute, or with one twice, is marked.
enum NodesText {
  static let form = "pbsnodes -a (text)"

  static func read(_ bytes: [UInt8], into sink: inout some RowSink) -> Reading {
    var list = NodeList()
    var section: NodeRecord?
    var names: Set<[UInt8]> = []
    for line in Lines(bytes) {
      let content = line.content
      guard line.isTerminated, !line.isTooLong else {
        let what = line.isTooLong ? "a line is too long" : "the last line is cut"
        list.problems.append(Problem(what, line: line.number))
        section = nil
        continue
      }
      if content.allSatisfy({ $0 == 32 }) {
        if var whole = section {
          whole.bytes = whole.bytes.lowerBound..<line.range.upperBound
          list.count(whole, whole.insert(into: &sink))
        }
        section = nil
      } else if section == nil {
        names = []
        section = start(content, line, &list)
      } else if let (name, value) = attribute(content) {
        if !names.insert(Array(name)).inserted { section?.isAmbiguous = true }
        if let key = NodeKey.allCases.first(where: { $0 != .name && name.elementsEqual(ascii($0.name)) }) {
          section?.set(key, value)
        }
      } else {
        section?.isAmbiguous = true
      }
    }
    if section != nil { list.problems.append(Problem("the last node is cut", offset: bytes.count)) }
    let isForeign = list.isEmpty && !bytes.isEmpty
    return Reading(
      form: form,
      coverage: isForeign ? .failed(Problem("expected the form of pbsnodes, found no node")) : list.coverage,
      precedence: -1)
  }

  /// The first line of a section: a name and nothing else.
  private static func start(_ content: ArraySlice<UInt8>, _ line: Line, _ list: inout NodeList) -> NodeRecord?
  {
    let name = content.last == 32 ? content.dropLast() : content
    guard isNodeName(name) else {
      list.problems.append(Problem("expected a node's name, found \(quoted(content))", line: line.number))
      return nil
    }
    var record = NodeRecord()
    record.bytes = line.range
    record.set(.name, name)
    return record
  }

  /// `     np = 12`
  private static func attribute(_ content: ArraySlice<UInt8>) -> (ArraySlice<UInt8>, ArraySlice<UInt8>)? {
    let text = content.drop { $0 == 32 || $0 == 9 }
    guard text.startIndex > content.startIndex, let equals = text.firstIndex(of: 0x3D),
      equals > text.startIndex, text[equals - 1] == 32
    else { return nil }
    let name = trimmed(text[..<equals])
    let value = text[(equals + 1)...]
    guard !name.contains(32) else { return nil }
    return (name, value.first == 32 ? value.dropFirst() : value)
  }
}
