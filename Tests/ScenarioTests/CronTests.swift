import Foundation
import Model
import Testing

/// The nightly run, as cron runs it: what it prints is a mail.
@Suite("An audit by cron")
struct CronTests {
  /// A history, and recorded sites that are audited into it.
  private struct Nights {
    let scratch: Scratch
    let file: URL

    init() throws {
      scratch = try Scratch()
      file = scratch.url.appending(path: "history.sqlite")
    }

    func audit(_ capture: URL, _ more: String...) async throws -> Program.Outcome {
      try await Program.run(
        ["audit", "--capture", capture.path, "--history", file.path, "--cron"] + more,
        environment: ["TMPDIR": scratch.url.path])
    }

    func audit(_ scenario: String, _ more: String...) async throws -> Program.Outcome {
      try await audit(Program.root.appending(path: "Fixtures/\(scenario)/capture"))
    }

    /// A scenario's capture, as if it had been made so many minutes later.
    func moved(_ scenario: String, by minutes: Int64) throws -> URL {
      let copy = scratch.url.appending(path: "\(scenario) \(minutes)")
      try FileManager.default.copyItem(
        at: Program.root.appending(path: "Fixtures/\(scenario)/capture"), to: copy)
      let manifest = copy.appending(path: "manifest.toml")
      let text = try String(contentsOf: manifest, encoding: .utf8)
        .replacing(/\d{4}-\d\d-\d\dT[\d:.]+Z/) { found in
          let moment = Instant(rfc3339: String(found.output))?.milliseconds ?? 0
          return Instant(milliseconds: moment + minutes * 60_000).rfc3339
        }
      try text.write(to: manifest, atomically: true, encoding: .utf8)
      return copy
    }
  }

  /// A scenario, and how many minutes after its own time it is looked at.
  private static let steps: [(scenario: String, minutes: Int64)] = [
    ("idle", -1440), ("storm-after", 0), ("storm-after", 5), ("idle", 120), ("deficit-64", 180),
    ("deficit-64", 185), ("deficit-64", 1630), ("drift-4", 1640), ("deficit-68", 1700), ("node-silent", 1710),
    ("node-silent", 1715), ("idle", 1800), ("idle", 1900),
  ]

  @Test("mails what changed, night after night, to the byte; and nothing, not a byte, where nothing did")
  func nights() async throws {
    let nights = try Nights()
    var told = ""
    for (scenario, minutes) in Self.steps {
      let outcome = try await nights.audit(try nights.moved(scenario, by: minutes))
      #expect(outcome.error == "")
      told += "--- \(scenario), \(minutes) minutes later: exit status \(outcome.status)\n"
      told += outcome.output.isEmpty ? "(silent)\n\n" : outcome.output + "\n"
      let subject = outcome.output.prefix { $0 != "\n" }
      #expect(subject.count < 78 && (outcome.output.isEmpty || subject.hasPrefix("trueup gridsn: ")))
    }
    told = told.replacing(nights.file.path, with: "HISTORY")
    let golden = Program.root.appending(path: "Tests/ScenarioTests/nights/mails.txt")
    let committed = try? String(contentsOf: golden, encoding: .utf8)
    if committed != told, ProcessInfo.processInfo.environment["TRUEUP_ACCEPT"] == "1" {
      try told.write(to: golden, atomically: true, encoding: .utf8)
    }
    #expect(committed == told, "run make accept, and read the diff of nights/mails.txt")
  }

  @Test("has the exit status of the audit, and is not disturbed by one that a person runs in between")
  func between() async throws {
    let nights = try Nights()
    #expect(try await nights.audit("storm-after").status == 4)
    let idle = try nights.moved("idle", by: 120)
    // It clears in the history what was found; cron's reader has yet to hear of it.
    let byHand = try await Program.run(["audit", "--capture", idle.path, "--history", nights.file.path])
    #expect(byHand.status == 0 && !byHand.output.isEmpty)
    let next = try await nights.audit(try nights.moved("idle", by: 125))
    #expect(next.status == 0 && next.output.hasPrefix("trueup gridsn: 6 cleared; 0 open\n"), "\(next.output)")
  }

