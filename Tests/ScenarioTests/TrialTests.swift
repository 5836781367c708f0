import Foundation
import FoundationXML
import Testing

/// Trials on the simulated site, held against the reports of the documentation, and the pictures of them.
@Suite("Trials of the documentation")
struct TrialTests {
  private static let folder = Program.root.appending(path: "docs/trials")
  private static let isAccepting = ProcessInfo.processInfo.environment["TRUEUP_ACCEPT"] != nil

  @Test(
    "come out as they are told there",
    arguments: [
      "a", "b", "c", "figures/square", "figures/late", "figures/shift", "figures/drift", "figures/lost",
    ])
  func golden(_ name: String) async throws {
    let scratch = try Scratch()
    let left = scratch.url.appending(path: "trial")
    let file = Self.folder.appending(path: "\(name).toml")
    let run = try await Program.run(["trial", file.path, "-o", left.path, "--simulate"])
    // In the last one some machines lost their jobs, and nobody could tell them to go.
    let status: [String: Int32] = ["a": 0, "figures/square": 0, "figures/late": 0, "figures/lost": 12]
    #expect(run.status == status[name] ?? 4, "\(run.error)")
    for kind in ["report.md", "verdicts.csv"] where kind == "report.md" || !name.contains("/") {
      let told = Self.folder.appending(path: "\(name)-\(kind)")
      let found = try String(contentsOf: left.appending(path: kind), encoding: .utf8)
        .replacing("](dom0.png)", with: "](\(file.deletingPathExtension().lastPathComponent).png)")
      if Self.isAccepting {
        try found.write(to: told, atomically: true, encoding: .utf8)
        let picture = Self.folder.appending(path: "\(name).png")
        try Data(contentsOf: left.appending(path: "dom0.png")).write(to: picture)
        Issue.record("\(name) was accepted: read the diff, and look at the picture")
      } else {
        #expect(try String(contentsOf: told, encoding: .utf8) == found, "\(told.lastPathComponent)")
      }
    }
    let html = try String(contentsOf: left.appending(path: "report.html"), encoding: .utf8)
    #expect(html.contains("<svg") && html.contains("Content-Security-Policy") && !html.contains("<script"))
    #expect(FileManager.default.fileExists(atPath: Self.folder.appending(path: "\(name).png").path))
    // What is over is over: only the reports are written anew.
    let before = try Data(contentsOf: left.appending(path: "trials.csv"))
    #expect(try await Program.run(["trial", file.path, "-o", left.path, "--simulate"]).status == run.status)
    #expect(try Data(contentsOf: left.appending(path: "trials.csv")) == before)
  }

