/// Where a job was placed: `exec_host`, as nodes with their processors.
///
/// Source, `domain/torque.md` 3: `gsn-wn1/6+gsn-wn1/5` (2.5), `gsn-wn2/0-2+gsn-wn1/7-9` (6.1); `host/0*2` is
/// OpenPBS.
public struct Placement {
  public struct Share {
    public let node: String
    /// Nil where it is not told, or was not understood.
    public fileprivate(set) var processors: Int64?
    public fileprivate(set) var problem: String?
  }

  /// In the order of their first mention.
  public private(set) var shares: [Share] = []
  /// The first part whose node is not known by its name: a node that is missing here.
  public private(set) var nameless: ArraySlice<UInt8>?

  private var places: [String: Int] = [:]

  public init(_ execHost: ArraySlice<UInt8>) {
    for part in execHost.split(separator: 0x2B, omittingEmptySubsequences: false) {
      let halves = part.split(separator: 0x2F, maxSplits: 1, omittingEmptySubsequences: false)
      guard let name = halves.first, isNodeName(name) else {
        nameless = nameless ?? part
        continue
      }
      add(String(decoding: name, as: UTF8.self), slots: halves.count > 1 ? halves[1] : nil)
    }
  }

  private mutating func add(_ node: String, slots: ArraySlice<UInt8>?) {
    let place = place(of: node)
    guard let slots else {
      shares[place].processors = nil
      return
    }
    guard let count = Self.count(slots) else {
      shares[place].processors = nil
      shares[place].problem = "expected slots such as 0 or 0-2, found \(quoted(slots))"
      return
    }
    shares[place].processors = shares[place].processors.map { $0 + count }
  }

  /// Large jobs name thousands of nodes, small ones the same node again and again.
  private mutating func place(of node: String) -> Int {
    if let last = shares.indices.last, shares[last].node == node { return last }
    if shares.count < 8, let place = shares.firstIndex(where: { $0.node == node }) { return place }
    if shares.count == 8, places.isEmpty {
      for (place, share) in shares.enumerated() { places[share.node] = place }
    }
    if shares.count >= 8, let place = places[node] { return place }
    shares.append(Share(node: node, processors: 0))
    if shares.count > 8 { places[node] = shares.count - 1 }
    return shares.count - 1
  }

  /// The processors of `6`, `0-2`, `0-2,5` or `0*2`.
  public static func count(_ slots: ArraySlice<UInt8>) -> Int64? {
    if let star = slots.firstIndex(of: 0x2A) {
      guard Quantity.natural(slots[..<star]) != nil else { return nil }
      return Quantity.natural(slots[(star + 1)...]).flatMap { $0 < limit ? $0 : nil }
    }
    var total: Int64 = 0
    for part in slots.split(separator: 0x2C, omittingEmptySubsequences: false) {
      let ends = part.split(separator: 0x2D, maxSplits: 1, omittingEmptySubsequences: false)
      guard let first = ends.first.flatMap({ Quantity.natural($0) }),
        let last = ends.last.flatMap({ Quantity.natural($0) }), first <= last, last < limit
      else { return nil }
      total += last - first + 1
    }
    return total
  }

  /// No node has as many processors.
  private static let limit: Int64 = 1 << 24
}
