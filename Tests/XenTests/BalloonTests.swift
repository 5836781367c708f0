import Model
import Testing
import World

@Suite("The balloon driver")
struct BalloonTests {
  @Test("a composite of several sources: sysfs is read, xenstore and meminfo are not")
  func composite() throws {
    let look = try Fixture("captured/04-deficit64/c-forgotten-mem").look(.xenBalloon)
    #expect(look.reading == Reading(form: "sysfs xen_memory"))
    #expect(
      look.lines == [
        "memory_sample at_ms=1795375371000 current_kib=837632 target_kib=837632 balloon_kib=65536"
      ])
  }

  @Test("every way to print the folder tells the same", arguments: ["grep", "head", "equals"])
  func variants(name: String) throws {
    let look = try Fixture("synthetic/sysfs-\(name)").look(.xenBalloon)
    #expect(look.reading == Reading(form: "sysfs xen_memory"))
    #expect(
      look.lines == ["memory_sample at_ms=1000000 current_kib=837632 target_kib=837632 balloon_kib=65536"])
  }

  @Test("find prints its paths with a dot in front")
  func dotted() throws {
    let look = try Fixture("captured/01-baseline/sysfs-xen_memory").look(.xenBalloon)
    #expect(look.isComplete)
    #expect(
      look.lines == ["memory_sample at_ms=1000000 current_kib=903168 target_kib=903168 balloon_kib=0"])
  }

  @Test("/proc/xen/balloon of Xen 3.x; ??? is no limit, a number says that the driver gave up")
  func proc() throws {
    let calm = try Fixture("synthetic/proc-xen-balloon").look(.xenBalloon)
    #expect(calm.reading == Reading(form: "/proc/xen/balloon"))
    #expect(
      calm.lines == [
        "memory_sample at_ms=1000000 current_kib=903168 target_kib=903168 balloon_kib=0 driver_kib=1024"
      ])
    let gaveUp = try Fixture("synthetic/proc-xen-balloon-gave-up").look(.xenBalloon)
    #expect(gaveUp.isComplete)
    #expect(
      gaveUp.lines == [
        "memory_sample at_ms=1000000 current_kib=900224 target_kib=903168 balloon_kib=2944"
          + " driver_kib=1024 hard_limit_kib=900224"
      ])
  }

  @Test("/proc/xen/balloon without its last line could have told that the driver gave up")
  func procCut() {
    let look = Look(.xenBalloon, "Current allocation:   903168 kB\nRequested target:     903168 kB\n")
    #expect(look.isPartial)
    #expect(look.rows.count == 1)
  }

  @Test("a CSV file of samples is spread back from the end of the look by its uptimes")
  func csv() throws {
    let look = try Fixture("captured/05-drift/mem896-kill-autoballoon-off.csv").look(.xenBalloon)
    #expect(look.reading == Reading(form: "balloon samples (CSV)"))
    #expect(look.rows.count == 34)
    #expect(
      look.lines.first == "memory_sample at_ms=959450 current_kib=903168 target_kib=903168")
    #expect(look.integers("at_ms").last == 1_000_000)
    #expect(look.integers("current_kib").last == 706_560)
  }

  @Test("all four drifts are read whole", arguments: Fixture.all.filter { $0.name.hasSuffix(".csv") })
  func drifts(fixture: Fixture) {
    let look = fixture.look(.xenBalloon)
    #expect(look.isComplete)
    #expect(look.rows.count == fixture.stdout.count { $0 == 10 } - 1)
    let times = look.integers("at_ms").compactMap { $0 }
    #expect(times == times.sorted() && times.count == look.rows.count)
  }

  @Test("the balloon that gave up: six looks, 3 MiB short of the target")
  func stuck() throws {
    let look = try Fixture("captured/12-stuck-balloon/03-up-blocked").look(.xenBalloon)
    #expect(look.isComplete)
    #expect(look.integers("current_kib") == Array(repeating: 900_224, count: 6))
    #expect(look.integers("target_kib") == Array(repeating: 903_168, count: 6))
    #expect(look.integers("at_ms") == [986_890, 989_590, 992_260, 994_890, 997_540, 1_000_000])
  }

  @Test("the nudge, after a line of another kind")
  func nudge() throws {
    let again = try Fixture("captured/12-stuck-balloon/05-same-target-again").look(.xenBalloon)
    #expect(again.integers("current_kib") == Array(repeating: 900_224, count: 5))
    let nudge = try Fixture("captured/12-stuck-balloon/07-nudge").look(.xenBalloon)
    #expect(nudge.integers("current_kib") == [902_144, 903_168, 903_168, 903_168])
  }

  @Test("blocks with a time are a sample each")
  func blocks() throws {
    let first = try Fixture("captured/01-baseline/a-mem").stdout
    let second = try Fixture("captured/04-deficit64/c-forgotten-mem").stdout
    let look = Look(.xenBalloon, first + second)
    #expect(look.isComplete)
    #expect(look.integers("at_ms") == [1_795_375_095_000, 1_795_375_371_000])
    #expect(look.integers("current_kib") == [903_168, 837_632])
    #expect(look.rows[1].bytes == first.count..<(first.count + second.position(after: "info/high_kb 0\n")))
  }

  @Test("blocks without a time are told apart by a figure that comes again")
  func repeated() {
    let block = "target_kb 4\ninfo/current_kb 8\n"
    let look = Look(.xenBalloon, block + block.replacing("8", with: "12"))
    #expect(look.integers("current_kib") == [8, 12])
    #expect(look.reading.remarks.count == 1)
  }

  @Test("target alone is bytes")
  func targetInBytes() {
    let look = Look(.xenBalloon, "target 924844032\ninfo/current_kb 903168\n")
    #expect(look.lines == ["memory_sample at_ms=1000000 current_kib=903168 target_kib=903168"])
  }

  @Test("xenstore's target is not the driver's")
  func xenstoreTarget() {
    let look = Look(.xenBalloon, "info/current_kb 8\n/local/domain/0/memory/target 16384\n")
    #expect(look.lines == ["memory_sample at_ms=1000000 current_kib=8"])
  }

  @Test(
    "without what dom0 has, nothing can be concluded",
    arguments: ["903168\n", "target_kb 903168\n", "info/current_kb much\n", "info/current_kb 903168"])
  func keyFact(text: String) {
    let look = Look(.xenBalloon, text)
    #expect(look.isFailed)
    #expect(look.rows.isEmpty)
  }

  @Test("one sample without it makes several partial; an odd figure beside it is a defect")
  func oddities() {
    let lost = Look(.xenBalloon, "epoch 5\ntarget_kb 4\nepoch 6\ninfo/current_kb 8\n")
    #expect(lost.isPartial)
    #expect(lost.lines == ["memory_sample at_ms=6000 current_kib=8"])
    let odd = Look(.xenBalloon, "epoch soon\ntarget_kb x\ninfo/current_kb 7\ninfo/low_kb y\ninfo/high_kb 0\n")
    #expect(odd.isComplete)
    #expect(odd.lines == ["memory_sample current_kib=7 !at_ms !target_kib !balloon_kib"])
    let short = Look(.xenBalloon, "uptime,current_kb\n1.5,8\n2.5\n3.5,12\n")
    #expect(short.isPartial)
    #expect(short.integers("at_ms") == [998_000, 1_000_000])
  }
}

extension [UInt8] {
  /// How many bytes there are up to the end of the first such text.
  fileprivate func position(after text: String) -> Int {
    let wanted = Array(text.utf8)
    return indices.first { self[$0...].starts(with: wanted) }.map { $0 + wanted.count } ?? -1
  }
}
