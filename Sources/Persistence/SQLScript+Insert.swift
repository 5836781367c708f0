internal import Model
internal import World

/// INSERT: one record for each bracket of its VALUES.
extension SQLScript {
  mutating func insert(from start: Int, into sink: inout some RowSink) {
    for word in ["or", "replace", "ignore"] { _ = scanner.skip(word: word) }
    guard scanner.skip(word: "into"), let table = scanner.qualifiedName() else {
      loader.add(Problem("INSERT without INTO and a table", offset: start))
      return finish()
    }
    guard loader.reads(table.name) else {
      _ = loader.binding(table.name, schema: table.schema, listed: nil, at: start)
      return finish()
    }
    noteRows()
    guard let listed = columnList() else {
      if scanner.isAtEnd { return cut() }
      loader.add(Problem("the columns of INSERT INTO \(table.name) are not understood", offset: start))
      return finish()
    }
    for word in ["overriding", "system", "user", "value"] { _ = scanner.skip(word: word) }
    let values = scanner.at
    guard scanner.word() == "values" else {
      if scanner.isAtEnd { return cut() }
      loader.add(
        Problem("INSERT INTO \(table.name) without VALUES is not understood", offset: values))
      return finish()
    }
    let prefix = start..<scanner.at
    let binding = loader.binding(table.name, schema: table.schema, listed: listed, at: start)
    lastInsert = (prefix, binding)
    self.values(as: binding, into: &sink)
  }

  /// The brackets behind VALUES, to the semicolon.
  mutating func values(as binding: Binding?, into sink: inout some RowSink) {
    guard let binding else { return finish() }
    scanner.skipBlank()
    repeat {
      let start = scanner.at
      guard scanner.next == UInt8(ascii: "("), let count = tuple(as: binding) else {
        if scanner.isAtEnd { return cut() }
        loader.add(
          Problem("the values of a row of \(binding.map.name) do not end", offset: scanner.at))
        return finish()
      }
      let record = start..<scanner.at
      if count == binding.slots.count {
        loader.insert(cells, as: binding.map, from: scanner.bytes, at: record, into: &sink)
      } else {
        loader.addWrongWidth(count, expected: binding, at: record)
      }
      scanner.skipBlank()
    } while scanner.skip(",")
    finish()
  }

  /// Takes one bracket apart into `cells`; gives the number of its values, or nil when its bounds are lost.
  private mutating func tuple(as binding: Binding) -> Int? {
    resetCells(binding.map.read.count)
    var count = 0
    repeat {
      scanner.at += 1
      scanner.skipBlank()
      let slot = binding.slots.indices.contains(count) ? binding.slots[count] : nil
      if let slot { cells[slot] = value() }
      if slot == nil { scanner.skipItem() }
      count += 1
    } while scanner.next == UInt8(ascii: ",")
    guard scanner.next == UInt8(ascii: ")") else { return nil }
    scanner.at += 1
    return count
  }

  mutating func resetCells(_ count: Int) {
    cells.removeAll(keepingCapacity: true)
    cells.append(contentsOf: repeatElement(Cell(), count: count))
  }

  /// One value and the blanks behind it, up to the comma or bracket.
  private mutating func value() -> Cell {
    let start = scanner.at
    var cell = literal()
    scanner.skipBlank()
    if scanner.next != UInt8(ascii: ","), scanner.next != UInt8(ascii: ")") {
      scanner.skipItem()
      cell = Cell(form: .expression, range: start..<scanner.at)
    }
    return cell
  }

  private mutating func literal() -> Cell {
    switch (scanner.next, scanner.byte(1)) {
    case (39, _): return quoted()
    case (UInt8(ascii: "E"), 39), (UInt8(ascii: "e"), 39):
      scanner.at += 1
      let start = scanner.at + 1
      scanner.skipEscaped()
      return Cell(form: .escaped, range: start..<max(start, scanner.at - 1))
    case (UInt8(ascii: "X"), 39), (UInt8(ascii: "x"), 39):
      let start = scanner.at
      scanner.at += 1
      scanner.skipQuoted(39)
      return Cell(form: .blob, range: start..<scanner.at)
    default: return bare()
    }
  }

  private mutating func quoted() -> Cell {
    let start = scanner.at + 1
    scanner.skipQuoted(39)
    let range = start..<max(start, scanner.at - 1)
    // Only a doubled quote can be inside.
    return Cell(form: scanner.bytes[range].contains(39) ? .quoted : .plain, range: range)
  }

  /// A number, NULL, TRUE or FALSE.
  private mutating func bare() -> Cell {
    let start = scanner.at
    while isBare(scanner.next) { scanner.at += 1 }
    let range = start..<scanner.at
    let isNull = scanner.bytes[range].isWord("null")
    return Cell(form: isNull ? .null : range.isEmpty ? .expression : .plain, range: range)
  }

  private func isBare(_ byte: UInt8) -> Bool {
    isDigit(byte) || isLetter(byte) || byte == 43 || byte == 45 || byte == 46
  }
}
