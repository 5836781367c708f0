// A folder of the raw bytes that each command printed, with a manifest that says what was run, where, when
// and how it ended. This target reads and writes such folders and takes the secrets out of what is kept. It
// runs no command, asks no clock, and doesn't know what the bytes mean beyond where secrets stand in them.
// docs/capture-format.md is for people.

public import Model
import Toml
public import World

/// `manifest.toml` of a capture, as it is written.
public struct Manifest: Hashable, Sendable {
  /// The only format there is.
  public static let format: Int64 = 1
  public static let fileName = "manifest.toml"

  /// The site's configuration, relative to the capture; nil when none was kept.
  public var site: String?
  public var rounds: [Round]

  /// One look at everything. The second look at the same is a second round.
  public struct Round: Hashable, Sendable {
    public var started: Instant?
    public var observations: [Observation]

    public init(started: Instant?, observations: [Observation]) {
      self.started = started
      self.observations = observations
    }
  }

  /// One command and where its output lies.
  public struct Observation: Hashable, Sendable {
    /// As written; a newer trueup may have kinds that this one doesn't know.
    public var what: String
    public var node = ""
    public var command: [String] = []
    public var started = Instant(milliseconds: 0)
    public var finished = Instant(milliseconds: 0)
    public var ending = RawObservation.Ending.exit(0)
    /// Relative to the capture; nil when nothing came.
    public var stdout: String?
    public var stderr: String?
    /// The size that the output had when it was kept: another one is a cut or an edited file.
    public var bytes: Int64?
    /// When the source itself made what it told, where that is earlier: a dump read later.
    public var produced: Instant?
    /// What was overwritten by filler.
    public var redacted: [String] = []

    public init(what: String) { self.what = what }

    /// Nil for what this version does not know.
    public var kind: ObservationKind? { ObservationKind(rawValue: what) }
  }

  public init(site: String? = nil, rounds: [Round] = []) {
    self.site = site
    self.rounds = rounds
  }
}

extension Manifest {
  /// Reads a manifest. What a newer trueup may have added comes back as remarks; everything else that is
  /// wrong is complained of at once.
  static func read(_ source: [UInt8], file: String) throws(Complaints) -> (Manifest, remarks: [Complaint]) {
    let document: TomlDocument
    do {
      document = try TomlDocument(source, file: file)
    } catch {
      throw Complaints([error])
    }
    if case .integer(let number)? = document.root["format"], number != format {
      let problem = "format \(number) is not known, only \(format) is"
      throw Complaints([Complaint(file: file, problem: problem, remedy: "use a newer trueup")])
    }
    let decoded = document.decode { reader in
      if reader.integer("format") == nil {
        reader.complain("format", "is missing or no number", remedy: "write format = \(format)")
      }
      return Manifest(site: reader.string("site"), rounds: reader.tables("round") { round(&$0) })
    }
    if !decoded.complaints.isEmpty { throw Complaints(decoded.complaints) }
    return (decoded.value, decoded.unknownKeys)
  }

  private static func round(_ reader: inout TomlReader) -> Round {
    let started = reader.instant("started")
    let observations = reader.tables("observation") { observation(&$0, roundStarted: started) }
    return Round(started: started, observations: observations)
  }

  private static func observation(_ reader: inout TomlReader, roundStarted: Instant?) -> Observation {
    var observation = Observation(what: reader.requiredString("what"))
    observation.node = reader.string("node") ?? ""
    observation.command = reader.strings("command") ?? []
    if let started = reader.instant("started") ?? roundStarted {
      observation.started = started
      observation.finished = reader.instant("finished") ?? started
    } else {
      _ = reader.value("finished")
      reader.complain(
        "started", "is missing, here and in the round",
        remedy: "say when the command was run: started = 2026-11-22T03:10:00Z")
    }
    observation.ending = ending(&reader)
    observation.stdout = reader.string("stdout")
    observation.stderr = reader.string("stderr")
    observation.bytes = reader.integer("bytes")
    observation.produced = reader.instant("produced")
    observation.redacted = reader.strings("redacted") ?? []
    return observation
  }

  private static func ending(_ reader: inout TomlReader) -> RawObservation.Ending {
    let remedy = "write exit = 0, or failure = \"timed out after 20 s\""
    let failure = reader.string("failure")
    switch (reader.integer("exit"), failure) {
    case (let code?, nil):
      if let status = Int(exactly: code) { return .exit(status) }
    case (nil, let reason?): return .failure(reason)
    case (nil, nil) where reader.table["exit"] == nil && reader.table["failure"] == nil:
      reader.complain("exit", "is missing: how did the command end?", remedy: remedy)
    case (nil, nil): break
    case (_?, _?): reader.complain("failure", "and `exit` exclude each other", remedy: remedy)
    }
    return .failure("unknown")
  }
}
