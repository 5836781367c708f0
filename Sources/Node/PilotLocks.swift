import Model
import World

/// Who holds the file that pilots of 2.7 and later lock (`flock`) around reading and setting memory.
///
/// To have it open is not to hold it: a pilot that waits has it open too. So `lsof` counts with its lock letter only,
/// `/proc/locks` by the file's inode, and `fuser`, which tells no locks, where just one has it open.
struct PilotLocks {
  private struct File {
    var bytes: Range<Int>
    var inode: Int64?
    var holders: Set<Int64> = []
    var openers: Set<Int64> = []
    /// True once somebody who would know told of the file's locks.
    var isLockTold = false
    var isAmbiguous = false
  }

  private struct Flock {
    let pid: Int64
    let inode: Int64
    let bytes: Range<Int>
  }

  private var files: [String: File] = [:]
  private var flocks: [Flock] = []
  private var isLockListSeen = false
  /// True where more lock files were named than are kept.
  private(set) var isOverfull = false

  /// A node's pilots have one lock file; each is compared with every lock, so their number is bounded.
  private static let limit = 16

  static func isLockPath(_ path: String) -> Bool { path.hasPrefix("/") && path.hasSuffix("lock") }

  mutating func note(path: String, bytes: Range<Int>, isAmbiguous: Bool = false) {
    if files[path] == nil {
      isOverfull = isOverfull || files.count == Self.limit
      if isOverfull { return }
      files[path] = File(bytes: bytes)
    }
    if isAmbiguous { files[path]?.isAmbiguous = true }
  }

  // MARK: - ls -l, ls -li

  /// `16220447 -rw-r--r-- 1 root root 0 Nov 22 20:55 /tmp/workspace-pilot.lock`, the inode only with `-i`.
  mutating func takesListing(_ words: [ArraySlice<UInt8>], line: Line) -> Bool {
    let mode = words.prefix(2).firstIndex { Self.isMode($0) }
    guard let mode, let last = words.last, words.count >= mode + 8 else { return false }
    let path = Words.text(last)
    if Self.isLockPath(path) {
      note(path: path, bytes: line.range)
      if mode == 1 { files[path]?.inode = Words.number(words[0]) }
    }
    return true
  }

  static func isMode(_ word: ArraySlice<UInt8>) -> Bool {
    guard (10...11).contains(word.count), let first = word.first else { return false }
    return "-dlbcps".utf8.contains(first)
      && word.dropFirst().prefix(9).allSatisfy { "rwxsStT-".utf8.contains($0) }
  }

  // MARK: - /proc/locks

  /// True for `1: FLOCK  ADVISORY  WRITE 6615 fe:00:16220447 0 EOF`. One that waits has an arrow and holds nothing.
  mutating func takesLock(_ words: [ArraySlice<UInt8>], line: Line, notes: inout Notes) -> Bool {
    guard words.count >= 3, words[0].last == 58, Words.number(words[0].dropLast()) != nil else {
      return false
    }
    isLockListSeen = true
    if words[1].elementsEqual("->".utf8) { return true }
    guard words.count == 8 else {
      notes.problem("a lock with \(words.count) words where 8 were expected", line: line.number)
      return true
    }
    guard words[1].elementsEqual("FLOCK".utf8) else { return true }
    guard let pid = Words.number(words[4]),
      let inode = words[5].split(separator: 58).last.flatMap(Words.number)
    else {
      notes.problem("a lock without the pid or the inode that were expected", line: line.number)
      return true
    }
    flocks.append(Flock(pid: pid, inode: inode, bytes: line.range))
    return true
  }

  mutating func noteLockList() { isLockListSeen = true }

  // MARK: - lsof, lslocks, fuser

