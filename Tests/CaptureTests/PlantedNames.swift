import Model
import SQLite
import Testing
import World

/// Names and addresses that are found in no text by chance, and that no two places share: what replaces one has found it
/// where it stands.
struct PlantedNames {
  private(set) var all: [String] = []

  /// A new name. It shares no part with another, since what is known of one place is replaced in all.
  mutating func name() -> String {
    let number = all.count
    let letters = "bcdfghjklmnp".map { String($0) }
    let name = "q\(letters[number / 144 % 12])\(letters[number / 12 % 12])\(letters[number % 12])jx7v"
    all.append(name)
    return name
  }

  mutating func address() -> String {
    let address = "198.51.\(100 + all.count % 100).\(100 + all.count / 100)"
    all.append(address)
    return address
  }

  mutating func hardware() -> String {
    let address = "02:1E:7F:9D:\(10 + all.count / 90):\(10 + all.count % 90)"
    all.append(address)
    return address
  }

  /// A distinguished name, of a person who works somewhere.
  mutating func person() -> String { "/C=CA/O=\(name())/OU=\(name())/CN=\(name()) O'\(name()) 7" }
}

extension PlantedNames {
  /// Output of each form that a kind of source has, with a name in each place where it holds one. A new kind does not compile
  /// until it has told where its names are.
  mutating func outputs(of kind: ObservationKind) throws -> [[UInt8]] {
    switch kind {
    case .torqueJobs: [jobsText, jobsXml, jobsJson].map(bytes)
    case .torqueNodes: [nodesText, nodesXml, nodesJson].map(bytes)
    case .torqueServer: [server, serverJson].map(bytes)
    case .torqueSettings: [settings].map(bytes)
    case .torqueAccounting: [accounting].map(bytes)
    case .torqueMom: [mom].map(bytes)
    case .xenList: [guests].map(bytes)
    case .xenLong: [guestsJson, guestsText].map(bytes)
    case .xenInfo:
      [
        bytes(
          "host       : \(name())\ncc_compile_by    : \(name())\ncc_compile_domain : \(name()).\(name()).org\n"
        )
      ]
    case .xenStore: [store].map(bytes)
    case .xenBalloon: [bytes("==> target_kb <==\n2097152\n")]
    case .nodeMemory: [bytes("MemTotal:  2000000 kB\n")]
    case .nodeClock: [bytes("1795376013.123\n")]
    case .nodePilots: [processes].map(bytes)
    case .nodeResidue: [residue].map(bytes)
    case .pilotSettings:
      [bytes("[http]\naccount: \(name())\n[other]\nuser = \(name())\nhost: \(address())\n")]
    case .dbMain: [dump, copy, listing, antListing].map(bytes) + [try database()]
    case .dbAccounting: [ledger, ledgerListing].map(bytes)
    case .dbReservations: [bytes("dn=\"\(person())\", minutes=60, uuid=\"5b0c9b1e\", eprkey=7\n")]
    case .dbEvents: [events, log].map(bytes)
    case .dbNotifications:
      [bytes("-rw-r--r-- 1 \(name()) \(name()) 611 Nov 22 20:55 /home/\(name())/pilotnotifications.txt\n")]
    case .serviceSettings: [service].map(bytes)
    }
  }

  private func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

  // MARK: TORQUE

  private var jobsText: String {
    mutating get {
      let (home, host) = (name(), name())
      return """
        Job Id: 7.\(name()).\(name()).org
            Job_Owner = \(name())@\(name())
            exec_host = \(name())/0+\(name())/1
            Mail_Users = \(name())@\(name()).\(name()).edu
            Output_Path = \(host.prefix(3))
        \t\(host.dropFirst(3)):/home/\(home.prefix(2))
        \t\(home.dropFirst(2))/pilot-logs/0aa5
            Resource_List.neednodes = \(name()):ppn=2+\(name())
            euser = \(name())
            egroup = \(name())
            Account_Name = \(name())
            User_List = \(name()),\(name())
            submit_host = \(name())
            req_information.hostlist.0 = \(name()):ppn=1
            comment = see \(address())


        """
    }
  }

  private var jobsXml: String {
    mutating get {
      "<Data><Job><Job_Id>8.\(name())</Job_Id><Job_Owner>\(name())@\(name())</Job_Owner>"
        + "<exec_host>\(name())/0+\(name())/1</exec_host><server>\(name())</server><euser>\(name())</euser>"
        + "<egroup>\(name())</egroup><Error_Path>\(name()):/users/\(name())/x</Error_Path>"
        + "<Resource_List><nodes>\(name()):ppn=1</nodes></Resource_List></Job></Data>"
    }
  }

