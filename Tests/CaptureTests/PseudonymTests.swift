import Model
import Testing
import World

@testable import Capture

/// Some output, and what must be gone from it and what must stay.
struct Exposure: CustomTestStringConvertible, Sendable {
  let name: String
  let kind: ObservationKind
  let text: String
  let gone: [String]
  var kept: [String] = []
  var testDescription: String { name }

  static let all = [
    Exposure(
      name: "folded lines", kind: .torqueJobs,
      text:
        "Job Id: 7.gridsn.example.org\n    Job_Owner = alice@gridsn.exam\n\tple.org\n    Output_Path = gridsn.example.org:"
        + "/home/ali\n\tce/pilot-logs/0aa5\n    comment = for al\n\tice\n",
      gone: ["alice", "gridsn", "example"], kept: ["7.", ".org", "/pilot-logs/0aa5", "Job_Owner = ", "\n\t"]),
    Exposure(
      name: "escaped names", kind: .dbEvents,
      text: "CREATED: dn=\"/O=Ring &amp; Sons/OU=R&amp;D/CN=Mary O&apos;Hara 4711\", vmm='wn1'\n"
        + "from '/O=Ring & Sons/CN=Zoë O''Neill', to CN=Jane Roe,OU=R+D,O=Ring\n",
      gone: ["Ring", "Sons", "Mary", "Hara", "4711", "wn1", "Neill", "Zo", "Jane", "Roe"],
      kept: ["&amp;", "&apos;", "/CN=", "OU=", "CREATED: dn=\"", ", to CN="]),
    Exposure(
      name: "names within names", kind: .torqueJobs,
      text:
        "<Data><Job><Job_Owner>al@wn1</Job_Owner><euser>ali</euser><egroup>alice</egroup><exec_host>wn1/0+wn10/1+wn1.a-b.org/2"
        + "+WN1-MGMT/3</exec_host><Job_Name>alice-wn10.wn1-mgmt_ali</Job_Name></Job></Data>",
      gone: ["alice", "ali", "wn1", "wn10", "a-b", "WN1-MGMT", "wn1-mgmt"],
      kept: ["<exec_host>", "/0+", "<egroup>"]),
    Exposure(
      name: "people called like words", kind: .torqueJobs,
      text:
        "<Data><Job><Job_Id>1.pbs</Job_Id><Job_Owner>free@node-1</Job_Owner><job_state>R</job_state><euser>state</euser>"
        + "<exec_host>node/0+job/1</exec_host><server>pbs</server><Output_Path>pbs:/home/data/pilot-logs/x</Output_Path>"
        + "<comment>on node-1, free</comment></Job></Data>",
      gone: ["free@", "node-1", ">state<", ">node/", "+job/", ">pbs<", "1.pbs", "/home/data"],
      kept: ["<job_state>R</job_state>", "<Job>", "<server>", "pilot-logs", ", free<"]),
    Exposure(
      name: "a list of guests", kind: .xenList,
      text: "Name                                        ID   Mem VCPUs\tState\tTime(s)\n"
        + "Domain-0                                     0   882     2     r-----     100.0\n"
        + "wrksp-7                                      4    64     1     -b----       0.1\n"
        + "Bob's  mail 3                                5    64     1     -b----       0.1\n"
        + "(null)                                       6     0     1     ---s-d       0.1\n",
      gone: ["Bob"], kept: ["Name ", "Domain-0", "wrksp-7", "(null)", "   5    64     1     -b----"]),
    Exposure(
      name: "the tool stack's records", kind: .xenLong,
      text:
        "[{\"domid\": 4, \"config\": {\"c_info\": {\"name\": \"nfs-server\"}, \"nics\": [{\"mac\": \"00:16:3e:11:22:33\", "
        + "\"ip\": \"10.0.0.7\"}]}}]\n(domain (domid 5) (config (vm (name build-host) (vif (mac AA:00:16:3E:00:01)))))\n",
      gone: ["nfs-server", "00:16:3e:11:22:33", "10.0.0.7", "build-host", "AA:00:16:3E:00:01"],
      kept: ["\"name\": \"", "(name ", "\"nics\""]),
    Exposure(
      name: "processes and listings", kind: .nodePilots,
      text:
        "UID        PID  PPID  C STIME TTY          TIME CMD\nroot         1     0  0 20:37 ?        00:00:02 /sbin/init\n"
        + "alice     2217  2209  0 20:37 ?        00:00:01 python /home/carol/pilot.py -c https://head7:8443/pilot\n"
        + "16220447 -rw-r--r-- 1 dave staff7 0 Nov 22 20:55 /tmp/workspace-pilot.lock\n",
      gone: ["alice", "carol", "head7", "dave", "staff7"],
      kept: ["UID ", "root ", "/sbin/init", ":8443/pilot", "workspace-pilot.lock"]
    ),
    Exposure(
      name: "an address whose password was overwritten", kind: .nodePilots,
      text: "globus7 1 2 0 python pilot.py -c http://u7k:xxxxxxxx@head7:41999/pilot xxxxxxxx\n",
      gone: ["u7k", "head7"], kept: [":xxxxxxxx@", ":41999/pilot xxxxxxxx\n"]),
    Exposure(
      name: "leases", kind: .nodeResidue,
      text:
        "host pub02 {\n\thardware ethernet a2:aa:bb:0:0:2;\n\tfixed-address 172.20.1.9;\n\toption host-name \"pub02\";\n"
        + "\toption domain-name \"cluster7.edu\";\n}\nhost gateway {\n}\n",
      gone: ["pub02", "a2:aa:bb:0:0:2", "172.20.1.9", "cluster7"],
      kept: ["host ", "hardware ethernet", "172.20.", ".edu"]),
    Exposure(
      name: "a COPY", kind: .dbMain,
      text: "-- Name: vms; Type: TABLE; Schema: public; Owner: me\nALTER TABLE public.vms OWNER TO me;\n"
        + "COPY public.vms (id, name, node, network, fault) FROM stdin;\n"
        + "7\tttylinux\twn4\teth0;public;A2:AA:BB:00:00:02;Bridged;AllocateAndConfigure;192.168.0.2;null;null;null;null;pub02;null\t"
        + "\\\\xaced616c696365\n8\tttylinux\t\\N\ta\\nwn4\\tpub02\t\\N\n\\.\n",
      gone: ["me\n", " me;", "wn4", "pub02", "A2:AA", "192.168.0.2", "aced"],
      kept: ["COPY public.vms (id, name, node", "\t\\N\t", "ttylinux", "eth0;public;", ";Bridged;"]),
    Exposure(
      name: "an INSERT", kind: .dbMain,
      text: "CREATE TABLE resources (id INT, name VARCHAR(9), creator_dn VARCHAR(512), fault BLOB);\n"
        + "INSERT INTO resources VALUES(7,'ttylinux','Jane D''Ork','ac'),(8,'x','/O=Q2/CN=Jo Li',X'6a616e65');\n"
        + "INSERT INTO pilot_slots VALUES('5b0c9b1e',7,0,0,'41.head',602,0,0,'n1');\n",
      gone: ["Jane", "Ork", "Jo Li", "Q2", "6a61", "'n1'", "head"],
      kept: ["INSERT INTO resources VALUES(7,'ttylinux',", "(8,'x'"]),
    Exposure(
      name: "a printed table", kind: .dbMain,
      text: "ij> select * from association_entries;\nASSOCIATI&|IPADDRESS  |HOSTNAME  \n"
        + "----------------------------------\npublic    |172.20.1.90|zoë-1     \nprivate   |172.20.1.91|NULL      \n\n2 rows selected\n",
      gone: ["172.20.1.90", "zo"], kept: ["public    |", "|NULL      \n", "HOSTNAME", "\n2 rows selected"]),
    Exposure(
      name: "settings", kind: .serviceSettings,
      text:
        "contact.socket = 192.168.9.1:41999\nadmin: carol7\nservice.sshd.contact.string=nimb2@head7:22\npbs.grace=8\n",
      gone: ["192.168.9.1", "carol7", "nimb2", "head7"],
      kept: ["contact.socket = ", ":41999", "pbs.grace=8\n"]),
    Exposure(
      name: "the server's settings", kind: .torqueSettings,
      text:
        "set server acl_hosts = head7\nset server managers = root@head7\nset server managers += bo@*.cs7.edu\nset queue free enabled = True\n",
      gone: ["head7", "bo@", "cs7"], kept: ["root@", "set queue free enabled = True", ".edu"]),
    Exposure(
      name: "a MOM", kind: .torqueMom,
      text:
        "\nHost: wn3/wn3.local   Version: 2.5.13   PID: 35\nServer[0]: head7 (127.0.0.10:15001)\njob[71.head7]  state=RUNNING\n"
        + "  Server Update Interval: 45 seconds\n",
      gone: ["wn3", "head7"],
      kept: ["Version: 2.5.13", "127.0.0.10", "state=RUNNING", "Server Update Interval"]),
  ]
}

