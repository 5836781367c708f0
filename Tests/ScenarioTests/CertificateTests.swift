import Foundation
import Testing

@Suite("The certificate of a go")
struct CertificateTests {
  let scratch: Scratch
  let capture: URL
  let file: URL

  init() throws {
    scratch = try Scratch()
    capture = try scratch.copy("ready")
    file = scratch.url.appending(path: "go.toml")
  }

  private func certify(_ arguments: [String] = []) async throws -> Program.Outcome {
    try await Program.run(["preflight", "--capture", capture.path, "--certificate", file.path] + arguments)
  }

  private func verify(_ arguments: [String] = []) async throws -> Program.Outcome {
    try await Program.run(["preflight", "--verify", file.path] + arguments)
  }

  @Test("is intact, valid for as long as was said, and of its capture")
  func whole() async throws {
    let written = try await certify(["--valid", "3650d"])
    #expect(written.status == 0)
    #expect(written.error.contains("valid until 2036-11-19T19:32:22.499Z"))
    let verified = try await verify(["--capture", capture.path])
    #expect(verified.status == 0)
    #expect(verified.output.split(separator: "\n").map { $0.prefix(3) } == ["yes", "yes", "yes"])
  }

  @Test("is valid for an hour, if nothing is said")
  func expired() async throws {
    #expect(try await certify().error.contains("valid until 2026-11-22T20:32:22.499Z"))
    #expect(try await verify().output.contains("until 2026-11-22T20:32:22.499Z"))
  }

  @Test("is known by sha256sum, as a person would ask it")
  func byHand() async throws {
    _ = try await certify()
    let text = try String(contentsOf: file, encoding: .utf8)
    let lines = text.components(separatedBy: "\n")
    #expect(lines[lines.count - 3] == "[seal]")
    let list = try #require(
      text.components(separatedBy: "[[observation]]").first { $0.contains("\"torque.settings\"") })
    let sum = Process()
    let pipe = Pipe()
    sum.executableURL = URL(filePath: "/usr/bin/env")
    sum.arguments = ["sha256sum", capture.appending(path: "1/print-server.txt").path]
    sum.standardOutput = pipe
    try sum.run()
    let said = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    sum.waitUntilExit()
    #expect(said.count > 64)
    #expect(list.contains("sha256 = \"\(said.prefix(64))\""))
  }

  @Test("that was changed, or not finished, is not believed")
  func changed() async throws {
    _ = try await certify(["--valid", "3650d"])
    let text = try String(contentsOf: file, encoding: .utf8)
    try text.replacingOccurrences(of: "slots = 1\n", with: "slots = 9\n").write(
      to: file, atomically: true, encoding: .utf8)
    #expect(try await verify().status == 4)
    #expect(try await verify().output.contains("no   changed since it was sealed"))
    let unsealed = try #require(text.components(separatedBy: "[seal]").first)
    try unsealed.write(to: file, atomically: true, encoding: .utf8)
    #expect(try await verify().output.contains("no   not finished"))
    try "format = 1\n".write(to: file, atomically: true, encoding: .utf8)
    #expect(try await verify().status == 16)
  }

  @Test("is not of a capture with one other byte, nor of another site's")
  func otherCapture() async throws {
    _ = try await certify(["--valid", "3650d"])
    let list = capture.appending(path: "1/gsn-wn2/xl-list.txt")
    let bytes = try String(contentsOf: list, encoding: .utf8)
    try bytes.replacingOccurrences(of: "84.7", with: "84.8").write(
      to: list, atomically: true, encoding: .utf8)
    let other = try await verify(["--capture", capture.path])
    #expect(other.status == 4)
    #expect(other.output.contains("xen.list of gsn-wn2"))
    let idle = Program.root.appending(path: "Fixtures/idle/capture").path
    #expect(try await verify(["--capture", idle]).status == 4)
  }

  @Test("is written over nothing, and not where it is no go")
  func refused() async throws {
    let noGo = try await certify(["--slots", "9"])
    #expect(noGo.status == 4)
    #expect(!FileManager.default.fileExists(atPath: file.path))
    try "mine".write(to: file, atomically: true, encoding: .utf8)
    let refused = try await certify()
    #expect(refused.status == 16)
    #expect(refused.output.isEmpty)
    #expect(try String(contentsOf: file, encoding: .utf8) == "mine")
  }

  @Test("is read again whatever its capture is called")
  func oddNames() async throws {
    let odd = scratch.url.appending(path: "-a \\ 'b'\nc")
    try FileManager.default.moveItem(at: capture, to: odd)
    let written = try await Program.run([
      "preflight", "--capture", odd.path, "--certificate", file.path, "--valid", "3650d",
    ])
    #expect(written.status == 0, "\(written.error)")
    #expect(try await verify(["--capture", odd.path]).status == 0)
  }
}
