/// What stands in for a name or an address: always the same for the same, of the same length, and of the same looks. So
/// columns, folded lines and the sizes of files stay as they are.
struct StandIns: Sendable {
  private let hash: SipHash
  private let permutation: KeyedPermutation

  init(_ hash: SipHash) {
    self.hash = hash
    permutation = KeyedPermutation(hash: hash)
  }

  // MARK: Names

  /// For a label in small letters: letters become letters, digits digits, and signs stay.
  func name(_ label: [UInt8]) -> [UInt8] {
    let places = label.indices.filter { Self.radix(label, $0) != nil }
    let radices = places.map { Self.radix(label, $0) ?? 1 }
    var standIn = label
    repeat {
      let digits = places.map { Int(standIn[$0] - Self.zero(label[$0])) }
      for (place, digit) in zip(places, permutation.permuted(digits, radices: radices, domain: .name)) {
        standIn[place] = Self.zero(label[place]) + UInt8(digit)
      }
    } while Vocabulary.stays(standIn)
    return standIn
  }

  /// How many bytes may stand in for this one. Of a letter in UTF-8 only bytes behind its first are exchanged, and not
  /// where the first allows few of them.
  private static func radix(_ label: [UInt8], _ index: Int) -> Int? {
    switch label[index] {
    case 48...57: 10
    case 97...122: 26
    case 0x80...0xBF where index > 0 && ![0xE0, 0xED, 0xF0, 0xF4].contains(label[index - 1]): 64
    default: nil
    }
  }

  private static func zero(_ byte: UInt8) -> UInt8 {
    switch byte {
    case 48...57: 48
    case 97...122: 97
    default: 0x80
    }
  }

  // MARK: Addresses

  /// For an IPv4 address. Addresses that share their first octets share those of their stand-ins, private ones stay
  /// private, and each octet keeps its number of digits.
  func ipv4(_ octets: [Int]) -> [Int] {
    if Self.isSpecial(octets) { return octets }
    let kept = Self.privatePrefix(octets)
    var standIn = octets
    repeat {
      for place in kept..<4 {
        let range = octets[place] > 99 ? 100..<256 : octets[place] > 9 ? 10..<100 : 0..<10
        let context = [KeyedPermutation.Domain.octet.rawValue] + octets[..<place].map { UInt8($0) }
        // No octet stays, and so no address does.
        let step = 1 + Int(hash(context + [UInt8(range.lowerBound)]) % UInt64(range.count - 1))
        standIn[place] = range.lowerBound + (standIn[place] - range.lowerBound + step) % range.count
      }
    } while kept == 0 && (Self.isSpecial(standIn) || Self.privatePrefix(standIn) > 0)
    return standIn
  }

  /// Nobody's own: this host, all hosts, groups of hosts, masks.
  private static func isSpecial(_ octets: [Int]) -> Bool {
    octets[0] == 0 || octets[0] == 127 || octets[0] >= 224
  }

  /// RFC 1918 and 3927: the octets that say that an address is private.
  private static func privatePrefix(_ octets: [Int]) -> Int {
    switch (octets[0], octets[1]) {
    case (10, _): 1
    case (192, 168), (172, 16...31), (169, 254): 2
    default: 0
    }
  }

  /// For a hardware address. An octet below 16 stays below it, since some programs print it as one digit; the bits for
  /// groups and for local assignment stay.
  func hardware(_ octets: [Int]) -> [Int] {
    if Self.isNobodys(octets) { return octets }
    var standIn = octets
    repeat {
      let units = standIn.enumerated().map { $0 == 0 ? $1 >> 2 : $1 }
      let small = octets.indices.map { $0 == 0 ? 4 : 16 }
      let isSmall = units.indices.map { units[$0] < small[$0] }
      let radices = units.indices.map { isSmall[$0] ? small[$0] : small[$0] * 15 }
      let digits = units.indices.map { isSmall[$0] ? units[$0] : units[$0] - small[$0] }
      let permuted = permutation.permuted(digits, radices: radices, domain: .hardware)
      standIn = permuted.indices.map { isSmall[$0] ? permuted[$0] : permuted[$0] + small[$0] }
      standIn[0] = standIn[0] << 2 | octets[0] & 3
    } while Self.isNobodys(standIn)
    return standIn
  }

  /// None, all, and what Xen gives the back end of every interface.
  private static func isNobodys(_ octets: [Int]) -> Bool {
    octets.allSatisfy { $0 == 0 } || octets.dropFirst().allSatisfy { $0 == 255 } && octets[0] >= 254
  }

  /// For a group of an IPv6 address, by its digits; zeros stay.
  func group(_ digits: [Int]) -> [Int] {
    var standIn = digits
    if digits.allSatisfy({ $0 == 0 }) { return digits }
    repeat {
      standIn = permutation.permuted(standIn, radices: digits.map { _ in 16 }, domain: .group)
    } while standIn.allSatisfy { $0 == 0 }
    return standIn
  }
}
