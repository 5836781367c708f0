public import Model
import RuleBook
import SQLite

/// What one rule can see of a snapshot: where its silence means that nothing is wrong, and where it means nothing.
public struct Sight: Sendable {
  public let rule: String
  /// It tells of single nodes, and not of the site.
  public let isOfNodes: Bool
  /// Why the rule is not for this site: its mode, or a source that the site does not have by its configuration.
  public let exclusion: String?
  /// A source that it needs and of which nothing was collected.
  public let missing: String?
  /// What it reads and was not wholly seen or understood.
  public let gaps: [Gap]

  public struct Gap: Hashable, Sendable {
    /// Nil: everywhere.
    public let node: String?
    public let reason: String
  }
}

extension Auditor {
  /// What rules can see of a snapshot. An audit does not need it, since it says nothing of what is well; a preflight does.
  public static func sights(of rules: [Rule], on snapshot: Snapshot) throws(AuditError) -> [Sight] {
    do {
      let rows = try RowReader(snapshot)
      let defects = try snapshot.defects()
      var sights: [Sight] = []
      for rule in rules {
        let runner = try RuleRunner(rule, on: snapshot, rows: rows)
        sights.append(try Eyes(runner, snapshot).sight(defects))
      }
      return sights
    } catch { throw AuditError(error) }
  }
}

/// Looks up what a rule reads on the source board.
private struct Eyes {
  let runner: RuleRunner
  let snapshot: Snapshot
  private var board: SourceBoard { snapshot.board }
  private var rule: Rule { runner.rule }
  /// The sources that it can't do without, and all of those that it reads.
  private let needed: [ObservationKind]
  private let read: [ObservationKind]

  init(_ runner: RuleRunner, _ snapshot: Snapshot) {
    self.runner = runner
    self.snapshot = snapshot
    func sources(_ tables: Set<String>) -> [ObservationKind] {
      tables.sorted().flatMap { snapshot.schema.table($0)?.sources ?? [] }.uniqued
    }
    needed = sources(runner.tablesRead.subtracting(runner.rule.optional))
    read = sources(runner.tablesRead)
  }

  func sight(_ defects: [Snapshot.Defect]) throws(SQLiteError) -> Sight {
    let missing = needed.first { !board.isCollected($0) }
    return Sight(
      rule: rule.id, isOfNodes: runner.columnNames.contains("node"), exclusion: exclusion,
      missing: missing.map { "\($0.rawValue) was not collected" },
      gaps: read.filter(board.isCollected).flatMap(gaps) + unreadable + misunderstood(defects)
        + (try runner.nodesUnjudged().map { Sight.Gap(node: $0.node, reason: $0.reason) }))
  }

  private var exclusion: String? {
    guard rule.modes.contains(snapshot.mode) else {
      return "it is for sites in \(rule.modes.map(\.rawValue).sorted().joined()) mode"
    }
    return needed.first(where: board.isAbsent).map { "the site has no \($0.rawValue)" }
  }

  private func gaps(_ kind: ObservationKind) -> [Sight.Gap] {
    (kind.isPerNode ? board.nodes.map(Optional.some) : [nil]).compactMap { node in
      switch board.state(kind, node: node) {
      case .complete: nil
      case .unseen(let reason): Sight.Gap(node: node, reason: reason)
      case .absent:
        needed.contains(kind)
          ? Sight.Gap(node: node, reason: "\(kind.rawValue) of \(node ?? "the site") was not collected") : nil
      }
    }
  }

  private var unreadable: [Sight.Gap] {
    board.unreadable.filter { runner.reads($0) }.map { Sight.Gap(node: nil, reason: $0.reason) }
  }

  private func misunderstood(_ defects: [Snapshot.Defect]) -> [Sight.Gap] {
    defects.filter { runner.columnsRead.contains($0.column) }.map {
      Sight.Gap(node: board.record($0.observation)?.node, reason: $0.text)
    }
  }
}
