public import Model

extension Memory {
  /// What is to be said of what is so now, and what is known afterwards. Nil: nothing.
  ///
  /// The reader's knowledge is held against the facts, and not one audit against the next: what could not be said at its time
  /// is still a difference later, so nothing is lost to a pause, to a run that was killed or to an audit that told nobody.
  public func next(_ news: News, at now: Instant) -> (bulletin: Bulletin?, memory: Memory) {
    var memory = self
    memory.forgetTheFuture(at: now)
    memory.forgetThePast(at: now)
    memory.take(news, at: now)
    memory.join(news.incidents)
    let changes = memory.tell(at: now)
    memory.mark(changes.map(\.matter.key), of: news.incidents, at: now)
    let reminders = memory.remind(of: Set(news.matters.map(\.key)), at: now)
    memory.mark(reminders.map(\.key), of: news.incidents, at: now)
    memory.forgetThePast(at: now)
    if changes.isEmpty && reminders.isEmpty { return (nil, memory) }
    let open = news.matters + memory.unseen(beside: Set(news.matters.map(\.key)))
    return (Bulletin(changes: changes, reminders: reminders, open: open), memory)
  }

  /// A clock that was set back would hold everything back until it has caught up.
  private mutating func forgetTheFuture(at now: Instant) {
    reminded = reminded.map { min($0, now) }
    for place in items.indices {
      items[place].spoken = items[place].spoken.map { min($0, now) }
      items[place].mentioned = items[place].mentioned.map { min($0, now) }
    }
  }

  /// What has gone, and of which nothing is left to tell. For a pause it is remembered: it may come back.
  private mutating func forgetThePast(at now: Instant) {
    items.removeAll { !$0.isThere && $0.untold == nil && !$0.isHeld(at: now) }
  }

  // MARK: The facts

  private mutating func take(_ news: News, at now: Instant) {
    let present = Dictionary(news.matters.map { ($0.key, $0) }, uniquingKeysWith: { first, _ in first })
    for place in items.indices {
      items[place].take(
        present[items[place].key], isStanding: news.standing.contains(items[place].key),
        isAccepted: news.accepted.contains(items[place].key), at: now)
    }
    let known = Set(items.map(\.key))
    items += present.values.filter { !known.contains($0.key) }.map { Item($0, at: now) }
    items.sort { $0.key < $1.key }
  }

  /// Makes one thread of those that an incident touches. All runs that come to nothing are one. What was told by itself was no
  /// mail about the incident that it is found to be of: that has a first one of its own.
  private mutating func join(_ incidents: [[Fingerprint]]) {
    let runs = items.filter { $0.kind == .run }.map(\.key)
    for members in incidents.map(Set.init) + [Set(runs)] {
      let places = items.indices.filter { members.contains(items[$0].key) }
      let isTold = places.contains { items[$0].isOfIncident }
      let joining = places.filter { isTold || !items[$0].wasAlone }
      unite(Set(joining.map { items[$0].thread }))
      for place in joining { items[place].isOfIncident = isTold }
    }
  }

  /// Makes one of some threads. The last mail about any of them was one about all.
  private mutating func unite(_ threads: Set<Fingerprint>) {
    guard let thread = threads.min() else { return }
    let places = items.indices.filter { threads.contains(items[$0].thread) }
    let spoken = places.compactMap { items[$0].spoken }.max()
    for place in places { (items[place].thread, items[place].spoken) = (thread, spoken) }
  }

  // MARK: The mail

  private mutating func tell(at now: Instant) -> [Change] {
    var changes: [Change] = []
    for place in items.indices where !items[place].isHeld(at: now) {
      guard let what = items[place].untold else { continue }
      changes.append(items[place].change(what))
      items[place].know(what == .worse ? items[place].worst : items[place].level, at: now)
    }
    return changes
  }

  /// What is open is told again when something of it was not heard of for a day: all of it that is not news anyway.
  private mutating func remind(of present: Set<Fingerprint>, at now: Instant) -> [Matter] {
    if let reminded, now.since(reminded) < Self.day { return [] }
    let open = items.indices.filter { place in
      present.contains(items[place].key) && items[place].told != nil && !items[place].isHeld(at: now)
    }
    guard open.contains(where: { items[$0].mentioned.map { now.since($0) >= Self.day } ?? true }) else {
      return []
    }
    reminded = now
    for place in open { items[place].know(items[place].level, at: now) }
    return open.map { items[$0].change(.new).matter }
  }

  /// What the reader knows of and has not gone, though it was not to be seen this time.
  private func unseen(beside present: Set<Fingerprint>) -> [Matter] {
    items.filter { $0.isThere && !$0.isAccepted && $0.told != nil && !present.contains($0.key) }
      .map { $0.change(.new).matter }
  }

  /// A mail is about these, and so about their incidents.
  private mutating func mark(_ keys: [Fingerprint], of incidents: [[Fingerprint]], at now: Instant) {
    var told = Set(keys)
    for members in incidents.map(Set.init) where members.count > 1 && !members.isDisjoint(with: keys) {
      let places = items.indices.filter { members.contains(items[$0].key) }
      for place in places { items[place].isOfIncident = true }
      unite(Set(places.map { items[$0].thread }))
      told.formUnion(members)
    }
    let threads = Set(items.filter { told.contains($0.key) }.map(\.thread))
    for place in items.indices where threads.contains(items[place].thread) { items[place].spoken = now }
  }
}

extension Memory.Item {
  /// What is so now: `matter` is nil where there is nothing to say of it.
  mutating func take(_ matter: Matter?, isStanding: Bool, isAccepted accepted: Bool, at now: Instant) {
    let isThereNow = matter != nil || isStanding || accepted
    if isThereNow != isThere {
      moves += 1
      since = now
    }
    if let matter {
      let hasCome = !isThere
      level = Memory.Level(matter)
      if hasCome && told == nil || level.isWorse(than: worst) { worst = level }
    }
    if isAccepted, !accepted, isThereNow { isReopened = true }
    // Somebody knows of it: what there was to tell is told.
    if accepted { (moves, isReopened) = (0, false) }
    if isAccepted, !isThereNow, told == nil { moves = 0 }
    isThere = isThereNow
    isAccepted = accepted
  }

  /// Its reader has been told of it as it is, or as it was at its worst.
  mutating func know(_ said: Memory.Level, at now: Instant) {
    (mentioned, moves, isReopened) = (now, 0, false)
    told = isThere ? said : nil
    worst = said
  }
}
