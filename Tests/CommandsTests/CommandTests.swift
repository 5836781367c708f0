import Commands
import Files
import Glibc
import Model
import Synchronization
import Testing
import World

/// Real programs that do all that a child can do wrong.
@Suite struct CommandTests {
  private let clock = ObserverClock()

  private func sh(_ script: String, deadline: Duration = .seconds(60), byteLimit: Int = 64 << 20) async
    -> Command.Outcome
  {
    await Command(["sh", "-c", script], deadline: deadline, byteLimit: byteLimit).run(clock: clock)
  }

  /// Whether a process of this id lives on. A killed one may need a moment to go.
  private func livesOn(_ pid: pid_t) async -> Bool {
    for _ in 0..<500 {
      if !lives(pid) { return false }
      try? await Task.sleep(for: .milliseconds(20))
    }
    return lives(pid)
  }

  /// Whether a process of this id is there and is no zombie.
  private func lives(_ pid: pid_t) -> Bool {
    guard let file = fopen("/proc/\(pid)/stat", "r") else { return false }
    defer { fclose(file) }
    var line = [CChar](repeating: 0, count: 512)
    guard fgets(&line, 512, file) != nil else { return false }
    let text = String(decoding: line.map { UInt8(bitPattern: $0) }.prefix { $0 != 0 }, as: UTF8.self)
    return text.split(separator: ")").last?.split(separator: " ").first != "Z"
  }

  private func pids(_ outcome: Command.Outcome) -> [pid_t] {
    String(decoding: outcome.stdout, as: UTF8.self).split(separator: "\n").compactMap { pid_t($0) }
  }

  @Test func keepsBothStreamsAndTheStatus() async {
    let outcome = await sh("echo out; echo err >&2; exit 3")
    #expect(outcome.ending == .exit(3))
    #expect(outcome.stdout == Array("out\n".utf8))
    #expect(outcome.stderr == Array("err\n".utf8))
    #expect(outcome.started <= outcome.finished)
  }

  @Test func whatIsSaidOnStandardErrorIsNoFailure() async {
    let outcome = await sh("echo warning >&2")
    #expect(outcome.ending == .exit(0))
    #expect(outcome.stdout == [])
    #expect(outcome.stderr == Array("warning\n".utf8))
  }

  @Test func aCommandThatFloodsIsEndedAndItsBeginningKept() async {
    let outcome = await sh("yes", byteLimit: 1 << 20)
    #expect(outcome.ending == .failure("printed more than 1 MiB, and was ended"))
    #expect(outcome.stdout.count == 1 << 20)
  }

  @Test func asMuchAsAllowedIsNoFlood() async {
    let outcome = await sh("head -c 1048576 /dev/zero", byteLimit: 1 << 20)
    #expect(outcome.ending == .exit(0))
    #expect(outcome.stdout.count == 1 << 20)
  }

  @Test func aFloodOfStandardErrorIsReadAndCut() async {
    let outcome = await sh("head -c 8388608 /dev/zero >&2; echo done")
    #expect(outcome.ending == .exit(0))
    #expect(outcome.stdout == Array("done\n".utf8))
    #expect(outcome.stderr.count == 1 << 20)
  }

  @Test func muchOutputIsComplete() async {
    let outcome = await sh("seq 1 7000000 | head -c 52428800", deadline: .seconds(300))
    #expect(outcome.ending == .exit(0))
    #expect(outcome.stdout.count == 50 << 20)
    let end = Array(outcome.stdout.suffix(64))
    #expect(end == Array(Self.count(until: 50 << 20).suffix(64)), "the end is the right one")
  }

  /// The end of what `seq` prints up to some bytes.
  private static func count(until bytes: Int) -> [UInt8] {
    var place = 0
    var digits = 1
    var first = 1
    while true {
      let all = 9 * first * (digits + 1)
      if place + all >= bytes { break }
      place += all
      digits += 1
      first *= 10
    }
    let whole = (bytes - place) / (digits + 1)
    let lines = (max(first, first + whole - 20)...(first + whole)).map { "\($0)\n" }.joined()
    let extra = (digits + 1) - (bytes - place) % (digits + 1)
    return Array(lines.utf8.dropLast(extra))
  }

