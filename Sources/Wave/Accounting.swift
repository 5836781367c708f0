public import Model

extension Happening {
  /// What TORQUE's accounting log tells of jobs: deletions that were asked for, and ends.
  ///
  /// The log is in the server's local time. How far that is from UTC is told by its records of ends, which have their moment
  /// in seconds since the epoch too, the last of them where a clock was changed for summer; a log without any is taken for UTC.
  ///
  /// - Parameter rows: of the table `lrms_event`.
  public static func ofAccounting(_ rows: [Row]) -> [Happening] {
    func text(_ row: Row, _ column: String) -> String? {
      if case .text(let text)? = row[column] { text } else { nil }
    }
    var nodes: [String: [String]] = [:]
    var zones: [(local: Int64, zone: Int64)] = []
    for row in rows {
      guard let job = text(row, "job") else { continue }
      if let hosts = text(row, "exec_host") {
        let names = hosts.split(separator: "+").compactMap { $0.split(separator: "/").first.map(String.init) }
        nodes[job] = Array(Set(names)).sorted()
      }
      if text(row, "kind") == "E", case .integer(let end)? = row["ended_ms"],
        let local = moment(text(row, "logged_at"))
      {
        // Zones are whole quarters of an hour; the record is written within seconds.
        let quarter: Int64 = 900_000
        zones.append((local, ((local - end + quarter / 2) / quarter) * quarter))
      }
    }
    // Where it changes; a year has few of these.
    let changes = zones.sorted { $0.local < $1.local }.reduce(into: [(local: Int64, zone: Int64)]()) {
      if $0.last?.zone != $1.zone { $0.append($1) }
    }
    func zone(at local: Int64) -> Int64 {
      (changes.last { $0.local <= local } ?? changes.first)?.zone ?? 0
    }
    return rows.flatMap { row -> [Happening] in
      guard let job = text(row, "job"), let local = moment(text(row, "logged_at")) else { return [] }
      let at = Instant(milliseconds: local - zone(at: local))
      let places: [String?] = nodes[job].map { $0.map(Optional.some) } ?? [nil]
      switch text(row, "kind") {
      case "D":
        let who = text(row, "requestor").map { " by \($0)" } ?? ""
        // Of one that the log does not know to have run, it is a cause only where nothing else is.
        let isDeed = nodes[job] != nil || nodes.isEmpty
        return places.map { Happening(at: at, node: $0, text: "qdel of job \(job)\(who)", isDeed: isDeed) }
      case "E":
        return places.map { Happening(at: at, node: $0, text: "the end of job \(job)", isDeed: false) }
      default: return []
      }
    }
  }

  /// `11/22/2026 19:29:32`, as if it were UTC; ms.
  private static func moment(_ text: String?) -> Int64? {
    guard let parts = text?.split(whereSeparator: { "/ :".contains($0) }).compactMap({ Int($0) }),
      parts.count == 6
    else {
      return nil
    }
    return Instant(
      year: parts[2], month: parts[0], day: parts[1], hour: parts[3], minute: parts[4], second: parts[5])?
      .milliseconds
  }
}
