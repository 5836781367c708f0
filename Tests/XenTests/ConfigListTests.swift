import Model
import Testing
import World

@Suite("xl list -l")
struct ConfigListTests {
  @Test("Domain-0's target is one more than is told")
  func domain0() throws {
    let look = try Fixture("captured/01-baseline/a-xl-list-l").look(.xenLong)
    #expect(look.reading == Reading(form: "xl list -l (JSON)"))
    #expect(
      look.lines == [
        "vmm_domain_config domid=0 name='Domain-0' target_kib=903168 maximum_kib=903168"
      ])
  }

  @Test("a guest's target is as told, and its domid the outer one")
  func guest() throws {
    let fixture = try Fixture("captured/06-orphan/a-orphan-xl-list-l")
    let look = fixture.look(.xenLong)
    #expect(look.isComplete)
    #expect(
      look.lines == [
        "vmm_domain_config domid=0 name='Domain-0' target_kib=837632 maximum_kib=921600",
        "vmm_domain_config domid=5 name='ttylinux' uuid='47005cc1-c715-4ce3-b4df-aaab47518b9b'"
          + " target_kib=65536 maximum_kib=65536",
      ])
    let record = String(decoding: fixture.stdout[look.rows[1].bytes], as: UTF8.self)
    #expect(record.hasPrefix("{\n        \"domid\": 5,"))
    #expect(record.hasSuffix("\"soft_reset\"\n        }\n    }"))
  }

  @Test("five domains of one list are five records")
  func states() throws {
    let look = try Fixture("captured/08-states/a-xl-list-l").look(.xenLong)
    #expect(look.isComplete)
    #expect(look.integers("domid") == [0, 8, 9, 10, 11])
    #expect(look.integers("target_kib") == [903_168, 16_384, 16_384, 16_384, 65_536])
  }

  @Test("interfaces have their place, their address and a lower-case MAC; no maximum is none")
  func interfaces() throws {
    let look = try Fixture("synthetic/xl-list-l-nics").look(.xenLong)
    #expect(look.isComplete)
    #expect(
      look.lines == [
        "vmm_domain_config domid=0 name='Domain-0' target_kib=903168",
        "vmm_domain_config domid=12 name='wrksp-411' uuid='7a3bd8f1-22c5-4f2b-9d62-0f4f8f1c1a55'"
          + " target_kib=65536 maximum_kib=65536",
        "vmm_vif domid=12 position=0 mac='00:16:3e:10:00:01' bridge='xenbr0' address='10.0.0.16'",
        "vmm_vif domid=12 position=1 mac='00:16:3e:10:00:02' bridge='xenbr1' vifname='wrksp411-1'",
      ])
    #expect(
      look.reading.remarks.map(\.message) == [
        "1 domain is left out: Fail to get domain configuration"
      ])
  }

  @Test("an odd field is a defect and loses neither its record nor the others")
  func oddFields() throws {
    let look = try Fixture("synthetic/xl-list-l-odd").look(.xenLong)
    #expect(look.isPartial)
    #expect(look.problems.count == 1)
    #expect(look.problems.first?.hasPrefix("a domain without a number") == true)
    #expect(
      look.lines == [
        "vmm_domain_config domid=0 name='Domain-0' target_kib=903168",
        "vmm_domain_config domid=12 uuid='7a3bd8f1-22c5-4f2b-9d62-0f4f8f1c1a55'"
          + " !name !target_kib !maximum_kib",
        "vmm_vif domid=12 position=0 !mac !bridge !address !vifname",
        "vmm_vif domid=12 position=1 !mac !bridge",
        "vmm_domain_config domid=14 !name !uuid !target_kib !maximum_kib",
        "vmm_domain_config domid=15 name='wrksp-415' target_kib=65536 maximum_kib=65536",
      ])
  }

  @Test("a message about a domain that is listed all the same is not one about a domain left out")
  func listedAllTheSame() throws {
    let look = try Fixture("captured/06-orphan/rename").look(.xenLong)
    #expect(look.integers("domid") == [0, 5])
    #expect(look.isComplete)
    #expect(
      look.reading.remarks.map(\.message) == [
        "listed all the same: 5:Fail to get domain name", "7 lines before the list are left alone",
      ])
  }

  @Test("one domain alone is not the list of all")
  func loneObject() throws {
    let text = #"{"domid": 5, "config": {"c_info": {"name": "a"}, "b_info": {"target_memkb": 4}}}"#
    let look = Look(.xenLong, text)
    #expect(look.isPartial)
    #expect(look.lines == ["vmm_domain_config domid=5 name='a' target_kib=4"])
    #expect(Look(.xenLong, "[]\n").isFailed)
  }

  @Test("a record that says one thing twice is believed in nothing")
  func duplicates() {
    let text =
      #"[{"domid": 0}, {"domid": 5, "domid": 6}, {"domid": 7, "config": {"c_info": {}, "c_info": {}}}]"#
    let look = Look(.xenLong, text)
    #expect(look.isPartial)
    #expect(look.integers("domid") == [0])
    #expect(look.problems.count == 2)
    #expect(Look(.xenLong, #"[{"domid": 0}, {"dom\u0069d": 5, "domid": 6}]"#).integers("domid") == [0])
    #expect(Look(.xenLong, #"[{"domid": 0}, {"domid": 0}]"#).isPartial)
  }

  @Test("a name that is not UTF-8 is unknown, and its record is kept")
  func brokenName() {
    let bytes =
      Array(#"[{"domid": 0, "config": {"c_info": {"name": "a"#.utf8) + [0xE9]
      + Array(#"b", "uuid": "u"}}}]"#.utf8)
    let look = Look(.xenLong, bytes)
    #expect(look.isComplete)
    #expect(look.lines == ["vmm_domain_config domid=0 uuid='u' !name"])
  }

  @Test("what follows the list, or is no JSON inside it, is not passed over")
  func strictness() {
    #expect(Look(.xenLong, #"[{"domid": 0}] [{"domid": 1}]"#).isPartial)
    #expect(Look(.xenLong, #"[{"domid": 0}, {"domid": 1 2}]"#).isPartial)
    #expect(Look(.xenLong, #"[{"domid": 0}, {"domid": 1]]"#).isFailed)
    #expect(Look(.xenLong, #"[{"domid": 0}"#).isFailed)
    #expect(Look(.xenLong, #"[{"domid": 0} {"domid": 1}]"#).isFailed)
  }
}

@Suite("xm list --long")
struct SExpressionTests {
  @Test("amounts are MiB, and what is told is found wherever it stands")
  func xm303() throws {
    let look = try Fixture("synthetic/xm-3.0.3-long").look(.xenLong)
    #expect(look.reading == Reading(form: "xm list --long (s-expressions)"))
    #expect(
      look.lines == [
        "vmm_domain_config domid=0 name='Domain-0' uuid='00000000-0000-0000-0000-000000000000'"
          + " target_kib=903168 maximum_kib=903168",
        "vmm_domain_config domid=12 name='wrksp-411' uuid='7a3bd8f1-22c5-4f2b-9d62-0f4f8f1c1a55'"
          + " target_kib=65536 maximum_kib=65536 started_ms=1227382200500",
        "vmm_vif domid=12 position=0 mac='a2:aa:bb:00:00:10' bridge='xenbr0' address='10.0.0.16'",
      ])
  }

  @Test("managed domains that do not run are left out with a remark")
  func xm31() throws {
    let look = try Fixture("synthetic/xm-3.1-long").look(.xenLong)
    #expect(look.isComplete)
    #expect(
      look.lines == [
        "vmm_domain_config domid=0 name='Domain-0' uuid='00000000-0000-0000-0000-000000000000'"
          + " target_kib=903168 maximum_kib=903168",
        "vmm_domain_config domid=13 name='wrksp-412' uuid='9c7a3b3e-8d6c-43a7-9d3e-1e1f7c1d2b60'"
          + " target_kib=65536 maximum_kib=131072 started_ms=1227382300250",
        "vmm_vif domid=13 position=0 mac='a2:aa:bb:00:00:12' bridge='xenbr0'",
        "vmm_vif domid=13 position=1 mac='a2:aa:bb:00:00:13' bridge='xenbr1' address='10.0.0.19'",
      ])
    #expect(
      look.reading.remarks.map(\.message) == [
        "1 managed domains do not run: they are no domains here"
      ])
  }

  @Test("a domain that is cut is lost, and those before it are kept")
  func cut() throws {
    let text = "(domain (domid 0) (memory 882))\n(domain (domid 12) (memory 64)"
    let look = Look(.xenLong, text)
    #expect(look.isPartial)
    #expect(look.lines == ["vmm_domain_config domid=0 target_kib=903168"])
  }

  @Test("quotes hide parentheses, and a value told twice is unknown")
  func quotes() {
    let text = """
      (domain (domid 0) (name 'a \\' (b') (memory 882) (memory 818) (maxmem big) (uuid it's))
      """
    let look = Look(.xenLong, text)
    #expect(look.isComplete)
    #expect(look.lines == ["vmm_domain_config domid=0 name='a ' (b' uuid='it's' !target_kib !maximum_kib"])
  }
}
