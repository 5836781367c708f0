import Commands
import Model
import Testing
import World

@Suite struct CommandTests {
  private let clock = ObserverClock()

  private func sh(_ script: String, deadline: Duration = .seconds(10), byteLimit: Int = 64 << 20) async
    -> Command.Outcome
  {
    await Command(["sh", "-c", script], deadline: deadline, byteLimit: byteLimit).run(clock: clock)
  }

  @Test func keepsBothStreamsAndTheStatus() async {
    let outcome = await sh("echo out; echo err >&2; exit 3")
    #expect(outcome.ending == .exit(3))
    #expect(outcome.stdout == Array("out\n".utf8))
    #expect(outcome.stderr == Array("err\n".utf8))
    #expect(outcome.started <= outcome.finished)
  }

  @Test func aNodeThatFloodsIsEndedAndItsBeginningKept() async {
    let outcome = await sh("yes", byteLimit: 1 << 20)
    #expect(outcome.ending == .failure("printed more than 1 MiB, and was ended"))
    #expect(outcome.stdout.count == 1 << 20)
  }
}
