internal import Commands
internal import Files
import Glibc
internal import Model
internal import World

/// The folder of a Derby database. Opening it would let Derby write into it, so it is only copied, and only while no process
/// has it open.
struct DerbyFolder: Sendable {
  let path: String
  /// A larger one is not copied.
  var byteLimit: Int64 = 4 << 30

  /// Makes a copy that is of one moment, or refuses. Gives when its newest file was written.
  func copy(to copy: String, deadline: Duration, clock: ObserverClock) async throws(DatabaseRefusal)
    -> Instant
  {
    let before = try files()
    try refuseHeld()
    let outcome = await Command(["cp", "-R", "--", path, copy], deadline: deadline).run(clock: clock)
    guard outcome.ending == .exit(0) else {
      let told = String(decoding: outcome.stderr.prefix { $0 != 10 }, as: UTF8.self)
      throw DatabaseRefusal("\(path) could not be copied: \(told.isEmpty ? "\(outcome.ending)" : told)")
    }
    try refuseHeld()
    guard try files() == before else {
      throw DatabaseRefusal(
        "\(path) was written to while it was copied: stop the service, or take a snapshot")
    }
    try refuseOutside(copy)
    return before.map(\.modified).max() ?? clock.now
  }

  /// All that is in it: plain files and folders, not too much of them.
  private func files() throws(DatabaseRefusal) -> [FileFacts] {
    let root = try FileFacts(path)
    guard root.isFolder, (try? FileFacts(path + "/service.properties")) != nil else {
      throw DatabaseRefusal("\(path) is no folder of a Derby database: it has no service.properties")
    }
    var found: [FileFacts] = []
    var folders = [path]
    while let folder = folders.popLast() {
      let names: [String]
      do throws(FileError) { names = try Files.names(in: folder) } catch { throw DatabaseRefusal(error) }
      for name in names {
        let facts = try FileFacts(folder + "/" + name)
        if facts.isFolder { folders.append(facts.path) } else { found.append(facts) }
        guard facts.isFolder || facts.isFile else {
          throw DatabaseRefusal("\(facts.path) is neither a file nor a folder: nothing outside is followed")
        }
      }
    }
    let byteCount = found.reduce(0) { $0 + $1.byteCount }
    guard byteCount <= byteLimit else {
      throw DatabaseRefusal(
        "\(path) has \(byteCount >> 20) MiB: more than \(byteLimit >> 20) MiB are not copied")
    }
    return found
  }

  private func refuseHeld() throws(DatabaseRefusal) {
    if case .held(let holder) = try DerbyLock(of: path).state() {
      throw DatabaseRefusal(
        "\(path) is held by \(holder): stop the service, or enable Derby's network server "
          + "(trueup config check tells how)")
    }
  }

  /// A database may keep its log elsewhere, and Derby would open that.
  private func refuseOutside(_ copy: String) throws(DatabaseRefusal) {
    let file = copy + "/service.properties"
    guard let stream = fopen(file, "r") else { throw DatabaseRefusal(systemAt: file) }
    defer { fclose(stream) }
    var text = [UInt8](repeating: 0, count: 1 << 16)
    let count = fread(&text, 1, text.count, stream)
    let lines = String(decoding: text.prefix(count), as: UTF8.self).split(separator: "\n")
    if let line = lines.first(where: { $0.drop { $0 == " " }.hasPrefix("logDevice") }) {
      throw DatabaseRefusal(
        "\(path) keeps its log in another folder (\(line)), which can't be copied with it: use its network server"
      )
    }
  }
}
