import Foundation
import Testing

/// `SafetyTests` shows what is done where the breaker does not trip; this shows that the program asks it.
@Suite("A site that looks broken all over")
struct BreakerTests {
  @Test("is not repaired, and the reason is told, but where somebody switched the breaker off")
  func program() async throws {
    let scratch = try Scratch()
    let capture = scratch.url.appending(path: "capture")
    try FileManager.default.copyItem(
      at: Program.root.appending(path: "Fixtures/idle/capture"), to: capture)
    // Somebody configured another baseline than the nodes have.
    let file = capture.appending(path: "site.toml")
    let site = try String(contentsOf: file, encoding: .utf8)
    let wrong = site.replacing(/(dom0 = )"(\d+) MiB"/) {
      "\($0.output.1)\"\((Int($0.output.2) ?? 0) + 64) MiB\""
    }
    try #require(wrong != site)
    try wrong.write(to: file, atomically: true, encoding: .utf8)
    let repair = ["repair", "--capture", capture.path, "--rehearse", "--apply", "-y"]
    let refused = try await Program.run(repair)
    #expect(refused.error.contains("nothing is applied: "), "\(refused.error)")
    #expect(refused.error.contains("3 of 3 nodes look broken"), "\(refused.error)")
    #expect(refused.status & 8 == 8)
    #expect(!refused.error.contains("node.drain"))
    let forced = try await Program.run(repair + ["--breaker-off"])
    #expect(!forced.error.contains("nothing is applied"), "\(forced.error)")
    #expect((forced.output + forced.error).contains("node.drain"), "\(forced.output)")
  }
}
