import Audit
import Foundation
import Model
import Preflight
import RuleBook
import Testing

/// A site of two nodes, of which all is well unless a test says otherwise.
struct FitSite {
  static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()
  var site = Site(
    name: "gridsn", nodes: ["n1", "n2"].map { Site.ConfiguredNode(name: $0, dom0: Kibibytes(903_168)) })
  var rows: [(kind: ObservationKind, node: String?, row: Row)] = []
  var failed: [(kind: ObservationKind, node: String?)] = []
  var uncollected: [(kind: ObservationKind, node: String?)] = []
  var unreadable: [Unreadable] = []
  var pattern = "*"
  private var looked: [(kind: ObservationKind, node: String?)] = []
  private let now = Instant(milliseconds: 1_795_305_600_000)

  init() {
    for node in ["n1", "n2"] {
      put(.xenList, node, Self.domain(0, "Domain-0", on: node, kib: 903_168))
      put(
        .xenBalloon, node,
        Row(
          "memory_sample", bytes: 0..<1,
          [
            "node": .node(node), "at_ms": .integer(1), "current_kib": .integer(903_168),
            "target_kib": .integer(903_168),
          ]))
      put(.nodeClock, node, Row("node_clock", bytes: 0..<1, ["node": .node(node), "skew_ms": .integer(20)]))
      put(
        .torqueNodes, nil,
        Row(
          "lrms_node", bytes: 0..<1, ["node": .node(node), "is_down": .integer(0), "status_ms": Value(now)]))
      put(.xenInfo, node)
    }
    put(.torqueJobs, nil)
    for (attribute, value) in [("queue_type", "Execution"), ("kill_delay", "15")] {
      put(
        .torqueSettings, nil,
        Row(
          "lrms_setting", bytes: 0..<1,
          [
            "object": .text("queue"), "name": .text("batch"), "attribute": .text(attribute),
            "value": .text(value),
          ]))
    }
    for address in ["192.168.0.2", "192.168.0.3"] {
      put(.dbMain, nil, Row("db_address", bytes: 0..<1, ["address": .text(address), "is_used": .integer(0)]))
    }
  }

  static func domain(
    _ domid: Int64?, _ name: String, on node: String, kib: Int64 = 65536, defects: [Defect] = []
  ) -> Row {
    Row(
      "vmm_domain", bytes: 0..<1, defects: defects,
      ["node": .node(node), "domid": Value(domid), "name": .text(name), "memory_kib": .integer(kib)])
  }

  /// A source was looked at, and had this.
  mutating func put(_ kind: ObservationKind, _ node: String?, _ row: Row? = nil) {
    if !looked.contains(where: { $0 == (kind, node) }) { looked.append((kind, node)) }
    if let row { rows.append((kind, node, row)) }
  }

  func result() throws -> PreflightResult {
    let folder = Self.root.appending(path: "Rules")
    let schema = try Schema(String(contentsOf: folder.appending(path: "schema.sql"), encoding: .utf8))
    let files = try ["", "preflight/"].flatMap { below in
      try FileManager.default.contentsOfDirectory(atPath: folder.appending(path: below).path).sorted()
        .filter { $0.hasSuffix(".toml") && $0 != "authority.toml" }
        .map {
          RuleFolder.File(name: $0, bytes: Array(try Data(contentsOf: folder.appending(path: below + $0))))
        }
    }
    let rules = Preflight.rules(among: RuleFolder(layers: [files]).rules)
    let builder = try SnapshotBuilder(schema: schema, site: site, trial: Trial(nodes: pattern))
    for (index, look) in looked.enumerated() where !uncollected.contains(where: { $0 == look }) {
      var record = ObservationRecord(
        id: index + 1, round: 1, kind: look.kind, node: look.node, command: [], started: now, finished: now,
        exitStatus: 0)
      if failed.contains(where: { $0 == look }) { record.coverage = .failed(Problem("timed out")) }
      builder.begin(record.id)
      for row in rows where (row.kind, row.node) == look { builder.insert(row.row) }
      builder.end(record, precedence: 0, unreadable: look == (.xenList, "n1") ? unreadable : [])
    }
    let snapshot = try builder.finish(now: now)
    let verdicts = try Auditor.judge(snapshot, by: rules, look: AuditResult.Look(started: now, finished: now))
    return Preflight.result(
      verdicts, sights: try Auditor.sights(of: rules, on: snapshot), rules: rules,
      nodes: try snapshot.nodes(like: pattern),
      trial: try snapshot.trial(), site: site.name, remarks: [])
  }
}

