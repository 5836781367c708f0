public import Model
public import World

/// A capture that was read. Its bytes stay on disk until they are asked for.
public struct Capture: Sendable {
  /// The folder as it was named to us.
  public let path: String
  public let manifest: Manifest
  /// What the reader should know and what takes nothing away: keys and kinds of a newer version.
  public let remarks: [Complaint]
  /// The rounds, with what this version knows to read.
  public let rounds: [Round]

  public struct Round: Sendable {
    /// 1 is the first look.
    public let number: Int
    public let started: Instant?
    public let observations: [Observation]
  }

  /// One observation, without its bytes.
  public struct Observation: Sendable {
    /// Counted from 1 over the whole manifest; those of unknown kinds count too.
    public let number: Int
    public let round: Int
    public let kind: ObservationKind
    public let entry: Manifest.Observation

    /// When its source made it: what two looks at the same dump have in common.
    public var produced: Instant { entry.produced ?? entry.started }
  }

  init(path: String, manifest: Manifest, remarks: [Complaint]) {
    self.path = path
    self.manifest = manifest
    var remarks = remarks
    var number = 0
    rounds = manifest.rounds.enumerated().map { index, round in
      var observations: [Observation] = []
      for entry in round.observations {
        number += 1
        if let kind = entry.kind {
          observations.append(Observation(number: number, round: index + 1, kind: kind, entry: entry))
        } else {
          remarks.append(Self.unknown(entry.what, number: number))
        }
      }
      return Round(number: index + 1, started: round.started, observations: observations)
    }
    self.remarks = remarks
  }

  private static func unknown(_ what: String, number: Int) -> Complaint {
    let known = ObservationKind.allCases.map(\.rawValue).joined(separator: ", ")
    return Complaint(
      file: Manifest.fileName,
      problem: "observation \(number) is of an unknown kind, \"\(what)\", and left alone",
      remedy: "known are \(known)")
  }

  /// Every observation in the order of the manifest.
  public var observations: [Observation] { rounds.flatMap(\.observations) }

  /// Reads the bytes of an observation. What can't be read makes it a failed one: a file that is missing, too
  /// short or outside the capture is something that was not seen, and takes nothing from the others.
  public func rawObservation(_ observation: Observation) -> RawObservation {
    rawObservation(observation, from: OpenCapture(self))
  }

  /// The same with a folder that stays open from one observation to the next: a large site has 40,000 of them.
  public func rawObservation(_ observation: Observation, from open: OpenCapture) -> RawObservation {
    let entry = observation.entry
    var problems: [String] = []
    let stdout = bytes(of: entry.stdout, from: open, called: "stdout", problems: &problems)
    let isRead = problems.isEmpty
    if isRead, let told = entry.bytes, told != stdout.count {
      problems.append("stdout has \(stdout.count) bytes, the manifest says \(told)")
    }
    let stderr = bytes(of: entry.stderr, from: open, called: "stderr", problems: &problems)
    if case .failure(let reason) = entry.ending { problems.insert(reason, at: 0) }
    return RawObservation(
      kind: observation.kind, node: entry.node, command: entry.command, started: entry.started,
      finished: entry.finished,
      ending: problems.isEmpty ? entry.ending : .failure(problems.joined(separator: "; ")),
      stdout: stdout, stderr: stderr)
  }

  private func bytes(
    of file: String?, from open: OpenCapture, called name: String, problems: inout [String]
  ) -> [UInt8] {
    guard let file else { return [] }
    do {
      return try open.folder().read(file)
    } catch {
      problems.append("\(name): \(error.reason)")
      return []
    }
  }

  /// The bytes of the site's configuration, where the manifest names one.
  public func siteFile() throws(Complaint) -> [UInt8]? {
    guard let site = manifest.site else { return nil }
    do {
      return try Folder(opening: path).read(site)
    } catch {
      throw Complaint(
        file: "\(path)/\(Manifest.fileName)", problem: "the site file can't be read: \(error.reason)",
        remedy: "put it into the capture and name it by its path there")
    }
  }
}

/// A capture's folder while its observations are read one after another.
public final class OpenCapture {
  private let path: String
  private var opened: Folder?

  public init(_ capture: Capture) { path = capture.path }

  func folder() throws(Folder.Refusal) -> Folder {
    if let opened { return opened }
    let folder = try Folder(opening: path)
    opened = folder
    return folder
  }
}

/// Where captures are read.
public enum CaptureFolder {
  /// Reads the manifest of a capture; the bytes come later.
  public static func read(_ path: String) throws(Complaints) -> Capture {
    let file = "\(path)/\(Manifest.fileName)"
    let source: [UInt8]
    do {
      source = try Folder(opening: path).read(Manifest.fileName)
    } catch {
      let complaint = Complaint(
        file: file, problem: error.reason,
        remedy: "a capture is a folder with a \(Manifest.fileName); one without it was not finished")
      throw Complaints([complaint])
    }
    let (manifest, remarks) = try Manifest.read(source, file: file)
    return Capture(path: path, manifest: manifest, remarks: remarks)
  }
}
