import Glibc
import Model
import Testing
import World

@testable import Capture

@Suite("Writing a capture")
struct WritingTests {
  private let started = Instant(milliseconds: 1_795_317_000_120)

  @Test("What was written is read back, odd bytes and names included")
  func roundTrip() throws {
    let scratch = try Scratch()
    let path = "\(scratch.path)/capture"
    var writer = try CaptureWriter(creating: path)
    try writer.beginRound(started: started)
    let odd = RawObservation(
      kind: .xenList, node: "../wn 1/\u{1B}é", command: ["xl", "a \"quoted\"\n\\ \u{7}"], started: started,
      finished: started, ending: .exit(3), stdout: [0, 255, 10, 27], stderr: [1])
    try writer.add(odd)
    try writer.add(
      RawObservation(kind: .xenInfo, ending: .failure("timed out"), stdout: []), produced: started)
    try writer.beginRound(started: started)
    try writer.add(RawObservation(kind: .torqueJobs, stdout: []))
    try writer.save(site: Array("name = \"a\"\n".utf8))

    let capture = try CaptureFolder.read(path)
    #expect(capture.remarks.isEmpty)
    #expect(capture.rounds.map(\.observations.count) == [2, 1])
    let read = capture.rawObservation(capture.observations[0])
    #expect(read.node == odd.node)
    #expect(read.command == odd.command)
    #expect(read.started == started)
    #expect(read.ending == .exit(3))
    #expect(read.stdout == odd.stdout)
    #expect(read.stderr == odd.stderr)
    #expect(capture.observations[0].entry.stdout == "1/0001-xen.list-.._wn_1____.out")
    let failed = capture.rawObservation(capture.observations[1])
    #expect(failed.ending == .failure("timed out"))
    #expect(capture.observations[1].entry.stdout == nil)
    #expect(capture.observations[1].produced == started)
    #expect(capture.rawObservation(capture.observations[2]).ending == .exit(0))
    #expect(try capture.siteFile() == Array("name = \"a\"\n".utf8))
  }

  @Test("Nobody but its owner can read it")
  func modes() throws {
    let scratch = try Scratch()
    let path = "\(scratch.path)/capture"
    var writer = try CaptureWriter(creating: path)
    try writer.beginRound(started: started)
    try writer.add(RawObservation(kind: .xenInfo, stdout: [65]))
    try writer.save()
    for (name, mode) in [
      ("", 0o700), ("/1", 0o700), ("/manifest.toml", 0o600), ("/1/0001-xen.info.out", 0o600),
    ] as [(String, mode_t)] {
      var status = stat()
      #expect(stat(path + name, &status) == 0)
      #expect(status.st_mode & 0o777 == mode)
    }
  }

  @Test("What is there is never written over, and without its end it is no capture")
  func careful() throws {
    let scratch = try Scratch()
    let path = "\(scratch.path)/capture"
    var writer = try CaptureWriter(creating: path)
    #expect(throws: Complaint.self) { try CaptureWriter(creating: path) }
    try writer.beginRound(started: started)
    try writer.add(RawObservation(kind: .xenInfo, stdout: [65]))
    #expect(throws: Complaints.self) { try CaptureFolder.read(path) }
    try writer.save()
    #expect(try CaptureFolder.read(path).observations.count == 1)
  }

  @Test(
    "Secrets planted in an environment, user data, configuration and a database address are found in no file")
  func planting() throws {
    let scratch = try Scratch()
    let path = "\(scratch.path)/capture"
    var writer = try CaptureWriter(creating: path)
    try writer.beginRound(started: started)
    #expect(!Plant.all.isEmpty)
    for plant in Plant.all {
      let bytes = Array(plant.text.utf8)
      try writer.add(
        RawObservation(
          kind: plant.kind, node: "wn1",
          command: [
            "psql", "postgresql://audit:\(planted)@db/x", "--password", planted, "PGPASSWORD=\(planted)",
          ],
          ending: .failure("refused: password=\(planted)"), stdout: bytes, stderr: bytes))
    }
    try writer.save(site: Array("url = \"postgresql://audit:\(planted)@db/x\"\n".utf8))
    let capture = try CaptureFolder.read(path)
    #expect(capture.observations.count == Plant.all.count)
    var names = ["manifest.toml", "site.toml"]
    for observation in capture.observations {
      names += [try #require(observation.entry.stdout), try #require(observation.entry.stderr)]
      #expect(!observation.entry.redacted.isEmpty)
    }
    for name in names { #expect(!(try bytes(ofFile: "\(path)/\(name)")).contains(planted), "\(name)") }
  }

  @Test("The site's configuration loses its passwords and stays TOML")
  func site() throws {
    let scratch = try Scratch()
    let text = """
      format = 1
      password = "a \\" \(planted)" # needed
      [database]
      url = "postgresql://audit:\(planted)@db/x"
      secret = \"\"\"
      \(planted) "x" \(planted)\"\"\"
      token = '\(planted)'
      name = "kept"

      """
    let redacted = Redaction.redact(site: Array(text.utf8))
    let isLeft = redacted.contains(planted)
    #expect(!isLeft)
    #expect(redacted.contains("# needed") && redacted.contains("name = \"kept\""))
    try scratch.write(redacted.text, to: "manifest.toml")
    #expect(try CaptureFolder.read(scratch.path).remarks.count == 2)
    #expect(Redaction.redact(site: redacted) == redacted)
  }
}