  @Test("says nothing of what was accepted, and that it is open again once it is another thing")
  func accepted() async throws {
    let nights = try Nights()
    let new = try await nights.audit("deficit-64")
    let id = try #require(new.output.firstMatch(of: /balloon-not-restored  ([0-9a-f]{16})/)).output.1
    func suppress(_ arguments: String...) async throws -> Program.Outcome {
      try await Program.run(
        ["suppress"] + arguments + ["--history", nights.file.path], environment: ["USER": "eva"],
        withRules: false)
    }
    let added = try await suppress(
      "add", String(id.prefix(6)), "--until", "3650d", "--reason", "until the new kernel")
    #expect(added.status == 0 && added.output.contains("by eva@"), "\(added.error)")
    let silent = try await nights.audit(try nights.moved("deficit-64", by: 120))
    #expect(silent.status == 0 && silent.output.isEmpty)
    #expect(try await nights.audit(try nights.moved("deficit-64", by: 2000)).output.isEmpty, "no reminder")
    let listed = try await suppress("list")
    #expect(listed.output.contains(id) && listed.output.contains("until the new kernel"))
    let told = try await Program.run(["history", nights.file.path], withRules: false)
    #expect(told.status == 0 && told.output.contains("accepted until"))
    // Nor is it repaired, unless somebody takes that back.
    let capture = try nights.moved("deficit-64", by: 2050).path
    func planned(_ more: String...) async throws -> Program.Outcome {
      try await Program.run(["repair", "--capture", capture] + more)
    }
    let plan = try await planned("--history", nights.file.path)
    #expect(plan.output.contains("Nothing would be done.") && plan.output.contains("accepted until"))
    #expect(plan.status == 0 && plan.output.contains("by eva@"), "\(plan.output)")
    let file = nights.scratch.url.appending(path: "plan.json").path
    let unaware = try await planned("-o", file)
    #expect(unaware.status == 4 && unaware.output.contains("dom0.set "), "\(unaware.output)")
    let late = try await planned("--history", nights.file.path, "--apply", "--rehearse", "-y", file)
    #expect(late.status == 16 && late.error.contains("accepted until"), "\(late.error)")
    let wrong = try await planned("--history", nights.file.path + ".none")
    #expect(wrong.status == 16 && wrong.error.contains("there is no history"), "\(wrong.error)")
    // Dom0 is short by three slots, and no longer by one.
    let worse = try await nights.audit(try nights.moved("storm-after", by: 2100))
    #expect(worse.status & 4 == 4 && worse.output.contains("1 open again"), "\(worse.output)")
    #expect(worse.output.contains("\(id)  dom0 of gsn-wn1 is 192 MiB short"))
    let report = try await Program.run([
      "audit", "--capture", try nights.moved("storm-after", by: 2101).path, "--history", nights.file.path,
    ])
    #expect(report.output.contains("it is no longer what eva@"), "\(report.output)")
    #expect(try await suppress("list").output == "Nothing is accepted.\n")
    #expect(try await suppress("list", "--all").output.contains("changed at"))
    for refused in [
      ["add", "zz", "--until", "7d", "--reason", "x"],
      ["add", String(id), "--until", "106751991167d", "--reason", "x"],
      ["add", String(id), "--until", "100000000d", "--reason", "x"],
      ["add", String(id), "--until", "soon", "--reason", "x"],
      ["add", String(id), "--until", "2001-01-01T00:00:00Z", "--reason", "x"],
      ["add", String(id), "--until", "7d", "--reason", " "], ["remove", String(id)],
    ] {
      let outcome = try await Program.run(
        ["suppress"] + refused + ["--history", nights.file.path], withRules: false)
      #expect(outcome.status == 16 && !outcome.error.isEmpty && outcome.output.isEmpty, "\(refused)")
    }
  }

