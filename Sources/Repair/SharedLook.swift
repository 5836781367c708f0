import Model
import World

/// The sources that the site has once, asked for all lanes together. Whoever asks gets what was read after it asked; those
/// that ask while a look is under way share the next one, so a thousand nodes do not ask the batch server a thousand times.
actor SharedLook<Site: Acting> {
  private let site: Site
  private var running: Task<[Answer], Never>?
  private var next: Task<[Answer], Never>?
  private var wanted: Set<ObservationKind> = []

  init(_ site: Site) { self.site = site }

  func answers(_ kinds: Set<ObservationKind>) async -> [Answer] {
    if kinds.isEmpty { return [] }
    wanted.formUnion(kinds)
    let shared = next ?? begin()
    return await shared.value.filter { kinds.contains($0.observation.kind) }
  }

  private func begin() -> Task<[Answer], Never> {
    let before = running
    let task = Task { [site] in
      _ = await before?.value
      return await site.look(Scope(sources: self.start(), nodes: [], nodeSources: []))
    }
    next = task
    return task
  }

  /// From here on it is the running one, and who asks waits for another.
  private func start() -> Set<ObservationKind> {
    running = next
    next = nil
    defer { wanted = [] }
    return wanted
  }
}
