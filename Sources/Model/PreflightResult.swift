/// Whether a site is fit for a trial, node by node and check by check: what the preflight's report and certificate are made of.
public struct PreflightResult: Sendable {
  public var site: String
  /// From the first to the last source that it rests on.
  public var look: AuditResult.Look
  /// With the memory of a slot that was reckoned with.
  public var trial: Trial
  /// The columns: those of nodes first, each kind in the order of their names.
  public var checks: [Check]
  /// The nodes in the order of their names, and last the site itself.
  public var rows: [Row]
  /// What it rests on, in the order of the manifest.
  public var observations: [ObservationRecord]
  /// What the reader should know and what takes nothing away.
  public var remarks: [String]

  /// One thing that must be so before a trial.
  public struct Check: Hashable, Sendable {
    public let name: String
    /// Whether each node has its own answer, or the site has one.
    public let isOfNodes: Bool
    /// The rules that it is made of, by their ids.
    public let rules: [String]

    public init(name: String, isOfNodes: Bool, rules: [String]) {
      self.name = name
      self.isOfNodes = isOfNodes
      self.rules = rules
    }
  }

  /// A node, or the site.
  public struct Row: Sendable {
    /// Nil for the site.
    public let node: String?
    /// The answers in the order of the checks; nil where the check is not of this row.
    public let cells: [Cell?]

    public init(node: String?, cells: [Cell?]) {
      self.node = node
      self.cells = cells
    }
  }

  /// The answer of one check.
  public enum Cell: Hashable, Sendable {
    case fit
    /// What is wrong, and what beside it could not be told.
    case unfit([String], unseen: [String])
    /// Why it can't be told.
    case unseen([String])
    /// Why the check is not for this site.
    case notApplicable(String)
  }

  public init(
    site: String, look: AuditResult.Look, trial: Trial, checks: [Check], rows: [Row],
    observations: [ObservationRecord], remarks: [String]
  ) {
    self.site = site
    self.look = look
    self.trial = trial
    self.checks = checks
    self.rows = rows
    self.observations = observations
    self.remarks = remarks
  }

  /// The names of the nodes.
  public var nodes: [String] { rows.compactMap(\.node) }

  /// Fit without a doubt: what could not be seen is no reason to go.
  public var isGo: Bool { exitStatus.isEmpty }

  /// 4 where something is wrong, 8 where something could not be told.
  public var exitStatus: ExitStatus {
    var status: ExitStatus = []
    for cell in rows.flatMap(\.cells) {
      switch cell {
      case nil, .fit, .notApplicable: break
      case .unfit(_, let unseen):
        status.insert(.divergencesLeft)
        if !unseen.isEmpty { status.insert(.notWhole) }
      case .unseen: status.insert(.notWhole)
      }
    }
    return status
  }
}

extension PreflightResult.Cell {
  /// `ok`, `no`, `?` where it can't be told, `-` where it is not for this site.
  public var mark: String {
    switch self {
    case .fit: "ok"
    case .unfit: "no"
    case .unseen: "?"
    case .notApplicable: "-"
    }
  }

  /// What is wrong.
  public var faults: [String] { if case .unfit(let faults, _) = self { faults } else { [] } }

  /// Why it can't be told, wholly or in part.
  public var gaps: [String] {
    switch self {
    case .fit, .notApplicable: []
    case .unfit(_, let unseen), .unseen(let unseen): unseen
    }
  }
}
