import Model
import Testing
import World

@Suite("xl list and xm list")
struct DomainListTests {
  @Test("the states of five domains are told apart")
  func states() throws {
    let look = try Fixture("captured/08-states/a-xl-list").look(.xenList)
    #expect(look.reading == Reading(form: "xl list"))
    #expect(
      look.lines == [
        "vmm_domain domid=0 name='Domain-0' memory_kib=903168 vcpus=1 state='r-----' is_running=1"
          + " is_blocked=0 is_paused=0 is_shutdown=0 is_crashed=0 is_dying=0 cpu_time_s=117.3",
        "vmm_domain domid=8 name='off' memory_kib=16384 vcpus=1 state='---s--' is_running=0"
          + " is_blocked=0 is_paused=0 is_shutdown=1 is_crashed=0 is_dying=0 cpu_time_s=0.0",
        "vmm_domain domid=9 name='crash' memory_kib=16384 vcpus=1 state='---sc-' is_running=0"
          + " is_blocked=0 is_paused=0 is_shutdown=1 is_crashed=1 is_dying=0 cpu_time_s=0.0",
        "vmm_domain domid=10 name='spin' memory_kib=16384 vcpus=1 state='------' is_running=0"
          + " is_blocked=0 is_paused=0 is_shutdown=0 is_crashed=0 is_dying=0 cpu_time_s=3.2",
        "vmm_domain domid=11 name='ttylinux' memory_kib=65536 vcpus=1 state='--p---' is_running=0"
          + " is_blocked=0 is_paused=1 is_shutdown=0 is_crashed=0 is_dying=0 cpu_time_s=0.0",
      ])
  }

  @Test("a row knows its node and its bytes")
  func placeOfRow() throws {
    let fixture = try Fixture("captured/06-orphan/a-orphan-xl-list")
    let row = try #require(fixture.look(.xenList).rows.last)
    #expect(row["node"] == .node("n0"))
    let text = String(decoding: fixture.stdout[row.bytes], as: UTF8.self)
    #expect(text == "ttylinux                                     5    64     1     -b----       0.0\n")
  }

  @Test(
    "columns behind the usual ones change nothing",
    arguments: ["xl-list-v", "xl-list-Z", "xl-list-n", "xl-list-c"])
  func columnsBehind(name: String) throws {
    let look = try Fixture("captured/01-baseline/\(name)").look(.xenList)
    #expect(look.isComplete)
    #expect(look.rows.count == 1)
    #expect(look.integers("memory_kib") == [903_168])
    #expect(look.rows.first?["name"] == .text("Domain-0"))
  }

  @Test("xl list -v tells the same domains as xl list")
  func verbose() throws {
    let plain = try Fixture("captured/08-states/a-xl-list").look(.xenList)
    let verbose = try Fixture("captured/08-states/xl-list-v").look(.xenList)
    #expect(verbose.isComplete)
    #expect(verbose.rows.map { $0["name"] } == plain.rows.map { $0["name"] })
    #expect(verbose.rows.map { $0["state"] } == plain.rows.map { $0["state"] })
    #expect(verbose.integers("domid") == plain.integers("domid"))
  }

  @Test("a zombie has no name, no memory and is dying")
  func zombie() throws {
    let look = try Fixture("synthetic/xl-list-zombie").look(.xenList)
    #expect(look.isComplete)
    let zombie = try #require(look.rows.last)
    #expect(zombie["name"] == .null)
    #expect(zombie.defects.isEmpty)
    #expect(zombie["domid"] == .integer(12))
    #expect(zombie["is_dying"] == .integer(1))
    #expect(zombie["memory_kib"] == .integer(0))
  }

  @Test("after a restart of xenstored no domain has a name, and Domain-0 is there all the same")
  func namesGone() throws {
    let fixture = try Fixture("captured/10-errors/xs-restart")
    let look = fixture.look(.xenList)
    #expect(look.integers("domid") == [0, 5])
    #expect(look.rows.allSatisfy { $0["name"] == .null })
    // Whose guests these are is unknown, and not nobody's.
    #expect(look.rows.allSatisfy { $0.defects.map(\.column) == ["name", "machine"] })
    #expect(look.isPartial, "the capture goes on with the output of another command")
    #expect(look.reading.remarks.map(\.message) == ["1 lines before the list are left alone"])
  }

  @Test("a name may be empty, long, of several words, or look like columns")
  func oddNames() throws {
    let look = try Fixture("synthetic/xl-list-odd-names").look(.xenList)
    #expect(look.isComplete)
    #expect(look.integers("domid") == [0, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14])
    #expect(
      look.rows.prefix(6).map { $0["name"] } == [
        .text("Domain-0"), .text(""), .text("a-name-that-is-longer-than-the-forty-columns-it-has"),
        .text("two words"), .text("wrksp-9     0   882     1     r-----     117.3"), .text("wrksp-10"),
      ])
    #expect(look.rows.allSatisfy { $0.defects.isEmpty })
  }

  @Test("a machine's number is that of an exact name only")
  func machines() throws {
    let look = try Fixture("synthetic/xl-list-odd-names").look(.xenList)
    #expect(look.integers("machine") == [nil, nil, nil, nil, nil, 10, nil, 12, nil, 13, nil])
  }

  @Test("the letter of a shutdown's reason is not a crash unless it is c")
  func reasons() throws {
    let look = try Fixture("synthetic/xl-list-odd-names").look(.xenList)
    #expect(look.integers("is_shutdown")[5...7] == [1, 1, 1])
    #expect(look.integers("is_crashed")[5...7] == [0, 0, 0])
  }

  @Test("an odd value is a defect of its column, and the list stays whole")
  func oddValues() throws {
    let look = try Fixture("synthetic/xl-list-odd-values").look(.xenList)
    #expect(look.isComplete)
    #expect(
      look.rows.map { $0.defects.map(\.column) } == [
        [],
        ["state", "is_running", "is_blocked", "is_paused", "is_shutdown", "is_crashed", "is_dying"],
        ["memory_kib"], ["name"], ["cpu_time_s"],
      ])
    #expect(look.rows[1]["state"] == .text("-b-z--"))
    #expect(look.rows[1]["is_blocked"] == .null)
    #expect(look.rows[2]["memory_kib"] == .null)
  }

  @Test("xm list of Xen 3.0.0 to 3.0.2, with a policy or without", arguments: ["", "-with-policy"])
  func earlyXm(suffix: String) throws {
    let look = try Fixture("synthetic/xm-3.0.2-list\(suffix)").look(.xenList)
    #expect(look.reading == Reading(form: "xm list (Xen 3.0.0 to 3.0.2)"))
    #expect(look.integers("domid") == [0, 12, 13])
    #expect(look.integers("memory_kib") == [903_168, 65_536, 64_512])
    #expect(look.integers("machine") == [nil, 411, 7])
    #expect(look.integers("is_crashed") == [0, 0, 1])
    #expect(look.integers("is_dying") == [nil, nil, nil], "five letters do not tell")
    #expect(look.rows.allSatisfy { $0.defects.isEmpty })
  }

  @Test("xm list of Xen 3.0.3 may not know a state")
  func xm303() throws {
    let look = try Fixture("synthetic/xm-3.0.3-list").look(.xenList)
    #expect(look.reading == Reading(form: "xm list (Xen 3.0.3)"))
    #expect(look.integers("domid") == [0, 12, 13, 14])
    #expect(look.integers("is_running") == [1, 0, nil, 0])
    #expect(look.rows.map { $0.defects.isEmpty } == [true, true, false, true])
  }

  @Test("managed domains that do not run are no domains", arguments: ["3.1", "3.4"])
  func notRunning(version: String) throws {
    let look = try Fixture("synthetic/xm-\(version)-list").look(.xenList)
    #expect(look.reading.form == "xm list (Xen 3.1 to 4.1)")
    #expect(look.isComplete)
    #expect(look.integers("domid") == [0, 12, 131])
    #expect(look.rows.last?["name"] == .text("wrksp-412 7"))
    #expect(
      look.reading.remarks.map(\.message) == [
        "3 managed domains do not run: they are no domains here"
      ])
  }

  @Test("a list that was moved to the right, or saved with carriage returns, is the same list")
  func movedAndReturned() throws {
    let fixture = try Fixture("captured/08-states/a-xl-list")
    let text = String(decoding: fixture.stdout, as: UTF8.self)
    let moved = "    " + text.dropLast().replacing("\n", with: "\n    ") + "\n"
    let returned = text.replacing("\n", with: "\r\n")
    let expected = fixture.look(.xenList).lines
    #expect(Look(.xenList, moved).lines == expected)
    #expect(Look(.xenList, returned).lines == expected)
    #expect(Look(.xenList, returned).isComplete)
  }

  @Test("a list without Domain-0 proves nothing")
  func withoutDomain0() throws {
    let text = String(decoding: try Fixture("captured/08-states/a-xl-list").stdout, as: UTF8.self)
    let cut = text.split(separator: "\n").filter { !$0.hasPrefix("Domain-0") }.joined(separator: "\n")
    let look = Look(.xenList, cut + "\n")
    #expect(look.isFailed)
    #expect(look.problems == ["xl list without Domain-0"])
  }

  @Test("two rows of one domain contradict each other")
  func listedTwice() throws {
    let look = try Fixture("captured/06-orphan/rename").look(.xenList)
    #expect(look.isPartial)
    #expect(look.problems.first == "a second list begins, and which of them is true is not told (line 5)")
    #expect(look.problems.contains("domain 5 is listed twice (line 7)"))
    #expect(look.integers("domid") == [0, 5])
  }

  @Test("a line that is no row makes the list partial, and the others are kept")
  func strangeLine() throws {
    let look = try Fixture("captured/12-stuck-balloon/06-xl-list").look(.xenList)
    #expect(look.isPartial)
    #expect(look.integers("memory_kib") == [900_096])
  }
}
