import Model
import Testing
import Trials
import Wave

@Suite("A trial's file")
struct TrialPlanTests {
  private static let whole = """
    name = "B"
    nodes = "gsn-wn*"
    count = 100
    deployed = "45 s"
    removed = "20 s"
    deploy = ["workspace", "--deploy", "{node}"]
    job = ["workspace", "--job", "{id}"]
    remove = ["qdel", "{job}"]

    """

  @Test("tells how machines are deployed and removed, and the rest as the study had it")
  func read() throws {
    let plan = try TrialPlan(Array(Self.whole.utf8), file: "b.toml")
    #expect(plan.count == 100 && plan.deployed == .seconds(45) && plan.removed == .seconds(20))
    #expect(plan.remove == ["qdel", "{job}"] && plan.reset.isEmpty && plan.onNoGo == .stop)
  }

  @Test(
    "is refused with its line where it can't be meant",
    arguments: [
      ("name = \"B\"\n", "name = \"\"\n", "`name` is empty"),
      ("\"{node}\"", "\"{nod}\"", "names {nod}"),
      ("\"{node}\"", "\"{id}\"", "names {id}"),
      ("\"{id}\"", "\"{job}\"", "names {job}"),
      ("job = [\"workspace\", \"--job\", \"{id}\"]", "", "no `job` says"),
      ("name", "reset = [\"rm\", \"{node}\"]\nname", "names {node}"),
      ("\"{node}\"", "\"{node\"", "brace without its partner"),
      ("\"45 s\"", "\"0 s\"", "no time between two things"),
      ("\"45 s\"", "45", "its unit"),
      ("count = 100", "count = 0", "`count` is 0"),
      ("remove = [\"qdel\", \"{job}\"]", "", "`remove` is missing"),
      ("count", "coumt", "did you mean `count`"),
      ("name", "guest = [\"dd\"]\nname", "no `running`"),
      ("name", "quantum = \"1 KiB\"\nname", "no amount that a machine leases"),
    ])
  func refused(_ old: String, _ new: String, _ problem: String) {
    let text = Self.whole.replacing(old, with: new, maxReplacements: 1)
    do {
      _ = try TrialPlan(Array(text.utf8), file: "b.toml")
      Issue.record("nothing is said of \(new)")
    } catch {
      let said = error.all.map(\.described).joined(separator: "\n")
      #expect(said.contains("b.toml") && said.contains(problem), "\(said)")
    }
  }
}

@Suite("A trial's log")
struct TrialLogTests {
  private static func entry(
    _ second: Int64, _ node: String, _ trial: Int, _ event: TrialLog.Event, _ detail: String = ""
  ) -> TrialLog.Entry {
    TrialLog.Entry(
      at: Instant(milliseconds: 1_795_305_600_000 + second * 1000), node: node, trial: trial, event, detail)
  }

  @Test("is read as it was written, whatever stands in its details")
  func round() {
    let details = ["", "a, b", "1 2\n3", "\u{1B}[31mred", "ü \"quoted\""]
    let entries = details.enumerated().map { Self.entry(Int64($0), "gsn-wn1", $0 + 1, .refused, $1) }
    let text = ([TrialLog.head] + entries.map(\.line)).joined(separator: "\n") + "\n"
    let log = TrialLog(Array(text.utf8))
    #expect(log.unread.isEmpty && log.entries.map(\.at) == entries.map(\.at))
    #expect(log.entries.map(\.trial) == [1, 2, 3, 4, 5] && log.entries[1].detail == "a, b")
    #expect(log.entries.map(\.line) == entries.map(\.line))
  }

  @Test("counts nothing for a line that has no end, and tells those that are none of its own")
  func torn() {
    let whole = Self.entry(0, "n", 1, .deploy).line
    let log = TrialLog(Array("\(TrialLog.head)\n\(whole)\nnonsense\n\(whole.dropLast(3))".utf8))
    #expect(log.entries.count == 1 && log.unread == [3])
    #expect(TrialLog([]).entries.isEmpty)
  }

  @Test("tells what was expected of each node")
  func expected() {
    let entries = [
      Self.entry(0, "a", 1, .deploy), Self.entry(0, "b", 1, .deploy), Self.entry(1, "b", 1, .refused, "no"),
      Self.entry(45, "a", 1, .remove, "qdel 812"), Self.entry(65, "", 1, .finished),
    ]
    let log = TrialLog(Array((entries.map(\.line).joined(separator: "\n") + "\n").utf8))
    #expect(log.expected.map(\.node) == ["a", "b"])
    #expect(log.expected[0].removal == entries[3].at && log.expected[1].removal == nil)
    #expect(log.happenings.map(\.text) == ["qdel 812"])
  }
}