  @Test("speaks once of a run that fails, of another failure after its hour, and of the end of it")
  func failures() async throws {
    let nights = try Nights()
    #expect(try await nights.audit("idle").output.isEmpty)
    try FileManager.default.moveItem(at: nights.file, to: nights.scratch.url.appending(path: "aside"))
    try Data("no database, but a text that is long enough".utf8).write(to: nights.file)
    let first = try await nights.audit("idle")
    #expect(first.status == 16 && first.error.isEmpty)
    #expect(first.output.hasPrefix("trueup: the audit fails: "), "\(first.output)")
    let second = try await nights.audit("idle")
    #expect(second.status == 16 && second.error.isEmpty && second.output.isEmpty)
    let other = try await Program.run(
      ["audit", "--capture", "no/such/folder", "--history", nights.file.path, "--cron"])
    #expect(other.status == 16 && other.output.isEmpty && other.error.isEmpty, "within the hour")
    try FileManager.default.removeItem(at: nights.file)
    try FileManager.default.moveItem(at: nights.scratch.url.appending(path: "aside"), to: nights.file)
    #expect(try await nights.audit("idle").output.isEmpty, "within the hour")
    // An hour later.
    let name = try #require(
      try FileManager.default.contentsOfDirectory(atPath: nights.scratch.url.path).first {
        $0.hasPrefix("trueup-cron-")
      })
    let note = nights.scratch.url.appending(path: name)
    let text = try String(contentsOf: note, encoding: .utf8)
      .replacing(/"(spoken|mentioned)":"\d{4}/) { "\"\($0.output.1)\":\"2001" }
    try text.write(to: note, atomically: true, encoding: .utf8)
    try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: note.path)
    let works = try await nights.audit("idle")
    #expect(works.status == 0 && works.output.hasPrefix("trueup gridsn: the audit works again; 0 open\n"))
    #expect(try await nights.audit("idle").output.isEmpty)
  }

  @Test("tells the failures of each site, by whatever it was called with, beside its history")
  func failuresApart() async throws {
    let scratch = try Scratch()
    for name in ["alpha", "beta"] {
      let folder = scratch.url.appending(path: name)
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
      let history = folder.appending(path: "history.sqlite")
      try Data("no database, but a text that is long enough".utf8).write(to: history)
      let site = folder.appending(path: "site.toml")
      try "name = \"\(name)\"\n[history]\ndatabase = \"\(history.path)\"\n".write(
        to: site, atomically: true, encoding: .utf8)
      func audit() async throws -> Program.Outcome {
        try await Program.run(
          ["audit", "--cron"], environment: ["TRUEUP_SITE": site.path, "TMPDIR": scratch.url.path])
      }
      let first = try await audit()
      #expect(first.status == 16 && first.output.hasPrefix("trueup \(name): the audit fails: "), "\(first)")
      #expect(try await audit().output.isEmpty, "it was told")
      let notes = try FileManager.default.contentsOfDirectory(atPath: folder.path)
      #expect(notes.contains { $0.hasPrefix("trueup-cron-") }, "\(notes)")
    }
  }

  @Test("that is killed while it speaks is heard at the next run")
  func killed() async throws {
    let nights = try Nights()
    let capture = Program.root.appending(path: "Fixtures/storm-after/capture").path
    // Nobody can write there: the mail is lost on its way.
    let arguments = [
      "audit", "--capture", capture, "--history", nights.file.path, "--cron", "--rules", Program.rules.path,
    ]
    let process = Process()
    process.executableURL = URL(filePath: "/bin/sh")
    process.arguments = ["-c", "\"$@\" >/dev/full", "sh", Program.binary.path] + arguments
    process.environment = ["PATH": "/usr/bin:/bin", "TMPDIR": nights.scratch.url.path]
    #expect(try await process.ended() == 4)
    let next = try await nights.audit("storm-after")
    #expect(next.output.hasPrefix("trueup gridsn: 6 new; 6 open\n"))
    #expect(try await nights.audit("storm-after").output.isEmpty)
  }

  @Test("needs a history, and is not made to talk")
  func usage() async throws {
    let capture = Program.root.appending(path: "Fixtures/idle/capture").path
    let site = try LiveSite("idle", "[database]\nengine = \"none\"\n")
    let unnamed = try await site.run("audit", "--cron")
    #expect(unnamed.status == 16 && unnamed.error.contains("name the history"), "\(unnamed.error)")
    for more in [[], ["--history", "x", "--timings"], ["--history", "x", "--verbose"]] {
      let outcome = try await Program.run(["audit", "--capture", capture, "--cron"] + more)
      #expect(outcome.status == 16 && outcome.error.contains("--cron"), "\(outcome.error)")
    }
  }
}
