import Model
import World

/// Looks: each source in its turn, at the time that it then is.
extension SiteState {
  mutating func look(_ scope: Scope) -> [Answer] {
    var answers: [Answer] = []
    for index in order(of: scope.sources) { answers.append(answer(index)) }
    let asked = scope.nodes.map { nodes in nodes.map { canonical($0.name) } } ?? spellings.keys.sorted()
    for node in asked {
      for index in sources.indices
      where sources[index].node == node && sources[index].kind.isPerNode
        && scope.nodeSources.contains(sources[index].kind)
      {
        answers.append(answer(index))
      }
    }
    return answers
  }

  /// The site's own. The server counts its jobs before they are listed and after.
  private func order(of kinds: Set<ObservationKind>) -> [Int] {
    let all = sources.indices.filter { !sources[$0].kind.isPerNode && kinds.contains(sources[$0].kind) }
    let counts = all.filter { sources[$0].kind == .torqueServer }
    let jobs = all.filter { sources[$0].kind == .torqueJobs }
    let others = all.filter { sources[$0].kind != .torqueServer && sources[$0].kind != .torqueJobs }
    return counts + jobs + (jobs.isEmpty ? [] : counts) + others
  }

  private mutating func answer(_ index: Int) -> Answer {
    advance(by: .milliseconds(1))
    let source = sources[index]
    let start = clock
    advance(by: source.duration)
    return Answer(
      source.observation.with(printed(source)).moved(from: start, to: clock), produced: source.produced)
  }
}
