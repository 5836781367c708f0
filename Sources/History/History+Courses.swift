public import Model

extension History {
  /// One divergence over the nights.
  public struct Course: Hashable, Sendable {
    public let fingerprint: String
    public let rule: String
    public let node: String?
    /// As it was worded last.
    public let message: String
    public let first: Instant
    public let last: Instant
    /// Audits that saw it.
    public let sights: Int
    /// How often it came back after an audit that could have seen it had not.
    public let returns: Int
    /// When an audit first did not see it any more; nil while it is there.
    public let gone: Instant?
  }

  /// What dom0 of a node would have with no lease, as long as it was that.
  public struct Plateau: Hashable, Sendable {
    public let node: String
    public let memoryKib: Int64
    public let first: Instant
    public internal(set) var last: Instant
  }

  /// What a history has of one site.
  public struct Nights: Sendable {
    public let site: String
    /// How many audits.
    public let count: Int
    /// Every divergence that was ever seen, those that are there first, the oldest first.
    public let courses: [Course]
    /// In the order of nodes and nights.
    public let plateaus: [Plateau]
  }

  /// What there is of each site, or of one, by their names.
  public func nights(of site: String? = nil) async throws(Complaint) -> [Nights] {
    try await store.transact(isReading: true) { session throws(Complaint) in
      let sites = try session.rows(
        "SELECT site, count(*) FROM audit WHERE ? IS NULL OR site = ? GROUP BY site ORDER BY site",
        [Value(site), Value(site)])
      var nights: [Nights] = []
      for row in sites {
        let site = row.text(0)
        nights.append(
          Nights(
            site: site, count: Int(row.integer(1)), courses: try Self.courses(of: site, session),
            plateaus: try Self.plateaus(of: site, session)))
      }
      return nights
    }
  }

  /// A place in the order of audits: they are told by their moments, whatever order they were written in.
  private struct Night: Comparable {
    let at: Instant
    let audit: Int64

    static func < (left: Night, right: Night) -> Bool { (left.at, left.audit) < (right.at, right.audit) }
  }

  private static func courses(
    of site: String, _ session: any HistorySession
  ) throws(Complaint) -> [Course] {
    var clearings: [String: [Night]] = [:]
    for row in try session.rows(
      """
      SELECT c.fingerprint, a.at_ms, a.id FROM clearing c JOIN audit a ON a.id = c.audit
      WHERE a.site = ? ORDER BY a.at_ms, a.id
      """, [.text(site)])
    {
      clearings[row.text(0), default: []].append(Night(at: row.moment(1), audit: row.integer(2)))
    }
    let rows = try session.rows(
      """
      SELECT s.fingerprint, s.rule, s.node, s.message, a.at_ms, l.at_ms, l.id, s.times
      FROM sight s JOIN audit a ON a.id = s.audit JOIN audit l ON l.id = s.last_audit
      WHERE a.site = ? ORDER BY l.at_ms, l.id
      """, [.text(site)])
    let open = try Set(
      session.rows("SELECT fingerprint FROM standing WHERE site = ?", [.text(site)]).map { $0.text(0) })
    let courses = Dictionary(grouping: rows) { $0.text(0) }.compactMap { fingerprint, sights -> Course? in
      guard let latest = sights.last else { return nil }
      let last = Night(at: latest.moment(5), audit: latest.integer(6))
      let first = sights.map { min($0.moment(4), $0.moment(5)) }.min() ?? last.at
      let cleared = clearings[fingerprint] ?? []
      return Course(
        fingerprint: fingerprint, rule: latest.text(1), node: latest[2], message: latest.text(3),
        first: first,
        last: last.at, sights: Int(sights.map { $0.integer(7) }.reduce(0, +)),
        returns: cleared.filter { $0 < last && $0.at >= first }.count,
        // An audit whose clock was fast has seen it later than it went.
        gone: open.contains(fingerprint) ? nil : (cleared.first { $0 > last } ?? cleared.last)?.at)
    }
    return courses.sorted {
      ($0.gone == nil ? 0 : 1, $0.first, $0.fingerprint) < ($1.gone == nil ? 0 : 1, $1.first, $1.fingerprint)
    }
  }

  private static func plateaus(
    of site: String, _ session: any HistorySession
  ) throws(Complaint) -> [Plateau] {
    let rows = try session.rows(
      """
      SELECT b.node, b.memory_kib, a.at_ms, l.at_ms
      FROM baseline b JOIN audit a ON a.id = b.audit JOIN audit l ON l.id = b.last_audit
      WHERE a.site = ? ORDER BY b.node, a.at_ms, a.id
      """, [.text(site)])
    var plateaus: [Plateau] = []
    for row in rows {
      let (node, memory, until) = (row.text(0), row.integer(1), row.moment(3))
      if let last = plateaus.last, last.node == node, last.memoryKib == memory {
        plateaus[plateaus.count - 1].last = until
      } else {
        plateaus.append(Plateau(node: node, memoryKib: memory, first: row.moment(2), last: until))
      }
    }
    return plateaus
  }
}
