import Model
import Testing
import World

@testable import Xen

@Suite("xl info and xm info")
struct HostInfoTests {
  @Test("MiB become KiB, and dom0_mem is read from Xen's command line")
  func xl() throws {
    let look = try Fixture("captured/01-baseline/xl-info").look(.xenInfo)
    #expect(look.reading == Reading(form: "xl info"))
    #expect(
      look.lines == [
        "vmm_host version='4.17.7' total_kib=1178624 free_kib=259072 claims_kib=0"
          + " command_line='xen dom0_mem=882M,max:882M console=com1 com1=115200,8n1 loglvl=info"
          + " guest_loglvl=info noreboot xpti=0 spec-ctrl=no' dom0_memory_kib=903168"
          + " dom0_maximum_kib=903168"
      ])
  }

  @Test("xm of Xen 3.0.3 tells its version in parts and no command line")
  func xm() throws {
    let look = try Fixture("synthetic/xm-3.0.3-info").look(.xenInfo)
    #expect(look.reading == Reading(form: "xm info"))
    #expect(look.lines == ["vmm_host version='3.0.3-rc5-8.el5' total_kib=1178624 free_kib=259072"])
  }

  @Test("some lines of it are enough for the key facts")
  func filtered() throws {
    let look = try Fixture("captured/04-deficit64/c-forgotten-mem").look(.xenInfo)
    #expect(look.isComplete)
    #expect(look.lines == ["vmm_host total_kib=1178624 free_kib=324608 claims_kib=0"])
    #expect(look.reading.remarks.count == 1)
  }

  @Test("without a key fact it is partial", arguments: ["total_memory", "free_memory"])
  func keyFacts(key: String) throws {
    let text = String(decoding: try Fixture("captured/01-baseline/xl-info").stdout, as: UTF8.self)
    let look = Look(.xenInfo, text.replacing(key, with: "other"))
    #expect(look.problems == ["\(key) is missing"])
    #expect(look.rows.count == 1)
  }

  @Test("a whole output that lacks its last line was cut")
  func lastLine() throws {
    let text = String(decoding: try Fixture("captured/01-baseline/xl-info").stdout, as: UTF8.self)
    let look = Look(.xenInfo, text.replacing("xend_config_format     : 4\n", with: ""))
    #expect(look.problems == ["the last line, xend_config_format, is missing"])
  }

  @Test("a figure told twice and differently is unknown")
  func contradiction() {
    let look = Look(.xenInfo, "total_memory : 10\nfree_memory : 3\nfree_memory : 4\n")
    #expect(look.lines == ["vmm_host total_kib=10240 !free_kib"])
  }

  @Test(
    "dom0_mem in all its forms",
    arguments: [
      ("dom0_mem=882M", 903_168, nil), ("dom0_mem=882M,max:882M", 903_168, 903_168),
      ("dom0_mem=900000K", 900_000, nil), ("dom0_mem=903168", 903_168, nil),
      ("dom0_mem=min:256M,max:1g", nil, 1_048_576), ("dom0_mem=2G", 2_097_152, nil),
      ("dom0_mem=1T", 1_073_741_824, nil), ("dom0_mem=924844032B", 903_168, nil),
      ("dom0_mem=-512M", nil, nil), ("dom0_mem=max:-512M", nil, nil), ("dom0_mem=25%", nil, nil),
      ("dom0_mem=882M dom0_mem=max:883M", 903_168, 904_192), ("dom0_memory=5M", nil, nil),
      ("", nil, nil),
    ] as [(String, Int64?, Int64?)])
  func dom0Memory(text: String, memory: Int64?, maximum: Int64?) {
    let read = Dom0Memory(commandLine: Array("xen \(text) noreboot".utf8)[...])
    #expect(read.memory == Told(value: Value(memory)))
    #expect(read.maximum == Told(value: Value(maximum)))
  }

  @Test(
    "a dom0_mem that is no size is unknown",
    arguments: ["882Q", "M", "", "0882M", "0x1000", "9223372036854775807T", "99999999999999999999M"])
  func oddDom0Memory(size: String) {
    let read = Dom0Memory(commandLine: Array("dom0_mem=\(size)".utf8)[...])
    #expect(read.memory.problem != nil)
  }
}

@Suite("/proc/meminfo")
struct MemoryInfoTests {
  @Test("three figures of the kernel, alone or among other lines")
  func figures() throws {
    let alone = try Fixture("captured/01-baseline/proc-meminfo").look(.nodeMemory)
    #expect(alone.reading == Reading(form: "/proc/meminfo"))
    #expect(alone.lines == ["node_memory total_kib=771608 free_kib=711352 available_kib=708380"])
    let among = try Fixture("captured/08-states/a-mem").look(.nodeMemory)
    #expect(among.isComplete)
    #expect(among.lines == ["node_memory total_kib=771608 free_kib=708316 available_kib=705556"])
  }

  @Test("an old kernel does not tell what is available")
  func oldKernel() {
    let look = Look(.nodeMemory, "MemTotal:       771608 kB\nMemFree:        711352 kB\n")
    #expect(look.isComplete)
    #expect(look.lines == ["node_memory total_kib=771608 free_kib=711352"])
  }

  @Test(
    "without MemTotal in kB nothing can be concluded",
    arguments: ["MemFree: 5 kB\n", "MemTotal: 5 MB\n", "MemTotal: five kB\n", "MemTotal: 771608 kB"])
  func keyFact(text: String) {
    let look = Look(.nodeMemory, text)
    #expect(look.isFailed)
    #expect(look.rows.isEmpty)
  }

  @Test("an odd figure beside it is a defect, and one told twice a contradiction")
  func oddFigures() {
    #expect(
      Look(.nodeMemory, "MemTotal: 5 kB\nMemFree: -1 kB\n").lines == ["node_memory total_kib=5 !free_kib"])
    #expect(Look(.nodeMemory, "MemTotal: 5 kB\nMemTotal: 6 kB\n").isPartial)
  }
}