  private var nodesText: String {
    mutating get {
      "\(name())\n     state = free\n     status = rectime=1,uname=Linux \(name()) 6.1.0,jobs=9.\(name()) 10.\(name())\n"
        + "     jobs = 0/9.\(name())\n\n"
    }
  }

  private var nodesXml: String {
    mutating get {
      "<Data><Node><name>\(name())</name><state>free</state><jobs>0/9.\(name())</jobs>"
        + "<status>rectime=1,uname=Linux \(name()) 6.1.0,opsys=linux</status></Node></Data>"
    }
  }

  // MARK: OpenPBS

  private var head: String { mutating get { "{\n\t\"pbs_version\":\t\"23\",\n\t\"pbs_server\":\t\"\(name())\"" } }

  private var jobsJson: String {
    mutating get {
      "\(head),\n\t\"Jobs\":\t{\n\t\t\"8.\(name())\":\t{\n\t\t\t\"Job_Owner\":\t\"\(name())@\(name())\",\n"
        + "\t\t\t\"exec_host\":\t\"\(name())/0*2+\(name())/1\",\n\t\t\t\"exec_host2\":\t\"\(name()).\(name()).org:15002/0\",\n"
        + "\t\t\t\"exec_vnode\":\t\"(\(name()):ncpus=1:mem=64kb)+(\(name()):ncpus=1)\",\n\t\t\t\"server\":\t\"\(name())\",\n"
        + "\t\t\t\"Output_Path\":\t\"\(name()):/home/\(name())/x\",\n\t\t\t\"euser\":\t\"\(name())\",\n"
        + "\t\t\t\"Account_Name\":\t\"\(name())\",\n\t\t\t\"Submit_Host\":\t\"\(name())\"\n\t\t}\n\t}\n}\n"
    }
  }

  private var nodesJson: String {
    mutating get {
      "\(head),\n\t\"nodes\":\t{\n\t\t\"\(name())\":\t{\n\t\t\t\"Mom\":\t\"\(name()).\(name()).org\",\n"
        + "\t\t\t\"jobs\":\t[\"9.\(name())\"],\n\t\t\t\"resources_available\":\t{\n\t\t\t\t\"host\":\t\"\(name())\",\n"
        + "\t\t\t\t\"vnode\":\t\"\(name())\"\n\t\t\t}\n\t\t},\"\(name())\":{\"state\":\"free\"}\n\t}\n}\n"
    }
  }

  private var serverJson: String {
    mutating get {
      "\(head),\n\t\"Server\":\t{\n\t\t\"\(name())\":\t{\n\t\t\t\"server_host\":\t\"\(name())\",\n"
        + "\t\t\t\"managers\":\t\"\(name())@\(name())\"\n\t\t}\n\t}\n}\n"
    }
  }

  private var server: String {
    mutating get {
      let long = name()
      return """
        Server: \(name()).\(name()).org
            server_state = Active
            total_jobs = 0
            acl_hosts = \(name()),\(name()).\(name()).org
            managers = \(name())@\(name()),root@\(long.prefix(3))
        \t\(long.dropFirst(3))
            operators = \(name())@*.\(name()).org
            authorized_users = \(name())@\(name())
            submit_hosts = \(name())
            mail_from = \(name())


        """
    }
  }

  private var settings: String {
    mutating get {
      "set server acl_hosts = \(name())\nset server managers = \(name())@\(name())\nset server managers += \(name())@\(name())\n"
        + "set queue batch acl_users = \(name())\nset queue batch acl_groups += \(name())\nset server server_name = \(name())\n"
    }
  }

  private var accounting: String {
    mutating get {
      "11/22/2026 20:00:00;S;7.\(name());user=\(name()) group=\(name()) account=\(name()) owner=\(name())@\(name()) "
        + "exec_host=\(name())/0+\(name())/1 Resource_List.neednodes=\(name()):ppn=1\n"
        + "11/22/2026 20:01:00;D;7.\(name());requestor=\(name())@\(name()).\(name()).org\n"
    }
  }

  private var mom: String {
    mutating get {
      "\nHost: \(name())/\(name()).\(name()).org   Version: 2.5.13   PID: 35\nServer[0]: \(name()) (\(address()):15001)\n"
        + "Trusted Client List: 127.0.0.1:0,\(address()):15003:  0\njob[71.\(name())]  state=RUNNING\n"
    }
  }

