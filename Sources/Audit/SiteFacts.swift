import Model
import SQLite

/// What the site's configuration leaves open and the sources tell: its mode, and the memory of a slot.
enum SiteFacts {
  static func fill(
    _ site: Site, _ trial: Trial, now: Instant, into database: Database
  ) throws(SQLiteError) -> SiteMode {
    let mode = if let configured = site.mode { configured } else { try recognisedMode(database) }
    let commonest = try commonestLease(database)
    let quantum = site.quantum ?? commonest ?? Kibibytes(64 * 1024)
    let insert = try database.prepare("INSERT INTO site VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
    try insert.bind([
      .text(site.name), .text(mode.rawValue), Value(site.serviceAccount), Value(quantum),
      Value(site.dom0Minimum), Value(site.tolerance), Value(site.dom0Margin), .integer(site.grace.seconds),
      .integer(site.padding.seconds),
      .integer(site.terminationOffset.seconds), Value(now), Value(site.balloons),
      .text(site.foreignDomains.rawValue),
    ])
    try insert.run()
    let planned = try database.prepare("INSERT INTO trial VALUES (?, ?, ?)")
    try planned.bind([.text(trial.nodes), Value(trial.slots), Value(trial.slotMemory ?? quantum)])
    try planned.run()
    let domain = try database.prepare("INSERT INTO site_domain VALUES (?)")
    for name in site.knownDomains.sorted() {
      try domain.bind([.text(name)])
      try domain.run()
    }
    return mode
  }

  /// A service in pool mode counts the memory of its own nodes, and has no slots.
  private static func recognisedMode(_ database: Database) throws(SQLiteError) -> SiteMode {
    let isPool = try database.strings(
      """
      SELECT 1 WHERE EXISTS (SELECT 1 FROM db_node)
        AND NOT EXISTS (SELECT 1 FROM db_slot)
        AND NOT EXISTS (SELECT 1 FROM lrms_job WHERE in_pilot_logs = 1)
      """)
    return isPool.isEmpty ? .pilot : .pool
  }

  private static func commonestLease(_ database: Database) throws(SQLiteError) -> Kibibytes? {
    let found = try database.strings(
      """
      SELECT memory_kib FROM db_deployment WHERE memory_kib > 0
      GROUP BY memory_kib ORDER BY count(*) DESC, memory_kib LIMIT 1
      """)
    return found.first.flatMap { Int64($0) }.map { Kibibytes($0) }
  }
}