@Suite("Pseudonyms")
struct PseudonymTests {
  private func pseudonyms(of observations: [RawObservation]) throws -> Pseudonyms {
    var pseudonyms = Pseudonyms(key: try #require(Pseudonyms.Key(Array("a key for every test".utf8))))
    for observation in observations { pseudonyms.learn(observation) }
    return pseudonyms
  }

  /// Whether some text stands by itself; over folds, in letters of any size.
  private func holds(_ bytes: [UInt8], _ text: String) -> Bool {
    let unfolded = bytes.text.replacing("\n\t", with: "")
    return [bytes.text, unfolded].contains { $0.lowercased().contains(text.lowercased()) }
  }

  @Test("stand for every name, and for nothing else", arguments: Exposure.all)
  func exposure(_ exposure: Exposure) throws {
    let original = RawObservation(kind: exposure.kind, stdout: Array(exposure.text.utf8))
    let applied = try pseudonyms(of: [original]).apply(original).stdout
    #expect(applied.count == original.stdout.count)
    for name in exposure.gone { #expect(!holds(applied, name), "\(name)\nin\n\(applied.text)") }
    for kept in exposure.kept {
      let isKept = applied.contains(kept)
      #expect(isKept, "\(kept)\nin\n\(applied.text)")
    }
    #expect(applied.filter { $0 <= 32 } == original.stdout.filter { $0 <= 32 })
  }

  @Test("are the same in every source: short, in full, in capitals, in a path, escaped")
  func joins() throws {
    let jobs = RawObservation(
      kind: .torqueJobs, node: "WN1.Example.org", command: ["ssh", "wn1.example.org", "qstat"],
      ending: .failure("ssh: connect to host wn1 port 22: refused for alice"),
      stdout: Array("<Data><Job><Job_Owner>alice@wn1</Job_Owner></Job></Data>".utf8),
      stderr: Array("wn1: ALICE%2Fwn1 /users/alice".utf8))
    let applied = try pseudonyms(of: [jobs]).apply(jobs)
    let owner = try #require(applied.stdout.text.split { "<>".contains($0) }.first { $0.contains("@") })
    let (user, host) = (owner.prefix { $0 != "@" }, owner.drop { $0 != "@" }.dropFirst())
    let full = try #require(applied.command.dropFirst().first)
    #expect(full.hasPrefix("\(host).") && full.hasSuffix(".org"))
    #expect(applied.node.lowercased() == full)
    #expect(applied.node.hasPrefix(host.uppercased()))
    #expect(applied.ending == .failure("ssh: connect to host \(host) port 22: refused for \(user)"))
    #expect(applied.stderr.text == "\(host): \(user.uppercased())%2F\(host) /users/\(user)")
  }

  @Test("stand for what one source alone knows in all others")
  func everywhere() throws {
    let list = RawObservation(kind: .xenInfo, node: "n7", stdout: Array("host : quartz\n".utf8))
    let note = RawObservation(
      kind: .torqueNodes, stdout: Array("wn1\n     note = quartz-1 is n7, see quartz\n".utf8))
    let applied = try pseudonyms(of: [list, note]).apply(note).stdout
    #expect(!holds(applied, "quartz"))
    #expect(applied.contains("     note = "))
  }

  @Test("stand in the site's configuration, which stays what it was otherwise")
  func site() throws {
    let site = """
      name = "Grid of Wessex" # by Tess
      [pilot]
      account = "nimbus7"
      grace = "8 s"
      [[node]]
      name = "n1"
      aliases = [
        "n1-mgmt", # Tess
        "10.0.0.4",
      ]
      dom0 = "882 MiB"
      [domains]
      known = ["nfs-server"]
      foreign = "notice"
      [torque]
      host = "head7"
      [database]
      main = "host=db7.wessex.edu user=nimb9 dbname=nimbus" # PostgreSQL

      """
    var pseudonyms = Pseudonyms(key: Pseudonyms.Key())
    pseudonyms.learn(site: Array(site.utf8))
    let applied = pseudonyms.apply(site: Array(site.utf8))
    #expect(applied.count == site.utf8.count)
    for name in ["Wessex", "nimbus7", "\"n1\"", "n1-mgmt", "10.0.0.4", "nfs-server", "head7", "db7", "nimb9"]
    {
      #expect(!holds(applied, name), "\(applied.text)")
    }
    for kept in [
      "grace = \"8 s\"", "aliases = [\n", "dom0 = \"882 MiB\"", "foreign = \"notice\"",
      " dbname=nimbus\" # PostgreSQL", "[[node]]", "name = ",
    ] {
      #expect(holds(applied, kept), "\(applied.text)")
    }
  }

  @Test("bear any bytes and keep their number", arguments: ObservationKind.allCases)
  func mutants(kind: ObservationKind) throws {
    var numbers = SeededNumbers(state: 7)
    let seeds = Exposure.all.map { Array($0.text.utf8) }
    let signs = Array("<>=:'\"\\\n\t(),;|@/.-x \u{0}\u{FF}é%&[]".utf8)
    for round in 0..<28 {
      var mutant = seeds[round % seeds.count]
      for _ in 0..<Int.random(in: 1..<12, using: &numbers) {
        mutant[Int.random(in: 0..<mutant.count, using: &numbers)] = signs.randomElement(using: &numbers) ?? 0
      }
      let cut = RawObservation(
        kind: kind, stdout: Array(mutant.prefix(Int.random(in: 0...mutant.count, using: &numbers))))
      let applied = try pseudonyms(of: [cut]).apply(cut).stdout
      #expect(applied.count == cut.stdout.count)
    }
  }

  @Test(
    "end quickly on long repetitions",
    arguments: [
      "a-", "/CN=a", "CN=a,", "@a", "a.", "1.a", "=", "'", "c=", "INSERT INTO vms VALUES ('a'", "host ", "a:",
      "- ", "|", "\\x41", "\n\t",
    ]
  )
  func bombs(text: String) throws {
    let bytes = Array(String(repeating: text, count: 20_000 / text.utf8.count).utf8)
    for kind in [.torqueJobs, .dbMain, .serviceSettings] as [ObservationKind] {
      let bomb = RawObservation(kind: kind, stdout: bytes)
      let time = try ContinuousClock().measure { _ = try pseudonyms(of: [bomb]).apply(bomb) }
      #expect(time < .seconds(20), "\(kind)")
    }
  }
}
