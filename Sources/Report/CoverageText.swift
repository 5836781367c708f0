import Model

/// What was seen and what was not, for people: a line for each gap and each reason, and one for all that was seen whole.
enum CoverageText {
  static func lines(_ result: AuditResult) -> [String] {
    let missing = result.uncollected.map { gap in
      let nodes = gap.nodes.isEmpty ? "" : " of \(MessageTemplate.visible(listed(gap.nodes)))"
      return "  missing  \(gap.kind.rawValue)\(nodes): not collected"
    }
    let gaps = incomplete(result.incomplete) + missing
    return (gaps.isEmpty ? [] : ["Not wholly seen:"] + gaps) + seen(result)
  }

  /// The same gaps as sentences, each for itself: `xen.list of wn1 is failed: no answer`.
  static func unseen(_ result: AuditResult) -> [String] {
    let incomplete = result.incomplete.map { record in
      let (word, reason) = record.coverage.worded
      return "\(record.source) is \(word): \(reason ?? "")"
    }
    let missing = result.uncollected.map { gap in
      let nodes = gap.nodes.isEmpty ? "" : " of \(listed(gap.nodes))"
      return "\(gap.kind.rawValue)\(nodes) was not collected"
    }
    return (incomplete + missing).map(MessageTemplate.visible)
  }

  /// What one node lacks for one reason is one line: a node that did not answer is one thing that happened.
  private static func incomplete(_ records: [ObservationRecord]) -> [String] {
    struct Gap: Hashable {
      let word: String
      let node: String
      let reason: String
    }
    var order: [Gap] = []
    var groups: [Gap: [ObservationRecord]] = [:]
    for record in records {
      let (word, reason) = record.coverage.worded
      let gap = Gap(word: word, node: record.node ?? record.kind.rawValue, reason: reason ?? "")
      if groups[gap] == nil { order.append(gap) }
      groups[gap, default: []].append(record)
    }
    return order.map { gap in
      let group = groups[gap] ?? []
      let word = gap.word + String(repeating: " ", count: max(0, 7 - gap.word.count))
      let reason = MessageTemplate.visible(gap.reason)
      guard group.count > 1, let first = group.first, first.node != nil else {
        return group.map { "  \(word)  \(MessageTemplate.visible($0.source)): \(reason) [\(command($0))]" }
          .joined(separator: "\n")
      }
      return
        "  \(word)  \(MessageTemplate.visible(gap.node)): \(reason) [\(listed(group.map(\.kind.rawValue)))]"
    }
  }

  private static func command(_ record: ObservationRecord) -> String {
    let words = record.command.isEmpty ? "no command recorded" : record.command.joined(separator: " ")
    let shown = MessageTemplate.visible(words)
    return shown.count > 100 ? "\(shown.prefix(97))..." : shown
  }

  /// `Seen whole: torque.jobs, db.main; of 3 nodes: xen.list, xen.info.`
  private static func seen(_ result: AuditResult) -> [String] {
    let whole = result.observations.filter { !$0.isSuperseded && $0.coverage == .complete }
    var nodes: [ObservationKind: Set<String>] = [:]
    for record in whole { nodes[record.kind, default: []].formUnion(record.node.map { [$0] } ?? []) }
    let ofSite = ObservationKind.allCases.filter { !$0.isPerNode && nodes[$0] != nil }.map(\.rawValue)
    let counts = Set(nodes.filter { $0.key.isPerNode }.values.map(\.count)).sorted(by: >)
    let ofNodes = counts.map { count in
      let kinds = ObservationKind.allCases.filter { $0.isPerNode && nodes[$0]?.count == count }
      return "of \(count) \(count == 1 ? "node" : "nodes"): \(kinds.map(\.rawValue).joined(separator: ", "))"
    }
    let parts = (ofSite.isEmpty ? [] : [ofSite.joined(separator: ", ")]) + ofNodes
    return parts.isEmpty ? [] : ["Seen whole: \(parts.joined(separator: "; "))."]
  }

  static func listed(_ words: [String]) -> String {
    words.count <= 8
      ? words.joined(separator: ", ")
      : words.prefix(6).joined(separator: ", ") + " and \(words.count - 6) more"
  }
}