  @Test func aHangIsEndedAtItsDeadlineAndWhatCameIsKept() async {
    let outcome = await sh("echo $$; sleep 7777", deadline: .milliseconds(700))
    #expect(outcome.ending == .failure("timed out after 0.7 s"))
    for pid in pids(outcome) { #expect(await !livesOn(pid)) }
  }

  @Test func whoIgnoresSIGTERMIsKilledWithItsChildren() async {
    let outcome = await sh(
      "trap '' TERM; echo $$; sleep 7777 & echo $!; while :; do sleep 7777; done", deadline: .seconds(8))
    #expect(outcome.ending == .failure("timed out after 8 s"))
    #expect(pids(outcome).count == 2)
    for pid in pids(outcome) { #expect(await !livesOn(pid)) }
  }

  @Test func aGrandchildThatKeepsThePipeIsNotWaitedForAndEnds() async {
    let outcome = await sh("sleep 7777 & echo $!; exit 4")
    #expect(outcome.ending == .exit(4))
    for pid in pids(outcome) { #expect(await !livesOn(pid)) }
  }

  @Test func grandchildrenThatFloodAfterTheirParentEndedAreEnded() async {
    let outcome = await sh("for i in 1 2 3 4; do yes >&2 & echo $!; done; exit 0", deadline: .seconds(8))
    #expect(pids(outcome).count == 4)
    for pid in pids(outcome) { #expect(await !livesOn(pid)) }
  }

  @Test func aDaemonIsNotWaitedForAndLivesOn() async throws {
    let outcome = await sh("setsid sh -c 'echo $$; exec sleep 7777' & sleep 0.5")
    #expect(outcome.ending == .exit(0))
    let daemon = try #require(pids(outcome).first)
    #expect(lives(daemon))
    kill(daemon, SIGKILL)
  }

  @Test func aMissingCommandIsNamed() async {
    let outcome = await Command(["no-such-command-here"], deadline: .seconds(300)).run(clock: clock)
    #expect(outcome.ending == .failure("no-such-command-here could not be started: there is no such command"))
    for path in ["/no/such/path", "/etc/passwd", "/etc"] {
      let outcome = await Command([path], deadline: .seconds(300)).run(clock: clock)
      #expect(outcome.ending == .failure("\(path) could not be started: there is no such command"))
    }
    #expect(await Command([], deadline: .seconds(300)).run(clock: clock).ending != .exit(0))
  }

  @Test func standardInputIsAtItsEnd() async {
    #expect(await sh("cat; echo ended").stdout == Array("ended\n".utf8))
  }

  @Test func theEnvironmentIsInheritedAndAddedTo() async {
    let outcome = await Command(
      ["sh", "-c", "echo \"$TRUEUP_NODE:${PATH:+path}\""], environment: ["TRUEUP_NODE": "wn 1"],
      deadline: .seconds(300)
    ).run(clock: clock)
    #expect(outcome.stdout == Array("wn 1:path\n".utf8))
  }

  @Test func aSignalIsTold() async {
    #expect(await sh("kill -SEGV $$").ending == .failure("was ended by signal 11"))
  }

  @Test func cancellingEndsItLongBeforeItsDeadline() async {
    let outcome = await withTaskGroup(of: Command.Outcome.self) { group in
      let begun = AsyncStream<Void>.makeStream()
      group.addTask {
        await Command(
          ["sh", "-c", "trap '' TERM; echo; while :; do sleep 7777; done"], deadline: .seconds(600)
        )
        .run(clock: clock) { _, _, _ in begun.continuation.yield() }
      }
      for await _ in begun.stream { break }
      let cancelled = clock.now
      group.cancelAll()
      let outcome = await group.next()
      // Alone it takes half a second; other tests may keep this one from running for as long as they like.
      #expect(clock.now.milliseconds - cancelled.milliseconds < 300_000)
      return outcome
    }
    #expect(outcome?.ending == .failure("cancelled"))
  }

  @Test func nothingIsStartedWhenAllIsCancelled() async {
    let outcome = await withTaskGroup(of: Command.Outcome.self) { group in
      group.cancelAll()
      group.addTask { await sh("echo started") }
      return await group.next()
    }
    #expect(outcome?.ending == .failure("cancelled"))
    #expect(outcome?.stdout == [])
  }

  /// Each waits for all others before it hangs, so they hang at the same time or the test does.
  @Test func sixtyFourHangAtTheSameTimeAndEndTogether() async throws {
    let folder = try PrivateFolder()
    let hang = """
      trap '' TERM; : >"$1/$$"
      until set -- "$1" "$1"/*; [ $# -gt 64 ]; do set -- "$1"; sleep 0.1; done
      echo $$; while :; do sleep 7777; done
      """
    let command = Command(["sh", "-c", hang, "sh", folder.path], deadline: .seconds(300))
    let hung = AsyncStream<pid_t>.makeStream()
    let outcomes = await withTaskGroup(of: [Command.Outcome].self) { group in
      group.addTask {
        await Bounded.map(Array(0..<64), atOnce: 64) { _ in
          await command.run(clock: clock) { _, bytes, _ in
            let pid = pid_t(String(decoding: bytes.dropLast(), as: UTF8.self))
            hung.continuation.yield(pid ?? 0)
          }
        }
      }
      var pids: Set<pid_t> = []
      for await pid in hung.stream {
        pids.insert(pid)
        if pids.count == 64 { break }
      }
      group.cancelAll()
      let outcomes = await group.next() ?? []
      for pid in pids { #expect(await !livesOn(pid)) }
      return outcomes
    }
    #expect(outcomes.map(\.ending) == Array(repeating: .failure("cancelled"), count: 64))
  }

  @Test func noChildIsLeftUnburied() async {
    let outcomes = await Bounded.map(Array(0..<20), atOnce: 20) { index in
      await sh(index.isMultiple(of: 2) ? "echo $$" : "echo $$; sleep 7777", deadline: .seconds(2))
    }
    // A zombie would still be a child.
    for pid in outcomes.flatMap(pids) {
      #expect(waitpid(pid, nil, WNOHANG) == -1 && errno == ECHILD)
    }
  }

  @Test func piecesComeAsTheyAreMade() async throws {
    let folder = try PrivateFolder()
    let sign = "\(folder.path)/one came"
    let pieces = Mutex<[(stream: Command.Stream, bytes: [UInt8], moment: Instant)]>([])
    let outcome = await Command(
      ["sh", "-c", "echo one; until [ -e \"$1\" ]; do sleep 0.05; done; echo two >&2", "sh", sign],
      deadline: .seconds(300)
    ).run(clock: clock) { stream, bytes, moment in
      pieces.withLock { $0.append((stream, bytes, moment)) }
      if stream == .stdout { close(creat(sign, 0o600)) }
    }
    let came = pieces.withLock { $0 }
    #expect(outcome.ending == .exit(0))
    #expect(came.map(\.stream) == [.stdout, .stderr])
    #expect(came.map(\.bytes) == [Array("one\n".utf8), Array("two\n".utf8)])
    #expect(came[0].moment <= came[1].moment)
    #expect(outcome.stdout == [] && outcome.stderr == [])
  }
}
