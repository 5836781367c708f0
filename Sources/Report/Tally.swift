import Model

/// How many findings there are of what kind: what the reports that count agree on.
struct Tally {
  /// Confirmed, accepted by nobody, and no mere notice: what somebody must see to.
  let open: [Finding]
  /// Confirmed notices that nobody has accepted.
  let notices: [Finding]
  /// Accepted by nobody, and not to be told yet: seen once, unsettled, undetermined.
  let unsure: [Finding]
  let selfHealing: [Finding]
  let accepted: [Finding]
  /// Sources that were not wholly seen, or not at all.
  let unseen: Int

  var errors: Int { open.filter { $0.severity == .error }.count }
  var warnings: Int { open.count - errors }

  init(_ result: AuditResult) { self.init(result.allFindings, of: result) }

  /// Of some findings, such as those of a node.
  init(_ findings: [Finding], of result: AuditResult) {
    accepted = findings.filter(result.isAccepted)
    let others = findings.filter { !result.isAccepted($0) }
    let confirmed = others.filter { $0.status.word == "confirmed" }
    open = confirmed.filter { $0.severity > .notice }
    notices = confirmed.filter { $0.severity == .notice }
    selfHealing = others.filter { $0.status.word == "self-healing" }
    unsure = others.filter { !["confirmed", "self-healing"].contains($0.status.word) }
    unseen = result.incomplete.count + result.uncollected.count
  }

  /// `2 errors, 1 warning on 2 nodes`; what there is none of is left out.
  func summary(_ result: AuditResult) -> String {
    let parts = [
      counted(errors, "error"), counted(warnings, "warning"), counted(unsure.count, "finding", " unsure"),
      counted(unseen, "source", " not seen"),
    ].compactMap { $0 }
    if parts.isEmpty { return result.hasGaps ? "nothing found in what could be seen" : "no divergences" }
    let nodes = Set(open.compactMap(\.node)).count
    return parts.joined(separator: ", ")
      + (nodes == 0 || parts.count > 1 ? "" : " on \(counted(nodes, "node") ?? "")")
  }

  private func counted(_ count: Int, _ noun: String, _ more: String = "") -> String? {
    count == 0 ? nil : "\(count) \(noun)\(count == 1 ? "" : "s")\(more)"
  }
}
