import Capture
import Configuration
import Files
import Glibc
import Model

/// The folder in which each audit keeps what it saw, a capture each, named by when it began. The newest serves a later audit
/// as first look for what settles more slowly than anyone waits.
struct KeptCaptures {
  let path: String
  /// How many are kept.
  let keep: Int

  /// Nil where the site keeps none.
  init?(_ look: Reach.Look) {
    if look.captures.isEmpty { return nil }
    path = look.captures
    keep = max(1, look.keep)
  }

  /// The captures, the oldest first. Other things in the folder are left alone.
  var names: [String] {
    get throws(Refusal) { try Disk.names(in: path).filter { Instant(rfc3339: $0) != nil } }
  }

  /// Where a capture that begins now is put.
  func place(at moment: Instant) throws(Refusal) -> String {
    if mkdir(path, 0o700) != 0, errno != EEXIST {
      throw Refusal("\(path): can't make the folder of the captures: \(String(cString: strerror(errno)))")
    }
    return "\(path)/\(moment.rfc3339)"
  }

  /// The newest that is whole and of this site, but for one.
  func newest(of site: String, except own: String) throws(Refusal) -> Recording? {
    for name in try names.reversed() where "\(path)/\(name)" != own {
      if let recording = try? Recording("\(path)/\(name)"), recording.configuration.site.name == site {
        return recording
      }
    }
    return nil
  }

  /// Removes the oldest that are too many.
  func prune() throws(Refusal) {
    for name in try names.dropLast(keep) { PrivateFolder.remove("\(path)/\(name)") }
  }
}
