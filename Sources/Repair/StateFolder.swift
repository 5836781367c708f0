import Glibc
public import Model

/// The folder that repairs keep: journal, lock and pauses. It is its owner's alone, since what is written there is believed.
public struct StateFolder: Sendable {
  public let path: String

  /// Takes the folder, and makes it where it is not there, and the one that it lies in.
  public init(_ path: String) throws(Complaint) {
    if let end = path.lastIndex(of: "/"), end > path.startIndex { mkdir(String(path[..<end]), 0o755) }
    if mkdir(path, 0o700) != 0, errno != EEXIST {
      throw Complaint(
        file: path, problem: "can't be made: \(String(cString: strerror(errno)))",
        remedy: "name a folder of yours (repair.state in site.toml), or run as its owner")
    }
    try self.init(existing: path)
  }

  /// Takes a folder that is there.
  public init(existing path: String) throws(Complaint) {
    self.path = path
    func refused(_ problem: String, _ remedy: String) -> Complaint {
      Complaint(file: path, problem: problem, remedy: remedy)
    }
    var status = stat()
    guard lstat(path, &status) == 0 else {
      throw refused(String(cString: strerror(errno)), "see that it is a folder of yours")
    }
    guard status.st_mode & S_IFMT == S_IFDIR else {
      throw refused("is no folder", "links are not followed: name the folder itself")
    }
    guard status.st_uid == geteuid() else {
      throw refused("belongs to uid \(status.st_uid)", "run as its owner, or name another one (repair.state)")
    }
    guard status.st_mode & 0o077 == 0 else { throw refused("is open to others", "chmod 700 \(path)") }
  }

  public var journal: String { path + "/journal.sqlite" }

  /// The lock of a repair, for as long as it lives.
  public struct Lock: ~Copyable, Sendable {
    private let file: Int32
    public let holder: String

    fileprivate init(file: Int32, holder: String) {
      self.file = file
      self.holder = holder
    }

    // The name stays in the file; without the lock it means nothing.
    deinit { close(file) }
  }

  /// Does something with the journal, while nobody else repairs. `who` is told to those who would.
  public func withJournal<Outcome: Sendable>(
    as who: String, _ body: (Journal) async throws -> Outcome
  ) async throws -> Outcome {
    let lock = try lock(as: who)
    defer { _ = lock.holder }
    return try await body(Journal(path: journal))
  }

  /// One repair at a time. The kernel gives the lock back when its holder ends, however that ends, so none is stale; who
  /// held it stands in the file.
  public func lock(as who: String) throws(Complaint) -> Lock {
    let name = path + "/lock"
    let file = open(name, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard file >= 0 else {
      throw Complaint(
        file: name, problem: String(cString: strerror(errno)), remedy: "see that the folder is yours")
    }
    guard flock(file, LOCK_EX | LOCK_NB) == 0 else {
      var holder = [UInt8](repeating: 0, count: 200)
      let count = max(0, pread(file, &holder, holder.count, 0))
      close(file)
      throw Complaint(
        file: name,
        problem: "another repair has the lock: \(String(decoding: holder.prefix(count), as: UTF8.self))",
        remedy: "wait until it has ended")
    }
    let bytes = Array(who.utf8)
    if ftruncate(file, 0) != 0 || pwrite(file, bytes, bytes.count, 0) != bytes.count {
      close(file)
      throw Complaint(
        file: name, problem: "can't be written: \(String(cString: strerror(errno)))",
        remedy: "see that its disk has room")
    }
    return Lock(file: file, holder: who)
  }
}
