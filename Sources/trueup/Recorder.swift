import Capture
import Collect
import Commands
import Configuration
import Model
import World

/// Looks at a live site and keeps what it saw: after each look the folder is a whole capture.
struct Recorder {
  let collector: Collector
  /// The configuration in force, for the capture.
  private let siteFile: [UInt8]
  private var writer: CaptureWriter
  /// The nodes of the first look.
  private(set) var nodes: [Site.ConfiguredNode] = []

  init(collector: Collector, configuration: Configuration, folder: String) throws(Complaint) {
    self.collector = collector
    siteFile = Array(configuration.toml.utf8)
    writer = try CaptureWriter(creating: folder)
  }

  var folder: String { writer.path }

  /// One look, kept as a round.
  mutating func look(_ scope: Scope) async throws {
    try writer.beginRound(started: collector.clock.now)
    let look = await collector.look(scope)
    try Task.checkCancellation()
    if nodes.isEmpty { nodes = look.nodes }
    for answer in look.answers { try writer.add(answer.observation, produced: answer.produced) }
    try writer.save(site: siteFile)
  }

  /// Waits for a moment, and follows dom0's memory on some nodes until then: a value that left and came back between two
  /// looks has moved. Each sample is a look of its own.
  mutating func wait(
    until due: Instant, sampling nodes: [Site.ConfiguredNode], every interval: Duration
  ) async throws {
    while true {
      let left = due.milliseconds - collector.clock.now.milliseconds
      if left <= 0 { return }
      let pause = nodes.isEmpty ? left : min(left, interval.milliseconds)
      try await Task.sleep(for: .milliseconds(pause))
      if !nodes.isEmpty, left > interval.milliseconds {
        try await look(.memory(of: nodes))
      }
    }
  }
}
