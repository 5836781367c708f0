internal import Model
internal import World

/// COPY ... FROM stdin: one record a line, its values parted by tabs, up to a line `\.`.
/// https://www.postgresql.org/docs/current/sql-copy.html, text format.
extension SQLScript {
  mutating func copy(from start: Int, into sink: inout some RowSink) {
    guard let table = scanner.qualifiedName(), let listed = columnList(), scanner.skip(word: "from") else {
      if scanner.isAtEnd { return cut() }
      loader.add(Problem("COPY is not understood", offset: start))
      return finish()
    }
    guard scanner.skip(word: "stdin") else {
      if loader.reads(table.name) {
        loader.add(Problem("COPY \(table.name) from elsewhere than this file", offset: start))
      }
      return finish()
    }
    let isText = scanner.next == UInt8(ascii: ";")
    guard scanner.skipStatement() else { return cut() }
    scanner.skipLine()
    noteRows()
    var binding = loader.binding(table.name, schema: table.schema, listed: listed, at: start)
    if !isText, binding != nil {
      loader.add(Problem("COPY \(table.name) with options is not understood", offset: start))
      binding = nil
    }
    lines(as: binding, into: &sink)
  }

  private mutating func lines(as binding: Binding?, into sink: inout some RowSink) {
    while !scanner.isAtEnd {
      let start = scanner.at
      if scanner.next == 92, scanner.byte(1) == UInt8(ascii: "."), isLineEnd(scanner.at + 2) {
        return scanner.skipLine()
      }
      guard let binding else {
        scanner.skipLine()
        continue
      }
      let count = line(as: binding)
      let record = start..<scanner.at
      guard !scanner.isAtEnd else { break }
      scanner.skipLine()
      if count == binding.slots.count {
        loader.insert(cells, as: binding.map, from: scanner.bytes, at: record, into: &sink)
      } else {
        loader.addWrongWidth(count, expected: binding, at: record)
      }
    }
    cut()
  }

  /// Takes one line apart into `cells`, up to its newline; gives the number of its values.
  private mutating func line(as binding: Binding) -> Int {
    resetCells(binding.map.read.count)
    var count = 0
    while true {
      let start = scanner.at
      var hasBackslash = false
      while !isFieldEnd(scanner.at) {
        hasBackslash = hasBackslash || scanner.bytes[scanner.at] == 92
        scanner.at += 1
      }
      if binding.slots.indices.contains(count), let slot = binding.slots[count] {
        cells[slot] = field(start..<scanner.at, hasBackslash: hasBackslash)
      }
      count += 1
      guard scanner.next == 9 else { return count }
      scanner.at += 1
    }
  }

  private func field(_ range: Range<Int>, hasBackslash: Bool) -> Cell {
    if !hasBackslash { return Cell(form: .plain, range: range) }
    let isNull = scanner.bytes[range].elementsEqual([92, UInt8(ascii: "N")])
    return Cell(form: isNull ? .null : .copied, range: range)
  }

  private func isFieldEnd(_ index: Int) -> Bool {
    index >= scanner.bytes.count || scanner.bytes[index] == 9 || isLineEnd(index)
  }

  /// A newline, with or without the carriage return that a copy through another system has given it.
  private func isLineEnd(_ index: Int) -> Bool {
    guard index < scanner.bytes.count else { return false }
    if scanner.bytes[index] == 10 { return true }
    return scanner.bytes[index] == 13 && index + 1 < scanner.bytes.count && scanner.bytes[index + 1] == 10
  }
}
