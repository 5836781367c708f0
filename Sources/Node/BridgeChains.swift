import World

/// The chains of `ebtables -L`, `ebtables-save` and `ebtables -L --Lx`. The first tells how many rules each chain has,
/// by which one that was cut is known.
struct BridgeChains {
  /// The chain that the last line told of.
  private(set) var chain: String?

  private var isInside = false
  private var missing: Int64 = 0
  private var open: String?

  /// True if the line belongs to a table of the bridge.
  mutating func takes(_ content: ArraySlice<UInt8>, line: Line, notes: inout Notes) -> Bool {
    chain = nil
    if content.starts(with: "Bridge table: ".utf8) || content.first == 42 {
      end(&notes)
      isInside = true
      return true
    }
    if content.starts(with: "Bridge chain: ".utf8) {
      end(&notes)
      isInside = true
      takeHead(content.dropFirst(14), line: line, notes: &notes)
      return true
    }
    let words = Words.of(content, limit: 64)
    if let name = new(words) {
      chain = name
      return true
    }
    // A long listing that follows begins with a dash too.
    let isRule = content.first == 45 || words.first?.last == 46
    guard isInside, isRule, let first = words.first, !PilotLocks.isMode(first) else { return false }
    missing &-= 1
    return true
  }

  /// `wrksp-7-0, entries: 3, policy: ACCEPT`.
  private mutating func takeHead(_ content: ArraySlice<UInt8>, line: Line, notes: inout Notes) {
    let words = Words.of(content, limit: 16)
    guard words.count >= 3, words[1].elementsEqual("entries:".utf8), words[0].last == 44,
      let count = Words.number(words[2].filter { $0 != 44 }[...])
    else {
      notes.problem("a chain without its name or its number of entries", line: line.number)
      return
    }
    open = Text.printable(words[0].dropLast())
    chain = open
    missing = count
  }

  /// `:wrksp-7-0 ACCEPT`, `ebtables -t filter -N wrksp-7-0 -P ACCEPT`.
  private func new(_ words: [ArraySlice<UInt8>]) -> String? {
    guard let first = words.first else { return nil }
    if isInside, first.first == 58 { return Text.printable(first.dropFirst()) }
    guard first.elementsEqual("ebtables".utf8),
      let option = words.firstIndex(where: { $0.elementsEqual("-N".utf8) }),
      option + 1 < words.count
    else { return nil }
    return Text.printable(words[option + 1])
  }

  /// The chain is over.
  mutating func end(_ notes: inout Notes) {
    if let open, missing != 0 {
      let found = missing > 0 ? "\(missing) too few: the output was cut" : "\(0 &- missing) too many"
      notes.problem("chain \(open) has not as many rules as it says, but \(found)")
    }
    open = nil
    missing = 0
  }
}
