import Model
import Testing
import World

@Suite("Pilots' logs and lock")
struct PilotLogTests {
  private func log(_ fixture: String, slot: String) -> [String] {
    Seen(.named("pilots/\(fixture)")).rows(of: "pilot_log").filter { shown($0["slot"]).hasSuffix(slot) }
      .filter { shown($0["event"]) != "command" }
      .map { row in ["event", "memory_kib", "detail"].map { shown(row[$0]) }.joined(separator: " ") }
  }

  @Test("tell the whole of a lease of TP2.2")
  func lease() {
    #expect(
      log("tp2.2-ps-and-logs.txt", slot: "a01") == [
        "state - reserving", "current 903168 ", "target 837632 (882 - 64)", "state - reserved",
        "state - unreserving", "current 837632 ", "target 903168 (818 + 64 = 882)", "state - unreserved",
      ])
  }

  @Test("tell of the signal in 2.10")
  func signal() {
    #expect(
      log("2.10-ps-lock-and-logs.txt", slot: "a02") == [
        "state - reserving", "current 903168 ", "target 837632 (882 - 64)", "state - reserved",
        "signal - SIGTERM, elapsed seconds: 1.964", "state - reserved", "state - early-unreserving",
        "current 837632 ", "target 903168 (818 + 64 = 882)", "state - early-unreserved",
      ])
  }

  @Test("tell of errors with their traceback left away")
  func errors() {
    let lines = log("tp2.2-ps-and-logs.txt", slot: "a03")
    #expect(lines.count == 8)
    #expect(lines.contains("error - Problem running HTTP notfication"))
    #expect(lines.last == "error - Problem executing: UnexpectedError: No notifications succeeded.")
    #expect(log("2.10-ps-lock-and-logs.txt", slot: "a05").count == 2)
  }

  @Test("tell the commands, the memory in them, and the emergency form under otherlogs")
  func commands() {
    let seen = Seen(.named("pilots/2.10-ps-lock-and-logs.txt"))
    let rows = seen.rows(of: "pilot_log").filter { shown($0["slot"]) == "otherlogs" }
    let commands = rows.filter { shown($0["event"]) == "command" }
    #expect(commands.count == 8)
    #expect(shown(commands.last?["memory_kib"]) == "903168")
    #expect(
      shown(commands.last?["detail"])
        == "'/usr/bin/sudo /usr/sbin/xm mem-set 0 882': exit=0, stdout='', stderr=''")
    #expect(shown(commands.first?["memory_kib"]) == "-")
    #expect(rows.map { shown($0["position"]) } == rows.indices.map { String($0) })
    #expect(shown(rows.first?["logged_at"]) == "2026-11-22 20:57:12,712")
    #expect(rows.contains { shown($0["event"]) == "target" && shown($0["memory_kib"]) == "903168" })
    #expect(seen.problems == [])
    #expect(seen.defects == [])
  }

  @Test("point at their very bytes")
  func bytes() {
    let fixture = Fixture.named("pilots/tp2.2-ps-and-logs.txt")
    let row = Seen(fixture).rows(of: "pilot_log").first
    let text = row.map { String(decoding: fixture.bytes[$0.bytes], as: UTF8.self) }
    #expect(text == "2026-11-22 20:56:59,507 DEBUG @1253: new state: reserving\n")
  }

  @Test("keep a memory figure that is none as a defect, and report zeros where a crash left them")
  func odd() {
    let start = "PID CMD\n==> /tmp/workspace-pilot-0aa5d8a6-1c52-4a0e-9a8f-4c1b5e0f1a01.txt <==\n"
    let stamp = "2026-11-22 20:57:03,966"
    let seen = Seen(
      .nodePilots,
      start + "\(stamp) DEBUG: current memory MB = lots\n\(stamp) INFO: evaluate: current memory MB = 7\n")
    #expect(seen.table("pilot_log", "event", "memory_kib") == ["current -"])
    #expect(seen.defects == ["pilot_log.memory_kib: expected MiB and found 'lots'"])
    #expect(seen.isComplete)
    let zeros = Seen(.nodePilots, start + "\0\0\0\(stamp) DEBUG: new state: reserved\n")
    #expect(zeros.problems.count == 1)
    let nameless = Seen(.nodePilots, "PID CMD\n\(stamp) DEBUG: new state: reserved\n")
    #expect(nameless.problems.count == 1)
  }

  @Test("under a head that stands twice are kept as ambiguous, and other files are left alone")
  func heads() {
    let head = "==> /tmp/workspace-pilot-0aa5d8a6-1c52-4a0e-9a8f-4c1b5e0f1a01.txt <==\n"
    let line = "2026-11-22 20:57:03,966 DEBUG: new state: reserved\n"
    let seen = Seen(.nodePilots, "PID CMD\n" + head + line + head + line)
    #expect(seen.rows.map(\.isAmbiguous) == [true, true])
    #expect(seen.problems.count == 2)
    let other = Seen(.nodePilots, "PID CMD\n==> /etc/motd <==\nwelcome\n")
    #expect(other.isComplete)
    #expect(other.reading.remarks.count == 1)
  }

  @Test(
    "have a lock whose holder is told by any of the tools",
    arguments: [
      ("==> /proc/locks <==\n1: FLOCK  ADVISORY  WRITE 77 fe:00:16220447 0 EOF\n", "77", 0),
      ("==> /proc/locks <==\n1: FLOCK  ADVISORY  WRITE 77 fe:00:99 0 EOF\n", "-", 0),
      ("==> /proc/locks <==\n1: -> FLOCK ADVISORY WRITE 77 fe:00:16220447 0 EOF\n", "-", 0),
      (
        "COMMAND  PID USER   FD   TYPE DEVICE SIZE/OFF     NODE NAME\n"
          + "python 77 root 3uW REG 254,0 0 16220447 /tmp/workspace-pilot.lock\n"
          + "python 78 root 3u REG 254,0 0 16220447 /tmp/workspace-pilot.lock\n", "77", 0
      ),
      (
        "COMMAND PID TYPE SIZE MODE M START END PATH\n"
          + "python 77 FLOCK WRITE 0 0 0 /tmp/workspace-pilot.lock\n"
          + "python 78 FLOCK WRITE* 0 0 0 /tmp/workspace-pilot.lock\n", "77", 0
      ),
      ("/tmp/workspace-pilot.lock:  77\n", "77", 0),
      ("USER PID ACCESS COMMAND\n/tmp/workspace-pilot.lock:\n  root 77 F.... python\n", "77", 0),
      ("/tmp/workspace-pilot.lock:  77 78\n", "-", 1), ("", "-", 1),
    ])
  func locks(text: String, holder: String, defects: Int) {
    let seen = Seen(
      .nodePilots,
      "PID CMD\n16220447 -rw-r--r-- 1 root root 0 Nov 22 20:55 /tmp/workspace-pilot.lock\n" + text)
    #expect(seen.table("pilot_lock", "path", "holder") == ["/tmp/workspace-pilot.lock \(holder)"])
    #expect(seen.defects.count == defects)
    #expect(seen.problems == [])
  }

  @Test("have the lock of the fixture held by the first of two pilots")
  func realLock() {
    let seen = Seen(.named("pilots/2.10-ps-lock-and-logs.txt"))
    #expect(seen.table("pilot_lock", "node", "path", "holder") == ["gsn-wn1 /tmp/workspace-pilot.lock 16986"])
  }

  @Test("have as many locks as a node can have, not as an output can name")
  func manyLocks() {
    let lines = (0..<5000).map { "\($0) -rw-r--r-- 1 root root 0 Nov 22 20:55 /tmp/\($0).lock\n" }
    let seen = Seen(.nodePilots, "PID CMD\n" + lines.joined())
    #expect(seen.rows.count == 16)
    #expect(seen.problems.count == 1)
  }
}
