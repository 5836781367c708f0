public import Model
import SQLite
import Synchronization
public import World

/// A seeded site behind the World's protocols: whatever looks at a live site, or repairs one, can do so here. Time passes
/// while it is looked at.
public final class ClusterSite: Acting {
  private struct State {
    var cluster: Cluster
    /// What was wrong at any instant since the last time that somebody asked.
    var sighted: Set<Divergence>
    /// The dump of the database that was made last.
    var dump: RawObservation?
    /// For what goes wrong with answers: the site's own life is the same without.
    var glitches: Dice
    /// Since when each of what is wrong now has been so, without a pause.
    var since: [Divergence: Instant] = [:]

    /// dom0 of each node at each second since they were taken last, where somebody wants that.
    var series: [Sampled]?

    /// In steps of a second where dom0 is recorded.
    mutating func advance(by duration: Duration) {
      guard series != nil else { return step(by: duration) }
      let end = cluster.clock + duration
      while cluster.clock < end {
        let whole = 1000 - cluster.clock.milliseconds % 1000
        step(by: min(.milliseconds(whole), end - cluster.clock))
        if cluster.clock.milliseconds % 1000 == 0 {
          series?.append(Sampled(at: cluster.clock, memoryKib: cluster.dom0Kib))
        }
      }
    }

    private mutating func step(by duration: Duration) {
      var (sighted, since) = (sighted, since)
      cluster.advance(by: duration) { Self.note($0, &sighted, &since) }
      Self.note(cluster, &sighted, &since)
      (self.sighted, self.since) = (sighted, since)
    }

    mutating func glitch(_ kind: ObservationKind) -> Glitch? {
      guard !cluster.isQuiet, glitches.chance(cluster.terms.glitches) else { return nil }
      switch glitches.below(4) {
      case 0: return .slow(glitches.milliseconds(3000...25_000))
      case 1: return .cut(of1000: glitches.below(1000))
      // A copy of the database that was not made anew: the others are asked themselves.
      case 2 where kind == .dbMain: return .stale
      default: return .silent
      }
    }

    /// What is cut off where a line ends looks whole to anybody: then the way itself tells that it broke.
    static func spoil(_ said: inout Cluster.Said, by glitch: Glitch?) {
      switch glitch {
      case nil, .slow, .stale: break
      case .silent:
        said = Cluster.Said(text: "", ending: .failure("timed out after 10 s"), delay: .seconds(10))
      case .cut(let part):
        let bytes = Array(said.text.utf8.prefix(said.text.utf8.count * part / 1000))
        said.text = String(decoding: bytes, as: UTF8.self)
        if bytes.isEmpty || bytes.last == 10 { said.ending = .exit(255) }
      }
    }

    static func note(
      _ cluster: Cluster, _ sighted: inout Set<Divergence>, _ since: inout [Divergence: Instant]
    ) {
      let now = cluster.divergences
      sighted.formUnion(now)
      since = since.filter { now.contains($0.key) }
      for divergence in now where since[divergence] == nil { since[divergence] = cluster.clock }
    }
  }

  /// What can become of an answer on its way.
  private enum Glitch: Equatable {
    case slow(Duration)
    case cut(of1000: Int)
    case stale, silent
  }

  /// dom0 of each node at a moment, in the order of the nodes; KiB.
  public struct Sampled: Sendable {
    public let at: Instant
    public let memoryKib: [Int64]
  }

  private let state: Mutex<State>

  public init(_ cluster: Cluster) {
    var dice = cluster.dice
    state = Mutex(State(cluster: cluster, sighted: [], glitches: Dice(seed: UInt64(dice.below(1 << 30)))))
  }

  /// The site as it stands.
  public var cluster: Cluster { state.withLock { $0.cluster } }

  /// What was wrong at any instant since this was asked last.
  public func sightings() -> Set<Divergence> {
    state.withLock { state in
      defer { state.sighted = state.cluster.divergences }
      return state.sighted
    }
  }

  /// What is wrong now, and since when without a pause.
  public var standing: [Divergence: Instant] { state.withLock { $0.since } }

  /// Nothing is asked for any more, and nothing breaks.
  public func quieten() { state.withLock { $0.cluster.quieten() } }

  /// What waits for nodes that nobody gives back is deleted: it would begin amid a repair.
  public func emptyQueue() { state.withLock { $0.cluster.emptyQueue() } }

  /// Stops the service as an administrator does, or starts it.
  public func setService(isRunning: Bool) {
    state.withLock { $0.cluster.setService(isRunning: isRunning) }
  }

