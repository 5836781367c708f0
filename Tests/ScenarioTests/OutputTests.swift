import Foundation
import Testing

@Suite("A report that is written into a file")
struct OutputTests {
  private static let capture = Program.root.appending(path: "Fixtures/storm-after/capture").path

  private static func audit(_ file: URL, _ format: String = "prometheus") async throws -> Program.Outcome {
    try await Program.run(["audit", "--capture", capture, "-f", format, "--output", file.path])
  }

  /// Runs the program below a shell that limits it first.
  private static func limited(_ limit: String, _ file: URL) async throws -> Program.Outcome {
    try await Program.run(
      [
        "-c", "\(limit); exec \"$0\" \"$@\"", Program.binary.path, "audit", "--capture", capture, "-f",
        "html",
        "--output", file.path, "--rules", Program.rules.path,
      ], withRules: false, program: URL(filePath: "/bin/sh"))
  }

  private static func names(in folder: URL) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
  }

  @Test("is what would have been printed, takes the place of an older one, and leaves nothing beside it")
  func replaced() async throws {
    let scratch = try Scratch()
    let file = scratch.url.appending(path: "trueup.prom")
    try "old".write(to: file, atomically: true, encoding: .utf8)
    let written = try await Self.audit(file)
    #expect(written.status == 4 && written.output.isEmpty)
    let printed = try await Program.run(["audit", "--capture", Self.capture, "-f", "prometheus"])
    #expect(try String(contentsOf: file, encoding: .utf8) == printed.output)
    #expect(try Self.names(in: scratch.url) == ["trueup.prom"])
    let mode = try FileManager.default.attributesOfItem(atPath: file.path)[.posixPermissions] as? Int
    #expect(mode == 0o644, "node_exporter is another user")
  }

  @Test(
    "is the old one still where there is no room for the new one",
    arguments: ["trap '' XFSZ; ulimit -f 1", "ulimit -f 1"])
  func noRoom(_ limit: String) async throws {
    let scratch = try Scratch()
    let file = scratch.url.appending(path: "report.html")
    try "old".write(to: file, atomically: true, encoding: .utf8)
    let failed = try await Self.limited(limit, file)
    #expect(try String(contentsOf: file, encoding: .utf8) == "old")
    if limit.hasPrefix("trap") {
      // What was found and that it could not be written are both in the exit status.
      #expect(failed.status == 12, "\(failed.error)")
      #expect(
        failed.error.contains("the report was not written: ") && failed.error.contains("File too large"))
      #expect(try Self.names(in: scratch.url) == ["report.html"])
    } else {
      // Ended by the signal, in the middle of a write.
      #expect(failed.status != 0)
    }
  }

  @Test("is told as not written where standard output takes no more", arguments: ["audit", "check"])
  func fullOutput(_ command: String) async throws {
    let outcome = try await Program.run(
      ["-c", "exec \"$0\" \"$@\" >/dev/full", Program.binary.path, command, "--capture", Self.capture]
        + ["--rules", Program.rules.path], withRules: false, program: URL(filePath: "/bin/sh"))
    if command == "check" {
      #expect(outcome.status == 3, "nobody was told of anything")
    } else {
      #expect(outcome.status == 12 && outcome.error.contains("the report was not written"), "\(outcome)")
    }
  }

  @Test("is whole at each moment for who reads it, though the program is killed at any")
  func killed() async throws {
    let scratch = try Scratch()
    let file = scratch.url.appending(path: "report.html")
    _ = try await Self.audit(file, "html")
    let whole = try Data(contentsOf: file)
    #expect(whole.count > 50_000)
    for delay in [20, 100, 180, 240, 280, 310, 340, 370, 400, 450] {
      let process = Process()
      process.executableURL = Program.binary
      process.arguments = [
        "audit", "--capture", Self.capture, "-f", "html", "--output", file.path, "--rules",
        Program.rules.path,
      ]
      process.standardOutput = FileHandle.nullDevice
      process.standardError = FileHandle.nullDevice
      async let ended = process.ended()
      for _ in 0..<delay / 10 {
        try await Task.sleep(for: .milliseconds(10))
        #expect(try Data(contentsOf: file) == whole)
      }
      if process.isRunning { kill(process.processIdentifier, SIGKILL) }
      _ = try await ended
      #expect(try Data(contentsOf: file) == whole)
    }
  }

  @Test("is not put in the place of a device, a folder or a link")
  func noFile() async throws {
    let scratch = try Scratch()
    let file = scratch.url.appending(path: "link")
    try FileManager.default.createSymbolicLink(atPath: file.path, withDestinationPath: "/dev/null")
    for path in [file, URL(filePath: "/dev/null"), scratch.url] {
      let refused = try await Self.audit(path)
      #expect(refused.status == 12 && refused.error.contains("is no ordinary file"), "\(refused.error)")
    }
    var status = stat()
    #expect(lstat("/dev/null", &status) == 0 && status.st_mode & S_IFMT == S_IFCHR)
    let nowhere = try await Self.audit(scratch.url.appending(path: "no/such/folder/x.prom"))
    #expect(nowhere.status == 12 && nowhere.error.contains("No such file or directory"))
  }
}
