import Collect
import Glibc
import Model

/// A node's series on disk: `epoch,time,dom0_kib` and what else was asked for. What is there already stays, also half a line
/// that a crash has left, marked as one; what can't be written waits, as long as it is less than an hour.
actor SeriesFile {
  private let path: String
  private let head: String
  private let most = 3600
  private var waiting: [String] = []
  private var dropped = 0
  private var complaint: String?
  private var isSilent = false
  private var hasBegun = false
  private var last: Instant?
  private let interval: Duration

  init(_ path: String, columns: [MemoryWatch.Column], every interval: Duration) {
    self.path = path
    self.interval = interval
    head = (["epoch", "time", "dom0_kib"] + columns.map(\.rawValue)).joined(separator: ",")
  }

  /// Takes what a node said. Gives a complaint when there is a new one: a disk that is full is told once.
  func take(_ word: MemoryWatch.Word) -> String? {
    switch word {
    case .silent(let reason):
      if !isSilent {
        isSilent = true
        waiting.append("# not recorded from here: \(MessageTemplate.visible(reason))")
      }
    case .sample(let at, let memory, let others): note(at, memory, others)
    }
    return flush()
  }

  private func note(_ at: Instant, _ memory: Int64, _ others: [Int64?]) {
    // A gap is told, and nothing is put into it.
    if let last, at.milliseconds - last.milliseconds > 2 * interval.milliseconds {
      let gap = Duration.milliseconds(at.milliseconds - last.milliseconds)
      waiting.append("# not recorded for \(gap.secondsWorded) s")
    }
    (isSilent, last) = (false, at)
    let epoch = "\(at.milliseconds / 1000).\(String(String(1000 + at.milliseconds % 1000).dropFirst()))"
    let values = ["\(memory)"] + others.map { $0.map(String.init) ?? "" }
    waiting.append(([epoch, at.rfc3339] + values).joined(separator: ","))
  }

  /// Takes samples of dom0 that were taken elsewhere.
  func take(_ samples: [(at: Instant, memoryKib: Int64)]) -> String? {
    for sample in samples { note(sample.at, sample.memoryKib, []) }
    return samples.isEmpty ? nil : flush()
  }

  /// How many lines could not be written.
  var unwritten: Int { waiting.count + dropped }

  private func flush() -> String? {
    if waiting.count > most {
      dropped += waiting.count - most
      waiting.removeFirst(waiting.count - most)
    }
    do {
      if !hasBegun { try begin() }
      let told = dropped > 0 ? ["# \(dropped) lines could not be written"] : []
      if waiting.isEmpty, told.isEmpty { return nil }
      try append((told + waiting).joined(separator: "\n") + "\n")
      (waiting, dropped, complaint) = ([], 0, nil)
      return nil
    } catch {
      defer { complaint = error.message }
      return complaint == nil ? error.message : nil
    }
  }

  /// All of it or nothing: what a full disk took of it is taken back, and comes again with the rest.
  private func append(_ text: String) throws(Refusal) {
    var before = stat()
    let isKnown = stat(path, &before) == 0
    do { try Disk.append(path, Array(text.utf8)) } catch {
      if isKnown { truncate(path, before.st_size) }
      throw error
    }
  }

  private func begin() throws(Refusal) {
    let bytes = Disk.facts(path) == nil ? [] : try Disk.read(path)
    let start = Array((head + "\n").utf8)
    if bytes.isEmpty, Disk.facts(path) == nil {
      try Disk.create(path, start)
    } else if bytes.count < start.count, start.starts(with: bytes) {
      // There was no room for all of it.
      try Disk.append(path, Array(start.dropFirst(bytes.count)))
    } else {
      guard bytes.starts(with: start) else {
        throw Refusal(
          "\(path) is there, and its first line is not \"\(head)\": name another folder, or other columns")
      }
      // Half a line, of a crash: it does not become half of another, and its last number is none.
      try append((bytes.last == 10 ? "" : " # half a line\n") + "# recorded anew from here\n")
    }
    hasBegun = true
  }
}