  /// From here on dom0 is recorded at each second.
  public func record() { state.withLock { $0.series = [] } }

  /// What was recorded since this was asked last.
  public func recorded() -> [Sampled] {
    state.withLock { state in
      defer { if state.series != nil { state.series = [] } }
      return state.series ?? []
    }
  }

  /// A command on the head node.
  public func answer(_ words: [String]) -> Cluster.Answered {
    pass(.milliseconds(100))
    return state.withLock { state in
      defer { state.advance(by: .milliseconds(200)) }
      return state.cluster.answer(words, on: nil)
    }
  }

  /// A line in its story.
  public func tell(_ line: String) { state.withLock { $0.cluster.tell(line) } }

  public func pass(_ duration: Duration) { state.withLock { $0.advance(by: duration) } }

  // MARK: The World's protocols

  public var now: Instant { state.withLock { $0.cluster.clock } }

  public func sleep(for duration: Duration) async throws {
    try Task.checkCancellation()
    pass(duration)
  }

  public func service() async -> ServiceState {
    state.withLock { $0.cluster.service.isRunning ? .running("process 4711") : .stopped }
  }

  /// One source after the other; a node's come in one call.
  public func look(_ scope: Scope) async -> [Answer] {
    state.withLock { state in
      var answers: [Answer] = []
      for kind in Cluster.sources where scope.sources.contains(kind) {
        answers.append(Self.ask(kind, of: nil, &state))
      }
      let asked = scope.nodes.map { Set($0.map(\.name)) }
      for host in state.cluster.hosts.indices {
        if let asked, !asked.contains(state.cluster.hosts[host].name) { continue }
        for kind in Cluster.nodeSources where scope.nodeSources.contains(kind) {
          answers.append(Self.ask(kind, of: host, &state))
        }
      }
      return answers
    }
  }

  private static func ask(_ kind: ObservationKind, of host: Int?, _ state: inout State) -> Answer {
    let name = host.map { state.cluster.hosts[$0].name } ?? ""
    let glitch = state.glitch(kind)
    state.advance(by: state.cluster.dice.milliseconds(5...60))
    let started = state.cluster.clock
    if case .slow(let delay) = glitch { state.advance(by: delay) }
    var said = state.cluster.said(kind, of: host ?? 0)
    State.spoil(&said, by: glitch)
    state.advance(by: state.cluster.dice.milliseconds(10...150) + said.delay)
    let observation = RawObservation(
      kind: kind, node: name, command: Cluster.command(kind, name), started: started,
      finished: state.cluster.clock, ending: said.ending, stdout: Array(said.text.utf8),
      stderr: Array(said.complaint.utf8))
    guard kind == .dbMain else { return Answer(observation) }
    // Its time is that of the dump, as it is of a file's.
    if glitch == .stale, let dump = state.dump { return Answer(dump) }
    state.dump = observation
    return Answer(observation)
  }

  public func perform(
    _ deed: Deed, keep: @Sendable ([FormerRows]) async throws -> Void
  ) async -> Deed.Outcome {
    switch deed {
    case .command(let words, let place, let deadline):
      pass(.milliseconds(100))
      let ending = state.withLock { state in
        let ending = state.cluster.run(Order(words), at: place)
        state.advance(by: ending == .hangs ? deadline : .milliseconds(200))
        return ending
      }
      switch ending {
      case .exit(0, _): return .done
      case .exit(let code, let text): return .failed("ended with exit status \(code): \(text)")
      case .hangs: return .failed("timed out after \(deadline.secondsWorded) s")
      case .notSimulated(let what): return .failed("not simulated: \(what)")
      }
    case .transaction(let transaction): return await commit(transaction, keep)
    }
  }

  private func commit(
    _ transaction: Transaction, _ keep: @Sendable ([FormerRows]) async throws -> Void
  ) async -> Deed.Outcome {
    pass(.milliseconds(100))
    do {
      let before = cluster.dump
      let database = try Database.captured(Array(before.utf8))
      let former = try database.make(transaction)
      do { try await keep(former) } catch {
        return .failed("rolled back: \(error)")
      }
      let after = try database.serialize()
      return try state.withLock { state in
        guard state.cluster.dump == before else { return .failed("rolled back: database is locked") }
        state.cluster.judge(transaction)
        try state.cluster.take(Database(deserializing: after, readOnly: true))
        return .done
      }
    } catch let refusal as Refusal {
      return .failed(refusal.reason)
    } catch {
      return .failed("\(error)")
    }
  }
}
