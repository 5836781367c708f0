/// One name for each node, whatever the sources call it: `GSN-WN1.example.org`, `gsn-wn1`, an alias of the configuration.
public struct NodeNames: Sendable {
  /// Every spelling met so far, in lower case, and its node.
  public private(set) var known: [String: String] = [:]
  /// The domains under which a short name was met.
  private var domains: [String: Set<String>] = [:]

  /// Two nodes that would become one.
  public struct Collision: Error, Hashable, Sendable {
    public let name: String
    public let spellings: [String]

    public var described: String {
      "\(spellings.joined(separator: " and ")) would both be the node \(name): give one of them a name of its own "
        + "with `aliases` in the site's configuration"
    }
  }

  public private(set) var collisions: [Collision] = []

  /// The names that the configuration gives. A configured name keeps its domain only if another node needs it told apart.
  public init(_ nodes: [Site.ConfiguredNode] = []) {
    var shortNames: [String: Int] = [:]
    for node in nodes { shortNames[Self.short(node.name), default: 0] += 1 }
    for node in nodes {
      let short = Self.short(node.name)
      let full = node.name.lowercased()
      let name = node.aliases.isEmpty || shortNames[short] == 1 ? short : full
      for spelling in [full] + (name == short ? [short] : []) + node.aliases.map({ $0.lowercased() }) {
        claim(spelling, for: name)
      }
      if name == short, full != short { domains[short, default: []].insert(full) }
      if name == short, (shortNames[short] ?? 0) > 1 { note(full, under: short) }
    }
  }

  /// The node that a spelling names.
  public mutating func canonical(_ spelling: String) -> String {
    if let name = known[spelling] { return name }
    let lower = spelling.lowercased()
    if let name = known[lower] {
      known[spelling] = name
      return name
    }
    let short = Self.short(lower)
    let name = known[short] ?? short
    if lower != short { note(lower, under: name) }
    known[lower] = name
    known[spelling] = name
    return name
  }

  /// Lower case, cut at the first dot; an address stays whole.
  public static func short(_ name: String) -> String {
    let lower = name.lowercased()
    if lower.allSatisfy({ $0.isNumber || $0 == "." }) || lower.contains(":") { return lower }
    return String(lower.prefix { $0 != "." })
  }

  private mutating func claim(_ spelling: String, for name: String) {
    if let other = known[spelling], other != name {
      collisions.append(Collision(name: spelling, spellings: [other, name]))
    }
    known[spelling] = name
  }

  private mutating func note(_ full: String, under short: String) {
    domains[short, default: []].insert(full)
    let spellings = domains[short, default: []].sorted()
    guard spellings.count > 1 else { return }
    collisions.removeAll { $0.name == short }
    collisions.append(Collision(name: short, spellings: spellings))
  }
}