  // MARK: Xen and the nodes

  private var guests: String {
    mutating get {
      "Name                                        ID   Mem VCPUs\tState\tTime(s)\n"
        + "\(name())                                     5    64     1     -b----       0.1\n"
        + "\(name())'s  \(name()) 3                         6    64     1     -b----       0.1\n"
    }
  }

  private var guestsJson: String {
    mutating get {
      "[{\"domid\": 4, \"config\": {\"c_info\": {\"name\": \"\(name())\"}, \"nics\": [{\"mac\": \"\(hardware())\", "
        + "\"ip\": \"\(address())\", \"backend_domname\": \"\(name())\"}]}}]\n"
    }
  }

  private var guestsText: String {
    mutating get {
      "(domain (domid 5) (config (vm (name \(name())) (vif (mac \(hardware())) (ip \(address()))))))\n"
    }
  }

  private var store: String {
    mutating get {
      "/local/domain/5/name = \"\(name())\"\n/local/domain/0/backend/vif/5/0/mac = \"\(hardware())\"\n"
        + "/local/domain/0/backend/vif/5/0/domain = \"\(name())\"\n/local/domain/0/backend/vif/5/0/ip = \"\(address())\"\n"
    }
  }

  private var processes: String {
    mutating get {
      """
      UID        PID  PPID  C STIME TTY          TIME CMD
      \(name())     2217  2209  0 20:37 ?        00:00:01 python /home/\(name())/pilot.py -c https://\(name()):8443/pilot
      12 -rw-r--r-- 1 \(name()) \(name()) 0 Nov 22 20:55 /tmp/workspace-pilot.lock
      ==> /tmp/workspace-pilot-1.txt <==
      2026-11-22 20:37:01 notifying \(name())@\(name()) of 71.\(name())

      """
    }
  }

  private var residue: String {
    mutating get {
      "host \(name()) {\n\thardware ethernet \(hardware());\n\tfixed-address \(address());\n\toption host-name \"\(name())\";\n"
        + "\toption domain-name \"\(name()).edu\";\n}\n-A FORWARD -s \(hardware()) -j ACCEPT\n"
    }
  }

  // MARK: The service

  private var network: String {
    mutating get {
      "eth0;public;\(hardware());Bridged;AllocateAndConfigure;\(address());\(address());null;255.255.255.0;\(address());"
        + "\(name());null;null;null;null"
    }
  }

  private func escaped(_ text: String) -> String { text.replacing("'", with: "''") }

  private var dump: String {
    mutating get {
      """
      BEGIN TRANSACTION;
      CREATE TABLE resources (id INT, name VARCHAR(100), creator_dn VARCHAR(512), error_fault BLOB);
      INSERT INTO resources VALUES(7,'ttylinux','\(escaped(person()))',NULL),(8,'ttylinux','\(name()) \(name())',NULL);
      INSERT INTO resources (creator_dn, id) VALUES('\(name())',9);
      INSERT INTO vms VALUES(7,'ttylinux','\(name())',0,0,'\(network)',NULL,'Xen','3','public',NULL);
      INSERT INTO pilot_slots VALUES('5b0c9b1e',7,0,0,'41.\(name()).\(name()).org',602,0,0,'\(name())');
      INSERT INTO association_entries VALUES('public','\(address())','\(hardware())','\(name())','\(address())',NULL,NULL,1);
      INSERT INTO resourcepool_entries VALUES('default','\(name())','public',2048,2048);
      COMMIT;

      """
    }
  }

  /// As `pg_dump` writes it, and trueup from PostgreSQL.
  private var copy: String {
    mutating get {
      """
      -- Name: vms; Type: TABLE; Schema: public; Owner: \(name())
      CREATE TABLE public.vms (
          id integer,
          node character varying(128),
          network character varying(1024)
      );
      ALTER TABLE public.vms OWNER TO \(name());
      COPY public.vms (id, node, network) FROM stdin;
      7\t\(name())\t\(network)
      8\t\(name())\t\\N
      \\.
      COPY public.pilot_slots (id, lrmhandle, nodename) FROM stdin;
      947a384d\t42.\(name())\t\(name())
      \\.
      GRANT SELECT ON TABLE public.vms TO \(name());
      ALTER DEFAULT PRIVILEGES FOR ROLE \(name()) IN SCHEMA public GRANT SELECT ON TABLES TO \(name());

      """
    }
  }

