public import Model
public import Wave

/// What was done in a trial and when, a line each: `epoch,time,node,trial,event,detail`. It is written before things are done
/// where they can't be undone, so that one that was killed is gone on with.
public struct TrialLog: Sendable {
  public static let head = "epoch,time,node,trial,event,detail"

  public enum Event: String, CaseIterable, Sendable {
    /// GO or NO-GO.
    case preflight
    /// A machine is about to be asked for.
    case deploy
    /// It was taken; what `{id}` is.
    case deployed
    /// It was not, and why.
    case refused
    /// Nobody knows whether it was taken: the command did not end by itself; why.
    case unanswered
    /// `running` said so.
    case running
    /// Bytes that were propagated.
    case bytes
    /// What was done in the guest: milliseconds and exit status.
    case guest
    /// It is about to be told to go; by which command.
    case remove
    case removed
    /// It did not take that, and why.
    case kept
    /// It may be there still, and can't be told to go: nobody knows what it is called; why.
    case left
    case reset
    /// After so many trials; the exit status of the audit.
    case audit
    /// The exit status of the repair.
    case repair
    /// All of a trial's nodes are done with it.
    case finished
    /// It is not gone on with; why.
    case stopped
  }

  /// Why nothing more is done.
  public enum Ending: String, Sendable {
    case finished = "all trials were run"
    case noGo = "the preflight said no (preflight.txt tells why)"
    case diverged = "an audit found a divergence, and the file says stop"
  }

  public struct Entry: Hashable, Sendable {
    public let at: Instant
    /// Empty for all nodes.
    public let node: String
    /// Counted from 1; 0 before the first.
    public let trial: Int
    public let event: Event
    public let detail: String

    public init(at: Instant, node: String = "", trial: Int, _ event: Event, _ detail: String = "") {
      self.at = at
      self.node = node
      self.trial = trial
      self.event = event
      self.detail = detail
    }

    /// Of a machine that may be left, for people; nil of anything else.
    public var leftover: String? {
      guard event == .left else { return nil }
      return
        "a machine may be left on \(node), of trial \(trial): \(detail). Look there, and remove it by hand"
    }

    /// Details come last, and may have commas; ends of lines are made blanks.
    public var line: String {
      let fraction = String(String(1000 + at.milliseconds % 1000).dropFirst())
      let words = MessageTemplate.visible(String(detail.map { $0.isNewline ? " " : $0 }))
      return "\(at.milliseconds / 1000).\(fraction),\(at.rfc3339),\(node),\(trial),\(event.rawValue),\(words)"
    }

    fileprivate init?(_ line: Substring) {
      let fields = line.split(separator: ",", maxSplits: 5, omittingEmptySubsequences: false).map(String.init)
      guard fields.count == 6, let at = Instant(rfc3339: fields[1]), let trial = Int(fields[3]),
        let event = Event(rawValue: fields[4])
      else { return nil }
      self.init(at: at, node: fields[2], trial: trial, event, fields[5])
    }
  }

  public internal(set) var entries: [Entry]
  /// Lines that are none of its own, counted from 1.
  public let unread: [Int]

  /// Reads a log. A last line without its end was never finished, and counts for nothing.
  public init(_ bytes: [UInt8]) {
    let text = String(decoding: bytes, as: UTF8.self)
    var lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    lines.removeLast()
    var entries: [Entry] = []
    var unread: [Int] = []
    for (place, line) in lines.enumerated() where line != Self.head && !line.isEmpty {
      if let entry = Entry(line) { entries.append(entry) } else { unread.append(place + 1) }
    }
    (self.entries, self.unread) = (entries, unread)
  }

  /// How it ended; nil of one that runs, or was broken off.
  public var ending: Ending? {
    entries.last.flatMap { $0.event == .stopped ? Ending(rawValue: $0.detail) : nil }
  }

  /// The trials of each node, as they were run.
  public var expected: [ExpectedTrial] {
    struct Key: Hashable {
      let node: String
      let trial: Int
    }
    var asked: [Key: Instant] = [:]
    var removal: [Key: Instant] = [:]
    for entry in entries {
      let key = Key(node: entry.node, trial: entry.trial)
      if entry.event == .deploy { asked[key] = asked[key] ?? entry.at }
      if entry.event == .remove { removal[key] = removal[key] ?? entry.at }
    }
    return asked.map { key, at in
      ExpectedTrial(number: key.trial, node: key.node, asked: at, removal: removal[key])
    }.sorted { ($0.asked, $0.node, $0.number) < ($1.asked, $1.node, $1.number) }
  }

  /// What somebody did that can cost dom0 memory.
  public var happenings: [Happening] {
    entries.compactMap { entry in
      let node = entry.node.isEmpty ? nil : entry.node
      switch entry.event {
      case .remove: return Happening(at: entry.at, node: node, text: entry.detail)
      case .reset: return Happening(at: entry.at, node: node, text: "the reset after trial \(entry.trial)")
      case .repair: return Happening(at: entry.at, node: node, text: "the repair after trial \(entry.trial)")
      default: return nil
      }
    }
  }
}
