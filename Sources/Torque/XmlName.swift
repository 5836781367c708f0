/// The name of an element, exact up to 16 bytes, so that names are compared as two numbers and never become
/// strings.
struct XmlName: Hashable {
  private(set) var low: UInt64 = 0
  private(set) var high: UInt64 = 0
  private(set) var length = 0

  init() {}

  init(_ text: StaticString) {
    text.withUTF8Buffer { for byte in $0 { append(byte) } }
  }

  /// Bytes after the sixteenth are only counted: such a name equals none that is known, for those are
  /// shorter.
  @inline(__always)
  mutating func append(_ byte: UInt8) {
    if length < 8 {
      low = low << 8 | UInt64(byte)
    } else if length < 16 {
      high = high << 8 | UInt64(byte)
    }
    length &+= 1
  }

  /// A place in a table of 2^`bits` entries.
  @inline(__always)
  func place(bits: Int, within group: XmlName) -> Int {
    let mixed = (low ^ (high &* 31) ^ (group.low &* 17)) &* 0x9E37_79B9_7F4A_7C15
    return Int(truncatingIfNeeded: mixed >> UInt64(64 - bits))
  }
}

/// The elements that a reader knows, each with a number.
struct XmlNames {
  private struct Entry {
    var group = XmlName()
    var name = XmlName()
    var key = -1
  }

  /// What `key` answers for a name that is not known.
  static let unknown = -1
  private static let bits = 8
  private var table = [Entry](repeating: Entry(), count: 1 << bits)

  /// Known names, by their place in the list, written `name` or `group.name`. Those of `leaves` have no
  /// number of interest, but are known to hold text and no elements.
  init(wanted: [(group: StaticString, name: StaticString)], leaves: [StaticString]) {
    for (key, path) in wanted.enumerated() {
      insert(group: XmlName(path.group), name: XmlName(path.name), key: key)
    }
    for (offset, name) in leaves.enumerated() {
      insert(group: XmlName(), name: XmlName(name), key: wanted.count + offset)
    }
  }

  private mutating func insert(group: XmlName, name: XmlName, key: Int) {
    var place = name.place(bits: Self.bits, within: group)
    while table[place].key >= 0 { place = (place + 1) % table.count }
    table[place] = Entry(group: group, name: name, key: key)
  }

  /// The number of an element, `unknown` for one that is not known. The table is never full, so that this
  /// ends.
  @inline(__always)
  func key(of name: XmlName, within group: XmlName) -> Int {
    var place = name.place(bits: Self.bits, within: group)
    while true {
      let entry = table[place]
      if entry.key < 0 { return Self.unknown }
      if entry.name == name, entry.group == group { return entry.key }
      place = (place &+ 1) & (table.count &- 1)
    }
  }
}
