public import Audit
public import Model

/// Keeps hands off a site that is not seen well enough, or looks broken all over: then the auditor may be what is wrong.
public struct Breaker: Sendable {
  /// Of the nodes that should be up, more than this share unseen trips it; percent.
  private static let unseenLimit = 10
  /// A share of nodes with confirmed errors; percent.
  private let brokenLimit: Int

  public init(brokenLimit: Int) { self.brokenLimit = brokenLimit }

  /// Why nothing should be applied; empty when it may. Nodes that the batch system calls down or offline are expected unseen.
  public func reasons(_ result: AuditResult, on snapshot: Snapshot) throws(AuditError) -> [String] {
    var reasons = result.incomplete.filter { $0.kind == .torqueJobs || $0.kind == .dbMain }.map {
      "\($0.source) is not whole: \($0.coverage.worded.reason ?? "")"
    }
    reasons += result.uncollected.filter { $0.kind == .torqueJobs || $0.kind == .dbMain }.map {
      "\($0.kind.rawValue) was not collected"
    }
    let nodes = Set(try snapshot.nodes(like: "*"))
    let away = try snapshot.nodesAway()
    let expected = nodes.subtracting(away)
    let unseen = Set(result.incomplete.filter { $0.kind == .xenList }.compactMap(\.node)).intersection(
      expected)
    if unseen.count * 100 > expected.count * Self.unseenLimit {
      reasons.append(
        "\(unseen.count) of \(expected.count) nodes that should be up were not seen, \(unseen.min() ?? "") for one"
      )
    }
    let errors = result.findings.filter { finding in
      if case .confirmed = finding.status { finding.severity == .error } else { false }
    }
    let broken = Set(errors.compactMap(\.node)).intersection(nodes)
    if broken.count > 1, broken.count * 100 > nodes.count * brokenLimit {
      reasons.append("\(broken.count) of \(nodes.count) nodes look broken (the limit is \(brokenLimit) %)")
    }
    return reasons
  }
}
