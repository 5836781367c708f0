import Audit
import Configuration
import Model
import Repair
import Simulator

/// What a `qdel all` leaves on a site of many nodes, all of them leased, and the plan that mends it.
struct SimulatedStorm {
  let site: ClusterSite
  let audit: SimulatedAudit
  let found: SimulatedAudit.Outcome
  let plan: Plan
  /// With what the audit recognised put in.
  private let configuration: Configuration
  /// How long it took to look twice and judge, and to plan.
  let auditing: Duration
  let planning: Duration

  init(_ run: SimulatedRun, nodes: Int) async throws {
    var terms = run.terms
    terms.nodes = nodes
    terms.lanes = 16
    terms.faults = nil
    // All are leased within two minutes.
    terms.pace = .milliseconds(120_000 / nodes)
    var cluster = Cluster(seed: run.seed, terms: terms, isTold: run.isTold)
    cluster.advance(by: .seconds(150))
    cluster.deleteAllJobs()
    cluster.quieten()
    cluster.advance(by: .seconds(1500))
    site = ClusterSite(cluster)
    site.setService(isRunning: false)
    audit = try run.audit(of: site)
    let clock = ContinuousClock()
    let began = clock.now
    found = try await audit.run()
    let judged = clock.now
    configuration = try audit.configuration.resolved(by: found.result, found.snapshot, nodes: [])
    plan = try Planner(rules: run.rules, means: Planner.Means(configuration)).plan(
      found.result, on: found.snapshot)
    planning = clock.now - judged
    auditing = judged - began
  }

  /// What a repair of it works with.
  func session(_ journal: Journal) -> RepairSession<ClusterSite> {
    RepairSession(
      outside: site, configuration: configuration, rules: audit.rules, schema: audit.schema, journal: journal,
      samples: found.samples, progress: { _ in })
  }
}
