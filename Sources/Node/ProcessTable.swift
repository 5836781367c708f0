import Model
import World

/// A listing of processes by `ps` (or `pgrep -af`), with its header or without: only the pilots in it become rows.
///
/// The layouts without a header are those of `ps -ef`, `ps aux`, `ps ax`, `ps axo pid,ppid,user,lstart,args`, busybox
/// and `pgrep -af`; captures of real nodes have the first one, filtered by `grep`.
struct ProcessTable {
  /// What one line tells.
  struct Process {
    var pid: Int64
    var parent: Int64?
    var account: ArraySlice<UInt8>?
    var started: String?
    var command: ArraySlice<ArraySlice<UInt8>>
  }

  private(set) var pids: Set<Int64> = []
  /// True once a header or a process was seen: only then does "no pilot" mean something.
  private(set) var isSeen = false

  private var columns: [String]?
  private var rows = 0
  private var hasArguments = false
  private var longest = 0
  private var longestCount = 0

  // MARK: - Header

  /// Takes the line if it is the header of a process listing.
  mutating func takesHeader(_ words: [ArraySlice<UInt8>], line: Line, notes: inout Notes) -> Bool {
    guard words.count < 40, words.allSatisfy({ !$0.contains { (97...122).contains($0) } }) else {
      return false
    }
    let names = words.map { Words.text($0) }
    guard names.contains("PID"), let last = names.last, ["COMMAND", "CMD", "ARGS"].contains(last),
      !names.contains("ACCESS")
    else { return false }
    columns = names
    isSeen = true
    if last == "CMD", names == ["PID", "TTY", "TIME", "CMD"] || names.contains("SZ") {
      notes.problem(
        "this ps lists names without arguments, by which no pilot can be told: use ps -ef", line: line.number)
    }
    return true
  }

  /// Another listing begins.
  mutating func endHeader() { columns = nil }

  // MARK: - Lines

  /// Takes the line if it is a process; a pilot goes to the sink.
  mutating func takes(
    _ words: [ArraySlice<UInt8>], line: Line, node: String, notes: inout Notes, sink: inout some RowSink
  ) -> Bool {
    guard let process = columns.map({ Self.process(words, $0) }) ?? Self.process(words) else {
      if columns != nil {
        notes.problem("a line that does not fit the header of its listing", line: line.number)
        return true
      }
      return false
    }
    isSeen = true
    measure(line, process)
    guard let pilot = PilotCommand(process.command) else { return true }
    // The same process in a second listing is no second pilot.
    if pids.insert(process.pid).inserted {
      sink.insert(Self.row(process, pilot, bytes: line.range, node: node))
    }
    return true
  }

  private mutating func measure(_ line: Line, _ process: Process) {
    rows &+= 1
    if process.command.count > 1 || process.command.first?.contains(47) == true { hasArguments = true }
    if line.content.count > longest {
      longest = line.content.count
      longestCount = 0
    }
    if line.content.count == longest { longestCount &+= 1 }
  }

  /// What the listing as a whole shows to be missing.
  func judge(_ notes: inout Notes) {
    if rows > 0, !hasArguments {
      notes.problem(
        "no process of this listing has arguments, by which alone a pilot can be told: use ps -ef")
    }
    // An old ps cuts at the width of a terminal, and with it the path of the pilot or its slot.
    if [79, 80, 131, 132].contains(longest), longestCount > 2 {
      notes.problem("the lines of this listing are cut at \(longest) columns: use ps -efww")
    }
  }

  private static func row(_ process: Process, _ pilot: PilotCommand, bytes: Range<Int>, node: String) -> Row {
    var defects: [Defect] = []
    var account: Value = .null
    if let told = process.account {
      switch Text.strict(told) {
      case .success(let text): account = .text(text)
      case .failure(let defective): defects.append(Defect(column: "account", problem: defective.problem))
      }
    }
    let slot = pilot.slot(column: "slot", defects: &defects)
    let memory = pilot.memory(column: "memory_kib", defects: &defects)
    let duration = pilot.number("duration", column: "duration_s", defects: &defects)
    let grace = pilot.number("graceperiod", column: "grace_s", defects: &defects)
    return Row(
      "pilot_process", bytes: bytes, defects: defects,
      [
        "node": .node(node), "pid": .integer(process.pid), "parent": Value(process.parent),
        "account": account,
        "slot": slot, "memory_kib": memory, "duration_s": duration, "grace_s": grace,
        "started": Value(process.started), "is_killnine": Value(pilot.isKillnine),
      ])
  }
}
