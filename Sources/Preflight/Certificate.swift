public import Model
import Toml

/// What a trial stores beside its data: that the site was fit for it, when, and what that rests on. Only a go has one.
public struct Certificate: Hashable, Sendable {
  /// The form of the file; another one is refused.
  public static let format: Int64 = 1

  public let site: String
  /// When the site was looked at.
  public let started: Instant
  public let finished: Instant
  /// Until when it may be relied on.
  public let validUntil: Instant
  public let nodes: [String]
  /// The names of the checks that were passed.
  public let checks: [String]
  public let trial: Trial
  public let observations: [Observation]

  /// What was seen of one source.
  public struct Observation: Hashable, Sendable {
    /// Its place in the capture's manifest, counted from 1.
    public let number: Int
    public let what: String
    /// Empty for the whole site.
    public let node: String
    public let started: Instant
    public let finished: Instant
    /// `complete`, `partial` or `failed`.
    public let coverage: String
    /// The SHA-256 of its standard output as the capture keeps it, in hexadecimal digits; nil where it is not whole.
    public let sha256: String?
  }

  /// Nil where it is no go.
  /// - Parameters:
  ///   - span: how long it may be relied on, from the end of the look.
  ///   - checksums: the SHA-256 of each observation's standard output, by its number.
  public init?(_ result: PreflightResult, validFor span: Duration, checksums: [Int: String]) {
    guard result.isGo else { return nil }
    site = result.site
    started = result.look.started
    finished = result.look.finished
    let (end, overflow) = finished.milliseconds.addingReportingOverflow(span.milliseconds)
    validUntil = Instant(milliseconds: overflow ? .max : end)
    nodes = result.nodes
    checks = zip(result.checks.indices, result.checks).filter { index, _ in
      result.rows.contains { $0.cells[index] == .fit }
    }.map(\.1.name)
    trial = result.trial
    observations = result.observations.map { record in
      Observation(
        number: record.id, what: record.kind.rawValue, node: record.node ?? "", started: record.started,
        finished: record.finished, coverage: record.coverage.worded.word, sha256: checksums[record.id])
    }
  }

  /// Reads a certificate's file. Whether its bytes are those that were sealed is another question.
  public init(_ source: [UInt8], file: String) throws(Complaints) {
    let document: TomlDocument
    do { document = try TomlDocument(source, file: file) } catch { throw Complaints([error]) }
    let decoded = document.decode { reader in Self(&reader) }
    if !decoded.complaints.isEmpty { throw Complaints(decoded.complaints) }
    self = decoded.value
  }

  private init(_ reader: inout TomlReader) {
    if reader.integer("format") != Self.format {
      reader.complain(
        "format", "is not \(Self.format)", remedy: "only certificates of trueup preflight are read")
    }
    site = reader.string("site") ?? ""
    started = Self.moment("started", &reader)
    finished = Self.moment("finished", &reader)
    validUntil = Self.moment("valid_until", &reader)
    nodes = reader.strings("nodes") ?? []
    checks = reader.strings("checks") ?? []
    trial =
      reader.table("trial") { trial in
        Trial(
          nodes: trial.string("nodes") ?? "*", slots: Int(clamping: trial.integer("slots") ?? 1),
          slotMemory: trial.memory("slot_memory"))
      } ?? Trial()
    observations = reader.tables("observation") { observation in
      Observation(
        number: Int(clamping: observation.integer("number") ?? 0), what: observation.requiredString("what"),
        node: observation.string("node") ?? "", started: Self.moment("started", &observation),
        finished: Self.moment("finished", &observation), coverage: observation.requiredString("coverage"),
        sha256: observation.string("sha256"))
    }
  }

  private static func moment(_ key: String, _ reader: inout TomlReader) -> Instant {
    if reader.table[key] == nil {
      reader.complain(key, "is missing", remedy: "this is no certificate, or not all of it")
    }
    return reader.instant(key) ?? Instant(milliseconds: 0)
  }
}
