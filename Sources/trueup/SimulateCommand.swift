import ArgumentParser
import Audit
import Glibc
import Model
import Simulator

struct SimulateCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "simulate",
    abstract: "Audits and repairs sites that do not exist, and holds what it says against the truth.",
    discussion: """
      A seed gives the same site on every machine: see docs/simulator.md. Each lives, breaks, is audited meanwhile, comes to \
      rest, is audited and repaired, and must then be clean. A run that fails is told with the fewest faults that make it \
      fail. Nothing real is looked at.

      Exit status: 0 every run held; 4 one did not.
      """)

  @Option(help: "The first seed.") var seed: UInt64 = 1
  @Option(help: "How many seeds, from the first one on; 0 for no end.") var count: UInt64 = 1
  @Flag(help: "All sites are alike, and not drawn by their seeds.") var plain = false
  @Option(help: "Seconds between two faults, about; 0: nothing breaks, and all is as the manuals advise.")
  var faults: Int64?
  @Option(help: "Audits of a site while it lives.") var audits = 4
  @Option(help: "Seconds from one audit to the next, about.") var every: Int64 = 290
  @Option(help: "Nodes of a site.") var nodes: Int?
  @Option(help: "Seconds of grace that the service gives its pilots: they wait for half of it.") var grace:
    Int64?
  @Option(help: "Faults to leave out, by their numbers.") var without: [Int] = []
  @Flag(help: "The pilot is not started by exec: its job's shell dies before it.") var shell = false
  @Option(help: "Instead of seeds, every word of up to so many events in a small world.") var words: Int?
  @Flag(help: "Instead, a qdel of all jobs on a site of many nodes, and how long its plan takes.") var storm =
    false
  @Flag(help: "Tells what happened, a line each.") var story = false
  @OptionGroup var ruleOptions: RuleOptions

  func validate() throws {
    guard faults ?? 0 >= 0, audits >= 0, every > 0, (1...5000).contains(nodes ?? 1), grace ?? 0 >= 0 else {
      throw ValidationError("amounts are not negative, and nodes are 1 to 5000")
    }
  }

  func run() async throws {
    let (rules, schema) = try ruleOptions.load()
    if let words {
      let run = SimulatedRun(seed: 1, rules: rules, schema: schema)
      if try await spell(words, run) > 0 { throw ExitStatus.divergencesLeft }
      return
    }
    if storm {
      let run = SimulatedRun(seed: seed, rules: rules, schema: schema)
      let storm = try await SimulatedStorm(run, nodes: nodes ?? 3)
      Terminal.write(
        "\(storm.plan.findings.count) findings on \(nodes ?? 3) nodes in \(storm.auditing.milliseconds) ms, "
          + "\(storm.plan.steps.count) steps planned in \(storm.planning.milliseconds) ms")
      return
    }
    var tally = Tally()
    let end = count == 0 ? UInt64.max : seed + count
    var next = seed
    while next < end {
      let runs = (next..<min(end, next + UInt64(Self.width))).map { seed in
        var run = SimulatedRun(seed: seed, rules: rules, schema: schema)
        (run.terms, run.audits, run.pause) = (terms(of: seed), audits, .seconds(every))
        (run.isTold, run.spared) = (story, Set(without))
        return run
      }
      for (run, verdict) in zip(runs, try await Self.verdicts(runs) { try await $0.verdict() }) {
        tally.add(verdict)
        for line in verdict.story { Terminal.write(line) }
        if !verdict.problems.isEmpty { try await report(run, verdict) }
      }
      next += UInt64(runs.count)
      if count == 0, tally.runs % 1000 < Self.width { Terminal.note(tally.text) }
    }
    Terminal.write(tally.text)
    if tally.failed > 0 { throw ExitStatus.divergencesLeft }
  }

  /// What the seed draws, but for what was asked for.
  private func terms(of seed: UInt64) -> Cluster.Terms {
    var terms: Cluster.Terms = faults == 0 ? .sound(by: seed) : plain ? .init() : .drawn(by: seed)
    if plain, faults == nil { terms.faults = .seconds(120) }
    if let faults, faults > 0 { terms.faults = .seconds(faults) }
    if let nodes { terms.nodes = nodes }
    if let grace { terms.grace = .seconds(grace) }
    if shell { terms.isExecuted = false }
    return terms
  }

  /// As many at a time as the machine has cores.
  private static let width = 2 * max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))

  /// In the order of what they are of.
  private static func verdicts<Item: Sendable>(
    _ items: [Item], _ verdict: @escaping @Sendable (Item) async throws -> SimulatedRun.Verdict
  ) async throws -> [SimulatedRun.Verdict] {
    try await withThrowingTaskGroup(of: (Int, SimulatedRun.Verdict).self) { group in
      for (place, item) in items.enumerated() { group.addTask { (place, try await verdict(item)) } }
      var verdicts: [Int: SimulatedRun.Verdict] = [:]
      for try await (place, verdict) in group { verdicts[place] = verdict }
      return items.indices.compactMap { verdicts[$0] }
    }
  }

  /// All words, the short ones first, so that the first that fails is one of the shortest. How many failed.
  private func spell(_ length: Int, _ run: SimulatedRun) async throws -> Int {
    var worlds = [("", Cluster.small())]
    var seen: Set<Cluster.Key> = [worlds[0].1.key]
    var (failed, count) = (0, 0)
    for _ in 0..<length {
      var longer: [(String, Cluster)] = []
      for (word, world) in worlds {
        for letter in Letter.allCases {
          count += 1
          var next = world
          next.spell(letter)
          if seen.insert(next.key).inserted { longer.append((word + String(letter.rawValue), next)) }
        }
      }
      var left = longer[...]
      while !left.isEmpty {
        let some = Array(left.prefix(Self.width))
        left = left.dropFirst(some.count)
        for ((word, _), verdict) in zip(
          some, try await Self.verdicts(some) { try await run.verdict(of: $0.1) })
        where !verdict.problems.isEmpty {
          failed += 1
          Terminal.write("\(word): \(verdict.problems.joined(separator: "; "))")
        }
      }
      worlds = longer
    }
    Terminal.write(
      "\(count) words of up to \(length) letters, \(seen.count) different worlds: \(failed) failed")
    return failed
  }

  /// Faults are left out one after the other, as long as it still fails.
  private func report(_ run: SimulatedRun, _ verdict: SimulatedRun.Verdict) async throws {
    var least = run
    var last = verdict
    // Again as long as one more can go: what others left undone may have been in the way.
    var isShorter = true
    while isShorter {
      isShorter = false
      for fault in stride(from: last.faults, to: 0, by: -1) where !least.spared.contains(fault) {
        var fewer = least
        fewer.spared.insert(fault)
        let found = try await fewer.verdict()
        if !found.problems.isEmpty { (least, last, isShorter) = (fewer, found, true) }
      }
    }
    let left = (0..<last.faults).map { $0 + 1 }.filter { !least.spared.contains($0) }
    Terminal.write("seed \(run.seed), with the faults \(left.map(String.init).joined(separator: ", ")):")
    for problem in last.problems { Terminal.write("  \(problem)") }
    let without = least.spared.sorted().map { " --without \($0)" }.joined()
    var site = " --audits \(audits) --every \(every)\(plain ? " --plain" : "")\(shell ? " --shell" : "")"
    if let nodes { site += " --nodes \(nodes)" }
    if let faults { site += " --faults \(faults)" }
    if let grace { site += " --grace \(grace)" }
    Terminal.write("  to see it: trueup simulate --seed \(run.seed)\(site)\(without) --story")
  }

  private struct Tally {
    var runs = 0
    var failed = 0
    var faults = 0
    var lived = Duration.zero
    var (steps, stepsUnderLoad, kills) = (0, 0, 0)
    var figures: [String: SimulatedRun.Figures] = [:]
    var unjudged: [String: Int] = [:]

    mutating func add(_ verdict: SimulatedRun.Verdict) {
      runs += 1
      faults += verdict.faults
      lived += verdict.lived
      steps += verdict.steps
      stepsUnderLoad += verdict.stepsUnderLoad
      kills += verdict.kills
      if !verdict.problems.isEmpty { failed += 1 }
      for (rule, told) in verdict.figures {
        figures[rule, default: .init()].right += told.right
        figures[rule, default: .init()].wrong += told.wrong
        figures[rule, default: .init()].missed += told.missed
      }
      unjudged.merge(verdict.unjudged) { $0 + $1 }
    }

    var text: String {
      var lines = figures.keys.sorted().map { rule in
        let told = figures[rule] ?? .init()
        return "  \(rule): \(told.right) true, \(told.wrong) false, \(told.missed) missed"
      }
      lines += unjudged.keys.sorted().map { "  \($0): \(unjudged[$0] ?? 0) not judged" }
      let hours = lived.seconds / 3600
      let head = [
        "\(runs) runs, \(hours) site-hours under load, with \(faults) faults: \(failed) failed",
        "\(steps) steps of repairs, \(stepsUnderLoad) of them under load; \(kills) repairs killed and gone on with",
      ]
      return (head + lines).joined(separator: "\n")
    }
  }
}
