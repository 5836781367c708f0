/// The tables of a history, the same in every database.
enum HistoryTables {
  /// Their version; a newer one is refused.
  static let format: Int64 = 2

  /// - Parameter id: how the database writes a number that it counts up itself.
  static func statements(id: String) -> String {
    """
    CREATE TABLE IF NOT EXISTS audit (
      id \(id), site TEXT NOT NULL, at_ms BIGINT NOT NULL, exit_status INTEGER NOT NULL);
    CREATE INDEX IF NOT EXISTS audit_of_site ON audit (site, at_ms, id);
    -- A finding, as long as audits in a row saw it and it did not change: from `audit` to `last_audit`, in `times` of them.
    CREATE TABLE IF NOT EXISTS sight (
      audit BIGINT NOT NULL, fingerprint TEXT NOT NULL, rule TEXT NOT NULL, node TEXT, severity TEXT NOT NULL,
      status TEXT NOT NULL, message TEXT NOT NULL, last_audit BIGINT, times BIGINT NOT NULL DEFAULT 1,
      PRIMARY KEY (audit, fingerprint));
    -- What an audit could have seen and did not, for the first time.
    CREATE TABLE IF NOT EXISTS clearing (
      audit BIGINT NOT NULL, fingerprint TEXT NOT NULL, PRIMARY KEY (audit, fingerprint));
    -- What was seen and not cleared since, by its last `sight`. `evidence` and `sources` (what must be seen for it to be
    -- cleared, a line each) are NULL where an older version saw it last.
    CREATE TABLE IF NOT EXISTS standing (
      site TEXT NOT NULL, fingerprint TEXT NOT NULL, since_audit BIGINT NOT NULL, sight BIGINT NOT NULL,
      evidence TEXT, sources TEXT, PRIMARY KEY (site, fingerprint));
    -- What dom0 of a node would have with no lease, as long as that did not change.
    CREATE TABLE IF NOT EXISTS baseline (
      audit BIGINT NOT NULL, node TEXT NOT NULL, memory_kib BIGINT NOT NULL, last_audit BIGINT,
      PRIMARY KEY (audit, node));
    -- Who accepted what; `ended_why` is expired, changed, removed or replaced.
    CREATE TABLE IF NOT EXISTS suppression (
      id \(id), site TEXT NOT NULL, fingerprint TEXT NOT NULL, rule TEXT NOT NULL, node TEXT, message TEXT NOT NULL,
      evidence TEXT NOT NULL, reason TEXT NOT NULL, who TEXT NOT NULL, at_ms BIGINT NOT NULL, until_ms BIGINT NOT NULL,
      ended_ms BIGINT, ended_why TEXT, ended_by TEXT);
    -- What the reader of a site's nightly mails knows.
    CREATE TABLE IF NOT EXISTS memory (site TEXT PRIMARY KEY, content TEXT NOT NULL);
    """
  }

  /// Format 1 (SQLite) had a row for each audit and finding, and for each audit the rules that it could not judge: they told what
  /// had gone. Each sight leads to the first later audit that judged its rule and did not see it.
  static let fromFormat1 = """
    ALTER TABLE sight ADD COLUMN last_audit BIGINT;
    ALTER TABLE sight ADD COLUMN times BIGINT NOT NULL DEFAULT 1;
    ALTER TABLE baseline ADD COLUMN last_audit BIGINT;
    UPDATE sight SET last_audit = audit;
    UPDATE baseline SET last_audit = audit;
    INSERT INTO clearing
    SELECT DISTINCT found.gone, found.fingerprint FROM (
      SELECT s.fingerprint, (
        SELECT b.id FROM audit b
        WHERE b.site = a.site AND (b.at_ms, b.id) > (a.at_ms, a.id)
        AND NOT EXISTS (SELECT 1 FROM sight t WHERE t.audit = b.id AND t.fingerprint = s.fingerprint)
        AND NOT EXISTS (SELECT 1 FROM unjudged u WHERE u.audit = b.id AND u.rule = s.rule)
        ORDER BY b.at_ms, b.id LIMIT 1) AS gone
      FROM sight s JOIN audit a ON a.id = s.audit) found
    WHERE found.gone IS NOT NULL;
    INSERT INTO standing
    SELECT a.site, s.fingerprint, (
      SELECT b.id FROM audit b JOIN sight t ON t.audit = b.id
      WHERE b.site = a.site AND t.fingerprint = s.fingerprint AND NOT EXISTS (
        SELECT 1 FROM audit d JOIN clearing c ON c.audit = d.id
        WHERE d.site = a.site AND c.fingerprint = s.fingerprint AND (d.at_ms, d.id) > (b.at_ms, b.id))
      ORDER BY b.at_ms, b.id LIMIT 1), a.id, NULL, NULL
    FROM sight s JOIN audit a ON a.id = s.audit
    WHERE NOT EXISTS (
      SELECT 1 FROM audit d JOIN clearing c ON c.audit = d.id
      WHERE d.site = a.site AND c.fingerprint = s.fingerprint AND (d.at_ms, d.id) > (a.at_ms, a.id))
    AND NOT EXISTS (
      SELECT 1 FROM audit d JOIN sight t ON t.audit = d.id
      WHERE d.site = a.site AND t.fingerprint = s.fingerprint AND (d.at_ms, d.id) > (a.at_ms, a.id));
    DROP TABLE unjudged;
    """
}
