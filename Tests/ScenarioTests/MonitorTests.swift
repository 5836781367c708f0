import Foundation
import Testing

/// The monitor's files, where things go wrong around it. The node is a script that prints what a node prints.
@Suite("A monitor")
struct MonitorTests {
  @Test("writes each line once and whole, though its disk is full: the rest waits, and is counted")
  func fullDisk() async throws {
    let scratch = try Scratch()
    let bin = try scratch.bin(
      with: "ssh",
      running: "turn=100; while :; do echo \"$turn 903168\"; turn=$((turn + 10)); sleep 0.1; done")
    let site = scratch.url.appending(path: "site.toml")
    try "name = \"gridsn\"\n[[node]]\nname = \"n1\"\n".write(to: site, atomically: true, encoding: .utf8)
    let folder = scratch.url.appending(path: "series")
    let full = try await Program.run(
      [
        "-c", "trap '' XFSZ; ulimit -f 1; exec \"$0\" \"$@\"", Program.binary.path, "monitor", "--site",
        site.path, "-o", folder.path, "--for", "6", "--every", "0.1",
      ], environment: ["PATH": "\(bin):/usr/bin:/bin"], withRules: false,
      program: URL(filePath: "/bin/sh"))
    #expect(full.status & 8 == 8, "\(full.error)")
    #expect(full.error.contains("File too large") && full.error.contains("could not be written"))
    let text = try String(contentsOf: folder.appending(path: "n1.csv"), encoding: .utf8)
    #expect(text.hasSuffix("\n") && text.utf8.count <= 1024, "\(text)")
    let lines = text.split(separator: "\n").dropFirst()
    #expect(lines.count > 3 && Set(lines).count == lines.count, "\(text)")
    #expect(lines.allSatisfy { $0.hasSuffix(",903168") }, "\(text)")
  }

  @Test("marks half a line that a crash has left, so that it is no sample")
  func halfALine() async throws {
    let scratch = try Scratch()
    let file = scratch.url.appending(path: "n1.csv")
    let site = scratch.url.appending(path: "site.toml")
    try "name = \"gridsn\"\n[nodes]\ntransport = \"ssh\"\n[[node]]\nname = \"n1\"\n".write(
      to: site, atomically: true, encoding: .utf8)
    try "epoch,time,dom0_kib\n1795305798.000,x,903168\n1795305799.000,x,90".write(
      to: file, atomically: true, encoding: .utf8)
    // Nobody answers; that alone is noted.
    _ = try await Program.run(
      ["monitor", "--site", site.path, "-o", scratch.url.path, "--for", "2"],
      environment: ["PATH": "\(scratch.url.path):/bin"], withRules: false)
    let text = try String(contentsOf: file, encoding: .utf8)
    #expect(text.contains("1795305799.000,x,90 # half a line\n# recorded anew from here\n"), "\(text)")
    let wave = try await Program.run(["wave", file.path, "--format", "json"], withRules: false)
    #expect(wave.status == 8 && wave.output.contains("\"not_read_count\": 1"), "\(wave.output)")
  }
}
