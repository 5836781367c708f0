/// What the site's configuration says (`site.toml`). Everything has a default or is unknown.
public struct Site: Sendable {
  public var name: String
  /// Nil: recognised from what the sources say.
  public var mode: SiteMode?
  /// The account that submits pilot jobs.
  public var serviceAccount: String?
  /// The memory of one slot. Nil: the commonest memory of a machine, else 64 MiB.
  public var quantum: Kibibytes?
  /// The pilot takes dom0 no lower than this (`xen.minmem`, by default 256 MiB).
  public var dom0Minimum: Kibibytes
  /// What dom0 is left above what it uses when trueup lowers its memory: a target below that kills the node.
  public var dom0Margin: Kibibytes
  /// Differences below this are rounding: the pilot and the toolstack floor to MiB.
  public var tolerance: Kibibytes
  /// `pbs.grace` of the service, by default 8 s.
  public var grace: Duration
  /// Added to each lease by the service, by default 2 s.
  public var padding: Duration
  /// `termination.offset.seconds`, by default 600 s.
  public var terminationOffset: Duration
  /// False with `bubble_mem=no`.
  public var balloons: Bool
  public var nodes: [ConfiguredNode]
  /// Sources that the site does not have: rules that need them do not apply.
  public var absentSources: Set<ObservationKind>
  /// Sources that the site has: not collected is failed.
  public var requiredSources: Set<ObservationKind>
  /// Columns of the database that newer or local services added and that the site knows to be harmless: `resources.site_note`.
  public var knownColumns: Set<String>
  /// Domains that belong on the nodes and are none of the service's: a file server in a guest.
  public var knownDomains: Set<String>
  /// What a domain is that neither the service nor the site knows.
  public var foreignDomains: Severity

  /// A node that the configuration lists.
  public struct ConfiguredNode: Hashable, Sendable {
    public var name: String
    public var aliases: [String]
    /// dom0's memory with no lease.
    public var dom0: Kibibytes?
    /// What OpenSSH connects to, where that is not the name.
    public var address: String?

    public init(
      name: String = "", aliases: [String] = [], dom0: Kibibytes? = nil, address: String? = nil
    ) {
      self.name = name
      self.aliases = aliases
      self.dom0 = dom0
      self.address = address
    }
  }

  public init(
    name: String = "", mode: SiteMode? = nil, serviceAccount: String? = nil,
    quantum: Kibibytes? = nil, dom0Minimum: Kibibytes = Kibibytes(256 * 1024),
    dom0Margin: Kibibytes = Kibibytes(128 * 1024), tolerance: Kibibytes = Kibibytes(1024),
    grace: Duration = .seconds(8), padding: Duration = .seconds(2),
    terminationOffset: Duration = .seconds(600), balloons: Bool = true, nodes: [ConfiguredNode] = [],
    absentSources: Set<ObservationKind> = [],
    requiredSources: Set<ObservationKind> = [.torqueJobs, .torqueNodes, .xenList, .dbMain],
    knownColumns: Set<String> = [], knownDomains: Set<String> = [], foreignDomains: Severity = .notice
  ) {
    self.name = name
    self.mode = mode
    self.serviceAccount = serviceAccount
    self.quantum = quantum
    self.dom0Minimum = dom0Minimum
    self.dom0Margin = dom0Margin
    self.tolerance = tolerance
    self.grace = grace
    self.padding = padding
    self.terminationOffset = terminationOffset
    self.balloons = balloons
    self.nodes = nodes
    self.absentSources = absentSources
    self.requiredSources = requiredSources
    self.knownColumns = knownColumns
    self.knownDomains = knownDomains
    self.foreignDomains = foreignDomains
  }
}
