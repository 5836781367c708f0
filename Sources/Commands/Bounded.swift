/// Work on many things, so many at a time.
public enum Bounded {
  /// The results in the order of the things. When the task is cancelled, what has begun is waited for and sees it.
  public static func map<Thing: Sendable, Result: Sendable>(
    _ things: [Thing], atOnce: Int, _ work: @escaping @Sendable (Thing) async -> Result
  ) async -> [Result] {
    await withTaskGroup(of: (Int, Result).self) { group in
      var waiting = things.enumerated().makeIterator()
      func begin() {
        guard let (index, thing) = waiting.next() else { return }
        group.addTask { (index, await work(thing)) }
      }
      for _ in 0..<max(1, atOnce) { begin() }
      var results: [(Int, Result)] = []
      for await result in group {
        results.append(result)
        begin()
      }
      return results.sorted { $0.0 < $1.0 }.map(\.1)
    }
  }
}