  /// `python 6615 globus 3uW REG 254,0 0 16220447 /tmp/workspace-pilot.lock`: the letter behind the mode is the lock.
  mutating func takesOpenFile(_ words: [ArraySlice<UInt8>], line: Line) -> Bool {
    guard words.count >= 9, let pid = Words.number(words[1]), let last = words.last else { return false }
    let path = Words.text(last)
    guard path.hasPrefix("/") else { return false }
    guard Self.isLockPath(path) else { return true }
    note(path: path, bytes: line.range)
    files[path]?.isLockTold = true
    files[path]?.inode = Words.number(words[words.count - 2])
    let lock = words[3].drop(while: Words.isDigit).dropFirst()
    if let letter = lock.first, "RWrwuUNx".utf8.contains(letter) {
      files[path]?.holders.insert(pid)
      files[path]?.bytes = line.range
    }
    return true
  }

  /// `python 6615 FLOCK WRITE 0 0 0 /tmp/workspace-pilot.lock`; a star behind the mode means that it waits.
  mutating func takesLsLock(_ words: [ArraySlice<UInt8>], line: Line) -> Bool {
    guard words.count >= 5, let pid = Words.number(words[1]), let last = words.last else { return false }
    let path = Words.text(last)
    guard Self.isLockPath(path) else { return true }
    note(path: path, bytes: line.range)
    files[path]?.isLockTold = true
    if !words.contains(where: { $0.last == 42 }) {
      files[path]?.holders.insert(pid)
      files[path]?.bytes = line.range
    }
    return true
  }

  /// `/tmp/workspace-pilot.lock:  6615`, or its processes on lines of their own behind it (`fuser -v`).
  mutating func takesUser(_ words: ArraySlice<ArraySlice<UInt8>>, of path: String, line: Line) {
    note(path: path, bytes: line.range)
    let pids = words.prefix(4).lazy.compactMap { word in
      Words.number(word) ?? Words.number(word.prefix(while: Words.isDigit))
    }
    guard let pid = pids.first else { return }
    if words.count > 2, words.contains(where: { $0.contains(46) && $0.count == 5 }) {
      files[path]?.openers.insert(pid)
    } else {
      files[path]?.openers.formUnion(words.compactMap { Words.number($0.prefix(while: Words.isDigit)) })
    }
    files[path]?.bytes = line.range
  }

  // MARK: - The rows

  func insertRows(node: String, pilots: Set<Int64>, into sink: inout some RowSink) {
    for (path, file) in files.sorted(by: { $0.key < $1.key }) {
      var holder: Int64?
      var bytes = file.bytes
      var defects: [Defect] = []
      switch verdict(on: file, pilots: pilots) {
      case .held(let pid, let place):
        holder = pid
        bytes = place ?? bytes
      case .free: break
      case .unknown(let why): defects.append(Defect(column: "holder", problem: why))
      }
      sink.insert(
        Row(
          "pilot_lock", bytes: bytes, defects: defects, isAmbiguous: file.isAmbiguous,
          ["node": .node(node), "path": .text(path), "holder": Value(holder)]))
    }
    guard files.isEmpty else { return }
    // A pilot holds no other flock than this one; which file it is was not told.
    for flock in flocks where pilots.contains(flock.pid) {
      sink.insert(
        Row(
          "pilot_lock", bytes: flock.bytes,
          defects: [Defect(column: "path", problem: "only the inode \(flock.inode) was told")],
          ["node": .node(node), "path": .null, "holder": .integer(flock.pid)]))
    }
  }

  private enum Verdict {
    case held(Int64, Range<Int>?)
    case free
    case unknown(String)
  }

  private func verdict(on file: File, pilots: Set<Int64>) -> Verdict {
    if let holder = file.holders.first {
      return file.holders.count == 1 ? .held(holder, nil) : .unknown("\(file.holders.count) hold it at once")
    }
    if isLockListSeen {
      let own = flocks.filter { file.inode == nil ? pilots.contains($0.pid) : $0.inode == file.inode }
      if let flock = own.first { return .held(flock.pid, flock.bytes) }
      if file.inode != nil { return .free }
    }
    if file.isLockTold { return .free }
    if file.openers.count == 1, let opener = file.openers.first { return .held(opener, nil) }
    if file.openers.count > 1 {
      return .unknown("\(file.openers.count) have it open, and which of them holds it was not told")
    }
    return .unknown("the file is there, and nobody told who holds it")
  }
}
