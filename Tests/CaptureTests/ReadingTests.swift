import Glibc
import Model
import Testing
import World

@testable import Capture

@Suite("Reading a capture")
struct ReadingTests {
  private static let twoLooks = """
    format = 1
    site = "site.toml"
    [[round]]
    started = 2026-11-22T03:10:00.000Z
      [[round.observation]]
      what = "torque.jobs"
      node = ""
      command = ["qstat", "-f", "-x"]
      started = 2026-11-22T03:10:00.120Z
      finished = "2026-11-22T03:10:00.480Z"
      exit = 0
      stdout = "jobs.xml"
      redacted = ["Variable_List"]
      [[round.observation]]
      what = "xen.list"
      node = "wn1"
      failure = "timed out after 20 s"
      colour = "red"
      [[round.observation]]
      what = "slurm.jobs"
      exit = 0
    [[round]]
      [[round.observation]]
      what = "xen.balloon"
      node = "wn1"
      started = 2026-11-22T03:11:00Z
      produced = 2026-11-22T03:00:00Z
      exit = 1
      stderr = "jobs.xml"
    """

  @Test("Rounds and observations come in the order of the manifest, bytes when asked for")
  func whole() throws {
    let scratch = try Scratch()
    try scratch.write(Self.twoLooks, to: "manifest.toml")
    try scratch.write("<Data></Data>\n", to: "jobs.xml")
    try scratch.write("name = 1", to: "site.toml")
    let capture = try CaptureFolder.read(scratch.path)
    #expect(capture.rounds.map(\.number) == [1, 2])
    #expect(capture.observations.map(\.number) == [1, 2, 4])
    #expect(capture.observations.map(\.kind) == [.torqueJobs, .xenList, .xenBalloon])
    #expect(capture.remarks.count == 2)
    #expect(capture.remarks.contains { $0.problem.contains("colour") && $0.line == 18 })
    #expect(capture.remarks.contains { $0.problem.contains("slurm.jobs") })
    #expect(try capture.siteFile() == Array("name = 1".utf8))
    let jobs = capture.rawObservation(capture.observations[0])
    #expect(jobs.stdout.text == "<Data></Data>\n")
    #expect(jobs.command == ["qstat", "-f", "-x"])
    #expect(jobs.finished == Instant(rfc3339: "2026-11-22T03:10:00.480Z"))
    #expect(jobs.ending == .exit(0))
    let list = capture.rawObservation(capture.observations[1])
    #expect(list.ending == .failure("timed out after 20 s"))
    #expect(list.started == Instant(rfc3339: "2026-11-22T03:10:00Z"))
    let balloon = capture.rawObservation(capture.observations[2])
    #expect(balloon.ending == .exit(1))
    #expect(balloon.stderr.text == "<Data></Data>\n")
    #expect(capture.observations[2].produced == Instant(rfc3339: "2026-11-22T03:00:00Z"))
  }

  @Test(
    "A file that can't be had fails its observation, with a reason",
    arguments: [
      ("/etc/passwd", "not a plain path"), ("../jobs.xml", "not a plain path"),
      ("1/../../x", "not a plain path"), ("./jobs.xml", "not a plain path"), ("", "not a plain path"),
      ("absent", "No such file"), ("folder", "a folder"), ("pipe", "a pipe"),
      ("link", "a symbolic link"), ("inner", "a symbolic link"), ("out/hosts", "can't open out"),
      ("jobs.xml/x", "can't open jobs.xml"),
    ])
  func refused(file: String, reason: String) throws {
    let scratch = try Scratch()
    try scratch.write("bytes", to: "jobs.xml")
    mkdir("\(scratch.path)/folder", 0o700)
    mkfifo("\(scratch.path)/pipe", 0o600)
    symlink("/etc/hosts", "\(scratch.path)/link")
    symlink("jobs.xml", "\(scratch.path)/inner")
    symlink("/etc", "\(scratch.path)/out")
    try scratch.write(
      """
      format = 1
      [[round]]
      started = 2026-11-22T03:10:00Z
      [[round.observation]]
      what = "torque.jobs"
      exit = 0
      stdout = "\(file)"
      bytes = 5
      [[round.observation]]
      what = "torque.nodes"
      exit = 0
      stdout = "jobs.xml"
      bytes = 5
      """, to: "manifest.toml")
    let capture = try CaptureFolder.read(scratch.path)
    let raw = capture.rawObservation(try #require(capture.observations.first))
    guard case .failure(let found) = raw.ending else {
      Issue.record("was not refused")
      return
    }
    #expect(found.hasPrefix("stdout: ") && found.contains(reason))
    #expect(raw.stdout.isEmpty)
    let other = capture.rawObservation(try #require(capture.observations.last))
    #expect(other.ending == .exit(0))
    #expect(other.stdout.text == "bytes")
  }

  @Test("A file of another size than the manifest says was cut or edited")
  func size() throws {
    let scratch = try Scratch()
    try scratch.write("bytes", to: "a")
    try scratch.write(
      """
      format = 1
      [[round]]
      started = 2026-11-22T03:10:00Z
      [[round.observation]]
      what = "torque.jobs"
      exit = 0
      stdout = "a"
      bytes = 456
      """, to: "manifest.toml")
    let capture = try CaptureFolder.read(scratch.path)
    let raw = capture.rawObservation(try #require(capture.observations.first))
    #expect(raw.ending == .failure("stdout has 5 bytes, the manifest says 456"))
    #expect(raw.stdout.text == "bytes")
  }

  @Test("Everything that is wrong with a manifest is said at once, with its lines")
  func wrong() throws {
    let complaints = try complaints(
      """
      [[round]]
      [[round.observation]]
      exit = "0"
      stdout = 3
      [[round.observation]]
      what = "torque.jobs"
      started = 2026-11-22T03:10:00
      exit = 0
      failure = "x"
      [[round.observation]]
      what = "torque.jobs"
      started = 2026-11-22T03:10:00Z
      """)
    #expect(complaints.map(\.line) == [nil, 2, 2, 3, 4, 7, 7, 9, 10])
  }

  @Test("Another format, no TOML and no manifest are refused")
  func refusals() throws {
    let newer = try complaints("format = 2\nnews = 1")
    #expect(newer.map(\.remedy) == ["use a newer trueup"])
    let broken = try complaints("format = 1\n= 3")
    #expect(broken.map(\.line) == [2])
    let scratch = try Scratch()
    #expect(throws: Complaints.self) { try CaptureFolder.read(scratch.path) }
    #expect(throws: Complaints.self) { try CaptureFolder.read("\(scratch.path)/absent") }
  }

  private func complaints(_ manifest: String) throws -> [Complaint] {
    let scratch = try Scratch()
    try scratch.write(manifest, to: "manifest.toml")
    do {
      _ = try CaptureFolder.read(scratch.path)
      return []
    } catch {
      return error.all.sorted { ($0.line ?? 0) < ($1.line ?? 0) }
    }
  }
}
