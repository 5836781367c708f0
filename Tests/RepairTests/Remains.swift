import Foundation
import SQLite
import Simulator

/// What a kill at some instant leaves: the world, and the journal on the disk.
struct Remains: Sendable {
  let site: SimulatedSite
  let scratch: Scratch

  /// The journal is copied by a reader of its own, as another process would see it.
  init(_ site: SimulatedSite, _ journal: String) throws {
    self.site = SimulatedSite(copying: site)
    scratch = try Scratch()
    let database = try Database(path: journal, busyTimeout: 10_000)
    try database.execute("VACUUM INTO '\(scratch.journal)'")
    try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: scratch.journal)
  }
}
