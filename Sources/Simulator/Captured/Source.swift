import Model
import World

/// One source of the site: a command, and what it prints.
struct Source: Sendable {
  let kind: ObservationKind
  /// The node by its one name; empty for the whole site.
  let node: String
  /// As it was captured, with the bytes that it prints now.
  var observation: RawObservation
  /// When the source made what it says, where that was earlier than it was read.
  var produced: Instant?
  /// It could not be read at all. It goes on failing in the same way, and no deed shows in it.
  let isFailed: Bool
  /// It was read without any loss.
  let isWhole: Bool
  /// What the door reads in what it prints now; nothing of one that failed.
  private(set) var rows: [Row] = []

  init(_ answer: Answer, node: String, read: SimulatedSite.Reading) {
    kind = answer.observation.kind
    self.node = node
    observation = answer.observation
    produced = answer.produced
    var list = RowList()
    let coverage = read(answer.observation, &list).coverage
    isFailed = if case .failed = coverage { true } else { false }
    isWhole = coverage == .complete
    if !isFailed { rows = list.rows }
  }

  /// It did not end by itself and printed nothing: whoever was asked is not there, or hangs.
  var isSilent: Bool {
    if case .failure = observation.ending { observation.stdout.isEmpty } else { false }
  }

  /// How long it takes to read. A quick command takes no time that would matter; what waits or samples takes its own.
  var duration: Duration {
    let captured = observation.finished.milliseconds - observation.started.milliseconds
    return .milliseconds(captured > 1000 ? captured : max(1, min(captured, 20)))
  }

  mutating func edit(read: SimulatedSite.Reading, _ change: (inout Document) -> Void) {
    var document = Document(observation.stdout)
    change(&document)
    if document.bytes == observation.stdout { return }
    produced = nil
    observation = observation.with(document.bytes)
    var list = RowList()
    _ = read(observation, &list)
    rows = list.rows
  }
}
