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
  static func all(in text: String) throws(CellDefect) -> [NetworkInterface] {
    if text.lowercased() == "none" { return [] }
    let bytes = Array(text.utf8)
    guard bytes.count <= 1 << 16 else { throw CellDefect("\(bytes.count) bytes, expected at most 1024") }
    var interfaces: [NetworkInterface] = []
    for part in split(bytes) {
      interfaces.append(try NetworkInterface(part, position: interfaces.count))
    }
    return interfaces
  }

  private init(_ bytes: ArraySlice<UInt8>, position: Int) throws(CellDefect) {
    let fields = bytes.split(separator: UInt8(ascii: ";"), omittingEmptySubsequences: false)
      .map { String(decoding: $0, as: UTF8.self) }
    guard fields.count >= 11 else {
      throw CellDefect("interface \(position) has \(fields.count) fields, expected at least 11")
    }
    func told(_ field: Int) -> String? {
      fields[field].isEmpty || fields[field] == "null" ? nil : fields[field]
    }
    self.position = position
    association = told(1)
    mac = try hardwareAddress(fields[2])
    method = told(4)
    address = told(5)
    hostname = told(10)
    if let address, !isAddress(address) {
      throw CellDefect(
        "interface \(position) has the address '\(Text.printable(address.utf8.prefix(60)))', expected IPv4")
    }
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
  private static func split(_ bytes: [UInt8]) -> [ArraySlice<UInt8>] {
    var parts: [ArraySlice<UInt8>] = []
    var start = 0
    var at = 0
    while at + 1 < bytes.count {
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
func hardwareAddress(_ text: String) throws(CellDefect) -> String? {
  let bytes = Array(text.utf8)
  if ["", "any", "null"].contains(text.lowercased()) { return nil }
  let isWellFormed =
    bytes.count == 17
    && bytes.indices.allSatisfy { index in
      index % 3 == 2
        ? bytes[index] == UInt8(ascii: ":")
        : isDigit(bytes[index]) || (bytes[index] | 32) &- 97 < 6
    }
  guard isWellFormed else {
    throw CellDefect("'\(Text.printable(bytes.prefix(60)))', expected a hardware address")
  }
  return text.lowercased()
}

private func isAddress(_ text: String) -> Bool {
  let parts = text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
  return parts.count == 4
    && parts.allSatisfy { part in
      part.count <= 3 && part.allSatisfy(isDigit) && UInt8(Substring(part)) != nil
    }
}
