import Model
import Testing
import World

@Suite("Pilots in a process listing")
struct PilotProcessTests {
  private static let uuid = "0aa5d8a6-1c52-4a0e-9a8f-4c1b5e0f1a01"

  @Test("are all found in a real ps -ef after momctl -c all")
  func real() {
    let seen = Seen(.named("pilots/real-ps-ef-after-momctl-c-all.txt"))
    let rows = seen.table(
      "pilot_process", "pid", "parent", "account", "slot", "memory_kib", "duration_s", "grace_s", "started",
      "is_killnine")
    #expect(rows.count == 10)
    #expect(rows.first == "16986 16985 globus cca4dc76-5e03-4922-8ec0-9110e80bbe19 65536 1800 8 19:37 0")
    #expect(rows.last == "38918 38917 globus ca7451b1-44bb-4da5-8265-f4d08b336b9b 65536 1800 8 19:51 0")
    #expect(seen.problems == [])
    #expect(seen.defects == [])
  }

  @Test(
    "are counted in the other real listings, where MOMs are no pilots",
    arguments: [
      ("real-ps-ef-after-mom-kill.txt", 17), ("real-ps-ef-mom-still-down.txt", 16),
      ("real-busybox-ps-no-pilot.txt", 0), ("real-busybox-ps-one-line.txt", 0),
    ])
  func counts(name: String, count: Int) {
    let seen = Seen(.named("pilots/\(name)"))
    #expect(seen.rows(of: "pilot_process").count == count)
    #expect(seen.problems == [])
  }

  @Test("are told from shells, grep and sudo that only mention them")
  func mentions() {
    let columns = ["pid", "parent", "slot", "memory_kib", "duration_s", "grace_s", "started", "is_killnine"]
    let shown = Seen(.named("pilots/2.10-ps-lock-and-logs.txt")).rows(of: "pilot_process").map { row in
      columns.map { NodeTests.shown(row[$0]) }.joined(separator: " ")
    }
    #expect(
      shown == [
        "16986 16985 0aa5d8a6-1c52-4a0e-9a8f-4c1b5e0f1a02 65536 40 4 Sun Nov 22 20:57:03 2026 0",
        "17040 17039 - - - - Sun Nov 22 20:57:20 2026 1",
      ])
    let old = Seen(.named("pilots/tp2.2-ps-and-logs.txt"))
    #expect(old.table("pilot_process", "pid", "account", "duration_s") == ["16986 globus 3602"])
  }

  @Test(
    "are known in every layout",
    arguments: [
      "globus 42 1 0 19:37 ? 00:00:00 python /opt/workspacepilot.py",
      "globus 42 0.0 0.1 46824 16428 ? S Nov20 0:04 python2.4 /opt/workspacepilot.py",
      "42 1 globus Sun Nov 22 20:37:12 2026 /usr/bin/env python /opt/workspacepilot.py",
      "42 ? S 0:04 python /opt/workspacepilot.py", "42 python /opt/nimbus/bin/workspacepilot",
      "42 globus python /opt/workspacepilot.py", "42 globus 0:04 python -u /opt/workspacepilot.py",
      "42 1 globus /opt/pilot.sh",
      "PID CMD\n42 \\_ python /opt/workspacepilot.py", "USER PID STIME COMMAND\nglobus 42 Nov 22 pilot.py",
    ])
  func layouts(start: String) {
    let seen = Seen(.nodePilots, "\(start) -t --reserveslot -m 64 -d 40 -g 8 -i \(Self.uuid) -c http://x/\n")
    #expect(
      seen.table("pilot_process", "pid", "slot", "memory_kib", "duration_s", "grace_s")
        == ["42 \(Self.uuid) 65536 40 8"])
    #expect(seen.problems == [])
    #expect(seen.defects == [])
  }

  @Test(
    "are none where the command line only mentions one",
    arguments: [
      "/bin/sh -c /opt/workspacepilot.py -r -m 64 -d 4 -g 8 -i", "grep workspacepilot.py -r -i",
      "sudo /opt/workspacepilot.py --reserveslot -i", "pbsdsh -u /opt/workspacepilot.py -r -i",
      "vi /opt/workspacepilot.py -r -i", "python -c workspacepilot.py -r -i", "python /opt/other.py -r -i",
      "/bin/bash /var/spool/torque/mom_priv/jobs/41.gridsn.SC -r -i", "python /opt/workspacepilot.py -h -i",
      "autopilot -r -i",
    ])
  func noPilots(command: String) {
    let seen = Seen(.nodePilots, "globus 42 1 0 19:37 ? 00:00:00 \(command) \(Self.uuid)\n")
    #expect(seen.rows.isEmpty)
    #expect(seen.problems == [])
  }

  @Test("with values that are not understood keep their row")
  func defects() {
    let seen = Seen(
      .nodePilots, "42 python /opt/workspacepilot.py -r -m many -d 40 -i \(Self.uuid.dropLast())\n")
    #expect(seen.table("pilot_process", "pid", "slot", "memory_kib", "duration_s") == ["42 - - 40"])
    #expect(seen.rows.first?.defects.map(\.column) == ["slot", "memory_kib", "grace_s"])
    #expect(seen.isComplete)
    let twice = Seen(
      .nodePilots, "42 workspacepilot.py -rm 64 -m 128 -m9999999999999999999 -d 4 -g 8 -i \(Self.uuid)\n")
    #expect(twice.defects == ["pilot_process.memory_kib: --memory was told twice"])
  }

  @Test("are not concluded to be absent from a listing that cannot show them")
  func unfit() {
    let names = Seen(.nodePilots, "  PID TTY          TIME CMD\n    1 ?        00:00:04 init\n")
    #expect(names.problems.first?.contains("names without arguments") == true)
    let bare = Seen(.nodePilots, "PID COMMAND\n1 init\n2 python\n")
    #expect(bare.problems.first?.contains("no process of this listing has arguments") == true)
    let line = "globus 42 1 0 19:37 ? 00:00:00 python /opt/a/very/long/path/to/the/workspacepil"
    let padded = line + String(repeating: "o", count: 80 - line.count) + "\n"
    let narrow = Seen(.nodePilots, "UID PID PPID C STIME TTY TIME CMD\n" + padded + padded + padded)
    #expect(narrow.problems.first?.contains("cut at 80 columns") == true)
    #expect(Seen(.nodePilots, "Connection closed by remote host\n").isFailed)
    #expect(Seen(.nodePilots, "==> /proc/locks <==\n").problems.first?.contains("no process listing") == true)
  }

  @Test("are none when nothing was printed, but only if the command ended well")
  func silence() {
    #expect(Seen(.nodePilots, "").isComplete)
    #expect(Seen(.nodePilots, "", exit: 1).isFailed)
    #expect(Seen(.nodePilots, "", stderr: "ps: error\n").isFailed)
    #expect(Seen(.nodePilots, "UID PID PPID C STIME TTY TIME CMD\n").isComplete)
    #expect(Seen(.nodePilots, "==> pgrep -af workspacepilot <==\n").isComplete)
  }

  @Test("in two listings are one")
  func twice() {
    let fixture = Fixture.named("pilots/real-ps-ef-after-momctl-c-all.txt")
    let seen = Seen(.nodePilots, fixture.bytes + fixture.bytes)
    #expect(seen.rows.count == 10)
  }
}
