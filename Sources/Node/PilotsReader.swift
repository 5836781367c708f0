import Model
import World

/// `node.pilots`: the pilots that are alive, what their logs say, and who holds their lock.
///
/// First, without a head or under one that names a command, a process listing; `ls -li`, `lsof`, `lslocks` or
/// `fuser -v` of the lock file may stand beside it. Then `==> PATH <==` with the logs, /proc/locks, the lock file.
///
/// Nothing at all with exit 0 means no pilot, for that is what `pgrep` and a filtered `ps` print. Where other parts
/// are there and no process listing, it was lost, and the source is partial.
struct PilotsReader {
  private enum Listing: Equatable {
    case processes
    case openFiles
    case locks
    case users(of: String?)
  }

  private let node: String
  private var notes = Notes()
  private var table = ProcessTable()
  private var locks = PilotLocks()
  private var listing = Listing.processes
  private var isProcessPartSeen = false

  static func read(_ observation: RawObservation, into sink: inout some RowSink) -> Reading {
    var reader = PilotsReader(node: observation.node)
    let bytes = observation.stdout
    let sections = Section.split(bytes, notes: &reader.notes)
    for section in sections { reader.take(section, of: bytes, into: &sink) }
    reader.table.judge(&reader.notes)
    reader.locks.insertRows(node: reader.node, pilots: reader.table.pids, into: &sink)
    if reader.locks.isOverfull { reader.notes.problem("more lock files than a node's pilots can have") }
    let isKnown = reader.table.isSeen || reader.isProcessPartSeen
    let form = isKnown || bytes.isEmpty ? "ps, with the pilots' logs and lock" : "the pilots' logs and lock"
    if !isKnown, !bytes.isEmpty {
      if sections.allSatisfy({ $0.head == nil }) {
        let problem = Problem("expected a process listing (ps -ef) and found none")
        return reader.notes.reading(form: form, failure: problem)
      }
      reader.notes.problem("no process listing: whether a pilot is alive was not told")
    }
    return reader.notes.reading(form: form)
  }

  private init(node: String) { self.node = node }

  private mutating func take(_ section: Section, of bytes: [UInt8], into sink: inout some RowSink) {
    guard let head = section.head, !section.isFree else {
      table.endHeader()
      listing = .processes
      if let head = section.head, head.hasPrefix("ps") || head.hasPrefix("pgrep") { isProcessPartSeen = true }
      for line in section.lines(of: bytes) { takeFree(line, into: &sink) }
      return
    }
    if let slot = PilotLog.slot(ofPath: head) {
      var log = PilotLog(slot: slot, node: node, isAmbiguous: section.isAmbiguous)
      for line in section.lines(of: bytes) { log.take(line, notes: &notes, sink: &sink) }
    } else if head == "/proc/locks" {
      locks.noteLockList()
      for line in section.lines(of: bytes) { takeLock(line) }
    } else {
      if PilotLocks.isLockPath(head) {
        locks.note(path: head, bytes: section.range, isAmbiguous: section.isAmbiguous)
      } else {
        notes.remark("\(head) is neither a pilot's log nor a lock, and left alone", line: section.firstNumber)
      }
      for line in section.lines(of: bytes) { _ = notes.isWhole(line) }
    }
  }

  private mutating func takeLock(_ line: Line) {
    guard notes.isWhole(line) else { return }
    let words = Words.of(line.content)
    if words.isEmpty || locks.takesLock(words, line: line, notes: &notes) { return }
    notes.problem("a line of /proc/locks that is no lock", line: line.number)
  }

  /// A line that some command printed: its look, or the header above it, says which.
  private mutating func takeFree(_ line: Line, into sink: inout some RowSink) {
    guard notes.isWhole(line), !notes.isComplaint(line) else { return }
    let words = Words.of(line.content)
    guard let first = words.first else { return }
    if takesHeader(words, line: line) { return }
    if locks.takesListing(words, line: line) { return }
    if locks.takesLock(words, line: line, notes: &notes) { return }
    if first.first == 47, first.last == 58 {
      let path = Words.text(first.dropLast())
      listing = .users(of: path)
      locks.takesUser(words.dropFirst(), of: path, line: line)
      return
    }
    if takes(words, line: line, into: &sink) { return }
    let shown = Text.printable(line.content.prefix(120))
    let what =
      PilotLog.isEntry(line.content)
      ? "a pilot's log without its file's name" : "neither a process nor a lock"
    notes.problem("\(what): \(shown)", line: line.number)
  }

  private mutating func takesHeader(_ words: [ArraySlice<UInt8>], line: Line) -> Bool {
    if table.takesHeader(words, line: line, notes: &notes) {
      listing = .processes
      return true
    }
    let names = Set(words.prefix(12).map { Words.text($0) })
    guard names.contains("PID") else { return false }
    if names.isSuperset(of: ["FD", "NAME"]) {
      listing = .openFiles
    } else if names.isSuperset(of: ["TYPE", "PATH"]) {
      listing = .locks
    } else if names.contains("ACCESS") {
      listing = .users(of: nil)
    } else {
      return false
    }
    table.endHeader()
    return true
  }

  private mutating func takes(
    _ words: [ArraySlice<UInt8>], line: Line, into sink: inout some RowSink
  ) -> Bool {
    switch listing {
    case .openFiles where locks.takesOpenFile(words, line: line): return true
    case .locks where locks.takesLsLock(words, line: line): return true
    case .users(of: let path?) where words.count == 4 || words.count == 1:
      locks.takesUser(words[...], of: path, line: line)
      return true
    case .processes, .openFiles, .locks, .users:
      return table.takes(words, line: line, node: node, notes: &notes, sink: &sink)
    }
  }
}
