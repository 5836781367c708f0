import Glibc
import Model
import Testing
import World

@testable import Capture

@Suite("A capture's copy under pseudonyms")
struct CopyTests {
  private let started = Instant(milliseconds: 1_795_317_000_120)
  private let scratch: Scratch
  private var original: String { "\(scratch.path)/original" }
  private var path: String { "\(scratch.path)/copy" }

  init() throws { scratch = try Scratch() }

  private func key() throws -> Pseudonyms.Key {
    try #require(Pseudonyms.Key(Array("a key for every test".utf8)))
  }

  /// What went wrong, as the programs in between tell it.
  private func told(_ names: inout PlantedNames) -> String {
    "ssh: connect to host \(names.name()) port 22: Connection refused\n"
      + "ssh: Could not resolve hostname \(names.name()): Name or service not known\n"
      + "\(names.name())@\(names.name()): Permission denied (publickey).\n"
      + "\(names.name()) is not in the sudoers file.\nqstat: cannot connect to server \(names.name()) (errno=111)\n"
      + "Sorry, user \(names.name()) is not allowed to execute '/usr/sbin/xl list' as root on \(names.name()).\(names.name()).org.\n"
      + "connection to server at \"\(names.name())\" (\(names.address())), port 5432 failed: FATAL:  "
      + "password authentication failed for user \"\(names.name())\"\nFATAL:  role \"\(names.name())\" does not exist\n"
      + "Permanently added '\(names.name()),\(names.address())' (ECDSA) to the list of known hosts.\n"
  }

  /// Writes a capture of every kind, in every form, with names wherever there may be some.
  private func write(_ names: inout PlantedNames) throws -> Int {
    var writer = try CaptureWriter(creating: original)
    var count = 0
    for (round, kinds) in [ObservationKind.allCases, [.torqueJobs]].enumerated() {
      try writer.beginRound(started: started)
      for kind in kinds {
        for output in try names.outputs(of: kind) {
          let command = [
            "ssh", "-l", "root", "host=\(names.name()) user='\(names.name())'",
            "\(names.name())@\(names.name())",
          ]
          try writer.add(
            RawObservation(
              kind: kind, node: names.name(), command: command, started: started, finished: started,
              ending: round == 0 ? .exit(1) : .failure(told(&names)), stdout: output,
              stderr: Array(told(&names).utf8)))
          count += 1
        }
      }
    }
    try writer.save(
      site: Array(
        """
        name = "\(names.name())"
        [pilot]
        account = "\(names.name())"
        [torque]
        host = "\(names.name())"
        [database]
        main = "postgresql://\(names.name())@\(names.name()):5432/nimbus"
        user = "\(names.name())"
        [nodes]
        user = "\(names.name())"
        ssh_config = "/home/\(names.name())/config"
        [domains]
        known = ["\(names.name())", "\(names.name())"]
        [[node]]
        name = "\(names.name())"
        aliases = ["\(names.name())"]
        address = "\(names.address())"

        """.utf8))
    return count
  }

  /// The paths of the files below a folder.
  private func files(below path: String) -> [String] {
    guard let folder = opendir(path) else { return [path] }
    defer { closedir(folder) }
    var files: [String] = []
    while let entry = readdir(folder) {
      let name = withUnsafeBytes(of: entry.pointee.d_name) {
        String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
      }
      if name != ".", name != ".." { files += self.files(below: "\(path)/\(name)") }
    }
    return files.sorted()
  }

  @Test("has none of the originals in any file, whatever the kind and the form of its source")
  func noneIsLeft() throws {
    var names = PlantedNames()
    let count = try write(&names)
    let capture = try CaptureFolder.read(original)
    _ = try PseudonymousCopy(creating: path, key: key()).write(capture)
    let copy = try CaptureFolder.read(path)
    #expect(copy.rounds.map(\.observations.count) == capture.rounds.map(\.observations.count))
    #expect(copy.observations.count == count && names.all.count > 300)
    #expect(Set(copy.observations.map(\.kind)) == Set(ObservationKind.allCases))
    // The originals are found as this test looks for them, so that it could find them in the copy.
    #expect(left(names, below: original).count == names.all.count - 1)
    #expect(left(names, below: path) == [])
  }

  /// The names that some file holds, in letters of any size and over folds, or is called by.
  private func left(_ names: PlantedNames, below folder: String) -> [String] {
    let texts = files(below: folder).map { file in
      let text = ((try? bytes(ofFile: file)) ?? []).text.lowercased()
      return file.dropFirst(folder.count) + text + text.replacing("\n\t", with: "")
    }
    return names.all.filter { name in texts.contains { $0.contains(name.lowercased()) } }
  }

  @Test("leaves out what this version can't tell names in, and says so when it is read")
  func unknownKinds() throws {
    try scratch.write(
      """
      format = 1
      [[round]]
      started = 2026-11-22T19:33:35Z
      [[round.observation]]
      what = "xen.info"
      exit = 0
      stdout = "info"
      [[round.observation]]
      what = "moon.phase"
      exit = 0
      stdout = "moon"
      """, to: "manifest.toml")
    try scratch.write("host : quartz\n", to: "info")
    try scratch.write("quartz\n", to: "moon")
    let capture = try CaptureFolder.read(scratch.path)
    #expect(capture.remarks.count == 1)
    _ = try PseudonymousCopy(creating: path, key: key()).write(capture)
    #expect(try CaptureFolder.read(path).observations.map(\.kind) == [.xenInfo])
    for file in files(below: path) { #expect(!(try bytes(ofFile: file)).contains("quartz")) }
  }

  @Test("is written over nothing, and has its folder before anything is written")
  func folder() throws {
    let copy = try PseudonymousCopy(creating: path, key: key())
    #expect(throws: Complaint.self) { try PseudonymousCopy(creating: path, key: key()) }
    #expect(throws: Complaints.self) { try CaptureFolder.read(path) }
    try scratch.write("format = 1\n[[round]]\nstarted = 2026-11-22T19:33:35Z\n", to: "manifest.toml")
    _ = try copy.write(try CaptureFolder.read(scratch.path))
    #expect(try CaptureFolder.read(path).rounds.map(\.started) == [Instant(rfc3339: "2026-11-22T19:33:35Z")])
  }

  @Test("of a task that was called off is no capture")
  func cancelled() async throws {
    var names = PlantedNames()
    _ = try write(&names)
    let (capture, copy) = (try CaptureFolder.read(original), try PseudonymousCopy(creating: path, key: key()))
    await withTaskGroup(of: Void.self) { group in
      group.cancelAll()
      group.addTask { #expect(throws: Complaint.self) { try copy.write(capture) } }
    }
    #expect(throws: Complaints.self) { try CaptureFolder.read(path) }
  }
}
