public import Commands
public import Model
import World

/// Watches dom0's memory of nodes: one process a node, which prints a line each interval as long as anybody reads them.
public struct MemoryWatch: Sendable {
  /// What a line may tell beside dom0's memory.
  public enum Column: String, CaseIterable, Sendable {
    case targetKib = "target_kib"
    case freeKib = "free_kib"
    case guests
  }

  /// What a node printed.
  public enum Word: Sendable {
    /// dom0's memory, and the columns that were asked for, in their order; nil where the node does not tell. KiB.
    case sample(at: Instant, memoryKib: Int64, others: [Int64?])
    /// From now on nothing is heard, for a reason; it is asked again.
    case silent(reason: String)
  }

  private let reach: Reach.Nodes
  private let interval: Duration
  private let columns: [Column]

  public init(_ reach: Reach.Nodes, every interval: Duration, columns: [Column]) {
    self.reach = reach
    self.interval = interval
    self.columns = columns
  }

  /// Hears the nodes until the task is cancelled. A node that falls silent is called again, after 1, 2, 4 s and so on, at most
  /// every half a minute.
  public func run(
    _ nodes: [Site.ConfiguredNode], clock: ObserverClock,
    heard: @escaping @Sendable (String, Word) async -> Void
  ) async {
    await withTaskGroup(of: Void.self) { group in
      for node in nodes { group.addTask { await watch(node, clock, heard) } }
    }
  }

  private func watch(
    _ node: Site.ConfiguredNode, _ clock: ObserverClock,
    _ heard: @escaping @Sendable (String, Word) async -> Void
  ) async {
    var wait = 1
    while !Task.isCancelled {
      let (lines, continuation) = AsyncStream.makeStream(
        of: (String, Instant).self, bufferingPolicy: .bufferingNewest(3600))
      var hasSpoken = false
      async let outcome = listen(to: node, clock) {
        continuation.yield(($0, $1))
      } ended: {
        continuation.finish()
      }
      var offset = ClockOffset()
      var last: Instant?
      for await (line, arrived) in lines {
        guard let told = Self.numbers(line, count: 2 + columns.count), let up = told[0], let memory = told[1]
        else { continue }
        // The node counts its own hundredths of seconds; what arrives earliest tells best how they lie to our clock.
        let at = Instant(milliseconds: up * 10 + offset.after(arrived.milliseconds - up * 10, at: arrived))
        if let last, at <= last { continue }
        last = at
        (hasSpoken, wait) = (true, 1)
        await heard(node.name, .sample(at: at, memoryKib: memory, others: Array(told.dropFirst(2))))
      }
      let ended = await outcome
      if Task.isCancelled { return }
      await heard(node.name, .silent(reason: Self.reason(ended)))
      if !hasSpoken { wait = min(30, wait * 2) }
      try? await Task.sleep(for: .seconds(wait))
    }
  }

  private func listen(
    to node: Site.ConfiguredNode, _ clock: ObserverClock, line: @escaping @Sendable (String, Instant) -> Void,
    ended: @escaping @Sendable () -> Void
  ) async -> Command.Outcome {
    let lines = Lines(line)
    defer { ended() }
    return await Command(
      command(node), environment: ["TRUEUP_NODE": node.name], deadline: .seconds(1 << 31), byteLimit: .max
    )
    .run(clock: clock) { stream, bytes, arrived in lines.take(bytes, isError: stream == .stderr, arrived) }
    .with(stderr: lines.complaint)
  }

  private func command(_ node: Site.ConfiguredNode) -> [String] {
    let script = ["sh", "-c", self.script, "sh", "\(max(10, interval.milliseconds / 10))"]
    let words = reach.become + script
    let address = node.address ?? node.name
    switch reach.transport {
    case .local: return words
    case .ssh: return OpenSSH.arguments(reach, to: address, [], words)
    // One call a node, whose lines bear no label.
    case .clush where ClushTransport.isPlain(address):
      return ClushTransport.arguments(reach, to: [address], ["-N"], words)
    case .clush: return OpenSSH.arguments(reach, to: address, [], words)
    }
  }

  private static func reason(_ outcome: Command.Outcome) -> String {
    let complaint = String(decoding: outcome.stderr.prefix(400), as: UTF8.self)
      .split(whereSeparator: \.isNewline).last.map(String.init)
    if let complaint { return complaint }
    switch outcome.ending {
    case .exit(let code): return "ended with exit status \(code)"
    case .failure(let reason): return reason
    }
  }

  private static func numbers(_ line: String, count: Int) -> [Int64?]? {
    let words = line.split(separator: " ").map { Int64($0) }
    return words.count == count ? words : nil
  }

  // MARK: On the node

  /// It keeps to its schedule: each line's turn is counted from the first one, by the kernel's clock that nobody sets. Xen 3.x
  /// has one file, Linux from 2.6.37 on the others. Without a reader the next line ends it.
  private var script: String {
    let others = columns.map { column in
      switch column {
      case .targetKib: "$target"
      case .freeKib:
        "$(\(toolstack) info 2>/dev/null | awk '$1 == \"free_memory\" { print $3 * 1024; f = 1 } END { if (!f) print \"-\" }')"
      case .guests: "$(\(toolstack) list 2>/dev/null | awk 'NR > 2 { n++ } END { print NR ? n + 0 : \"-\" }')"
      }
    }
    return """
      every=$1 turn=0 start=
      old=/proc/xen/balloon new=/sys/devices/system/xen_memory/xen_memory0
      while :; do
        IFS=' .' read -r whole part rest </proc/uptime || exit
        now=$((whole * 100 + ${part#0}))
        start=${start:-$now}
        if [ -e $old ]; then
          current=$(awk '/^Current/ { print $3 }' $old) target=$(awk '/^Requested/ { print $3 }' $old)
        else
          read -r current <$new/info/current_kb && read -r target <$new/target_kb || exit
        fi
        echo "$now $current\(others.isEmpty ? "" : " " + others.joined(separator: " "))" || exit
        IFS=' .' read -r whole part rest </proc/uptime || exit
        now=$((whole * 100 + ${part#0}))
        turn=$(((now - start) / every + 1))
        left=$((start + turn * every - now))
        sleep "$((left / 100)).$((left / 10 % 10))$((left % 10))"
      done
      """
  }

  private var toolstack: String { reach.toolstack.rawValue }
}

/// How a node's clock lies to ours, by what arrived earliest of late: a clock that goes wrong is followed.
private struct ClockOffset {
  /// The least of the last whole span, and of the one that has begun.
  private var (former, current): (Int64?, Int64?) = (nil, nil)
  private var began: Instant?
  private static let span: Int64 = 300_000

  /// The offset once a guess was made; in milliseconds, as the guess.
  mutating func after(_ guess: Int64, at now: Instant) -> Int64 {
    if let began, now.milliseconds - began.milliseconds > Self.span {
      (former, current, self.began) = (current, nil, now)
    }
    began = began ?? now
    let least = min(current ?? guess, guess)
    current = least
    return min(former ?? least, least)
  }
}

extension Command.Outcome {
  fileprivate func with(stderr: [UInt8]) -> Self {
    var copy = self
    copy.stderr = stderr
    return copy
  }
}
