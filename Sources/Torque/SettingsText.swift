import Batch
import Model
import World

/// `qmgr -c 'print server'`: the commands that would make the server and its queues what they are.
enum SettingsText {
  static let form = "qmgr print server"

  static func read(_ bytes: [UInt8], into sink: inout some RowSink) -> Reading {
    var problems = ProblemList()
    var hasServer = false
    for line in Lines(bytes) {
      let words = trimmed(line.content)
      guard line.isTerminated, !line.isTooLong else {
        problems.append(
          Problem(line.isTooLong ? "a line is too long" : "the last line is cut", line: line.number))
        continue
      }
      guard let first = words.first, first != 0x23 else { continue }
      if let row = setting(words, line) {
        sink.insert(row)
        hasServer = hasServer || row["object"] == .text("server")
      } else if !isCreation(words) {
        problems.append(
          Problem("expected a qmgr command, found \(quoted(words))", line: line.number))
      }
    }
    // The queues come first, the server last: without it the rest is missing, too.
    guard hasServer else {
      return Reading(form: form, coverage: .failed(Problem("expected settings of the server, found none")))
    }
    return Reading(form: form, coverage: problems.coverage)
  }

  /// `create queue batch`, and nodes where all is printed.
  private static func isCreation(_ words: ArraySlice<UInt8>) -> Bool {
    let parts = words.split(separator: 32)
    return parts.count >= 3 && parts[0].elementsEqual(ascii("create"))
      && (parts[1].elementsEqual(ascii("queue")) || parts[1].elementsEqual(ascii("node")))
      || words.starts(with: ascii("set node "))
  }

  /// `set server a = v`, `set queue q a += v`.
  private static func setting(_ words: ArraySlice<UInt8>, _ line: Line) -> Row? {
    var parts = words.split(separator: 32, maxSplits: 2)
    guard parts.count == 3, parts[0].elementsEqual(ascii("set")) else { return nil }
    var name: ArraySlice<UInt8>?
    let object: String
    if parts[1].elementsEqual(ascii("queue")) {
      object = "queue"
      let rest = parts[2].split(separator: 32, maxSplits: 1)
      guard rest.count == 2 else { return nil }
      name = rest[0]
      parts[2] = rest[1]
    } else if parts[1].elementsEqual(ascii("server")) {
      object = "server"
    } else {
      return nil
    }
    guard let equals = parts[2].firstIndex(of: 0x3D) else { return nil }
    let left = parts[2][..<equals]
    let attribute = trimmed(left.last == 0x2B || left.last == 0x2D ? left.dropLast() : left)
    guard !attribute.isEmpty, attribute.allSatisfy({ $0 > 32 && $0 < 127 }) else { return nil }
    var draft = Draft("lrms_setting", bytes: line.range, columns: 4)
    draft.set("object", .text(object))
    draft.text("name", name)
    draft.text("attribute", attribute)
    draft.text("value", unquoted(trimmed(parts[2][(equals + 1)...])))
    return draft.row
  }

  /// Values with blanks or commas are printed in double quotes.
  private static func unquoted(_ value: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    value.count >= 2 && value.first == 0x22 && value.last == 0x22 ? value.dropFirst().dropLast() : value
  }
}
