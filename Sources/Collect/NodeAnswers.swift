public import Commands
public import Model
public import World

/// What a node answers, as its streams come in: a section that ended is kept though the call then dies.
public struct NodeAnswers: Sendable {
  private let errand: NodeErrand
  private let script: NodeScript
  private let started: Instant
  private var stdout: MarkedStream
  private var stderr: MarkedStream

  /// Standard error is for people: its beginning is enough.
  private static let stderrByteLimit = 1 << 16

  public init(to errand: NodeErrand, of script: NodeScript, started: Instant) {
    self.errand = errand
    self.script = script
    self.started = started
    stdout = MarkedStream(nonce: script.nonce, byteLimits: errand.probes.map(\.byteLimit))
    stderr = MarkedStream(nonce: script.nonce, byteLimits: errand.probes.map { _ in Self.stderrByteLimit })
  }

  /// The next piece of a stream, and when it came.
  public mutating func take(_ bytes: [UInt8], from stream: Command.Stream, at moment: Instant) {
    switch stream {
    case .stdout: stdout.take(bytes, at: moment)
    case .stderr: stderr.take(bytes, at: moment)
    }
  }

  /// Every command ended, and all that it printed is here.
  public var isComplete: Bool { stdout.isComplete && stderr.isComplete }

  /// One answer for each probe, in their order, after the call ended as it did.
  ///
  /// A command's moments are those at which its marks came in.
  public func answers(ending: RawObservation.Ending, finished: Instant) -> [Answer] {
    var told = self
    told.stdout.finish()
    told.stderr.finish()
    let loss = told.loss(ending)
    return errand.probes.indices.map { index in
      let probe = errand.probes[index]
      let section = told.stdout.sections[index]
      return Answer(
        RawObservation(
          kind: probe.kind, node: probe.node, command: probe.command,
          started: section.began ?? started, finished: section.ended ?? finished,
          ending: told.ending(of: section) ?? .failure(loss),
          stdout: section.bytes, stderr: told.stderr.sections[index].bytes))
    }
  }

  /// Nil for a command whose end was not seen.
  private func ending(of section: MarkedStream.Section) -> RawObservation.Ending? {
    if section.ended == nil { return nil }
    if section.isCut { return .failure("printed more than \(section.byteLimit >> 20) MiB, which was cut") }
    if let status = Int(section.status) { return .exit(status) }
    let tick = script.tick
    return .failure(
      "timed out on the node after \(tick.secondsWorded) to \((tick * 2).secondsWorded) s, and was killed")
  }

  /// Why the other commands have no end: what ssh said last tells it best.
  private func loss(_ ending: RawObservation.Ending) -> String {
    let said = stderr.sections.last { $0.began != nil && $0.ended == nil }?.bytes ?? stderr.aside
    switch ending {
    case .failure(let reason): return reason
    case .exit(let status):
      return HostKeyFailure.explained(said, address: errand.address)
        ?? lastLine(of: said) ?? lastLine(of: stdout.aside)
        ?? "the call ended with exit status \(status) before this was answered"
    }
  }

  private func lastLine(of bytes: [UInt8]) -> String? {
    bytes.split { $0 == 10 || $0 == 13 }.last.map { Text.printable($0.prefix(400)) }
  }
}
