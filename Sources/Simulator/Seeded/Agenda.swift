import Model

/// What is still to happen, by its time, and at the same time in the order in which it was put down: a binary heap.
struct Agenda<Event: Hashable & Sendable>: Sendable {
  struct Entry: Hashable, Sendable {
    let at: Instant
    let number: Int
    let event: Event

    fileprivate func isBefore(_ other: Entry) -> Bool { (at, number) < (other.at, other.number) }
  }

  private var heap: [Entry] = []
  private var count = 0

  /// All of it, numbered anew.
  var inOrder: [Entry] {
    heap.sorted { $0.isBefore($1) }.enumerated().map { Entry(at: $1.at, number: $0, event: $1.event) }
  }

  var next: Instant? { heap.first?.at }

  mutating func add(_ event: Event, at moment: Instant) {
    heap.append(Entry(at: moment, number: count, event: event))
    count += 1
    var place = heap.count - 1
    while place > 0, heap[place].isBefore(heap[(place - 1) / 2]) {
      heap.swapAt(place, (place - 1) / 2)
      place = (place - 1) / 2
    }
  }

  mutating func removeFirst() -> (at: Instant, event: Event)? {
    guard let first = heap.first, let last = heap.popLast() else { return nil }
    if !heap.isEmpty {
      heap[0] = last
      var place = 0
      while true {
        let children = [2 * place + 1, 2 * place + 2].filter { $0 < heap.count }
        guard let least = children.min(by: { heap[$0].isBefore(heap[$1]) }), heap[least].isBefore(heap[place])
        else { break }
        heap.swapAt(place, least)
        place = least
      }
    }
    return (first.at, first.event)
  }
}
