/// What somebody probably meant.
public enum Spelling {
  /// The nearest of some names, when one is near enough to be a slip of the pen.
  public static func nearest(to word: String, among names: some Sequence<String>) -> String? {
    let limit = max(1, word.count / 3)
    guard word.count <= 64 else { return nil }
    var best: (name: String, distance: Int)?
    for name in names where name != word && abs(name.count - word.count) <= limit {
      let distance = distance(Array(word.lowercased()), Array(name.lowercased()))
      if distance <= limit, distance < best?.distance ?? Int.max { best = (name, distance) }
    }
    return best?.name
  }

  /// Levenshtein's: letters put in, left out or exchanged.
  private static func distance(_ left: [Character], _ right: [Character]) -> Int {
    var row = Array(0...right.count)
    for (i, letter) in left.enumerated() {
      var diagonal = row[0]
      row[0] = i + 1
      for (j, other) in right.enumerated() {
        let exchanged = diagonal + (letter == other ? 0 : 1)
        diagonal = row[j + 1]
        row[j + 1] = min(exchanged, row[j] + 1, row[j + 1] + 1)
      }
    }
    return row[right.count]
  }
}