  /// A table as `ij` prints it, with a last column that goes on behind the cut line of names.
  private func table(_ columns: [(name: String, width: Int)], _ rows: [[String]], before: String = "")
    -> String
  {
    func line(_ cells: [String]) -> String {
      zip(cells, columns).map { $0 + String(repeating: " ", count: max(0, $1.width - $0.count)) }
        .joined(separator: "|")
    }
    let header = String(line(columns.map(\.name)).prefix(1024))
    let lines = [header, String(repeating: "-", count: header.count)] + rows.map(line)
    return (lines + ["", "\(rows.count) rows selected"]).map { before + $0 + "\n" }.joined()
  }

  private var listing: String {
    mutating get {
      let beginning = String(
        repeating: "eth9;private;null;Bridged;AllocateAndConfigure;null;null;null;null;null;null;;", count: 14
      )
      return
        "ij version 10.14\nij> connect 'jdbc:derby://\(name()):1527/nimbus/x;user=\(name())';\nij> SELECT * FROM \"APP\".\"VMS\";\n"
        + table(
          [("ID", 11), ("NODE", 128), ("NETWORK", 2048)],
          [["7", name(), beginning + network], ["8", "NULL", network]])
        + "ij> SELECT * FROM \"APP\".\"RESOURCES\";\n"
        + table([("ID", 11), ("CREATOR_DN", 512)], [["7", person()], ["8", "\(name()) \(name())"]])
        + "ij> SELECT * FROM \"APP\".\"ASSOCIATION_ENTRIES\";\n"
        + table([("HOSTNA&", 10), ("MAC", 32)], [[name(), hardware()]]) + "ij> exit;\n"
    }
  }

  private var antListing: String {
    mutating get {
      "     [java] ij> select * from pilot_slots;\n"
        + table(
          [("ID", 36), ("LRMHANDLE", 128), ("NODENAME", 128)], [["5b0c9b1e", "43.\(name())", name()]],
          before: "     [java] ")
    }
  }

  private mutating func database() throws -> [UInt8] {
    let database = try Database()
    try database.execute(
      dump.replacing("BEGIN TRANSACTION;", with: Self.tables).replacing("COMMIT;", with: ""))
    try database.execute("CREATE INDEX by_owner ON resources (creator_dn)")
    try database.execute("CREATE TABLE gone (x TEXT); INSERT INTO gone VALUES ('\(name())'); DROP TABLE gone")
    return try database.serialize()
  }

  private static let tables = """
    CREATE TABLE vms (id INT, name TEXT, node TEXT, a INT, b INT, network TEXT, c TEXT, vmm TEXT, d TEXT, e TEXT, f TEXT);
    CREATE TABLE pilot_slots (id TEXT, vmid INT, a INT, b INT, lrmhandle TEXT, c INT, d INT, e INT, nodename TEXT);
    CREATE TABLE association_entries (a TEXT, ipaddress TEXT, mac TEXT, hostname TEXT, b TEXT, c TEXT, d TEXT, used INT);
    CREATE TABLE resourcepool_entries (a TEXT, hostname TEXT, b TEXT, c INT, d INT);
    """

  private var ledger: String {
    mutating get {
      "INSERT INTO deployments VALUES('5b0c9b1e',7,'\(escaped(person()))','2026-11-22',60,1,0.0);\n"
        + "COPY public.deployments (uuid, workspaceid, creator_dn) FROM stdin;\n5b0c9b1f\t8\t\(name()) \(name())\n\\.\n"
    }
  }

  private var ledgerListing: String {
    mutating get {
      "ij> select * from deployments;\n"
        + table([("UUID", 36), ("CREATOR_DN", 128)], [["5b0c9b1e", name()]])
    }
  }

  private var events: String {
    mutating get {
      "CREATED: time=\"Mar 2, 2012 10:00:00 AM\", uuid=\"5b0c9b1e\", eprkey=8, dn=\"\(person())\", requestMinutes=60, "
        + "memory=64, vmm='\(name())', clientLaunchName='x'\n"
    }
  }

  private var log: String {
    mutating get {
      "2012-03-02 10:00:00,120 INFO  x [NIMBUS-EVENT]: Create request for 1 VM from '\(person())'\n"
        + "2012-03-02 10:00:00,310 INFO  x [NIMBUS-EVENT][id-8]: 'public' network lease \(address())\n"
    }
  }

  private var service: String {
    mutating get {
      "==> /home/\(name())/pilot.conf <==\ncontact.socket=\(address()):41999\nservice.sshd.contact.string=\(name())@\(name()):22\n"
        + "admin: \(name())\nhttp.hostname=\(name())\n"
    }
  }
}