  @Test("are read by wave and plot too: the same verdicts, and pictures in three forms")
  func read() async throws {
    let scratch = try Scratch()
    let left = scratch.url.appending(path: "trial")
    let file = Self.folder.appending(path: "figures/shift.toml")
    #expect(try await Program.run(["trial", file.path, "-o", left.path, "--simulate"]).status == 4)
    let series = left.appending(path: "series/gsn-wn1.csv").path
    let trials = left.appending(path: "trials.csv").path
    let wave = try await Program.run(
      ["wave", series, "--trials", trials, "--window", "15"], withRules: false)
    #expect(wave.status == 4)
    #expect(
      wave.output.contains("25 expected") && wave.output.contains("memory not restored"), "\(wave.output)")
    #expect(wave.output.contains("after qdel"), "\(wave.output)")
    func plot(_ options: String...) async throws -> Program.Outcome {
      try await Program.run(["plot", series, "--trials", trials] + options, withRules: false)
    }
    let (png, svg) = (scratch.url.appending(path: "p.png"), scratch.url.appending(path: "p.svg"))
    let script = scratch.url.appending(path: "p.gp")
    #expect(try await plot("-o", png.path, "--script", script.path).status == 0)
    #expect(try Data(contentsOf: png).starts(with: [0x89, 0x50, 0x4E, 0x47]))
    #expect(try await plot("-o", svg.path, "--width", "600").status == 0)
    let drawing = try String(contentsOf: svg, encoding: .utf8)
    #expect(XMLParser(data: Data(drawing.utf8)).parse() && drawing.contains("-64 MiB"))
    let kept = try String(contentsOf: script, encoding: .utf8)
    #expect(kept.contains("pngcairo") && kept.contains("$memory0 << END"))
    let terminal = try await plot("--width", "90", "--height", "20")
    #expect(terminal.status == 0 && terminal.output.contains("gsn-wn1"))
    #expect(terminal.output.split(separator: "\n").allSatisfy { $0.count <= 90 })
    // Nothing is written over.
    let again = try await plot("-o", png.path)
    #expect(again.status == 16 && again.error.contains("is there already"))
  }

  @Test("and other records are told where they are not what they should be, and crash nothing")
  func foreignLogs() async throws {
    let scratch = try Scratch()
    func file(_ name: String, _ text: String) throws -> String {
      let file = scratch.url.appending(path: name)
      try text.write(to: file, atomically: true, encoding: .utf8)
      return file.path
    }
    let lines = (0..<600).map { "\(1_795_305_600 + $0),\(200..<500 ~= $0 ? 818 : 882)" }
    let series = try file("n1.csv", lines.joined(separator: "\n") + "\n")
    let trials = try file(
      "trials.csv",
      """
      epoch,time,node,trial,event,detail
      1795305799.000,2026-11-22T00:03:19.000Z,n1,1,deploy,
      1795306099.000,2026-11-22T00:08:19.000Z,n1,1,remove,qdel 7
      """.replacing("\n", with: "\r\n") + "\r\nnone of it\r\n")
    let log = try file("log", "-1e300,n1,x\r\n-inf,n1,x\nnan,n1,x\n1795306100,n1,something\n")
    let wave = try await Program.run(
      ["wave", series, "--trials", trials, "--log", log], withRules: false)
    #expect(wave.status == 8, "\(wave.status) \(wave.error) \(wave.output)")
    #expect(wave.output.contains("1 expected"), "\(wave.output)")
    for told in ["trials.csv line 4: it is no line of a trial's log", "log line 1: it is not seconds"] {
      #expect((wave.output + wave.error).contains(told), "\(wave.output)\(wave.error)")
    }
    // A deletion of a job that never ran there is no cause, where another is.
    let lost = (0..<700).map { "\(1_795_305_600 + $0),\($0 < 200 ? 882 : 560..<590 ~= $0 ? 754 : 818)" }
    let accounting = try file(
      "20261122",
      """
      11/22/2026 00:03:20;S;9.h;user=globus group=globus jobname=p queue=batch exec_host=n1/0
      11/22/2026 00:08:20;D;9.h;requestor=root@h
      11/22/2026 00:09:00;D;77.h;requestor=bob@h

      """)
    let told = try await Program.run(
      ["wave", try file("n1.txt", lost.joined(separator: "\n") + "\n"), "--accounting", accounting],
      withRules: false)
    #expect(told.status == 4 && told.output.contains("qdel of job 9.h by root"), "\(told.output)")
    // Two nodes' files that are called the same, or one file twice.
    let twice = try await Program.run(["wave", series, series], withRules: false)
    #expect(twice.status == 8 && (twice.output + twice.error).contains("600 samples of n1 are not later"))
  }

  @Test("that an audit stops are told as stopped: with what was lost, and that not all of them were run")
  func stopped() async throws {
    let scratch = try Scratch()
    let file = scratch.url.appending(path: "trial.toml")
    let shift = try String(
      contentsOf: Self.folder.appending(path: "figures/shift.toml"), encoding: .utf8)
    let kept = shift.split(separator: "\n").filter { !$0.hasPrefix("audit_every") && !$0.hasPrefix("on_div") }
    try (["audit_every = 1", "on_divergence = \"stop\""] + kept).joined(separator: "\n")
      .write(to: file, atomically: true, encoding: .utf8)
    let left = scratch.url.appending(path: "trial")
    let run = try await Program.run(["trial", file.path, "-o", left.path, "--simulate"])
    #expect(run.status == 12 && run.error.contains("the file says stop"), "\(run.status) \(run.error)")
    let report = try String(contentsOf: left.appending(path: "report.md"), encoding: .utf8)
    #expect(report.contains("an audit found a divergence, and the file says stop"), "\(report.prefix(400))")
    let log = left.appending(path: "trials.csv")
    try
      (try String(contentsOf: log, encoding: .utf8)
      + "1795305600.000,2026-11-22T00:00:00.000Z,,9,preflight,GO\n")
      .write(to: log, atomically: true, encoding: .utf8)
    _ = try await Program.run(["trial", file.path, "-o", left.path, "--report"])
    let goneOn = try String(contentsOf: left.appending(path: "report.md"), encoding: .utf8)
    #expect(goneOn.contains("it is not over"), "\(goneOn.prefix(400))")
  }

  @Test("on a node that was not recorded are told as such, by the report and by wave")
  func unseen() async throws {
    let scratch = try Scratch()
    let file = scratch.url.appending(path: "trial.toml")
    try String(contentsOf: Self.folder.appending(path: "figures/square.toml"), encoding: .utf8)
      .replacing("gsn-wn1", with: "gsn-wn*").replacing("nodes = 1", with: "nodes = 2")
      .replacing("count = 25", with: "count = 3").write(to: file, atomically: true, encoding: .utf8)
    let left = scratch.url.appending(path: "trial")
    #expect(try await Program.run(["trial", file.path, "-o", left.path, "--simulate"]).status == 0)
    try FileManager.default.removeItem(at: left.appending(path: "series/gsn-wn2.csv"))
    let run = try await Program.run(["trial", file.path, "-o", left.path, "--report"])
    #expect(run.status == 8, "\(run.error)")
    let report = try String(contentsOf: left.appending(path: "report.md"), encoding: .utf8)
    #expect(report.contains("on each of 2 nodes"))
    #expect(report.contains("3 of 3 deployments on gsn-wn2 were not recorded (1, 2, 3)"), "\(report)")
    let verdicts = try String(contentsOf: left.appending(path: "verdicts.csv"), encoding: .utf8)
    #expect(
      verdicts.split(separator: "\n").count { $0.contains("gsn-wn2") && $0.contains("not recorded") } == 3)
    let wave = try await Program.run(
      [
        "wave", left.appending(path: "series/gsn-wn1.csv").path, "--trials",
        left.appending(path: "trials.csv").path,
      ], withRules: false)
    #expect(wave.status == 8, "\(wave.output)")
    #expect(wave.output.contains("gsn-wn2  nothing was recorded"), "\(wave.output)")
    #expect(wave.output.contains("3 not recorded (1, 2, 3)"), "\(wave.output)")
  }

  @Test("that may have left a machine name its node, in the report and by the exit status")
  func left() async throws {
    let scratch = try Scratch()
    let left = scratch.url.appending(path: "trial")
    let file = Self.folder.appending(path: "figures/square.toml")
    #expect(try await Program.run(["trial", file.path, "-o", left.path, "--simulate"]).status == 0)
    let log = left.appending(path: "trials.csv")
    let lines = try String(contentsOf: log, encoding: .utf8).split(separator: "\n")
    let told = "1795305600.000,2026-11-22T00:00:00.000Z,gsn-wn1,2,left,nothing told what {id} is"
    try ((lines.prefix(3) + [told[...], told[...]] + lines.dropFirst(3)).joined(separator: "\n") + "\n")
      .write(to: log, atomically: true, encoding: .utf8)
    let run = try await Program.run(["trial", file.path, "-o", left.path, "--report"])
    #expect(run.status == 8, "\(run.error)")
    let report = try String(contentsOf: left.appending(path: "report.md"), encoding: .utf8)
    #expect(report.components(separatedBy: "A machine may be left on gsn-wn1, of trial 2:").count == 2)
  }

  @Test("are told what is wrong with a folder, a file or a series")
  func refused() async throws {
    let scratch = try Scratch()
    let left = scratch.url.appending(path: "trial")
    let file = Self.folder.appending(path: "figures/square.toml")
    let other = Self.folder.appending(path: "a.toml")
    func trial(_ file: URL, _ folder: URL, _ options: String...) async throws -> Program.Outcome {
      try await Program.run(["trial", file.path, "-o", folder.path] + options)
    }
    #expect(try await trial(file, left, "--simulate").status == 0)
    let mixed = try await trial(other, left, "--simulate")
    #expect(mixed.status == 16 && mixed.error.contains("of another trial"), "\(mixed.error)")
    let foreign = try await trial(file, scratch.url, "--simulate")
    #expect(foreign.status == 16 && foreign.error.contains("no trial's"), "\(foreign.error)")
    // What is refused leaves no folder behind.
    let none = scratch.url.appending(path: "none")
    let site = scratch.url.appending(path: "site.toml")
    try "name = \"s\"\n[[node]]\nname = \"n1\"\n".write(to: site, atomically: true, encoding: .utf8)
    let live = try await trial(file, none, "--site", site.path)
    #expect(live.status == 16 && live.error.contains("gsn-wn1"), "\(live.error)")
    let report = try await trial(file, none, "--report")
    #expect(report.status == 16 && report.error.contains("no such folder"), "\(report.error)")
    #expect(!FileManager.default.fileExists(atPath: none.path))
    let nothing = try await Program.run(["plot", file.path], withRules: false)
    #expect(nothing.status == 16, "\(nothing.error)")
  }
}
