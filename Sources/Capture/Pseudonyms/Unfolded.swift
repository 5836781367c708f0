import Model

/// Text without the folds that `qstat -f` and `qstat -B -f` put into the midst of words, and the way back.
struct Unfolded {
  /// To be exchanged for as many.
  var bytes: [UInt8]
  private let original: [UInt8]
  /// Where each byte stood; nil where nothing was folded.
  private let places: [Int]?

  init(_ bytes: [UInt8], of origin: Origin) {
    original = bytes
    guard origin.isFolded, bytes.next("\n\t", from: 0) != nil else {
      self.bytes = bytes
      places = nil
      return
    }
    var places: [Int] = []
    places.reserveCapacity(bytes.count)
    var at = 0
    while at < bytes.count {
      if bytes.holds("\n\t", at: at) {
        at += 2
      } else {
        places.append(at)
        at += 1
      }
    }
    self.bytes = places.map { bytes[$0] }
    self.places = places
  }

  /// With its folds where they were.
  var folded: [UInt8] {
    guard let places else { return bytes }
    var folded = original
    for (place, byte) in zip(places, bytes) { folded[place] = byte }
    return folded
  }
}

extension Origin {
  /// Whether its long lines go on behind a tab.
  fileprivate var isFolded: Bool {
    switch self {
    case .output(.torqueJobs), .output(.torqueServer): true
    case .output, .site, .prose, .cell: false
    }
  }
}
