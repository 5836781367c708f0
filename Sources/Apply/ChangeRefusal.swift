/// Why a transaction was not made, as a sentence without a full stop.
struct ChangeRefusal: Error, Hashable {
  let reason: String
  /// The database was told to make it, and what it said is not known.
  var mayBeDone = false

  init(_ reason: String) { self.reason = reason }

  /// What a caller is told.
  var outcome: String {
    mayBeDone
      ? "\(reason); whether it was changed is not known, and the next look tells"
      : "\(reason); nothing was changed"
  }
}
