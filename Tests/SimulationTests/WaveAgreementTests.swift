import Model
import Simulator
import Testing
import Wave

/// A series of a seeded site is read to what is true of the site.
@Suite("A wave of a seeded site")
struct WaveAgreementTests {
  /// Records each node's dom0 once a second, while jobs are deleted now and then.
  private static func recorded(_ seed: UInt64) -> (cluster: Cluster, waves: [NodeWave]) {
    var terms = Cluster.Terms()
    terms.pace = .seconds(30)
    var cluster = Cluster(seed: seed, terms: terms)
    var readers = cluster.nodeNames.map { WaveReader(node: $0, terms: WaveTerms()) }
    for second in 0..<7200 {
      cluster.advance(by: .seconds(1))
      if second % 900 == 600 { cluster.deleteAllJobs() }
      if second == 6000 { cluster.quieten() }
      for (place, node) in cluster.nodeNames.enumerated() {
        let kib = cluster.files(of: node)["current_kb"].flatMap { Int64($0.dropLast()) } ?? 0
        readers[place].take(Sample(at: cluster.clock, memoryKib: kib))
      }
    }
    return (cluster, readers.map { $0.finish() })
  }

  @Test("ends with the memory that the site has lost, and names it as the audit's rules do", arguments: 1...6)
  func agrees(_ seed: UInt64) {
    let (cluster, waves) = Self.recorded(seed)
    let truth = cluster.divergences
    var shifts = 0
    for wave in waves {
      let lost = cluster.lost(on: wave.node)
      #expect(
        abs(wave.baselineKib - wave.lastBaselineKib - Double(lost)) < 512,
        "\(wave.node) lost \(lost / 1024) MiB")
      let told = Set(wave.findings.map(\.what.rawValue))
      for rule in ["balloon-not-restored", "balloon-drift"] where truth.contains(Divergence(rule, wave.node))
      {
        #expect(told.contains(rule), "\(wave.node)")
      }
      if lost == 0 { #expect(!told.contains("balloon-not-restored")) }
      shifts += wave.findings.count { $0.what == .notRestored }
    }
    #expect(shifts > 0, "qdel loses memory here")
  }
}
