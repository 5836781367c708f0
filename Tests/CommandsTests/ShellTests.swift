import Commands
import Model
import Testing
import World

/// A real shell reads back what was quoted.
@Suite struct ShellTests {
  private static let words = [
    "", "plain", "two words", "'", "''", "\"", "it's", "$HOME", "`id`", "$(id)", "\\", "\\n", "a\nb", "\n",
    "\t", "*",
    "~", "-e", "!x", "a;b", "a|b&c", "<>", "#", "{a,b}", "[a]", "?", "%s", "é ü 漢", "a=b", "=",
  ]

  @Test(arguments: ["dash", "bash", "busybox"])
  func eachWordComesBackAsItWas(shell: String) async throws {
    let line = Shell.line(["printf", "%s\\n--\\n"] + Self.words)
    let outcome = await Command(
      (shell == "busybox" ? ["busybox", "sh"] : [shell]) + ["-c", line], deadline: .seconds(300)
    ).run(clock: ObserverClock())
    #expect(outcome.ending == .exit(0))
    #expect(String(decoding: outcome.stdout, as: UTF8.self) == Self.words.map { "\($0)\n--\n" }.joined())
  }

  @Test func quotesAreQuotedAgain() async {
    let inner = Shell.line(["printf", "%s", "it's $HOME"])
    let outcome = await Command(["sh", "-c", Shell.line(["sh", "-c", inner])], deadline: .seconds(300))
      .run(clock: ObserverClock())
    #expect(outcome.stdout == Array("it's $HOME".utf8))
  }

  @Test func whatIsPlainStaysReadable() {
    #expect(
      Shell.line(["xl", "list", "/tmp/a-b_c.txt", "A=1:2@3,4%+"]) == "xl list /tmp/a-b_c.txt A=1:2@3,4%+")
    #expect(Shell.quote("a\0b") == "'ab'")
  }
}
