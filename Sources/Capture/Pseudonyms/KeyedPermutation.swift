/// A keyed permutation of tuples of digits, each digit below a radix of its own. No two tuples become one, so that no
/// two names can share a stand-in, and none stays what it was.
///
/// A Feistel network: in turn, each half has a keyed function of the other added to it.
struct KeyedPermutation: Sendable {
  /// Tuples of different meaning are permuted differently: names, hardware addresses.
  enum Domain: UInt8, Sendable { case name, hardware, group, octet }

  private static let rounds: [UInt8] = Array(0..<8)

  let hash: SipHash

  func permuted(_ digits: [Int], radices: [Int], domain: Domain) -> [Int] {
    guard let first = radices.first, first > 1 else { return digits }
    // There and back again with a step between: a step that moves every tuple still does, seen from elsewhere.
    var permuted = digits
    for round in Self.rounds { turn(&permuted, radices, domain, round, forward: true) }
    let step = 1 + Int(hash([domain.rawValue, 0xFF, UInt8(first)]) % UInt64(first - 1))
    permuted[0] = (permuted[0] + step) % first
    for round in Self.rounds.reversed() { turn(&permuted, radices, domain, round, forward: false) }
    return permuted
  }

  private func turn(
    _ digits: inout [Int], _ radices: [Int], _ domain: Domain, _ round: UInt8, forward: Bool
  ) {
    let middle = digits.count / 2
    let (changed, given) =
      round.isMultiple(of: 2)
      ? (0..<middle, middle..<digits.count) : (middle..<digits.count, 0..<middle)
    let context = [domain.rawValue, round] + radices.map { UInt8($0) } + digits[given].map { UInt8($0) }
    for place in changed {
      let radix = radices[place]
      let amount = Int(hash(context + [UInt8(truncatingIfNeeded: place)]) % UInt64(radix))
      digits[place] = (digits[place] + (forward ? amount : radix - amount)) % radix
    }
  }
}
