import Capture

/// Where a live run keeps what it saw, in a folder of its user's.
struct Keeping {
  let folder: String
  /// Decides on the stand-ins; nil where the names stay.
  let key: Pseudonyms.Key?
}
