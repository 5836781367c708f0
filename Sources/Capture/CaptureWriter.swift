import Files
import Glibc
public import Model
public import World

/// Writes a capture. Only redacted bytes ever reach the disk, and the manifest comes last: a folder without
/// one was not finished. A live audit saves after each look, so that the folder is always whole up to the last.
public struct CaptureWriter: Sendable {
  public let path: String
  private var manifest = Manifest()
  private var count = 0
  private var round = 0

  /// Makes the folder, for its owner alone. What is there already is never written over.
  public init(creating path: String) throws(Complaint) {
    self.path = path
    guard mkdir(path, 0o700) == 0 else {
      throw Complaint(
        file: path, problem: "can't make the folder: \(lastError())", remedy: "name one that does not exist")
    }
  }

  /// Begins the next look.
  public mutating func beginRound(started: Instant) throws(Complaint) {
    manifest.rounds.append(Manifest.Round(started: started, observations: []))
    round = manifest.rounds.count
    guard mkdir("\(path)/\(round)", 0o700) == 0 else { throw complaint("\(round)") }
  }

  /// Keeps an observation of the current round. `produced` is when its source made it, where that is earlier; `redacted` is
  /// what was overwritten in it before.
  public mutating func add(
    _ observation: RawObservation, produced: Instant? = nil, redacted earlier: [String] = []
  ) throws(Complaint) {
    precondition(round > 0, "observations belong to a round")
    count += 1
    let redacted = Redaction.redact(observation)
    var entry = Manifest.Observation(what: observation.kind.rawValue)
    entry.node = observation.node
    entry.command = redacted.observation.command
    entry.started = observation.started
    entry.finished = observation.finished
    entry.ending = redacted.observation.ending
    entry.produced = produced
    entry.redacted = Set(redacted.names + earlier).sorted()
    let stem = "\(round)/\(Self.stem(number: count, observation))"
    if !observation.stdout.isEmpty || observation.ending == .exit(0) {
      entry.stdout = "\(stem).out"
      entry.bytes = Int64(redacted.observation.stdout.count)
      try write(redacted.observation.stdout, to: "\(stem).out")
    }
    if !observation.stderr.isEmpty {
      entry.stderr = "\(stem).err"
      try write(redacted.observation.stderr, to: "\(stem).err")
    }
    manifest.rounds[round - 1].observations.append(entry)
  }

  /// Writes the site's configuration, unless that was done, and then the manifest, which makes the folder a capture. What a
  /// power cut takes of it afterwards is seen: the manifest tells the size of each output.
  public mutating func save(site: [UInt8]? = nil) throws(Complaint) {
    if let site, manifest.site == nil {
      manifest.site = "site.toml"
      try write(Redaction.redact(site: site), to: "site.toml")
    }
    let unfinished = "\(Manifest.fileName).new"
    try write(Array(ManifestText.text(of: manifest).utf8), to: unfinished)
    guard rename("\(path)/\(unfinished)", "\(path)/\(Manifest.fileName)") == 0 else {
      throw complaint(Manifest.fileName)
    }
  }

  private func write(_ bytes: [UInt8], to name: String) throws(Complaint) {
    do throws(FileError) { try Files.create("\(path)/\(name)", bytes) } catch {
      throw complaint(name, error.reason)
    }
  }

  private func complaint(_ name: String, _ reason: String = lastError()) -> Complaint {
    Complaint(
      file: "\(path)/\(name)", problem: "can't be written: \(reason)",
      remedy: "remove the unfinished folder and make room")
  }

  /// A name that a shell and a person can bear, whatever the node is called.
  private static func stem(number: Int, _ observation: RawObservation) -> String {
    let digits = String(number)
    let padded = String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    let node = observation.node.utf8.prefix(60).map { byte in
      switch byte {
      case 45, 46, 48...57, 65...90, 95, 97...122: byte
      default: UInt8(ascii: "_")
      }
    }
    let suffix = node.isEmpty ? "" : "-" + String(decoding: node, as: UTF8.self)
    return "\(padded)-\(observation.kind.rawValue)\(suffix)"
  }
}
