/// SipHash-2-4 of Aumasson and Bernstein (https://www.aumasson.jp/siphash/siphash.pdf): who has no key can neither foresee
/// nor undo it. The few lines it takes are worth no dependency on a library of cryptography.
struct SipHash: Sendable {
  let key: (UInt64, UInt64)

  func callAsFunction(_ message: [UInt8]) -> UInt64 {
    var state = State(key)
    var word: UInt64 = 0
    for (index, byte) in message.enumerated() {
      word |= UInt64(byte) << (8 * UInt64(index % 8))
      if index % 8 == 7 {
        state.take(word)
        word = 0
      }
    }
    state.take(word | UInt64(truncatingIfNeeded: message.count) << 56)
    return state.finished()
  }

  private struct State {
    private var v: (UInt64, UInt64, UInt64, UInt64)

    init(_ key: (UInt64, UInt64)) {
      v = (
        key.0 ^ 0x736f_6d65_7073_6575, key.1 ^ 0x646f_7261_6e64_6f6d,
        key.0 ^ 0x6c79_6765_6e65_7261, key.1 ^ 0x7465_6462_7974_6573
      )
    }

    mutating func take(_ word: UInt64) {
      v.3 ^= word
      stir(2)
      v.0 ^= word
    }

    mutating func finished() -> UInt64 {
      v.2 ^= 0xFF
      stir(4)
      return v.0 ^ v.1 ^ v.2 ^ v.3
    }

    private mutating func stir(_ rounds: Int) {
      func turned(_ word: UInt64, _ count: UInt64) -> UInt64 { word << count | word >> (64 - count) }
      for _ in 0..<rounds {
        v.0 &+= v.1
        v.2 &+= v.3
        v.1 = turned(v.1, 13) ^ v.0
        v.3 = turned(v.3, 16) ^ v.2
        v.0 = turned(v.0, 32)
        v.2 &+= v.1
        v.0 &+= v.3
        v.1 = turned(v.1, 17) ^ v.2
        v.3 = turned(v.3, 21) ^ v.0
        v.2 = turned(v.2, 32)
      }
    }
  }
}