extension PreflightResult {
  /// The answers that are not `ok`, as `check of node: mark`.
  var marks: [String] {
    rows.flatMap { row in
      zip(checks, row.cells).compactMap { check, cell in
        cell.flatMap { $0 == .fit ? nil : "\(check.name) of \(row.node ?? "site"): \($0.mark)" }
      }
    }
  }
}

@Suite("The answer of a check")
struct CellTests {
  @Test("is ok where all is well and all was seen; what was left out is a remark")
  func fit() throws {
    let result = try FitSite().result()
    #expect(result.marks == [])
    #expect(result.isGo)
    #expect(result.exitStatus == [])
    #expect(result.trial.slotMemory == Kibibytes(65536))
    #expect(
      result.remarks.contains {
        $0.hasPrefix("kill_delay: kill-delay-too-short was left out, for torque.mom")
      })
    #expect(result.checks.map(\.isOfNodes).sorted { $0 && !$1 } == result.checks.map(\.isOfNodes))
  }

  @Test("can't be told on the node whose source failed, and only there")
  func failed() throws {
    var site = FitSite()
    site.failed = [(.nodeClock, "n2")]
    let result = try site.result()
    #expect(result.marks == ["clock of n2: ?"])
    #expect(result.exitStatus == .notWhole)
    #expect(!result.isGo)
  }

  @Test("can't be told on the node of which a source was not collected")
  func partlyCollected() throws {
    var site = FitSite()
    site.uncollected = [(.nodeClock, "n2")]
    #expect(try site.result().marks == ["clock of n2: ?"])
    #expect(try site.result().rows[1].cells.contains(.unseen(["node.clock of n2 was not collected"])))
  }

  @Test("can't be told anywhere when nothing was collected, and is left out when the site has none")
  func absent() throws {
    var site = FitSite()
    site.uncollected = [(.nodeClock, "n1"), (.nodeClock, "n2")]
    #expect(try site.result().marks == ["clock of n1: ?", "clock of n2: ?"])
    site.site.absentSources = [.nodeClock]
    #expect(try site.result().marks == ["clock of n1: -", "clock of n2: -"])
    #expect(try site.result().isGo)
  }

  @Test("is no where it is not so, and 12 with what could not be told beside it")
  func both() throws {
    var site = FitSite()
    site.put(.xenList, "n1", FitSite.domain(4, "wrksp-7", on: "n1"))
    site.failed = [(.dbMain, nil)]
    let result = try site.result()
    #expect(result.marks == ["guests of n1: no", "addresses of site: ?", "rows of site: ?"])
    #expect(result.exitStatus == [.divergencesLeft, .notWhole])
  }

  @Test("can't be told where a value that it rests on is not understood")
  func defect() throws {
    var site = FitSite()
    let defect = Defect(column: "domid", problem: "expected a number and found 4x")
    site.put(.xenList, "n2", FitSite.domain(nil, "wrksp-7", on: "n2", defects: [defect]))
    #expect(try site.result().marks.contains("guests of n2: ?"))
    #expect(try !site.result().marks.contains("guests of n1: ?"))
  }

  @Test("can't be told where a source has what this version does not know")
  func unreadable() throws {
    var site = FitSite()
    site.unreadable = [
      Unreadable(table: "vmm_domain", column: "name", reason: "names are told in another way")
    ]
    #expect(try site.result().marks == ["guests of n1: ?", "guests of n2: ?"])
  }

  @Test("is not asked of nodes that the trial does not want, and is of the site all the same")
  func pattern() throws {
    var site = FitSite()
    site.failed = [(.xenList, "n2"), (.dbMain, nil)]
    site.pattern = "n1"
    let result = try site.result()
    #expect(result.nodes == ["n1"])
    #expect(result.marks == ["addresses of site: ?", "rows of site: ?"])
  }

  @Test("of the batch system is not for a site whose service has its own nodes")
  func pool() throws {
    var site = FitSite()
    site.site.mode = .pool
    let marks = try site.result().marks
    #expect(marks.contains("torque of n1: -"))
    #expect(marks.contains("kill_delay of site: -"))
    #expect(!marks.contains { $0.hasPrefix("memory") })
  }

  @Test("can't be told of memory where nobody says what dom0 should have")
  func baseline() throws {
    var site = FitSite()
    site.site.nodes = ["n1", "n2"].map { Site.ConfiguredNode(name: $0) }
    #expect(try site.result().marks == ["memory of n1: ?", "memory of n2: ?"])
  }
}
