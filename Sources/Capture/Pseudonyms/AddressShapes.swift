/// Addresses, which are known by their looks wherever they stand, and what stands in for them.
struct AddressShapes {
  /// An address where it stands, and what stands in for it, of the same length.
  typealias Found = (range: Range<Int>, standIn: [UInt8])

  let standIns: StandIns

  /// Every address of some text.
  func all(in bytes: [UInt8]) -> [Found] {
    var found: [Found] = []
    var at = 0
    while at < bytes.count {
      // Behind an address may stand the IPv4 end of one of IPv6.
      let isAhead = isStart(bytes, at) || found.last?.range.upperBound == at
      guard isHexadecimal(bytes[at]) || bytes[at] == 58, isAhead,
        let address = ipv4(bytes, at) ?? hardware(bytes, at) ?? ipv6(bytes, at)
      else {
        at += 1
        continue
      }
      found.append(address)
      at = address.range.upperBound
    }
    return found
  }

  /// Not within a word, unless what is before is an escape's: `\n192.168.0.2`, `%2F192.168.0.2`.
  private func isStart(_ bytes: [UInt8], _ at: Int) -> Bool {
    guard at > 0 else { return true }
    let last = bytes[at - 1]
    if isDigit(last) || isLetter(last) {
      return at > 1 && bytes[at - 2] == 92 || at > 2 && bytes[at - 3] == 37
    }
    return last != 46 && last != 58 || at == 1 || !isHexadecimal(bytes[at - 2])
  }

  // MARK: IPv4

  private func ipv4(_ bytes: [UInt8], _ start: Int) -> Found? {
    var octets: [Int] = []
    var at = start
    while octets.count < 4 {
      let end = bytes.end(from: at, while: isDigit)
      guard (1...3).contains(end - at), let octet = Int(String(decoding: bytes[at..<end], as: UTF8.self)),
        octet < 256, end - at == 1 || bytes[at] != 48
      else { return nil }
      octets.append(octet)
      at = end
      if octets.count < 4 {
        guard at < bytes.count, bytes[at] == 46 else { return nil }
        at += 1
      }
    }
    guard at == bytes.count || !(isDigit(bytes[at]) || isLetter(bytes[at])),
      !(at + 1 < bytes.count && bytes[at] == 46 && isDigit(bytes[at + 1]))
    else { return nil }
    // Dom0's kernels had such versions: 2.6.18.8-xen.
    if octets.starts(with: [2, 6]), at < bytes.count, bytes[at] == 45 { return nil }
    return (start..<at, Array(standIns.ipv4(octets).map(String.init).joined(separator: ".").utf8))
  }

  // MARK: Hardware

  /// Six octets between colons or hyphens; some programs print those below 16 as one digit.
  private func hardware(_ bytes: [UInt8], _ start: Int) -> Found? {
    var groups: [Range<Int>] = []
    var at = start
    var sign: UInt8?
    while groups.count < 6 {
      let end = bytes.end(from: at, while: isHexadecimal)
      guard (1...2).contains(end - at) else { return nil }
      groups.append(at..<end)
      at = end
      if groups.count < 6 {
        guard at < bytes.count, bytes[at] == 58 || bytes[at] == 45, sign == nil || sign == bytes[at] else {
          return nil
        }
        sign = bytes[at]
        at += 1
      }
    }
    let text = bytes[start..<at]
    guard at == bytes.count || !(isLabelByte(bytes[at]) || bytes[at] == 58),
      // With hyphens it could be a moment.
      sign == 58 || (text.contains(where: isLetter) && groups.allSatisfy { $0.count == 2 })
    else { return nil }
    let octets = standIns.hardware(groups.map { number(bytes[$0]) })
    let isUpper = !text.contains { (97...102).contains($0) }
    let parts = zip(octets, groups).map { octet, group in
      digits(octet, count: group.count).map { spelled($0, isUpper: isUpper) }
    }
    return (start..<at, Array(parts.joined(separator: [sign ?? 58])))
  }

  // MARK: IPv6

  /// Eight groups, or fewer with `::`. An IPv4 address at its end is one by itself.
  private func ipv6(_ bytes: [UInt8], _ start: Int) -> Found? {
    var end = start
    while end < bytes.count, end - start < 40, isHexadecimal(bytes[end]) || bytes[end] == 58 { end += 1 }
    if end < bytes.count, bytes[end] == 46 {
      while end > start, bytes[end - 1] != 58 { end -= 1 }
    } else if end < bytes.count, isDigit(bytes[end]) || isLetter(bytes[end]) {
      return nil
    }
    let text = bytes[start..<end]
    let groups = text.split(separator: 58)
    let colons = text.count { $0 == 58 }
    let isShortened = zip(text, text.dropFirst()).contains { $0 == 58 && $1 == 58 }
    guard isShortened ? (1...7).contains(groups.count) && colons < 8 : groups.count == 8 && colons == 7,
      groups.allSatisfy({ $0.count <= 4 })
    else { return nil }
    // This host.
    if groups.count == 1, number(groups[0]) == 1 { return nil }
    var standIn = Array(text)
    for (index, group) in groups.enumerated() where index > 0 || !isScope(group) {
      let isUpper = group.contains { (65...70).contains($0) }
      let permuted = standIns.group(group.map { number([$0]) })
      for (place, digit) in zip(group.indices, permuted) {
        standIn[place - start] = spelled(digit, isUpper: isUpper)
      }
    }
    return (start..<end, standIn)
  }

  /// `fe80` and `ff02` say how far an address reaches, and not whose it is.
  private func isScope(_ group: ArraySlice<UInt8>) -> Bool {
    let value = number(group)
    return value & 0xFFC0 == 0xFE80 || value & 0xFF00 == 0xFF00
  }

  // MARK: Digits

  private func isHexadecimal(_ byte: UInt8) -> Bool { isDigit(byte) || (97...102).contains(byte | 32) }

  private func number(_ digits: some Sequence<UInt8>) -> Int {
    digits.reduce(0) { $0 << 4 | Int(isDigit($1) ? $1 - 48 : ($1 | 32) - 87) }
  }

  private func digits(_ number: Int, count: Int) -> [Int] {
    count == 1 ? [number] : [number >> 4, number & 15]
  }

  private func spelled(_ digit: Int, isUpper: Bool) -> UInt8 {
    digit < 10 ? 48 + UInt8(digit) : (isUpper ? 55 : 87) + UInt8(digit)
  }
}
