import Model
import Testing
import World

@Suite("What guests left")
struct ResidueTests {
  @Test("is found under the folders and in the dhcpd.conf of TP2.2")
  func old() {
    let seen = Seen(.named("residue/tp2.2-find-and-dhcp.txt"))
    #expect(
      seen.table("node_residue", "kind", "name", "machine", "address", "mac", "path") == [
        "record wrksp-7 7 - - /opt/workspace/persistence/wrksp-7",
        "record workspace-3 3 - - /opt/workspace/persistence/workspace-3",
        "image wrksp-7 7 - - /opt/workspace/secureimages/wrksp-7",
        "mount wrksp-9 9 - - /opt/workspace/mnt/wrksp-9",
        "dhcp pub02 - 192.168.0.2 a2:aa:bb:00:00:02 -", "dhcp pub04 - 192.168.0.4 a2:aa:bb:00:00:04 -",
      ])
    #expect(seen.problems == [])
    #expect(seen.defects == [])
  }

  @Test("is found in listings and chains of 2.10")
  func new() {
    let seen = Seen(.named("residue/2.10-ls-and-ebtables.txt"))
    let base = "/opt/nimbus/var/workspace-control"
    #expect(
      seen.table("node_residue", "kind", "name", "machine", "path") == [
        "record wrksp-12 12 \(base)/persistence/wrksp-12-nicset",
        "record wrksp-13 13 \(base)/persistence/wrksp-13-nicset",
        "image wrksp-12 12 \(base)/secureimages/wrksp-12",
        "image wrksp-13 13 \(base)/secureimages/wrksp-13", "ebtables wrksp-12 12 wrksp-12-0",
      ])
    #expect(seen.problems == [])
    #expect(seen.reading.remarks == [])
    let saved = Seen(.named("residue/ebtables-save.txt"))
    #expect(saved.table("node_residue", "machine", "path") == ["12 wrksp-12-0", "12 wrksp-12-1"])
    #expect(saved.problems == [])
  }

  @Test("is nothing where nothing was printed, and unknown where no form is")
  func nothing() {
    #expect(Seen(.nodeResidue, "").isComplete)
    #expect(Seen(.nodeResidue, "", exit: 2).isFailed)
    #expect(Seen(.nodeResidue, "Connection refused\n").isFailed)
    #expect(Seen(.nodeResidue, "/opt/workspace/persistence:\n").isComplete)
    #expect(
      Seen(.nodeResidue, "==> /opt/workspace/mnt <==\nwrksp-7\n").table("node_residue", "kind") == ["mount"])
  }

  @Test("lies in places, and that none was listed is said, but not what else lies beside them")
  func elsewhere() {
    let beside = Seen(
      .nodeResidue,
      "/opt/workspace\n/opt/workspace/bin\n/opt/workspace/bin/workspace-control\n/opt/workspace/mnt\n")
    #expect(beside.isComplete)
    #expect(beside.reading.remarks == [])
    let none = Seen(.nodeResidue, "/opt/workspace\n/opt/workspace/bin\n")
    #expect(none.isComplete)
    #expect(
      none.reading.remarks.map(\.described) == [
        "/opt/workspace is no place where guests leave things, and none was listed (line 1)"
      ])
  }

  @Test("is not whole where a folder could not be read or a name has no folder")
  func unread() {
    let denied = Seen(
      .nodeResidue, "/opt/workspace/mnt:\nls: cannot open directory '/opt/x': Permission denied\n")
    #expect(denied.problems.count == 1)
    let absent = Seen(
      .nodeResidue, "/opt/workspace/mnt:\nls: cannot access '/opt/x': No such file or directory\n")
    #expect(absent.isComplete)
    #expect(absent.reading.remarks.count == 1)
    #expect(!Seen(.nodeResidue, "wrksp-7\n/opt/workspace/mnt\n").isComplete)
    #expect(!Seen(.nodeResidue, "/opt/workspace/persistence:\nwrksp-7  wrksp-8\n").isComplete)
  }

  @Test("of a chain with fewer rules than it says is not whole")
  func chain() {
    let whole = "Bridge table: filter\nBridge chain: wrksp-7-0, entries: 2, policy: ACCEPT\n-p IPv4 -j DROP\n"
    #expect(
      Seen(.nodeResidue, whole).problems == [
        "chain wrksp-7-0 has not as many rules as it says, but 1 too few: the output was cut"
      ])
    #expect(Seen(.nodeResidue, whole + "-j DROP\n").isComplete)
    let listed = Seen(
      .nodeResidue, whole + "-j DROP\n/opt/workspace/mnt:\n-rw-r--r-- 1 a a 0 Nov 22 20:55 wrksp-7\n")
    #expect(listed.table("node_residue", "kind") == ["ebtables", "mount"])
    #expect(listed.isComplete)
  }

  @Test(
    "in a dhcpd.conf is read in any layout, and its odd values are defects",
    arguments: [
      (
        "host a { hardware ethernet 2:0:0:0:0:A; fixed-address 10.0.0.1; }\n", "a 10.0.0.1 02:00:00:00:00:0a",
        0
      ),
      ("group { host a { fixed-address 10.0.0.1; if x { y; } } }\n", "a 10.0.0.1 -", 0),
      ("host a { hardware ethernet zz; fixed-address 10.0.0.1, 10.0.0.2; }\n", "a - -", 2),
      ("host a\n{\n# fixed-address 10.0.0.9;\nfixed-address 10.0.0.1 ;}\n", "a 10.0.0.1 -", 0),
    ])
  func dhcp(text: String, row: String, defects: Int) {
    let seen = Seen(.nodeResidue, "==> /etc/dhcp/dhcpd.conf <==\n# DHCP-CONFIG-AUTOMATIC-BEGINS\n" + text)
    #expect(seen.table("node_residue", "name", "address", "mac") == [row])
    #expect(seen.defects.count == defects)
    #expect(seen.isComplete)
  }

  @Test(
    "in a dhcpd.conf that was cut is not whole",
    arguments: [
      "host a {\n", "host a {\nfixed-address 10.0.0.1;\n", "subnet 1.2.3.0 netmask 255.0.0.0 {\n", "host\n",
    ])
  func cutDhcp(text: String) {
    let seen = Seen(.nodeResidue, "==> /etc/dhcpd.conf <==\n# DHCP-CONFIG-AUTOMATIC-BEGINS\n" + text)
    #expect(seen.rows.isEmpty)
    #expect(!seen.isComplete)
  }

  @Test("in a dhcpd.conf without the agent's marker is listed, and not whole")
  func unmarked() {
    let seen = Seen(.nodeResidue, "==> /etc/dhcpd.conf <==\nhost a { fixed-address 10.0.0.1; }\n")
    #expect(seen.rows.count == 1)
    #expect(seen.problems.count == 1)
    let alone = Seen(
      .nodeResidue, "host b { }\n# DHCP-CONFIG-AUTOMATIC-BEGINS\nhost a { fixed-address 10.0.0.1; }\n")
    #expect(alone.table("node_residue", "kind", "name") == ["dhcp a"])
    #expect(alone.isComplete)
  }
}
