import Model
import Testing
import World
import Xen

@Suite("The door of the Xen package")
struct DoorTests {
  static let kinds: [ObservationKind] = [
    .xenList, .xenLong, .xenInfo, .xenStore, .xenBalloon, .nodeMemory,
  ]

  @Test("it reads its six kinds and leaves the others alone", arguments: ObservationKind.allCases)
  func sixKinds(kind: ObservationKind) {
    var rows = RowList()
    let reading = Xen.read(RawObservation(kind: kind, stdout: []), into: &rows)
    #expect((reading != nil) == Self.kinds.contains(kind))
  }

  @Test(
    "a command that printed nothing and failed is failed, with its own words",
    arguments: [
      ("captured/00-host-without-xen/xl-list", ObservationKind.xenList, "No such file or directory"),
      ("captured/00-host-without-xen/xl-list-l", .xenLong, "No such file or directory"),
      ("captured/00-host-without-xen/xl-info", .xenInfo, "No such file or directory"),
      ("captured/00-host-without-xen/xenstore-ls", .xenStore, "No such file or directory"),
      ("captured/10-errors/notroot-xl-list", .xenList, "Permission denied"),
      ("captured/10-errors/notroot-xl-list-l", .xenLong, "Permission denied"),
      ("captured/10-errors/notroot-xl-info", .xenInfo, "Permission denied"),
      ("captured/10-errors/notroot-xenstore-ls", .xenStore, "Permission denied"),
      ("captured/01-baseline/xl-list-nosuch", .xenList, "nosuch is an invalid domain identifier (rc=-6)"),
      ("captured/01-baseline/xl-list-l-nosuch", .xenLong, "nosuch is an invalid domain identifier (rc=-6)"),
    ])
  func failures(name: String, kind: ObservationKind, words: String) throws {
    let look = try Fixture(name).look(kind)
    #expect(look.isFailed)
    #expect(look.rows.isEmpty)
    #expect(look.problems.first?.hasPrefix("ended with exit status 1: ") == true)
    #expect(look.problems.first?.hasSuffix(words) == true)
  }

  @Test("a node out of memory, where xl list hung until it was killed, is failed")
  func outOfMemory() throws {
    let look = try Fixture("captured/11-dom0-oom/a-stuck-xl-list").look(.xenList)
    #expect(look.problems == ["ended with exit status 255"])
    #expect(look.isFailed)
    let timedOut = Look(.xenList, [], stderr: [], ending: .failure("timed out after 20 s"))
    #expect(timedOut.isFailed)
    #expect(timedOut.problems == ["timed out after 20 s"])
  }

  @Test(
    "with xenstored dead, what a wrapper printed is no list",
    arguments: [
      ("xl-list", ObservationKind.xenList), ("xl-list--l", .xenLong), ("xenstore-ls", .xenStore),
    ])
  func xenstoredDead(name: String, kind: ObservationKind) throws {
    let look = try Fixture("captured/10-errors/noxs-\(name)").look(kind)
    #expect(look.isFailed)
    #expect(look.rows.isEmpty)
  }

  @Test("a figure whose file is not named is not taken for dom0's memory")
  func bareFigure() throws {
    let look = try Fixture("captured/10-errors/notroot-sysfs").look(.xenBalloon)
    #expect(look.isFailed)
    #expect(look.rows.isEmpty)
  }

  @Test("Linux 6.1 has no /proc/xen/balloon")
  func noBalloonFile() throws {
    let look = try Fixture("captured/01-baseline/proc-xen").look(.xenBalloon)
    #expect(look.isFailed)
    #expect(look.problems.first?.hasPrefix("ended with exit status 1") == true)
  }

  @Test("nothing, with exit 0 and nothing on standard error, is not an empty answer", arguments: kinds)
  func silence(kind: ObservationKind) {
    let look = Look(kind, "")
    #expect(look.isFailed)
    #expect(look.problems == ["nothing was printed"])
  }

  @Test("rows of a command that failed later are kept, and the source is partial")
  func failedLater() throws {
    let bytes = try Fixture("captured/08-states/a-xl-list").stdout
    let look = Look(.xenList, bytes, stderr: [], exit: 143)
    #expect(look.isPartial)
    #expect(look.rows.count == 5)
  }

  @Test("the same 882 MiB are read from MiB, KiB, bytes and a boot option, and never mixed")
  func units() throws {
    func value(_ name: String, _ kind: ObservationKind, _ column: String) throws -> Value? {
      try Fixture(name).look(kind).rows.first?[column]
    }
    let baseline = Value(Kibibytes(Mebibytes(882)))
    #expect(baseline == .integer(903_168))
    #expect(Value(Kibibytes(Pages(225_792))) == baseline)
    let told: [Value?] = [
      try value("captured/01-baseline/a-xl-list", .xenList, "memory_kib"),
      try value("captured/01-baseline/a-xl-list-l", .xenLong, "target_kib"),
      try value("captured/01-baseline/a-xl-list-l", .xenLong, "maximum_kib"),
      try value("captured/01-baseline/xl-info", .xenInfo, "dom0_memory_kib"),
      try value("captured/01-baseline/xl-info", .xenInfo, "dom0_maximum_kib"),
      try value("captured/01-baseline/a-xenstore-ls", .xenStore, "target_kib"),
      try value("captured/01-baseline/xenstore-ls-root", .xenStore, "static_maximum_kib"),
      try value("captured/01-baseline/a-mem", .xenBalloon, "current_kib"),
      try value("captured/01-baseline/a-mem", .xenBalloon, "target_kib"),
      try value("captured/01-baseline/sysfs-xen_memory", .xenBalloon, "current_kib"),
      try value("synthetic/xm-3.0.2-list", .xenList, "memory_kib"),
      try value("synthetic/xm-3.0.3-list", .xenList, "memory_kib"),
      try value("synthetic/xm-3.1-list", .xenList, "memory_kib"),
      try value("synthetic/xm-3.0.3-long", .xenLong, "target_kib"),
      try value("synthetic/proc-xen-balloon", .xenBalloon, "current_kib"),
      Look(.xenBalloon, "target 924844032\ninfo/current_kb 1\n").rows.first?["target_kib"],
      Look(.xenInfo, "total_memory : 882\nfree_memory : 0\n").rows.first?["total_kib"],
    ]
    #expect(told.allSatisfy { $0 == baseline })
  }
}
