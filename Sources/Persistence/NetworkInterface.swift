internal import Model
internal import World

/// One interface of `vms.network`. Interfaces are parted by `;;` and their fields by `;`:
/// name, association, MAC, mode, method, address, gateway, broadcast, mask, DNS, host name, four times
/// `null`. (`DataConvert.java` getNICs, `DefaultBindNetwork.java` bindNIC.)
struct NetworkInterface {
  let position: Int
  let association: String?
  let mac: String?
  let method: String?
  let address: String?
  let hostname: String?

  /// The interfaces in the order of the text. One that can't be read makes the whole text unreadable: the
  /// addresses that a machine holds must not be told by halves.
  static func all(in text: ArraySlice<UInt8>) throws(CellDefect) -> [NetworkInterface] {
    if text.isWord("none") { return [] }
    guard text.count <= 1 << 16 else { throw CellDefect("\(text.count) bytes, expected at most 1024") }
    var interfaces: [NetworkInterface] = []
    for part in split(text) {
      interfaces.append(try NetworkInterface(part, position: interfaces.count))
    }
    return interfaces
  }

  private init(_ bytes: ArraySlice<UInt8>, position: Int) throws(CellDefect) {
    let fields = bytes.split(separator: UInt8(ascii: ";"), omittingEmptySubsequences: false)
    guard fields.count >= 11 else {
      throw CellDefect("interface \(position) has \(fields.count) fields, expected at least 11")
    }
    if !isNone(fields[5]), !isAddress(fields[5]) {
      let found = Text.printable(fields[5].prefix(60))
      throw CellDefect("interface \(position) has the address '\(found)', expected IPv4")
    }
    self.position = position
    association = told(fields[1])
    mac = try hardwareAddress(fields[2])
    method = told(fields[4])
    address = told(fields[5])
    hostname = told(fields[10])
  }

  func row(of machine: Value, at range: Range<Int>) -> Row {
    Row(
      "db_nic", bytes: range,
      [
        "machine": machine, "position": .integer(Int64(position)),
        "association": Value(association), "mac": Value(mac), "method": Value(method),
        "address": Value(address), "hostname": Value(hostname),
      ])
  }

  /// The parts between `;;`, without the empty ones at the end, as Java splits them.
  private static func split(_ bytes: ArraySlice<UInt8>) -> [ArraySlice<UInt8>] {
    var parts: [ArraySlice<UInt8>] = []
    var start = bytes.startIndex
    var at = start
    while at + 1 < bytes.endIndex {
      if bytes[at] == UInt8(ascii: ";"), bytes[at + 1] == UInt8(ascii: ";") {
        parts.append(bytes[start..<at])
        at += 2
        start = at
      } else {
        at += 1
      }
    }
    parts.append(bytes[start...])
    while let last = parts.last, last.isEmpty, parts.count > 1 { parts.removeLast() }
    return parts
  }
}

/// A hardware address in lower case; nil for the words that stand for none.
func hardwareAddress(_ bytes: ArraySlice<UInt8>) throws(CellDefect) -> String? {
  if isNone(bytes) || bytes.isWord("any") { return nil }
  var lower: [UInt8] = []
  lower.reserveCapacity(17)
  for byte in bytes.prefix(18) {
    let isColon = lower.count % 3 == 2
    guard isColon ? byte == UInt8(ascii: ":") : isDigit(byte) || (byte | 32) &- 97 < 6 else { break }
    lower.append(isColon ? byte : byte | 32)
  }
  guard bytes.count == 17, lower.count == 17 else {
    throw CellDefect("'\(Text.printable(bytes.prefix(60)))', expected a hardware address")
  }
  return String(decoding: lower, as: UTF8.self)
}

/// Nothing, or the word that the service writes for it.
private func isNone(_ field: ArraySlice<UInt8>) -> Bool { field.isEmpty || field.isWord("null") }

private func told(_ field: ArraySlice<UInt8>) -> String? {
  isNone(field) ? nil : String(decoding: field, as: UTF8.self)
}

private func isAddress(_ bytes: ArraySlice<UInt8>) -> Bool {
  var parts = 1
  var number = -1
  for byte in bytes {
    if byte == UInt8(ascii: "."), number >= 0 {
      parts += 1
      number = -1
    } else if isDigit(byte) {
      number = max(number, 0) * 10 + Int(byte &- 48)
      if number > 255 { return false }
    } else {
      return false
    }
  }
  return parts == 4 && number >= 0
}
