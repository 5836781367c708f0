/// How much a repair may do at once, and what it must leave to a person (`[repair]` of `site.toml`).
public struct Repairs: Hashable, Sendable {
  /// The folder of the journal, the lock and the pause.
  public var state = "/var/lib/trueup/repairs"
  /// A plan that was made longer ago is not carried out.
  public var maxAge: Duration = .seconds(15 * 60)
  /// The most findings of one rule that are mended in one run.
  public var maxPerRule = 20
  /// The most steps on one node in one run.
  public var maxPerNode = 10
  /// The most steps in one run.
  public var maxPerRun = 100
  /// Where more of the nodes than this would be changed nothing is: such a site has another fault.
  public var maxNodesPercent = 50
  /// Rules whose findings are only reported.
  public var never: Set<String> = []
  /// Rules whose findings are mended only when a person says so.
  public var ask: Set<String> = []

  public init() {}
}
