import Model

/// Acts as they are collected for a plan: each once, whoever asked for it.
struct PlanDraft {
  struct Entry {
    let act: Act
    let node: String?
    var reasons: [Fingerprint]
  }

  private(set) var acts: [Entry] = []
  private var places: [Act: Int] = [:]

  mutating func add(_ act: Act, for reason: Fingerprint, node: String?) {
    if let place = places[act] {
      if !acts[place].reasons.contains(reason) { acts[place].reasons.append(reason) }
    } else {
      places[act] = acts.count
      acts.append(Entry(act: act, node: node, reasons: [reason]))
    }
  }

  /// By their phases, and in each as they were asked for.
  var inOrder: [Entry] {
    acts.enumerated().sorted {
      ($0.element.act.verb.phase, $0.offset) < ($1.element.act.verb.phase, $1.offset)
    }
    .map(\.element)
  }

  /// Numbered, each with the steps that it needs.
  var steps: [Plan.Step] {
    var steps: [Plan.Step] = []
    var byReason: [Fingerprint: [Int]] = [:]
    var byNode: [String: [Int]] = [:]
    for (place, entry) in inOrder.enumerated() {
      let number = place + 1
      let ofReason = entry.reasons.flatMap { byReason[$0] ?? [] }
      let ofNode = entry.node.flatMap { byNode[$0] } ?? []
      let ofSlot = steps.filter { $0.act.verb.phase == .jobs && $0.act.isOfSlot(of: entry.act) }.map(\.number)
      let after = Set(ofReason + ofNode + ofSlot).sorted().filter { earlier in
        Self.needs(
          entry, steps[earlier - 1], isOfReason: ofReason.contains(earlier) || ofSlot.contains(earlier))
      }
      steps.append(
        Plan.Step(number: number, act: entry.act, node: entry.node, reasons: entry.reasons, after: after))
      for reason in entry.reasons { byReason[reason, default: []].append(number) }
      if let node = entry.node { byNode[node, default: []].append(number) }
    }
    return steps
  }

  /// A node is given back whatever became of the work on it, unless that was left half done. Memory needs all jobs, pilots and
  /// guests of its node gone that are to go; anything else, what its own findings want before.
  private static func needs(_ entry: Entry, _ earlier: Plan.Step, isOfReason: Bool) -> Bool {
    let phase = earlier.act.verb.phase
    switch entry.act.verb.phase {
    case .undrain: return phase == .drain && earlier.node == entry.node
    case .memory: return phase < .residue
    case .drain, .jobs, .pilots, .guests, .residue, .rows, .ledger: return isOfReason && phase != .memory
    }
  }
}

extension Act {
  /// Both are about one slot: its rows end after its job.
  fileprivate func isOfSlot(of other: Act) -> Bool {
    if case .text? = self["slot"] { self["slot"] == other["slot"] } else { false }
  }
}
