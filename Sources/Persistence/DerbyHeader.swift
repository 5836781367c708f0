/// The line of names above a table that `ij` lists: it tells where each column stands. Names and values
/// longer than their column are cut there, and `&` is the last character then: TARGE& is target_state.
struct DerbyHeader {
  let names: [String]
  /// Where each column stands in a line, in characters as Java counts them.
  let columns: [Range<Int>]
  /// The line is cut where `ij` always cuts it, whatever width it was told; rows are not. So the last column
  /// goes on to the next bar, and those behind it have no name.
  let isCut: Bool

  private static let limit = 1024

  /// The length of a full line, as far as the line of names tells it.
  var width: Int { columns.last?.upperBound ?? 0 }

  init(_ line: ArraySlice<UInt8>) {
    var names: [String] = []
    var columns: [Range<Int>] = []
    var start = 0
    for part in line.split(separator: UInt8(ascii: "|"), omittingEmptySubsequences: false) {
      names.append(String(decoding: part.trimmed, as: UTF8.self).lowercased())
      columns.append(start..<start + part.count)
      start += part.count + 1
    }
    isCut = line.count == Self.limit
    if isCut, names.last == "" {
      names.removeLast()
      columns.removeLast()
    }
    self.names = names
    self.columns = columns
  }

  /// The full names of the columns, as far as they are of this table. They are looked for in the order that
  /// the table has, because two may be cut to the same letters: PENDI& and PENDI&.
  func columns(of map: TableMap) -> [String] {
    var left = (map.original + map.added).map(\.name)
    return names.indices.map { place in
      guard let index = left.firstIndex(where: { isName($0, printedAt: place) }) else { return names[place] }
      return left.remove(at: index)
    }
  }

  private func isName(_ name: String, printedAt place: Int) -> Bool {
    let printed = names[place]
    if printed.hasSuffix("&") { return name.hasPrefix(printed.dropLast()) }
    return isCut && place == names.count - 1 ? name.hasPrefix(printed) : name == printed
  }

  /// The cells of a row that are read; nil when a line does not have its bars where the columns end.
  func cells(of line: ArraySlice<UInt8>, _ binding: Binding, _ isTerminated: Bool) -> [Cell]? {
    guard isTerminated, let last = binding.slots.lastIndex(where: { $0 != nil }) else { return nil }
    let places = Places(line)
    guard places.count >= columns[last].lowerBound + (last == 0 ? 1 : 0), isCut || places.count <= width
    else { return nil }
    var cells = Array(repeating: Cell(), count: binding.map.read.count)
    for (index, column) in columns.enumerated() {
      let isPast = column.lowerBound > places.count
      if index > 0, !isPast, line[places.offset(column.lowerBound - 1)] != UInt8(ascii: "|") { return nil }
      if isPast, index <= last { return nil }
      if let slot = binding.slots[index] { cells[slot] = cell(line, places, column) }
    }
    return cells
  }

  private func cell(_ line: ArraySlice<UInt8>, _ places: Places, _ column: Range<Int>) -> Cell {
    let start = places.offset(min(column.lowerBound, places.count))
    var end = places.offset(min(column.upperBound, places.count))
    if isCut, column.upperBound == width {
      end = line[start...].firstIndex(of: UInt8(ascii: "|")) ?? line.endIndex
    }
    var value = line[start..<end]
    let isFull = value.last == UInt8(ascii: "&")
    while value.last == 32 { value.removeLast() }
    if value.elementsEqual("NULL".utf8) { return Cell(form: .null) }
    return Cell(form: isFull ? .clipped : .plain, range: value.indices)
  }

  /// Where each character of a line begins among its bytes. Java counts a character beyond U+FFFF as two.
  private struct Places {
    private let start: Int
    private let offsets: [Int]?
    let count: Int

    init(_ line: ArraySlice<UInt8>) {
      start = line.startIndex
      guard line.contains(where: { $0 >= 128 }) else {
        offsets = nil
        count = line.count
        return
      }
      var offsets: [Int] = []
      for (index, byte) in zip(line.indices, line) where byte & 0xC0 != 0x80 {
        offsets.append(index)
        if byte >= 0xF0 { offsets.append(index) }
      }
      offsets.append(line.endIndex)
      count = offsets.count - 1
      self.offsets = offsets
    }

    func offset(_ character: Int) -> Int { offsets?[character] ?? start + character }
  }
}
