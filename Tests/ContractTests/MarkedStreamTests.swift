import Model
import Testing

@testable import Collect

/// A stream is taken apart in the same way however it comes, and nothing that was printed can pass for a mark.
@Suite struct MarkedStreamTests {
  private static let nonce = "0123456789abcdef"
  private static let secret = "5c7a2a39-8a4f"

  /// What hostile output may have in it: all that is known to who can read the list of processes.
  private static let pieces: [[UInt8]] =
    [
      "\u{1e}", "\u{1e}\(nonce) ", "\u{1e}\(nonce) guess 1\n", "\u{1e}\(nonce)  0\n",
      "\(secret.dropLast()) 0\n", "\n", "x",
    ]
    .map { Array($0.utf8) } + [[0], [0xFF, 0xFE], [0x1E, 0x1E], Array(repeating: 0x1E, count: 90)]

  private struct Told: Equatable {
    var bytes: [[UInt8]]
    var statuses: [String]
    var aside: [UInt8]
    var isComplete: Bool
  }

  private func told(_ pieces: [[UInt8]], sections: Int, limit: Int = 1 << 20) -> Told {
    var stream = MarkedStream(nonce: Self.nonce, byteLimits: Array(repeating: limit, count: sections))
    for (moment, piece) in pieces.enumerated() {
      stream.take(piece, at: Instant(milliseconds: Int64(moment)))
    }
    stream.finish()
    return Told(
      bytes: stream.sections.map(\.bytes), statuses: stream.sections.map(\.status), aside: stream.aside,
      isComplete: stream.isComplete)
  }

  private func mark(_ word: String) -> [UInt8] { Array("\u{1e}\(Self.nonce) \(Self.secret)\(word)\n".utf8) }

  private func split(_ bytes: [UInt8], using random: inout some RandomNumberGenerator) -> [[UInt8]] {
    var pieces: [[UInt8]] = []
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = Int.random(in: 1...(Bool.random(using: &random) ? 3 : 60), using: &random)
      pieces.append(Array(rest.prefix(count)))
      rest = rest.dropFirst(count)
    }
    return pieces
  }

  @Test(arguments: 0..<300)
  func anyBytesInAnyPiecesAreTheSame(seed: UInt64) {
    var random = Seeded(state: seed)
    let contents = (0..<3).map { _ in
      (0..<Int.random(in: 0...8, using: &random)).flatMap { _ in
        Self.pieces.randomElement(using: &random) ?? []
      }
    }
    // What a login prints cannot know the nonce.
    let greeting: [UInt8] = Array("Welcome\u{1e}\n".utf8)
    var whole = greeting + mark("")
    for (index, content) in contents.enumerated() {
      whole += content + mark(" \(index)")
    }
    let expected = Told(bytes: contents, statuses: ["0", "1", "2"], aside: greeting, isComplete: true)
    #expect(told([whole], sections: 3) == expected)
    #expect(told(split(whole, using: &random), sections: 3) == expected)

    // Cut anywhere, no section has what is not its own, and those that ended are whole.
    let cut = Array(whole.prefix(Int.random(in: 0..<whole.count, using: &random)))
    let partial = told(split(cut, using: &random), sections: 3)
    #expect(partial == told([cut], sections: 3))
    #expect(!partial.isComplete)
    for index in 0..<3 where partial.statuses[index] != "" {
      #expect(partial.bytes[index] == contents[index])
    }
  }

  @Test(arguments: 0..<100)
  func noiseIsNoAnswer(seed: UInt64) {
    var random = Seeded(state: seed)
    let noise = (0..<500).map { _ in UInt8.random(in: 0...255, using: &random) }
    let heard = told(split(noise, using: &random), sections: 2)
    #expect(heard == Told(bytes: [[], []], statuses: ["", ""], aside: noise, isComplete: false))
  }

  @Test func tooMuchIsCutWhereverItComes() {
    let content = [UInt8](repeating: 65, count: 3000)
    for limit in [2999, 3000] {
      var stream = MarkedStream(nonce: Self.nonce, byteLimits: [limit])
      for byte in mark("") + content + mark(" 0") {
        stream.take([byte], at: Instant(milliseconds: 0))
      }
      #expect(stream.sections[0].bytes.count == limit)
      #expect(stream.sections[0].isCut == (limit < 3000))
      #expect(stream.isComplete)
    }
  }
}

/// SplitMix64: the same numbers for the same seed.
struct Seeded: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var value = state
    value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
    value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
    return value ^ (value >> 31)
  }
}
