import Model
import Testing

/// Text of a source with secrets in it, in a form that the source really has. Where no fixture could be taken
/// from a real service, the form is that of the schema (`workspace_service_derby_schema.sql`) or of the
/// tool's documentation.
struct Plant: Sendable, CustomTestStringConvertible {
  let name: String
  let kind: ObservationKind
  let text: String
  /// What must be left as it is.
  let kept: [String]

  var testDescription: String { name }

  static let all: [Plant] = jobs + databases + settings + others

  private static let jobs = [
    Plant(
      name: "qstat -f -x", kind: .torqueJobs,
      text: """
        <Data><Job><Job_Id>1.srv</Job_Id><Variable_List>A=\(planted),B=</Variable_List>\(planted)&lt;
        \(planted)</Variable_List><submit_args>-l mem=64mb -v A=\(planted),B=a b \(planted) \
        -o /p/uuid job.sh</submit_args>\
        <init_work_dir>/home/a</init_work_dir></Job></Data>

        """,
      kept: ["<Job_Id>1.srv</Job_Id>", "-l mem=64mb -v ", " -o /p/uuid job.sh</submit_args>", "/home/a"]),
    Plant(
      name: "qstat -f -x, cut", kind: .torqueJobs,
      text: "<Data><Job><Job_Id>1.srv</Job_Id><Variable_List>A=\(planted),B=<\(planted)", kept: ["1.srv"]),
    Plant(
      name: "qstat -f", kind: .torqueJobs,
      text: """
        Job Id: 1.srv
            Job_Name = STDIN
            Variable_List = PBS_O_HOME=/root,A=\(planted),
        \tB=\(planted),C=line\\
            D = \(planted)
            euser = globus
            submit_args = -j oe -v A=PLAN
        \tTED-\(planted),B=a
        \(planted) -o /p/947a38
        \t4d-e911

        Job Id: 2.srv
            Variable_List = A=\(planted)
        """,
      kept: [
        "    Job_Name = STDIN", "    euser = globus", "-j oe -v ", " -o /p/947a38\n\t4d-e911",
        "Job Id: 2.srv",
      ]),
    Plant(
      name: "qstat -f of OpenPBS", kind: .torqueJobs,
      text: """
        Job Id: 1.srv
            Variable_List = PBS_O_HOME=/root,A=\(planted)
            Submit_arguments = -v A=\(planted) job.sh -o /p/947a38
            project = _pbs_project_default

        """,
      kept: ["Job Id: 1.srv", "    Submit_arguments = -v ", "project = _pbs_project_default"]),
    Plant(
      name: "qstat -f -F json", kind: .torqueJobs,
      text: """
        {
        \t"pbs_version":\t"23.06.06",
        \t"Jobs":\t{
        \t\t"1.srv":\t{
        \t\t\t"Job_Name":\t"STDIN",
        \t\t\t"Variable_List":\t{
        \t\t\t\t"A":\t"\(planted) \\"}, \(planted)",
        \t\t\t\t"B":\t{"x}":\t["\(planted)", 7]},
        \t\t\t\t"C":\t"\\\\"
        \t\t\t},
        \t\t\t"comment":\t"token=\(planted)",
        \t\t\t"Account_Name":\t"passwd: \\"\(planted) \(planted)\\"",
        \t\t\t"Submit_arguments":\t"-l mem=64mb -v A=\(planted),\\"B=\(planted)\\" -o /p/uuid",
        \t\t\t"project":\t"_pbs_project_default"
        \t\t},
        \t\t"2.srv":{"Variable_List":{"A":"\(planted)"},"Job_Name":"<Variable_List>","queue":"batch"}
        \t}
        }

        """,
      kept: [
        "\"1.srv\"", "\"Variable_List\":\t{\n", "\n\t\t\t},\n\t\t\t\"comment\":\t\"token=x",
        "\"-l mem=64mb -v x", " -o /p/uuid\",\n\t\t\t\"project\":\t\"_pbs_project_default\"",
        "},\"Job_Name\":\"<Variable_List>\",\"queue\":\"batch\"}\n\t}\n}",
      ]),
    Plant(
      name: "qstat -f -F json, cut", kind: .torqueJobs,
      text: "{\"Jobs\":{\"1.srv\":{\"Variable_List\":{\"A\":\"\(planted)\",\"B\":\"\(planted)", kept: ["1.srv"]),
    Plant(
      name: "qstat -f -F json of a printer that does not escape", kind: .torqueJobs,
      text: "{\"Jobs\":{\"1.srv\":{\"Variable_List\":{\"A\":\"x\"}\(planted)\"},\"queue\":\"batch\"}}}",
      kept: ["1.srv"]),
  ]

  private static let databases = [
    Plant(
      name: "sqlite3 .dump", kind: .dbMain,
      text: """
        CREATE TABLE vms (id INT NOT NULL PRIMARY KEY, "md_user_data" VARCHAR(30720), node VARCHAR(128));
        INSERT INTO vms VALUES(1,'it''s \(planted)','wn1');
        INSERT INTO "vms" VALUES(2,replace('a\\n\(planted)','\\n',char(10)),'wn2'),(3,NULL,'wn3');
        INSERT INTO vms(node,md_user_data) VALUES('wn4','\(planted)');
        INSERT INTO resources VALUES(1,'url;password=\(planted)');
        COMMIT;
        """,
      kept: ["'\\n',char(10)),'wn2'),(3,NULL,'wn3');", "VALUES('wn4','", "COMMIT;"]),
    Plant(
      name: "INSERT without a CREATE TABLE", kind: .dbMain,
      text: """
        INSERT INTO NIMBUS.VMS VALUES (1,'m','wn1',0,0,'NONE',NULL,'Xen','3',NULL,'\(planted)
        \(planted)',0,NULL);
        INSERT INTO async_requests_vms VALUES ('a',0,1,'m','wn1',0,0,'NONE',NULL,'Xen','3',NULL,\
        '\(planted)',0,NULL);
        INSERT INTO pilot_slots VALUES ('947a384d',1,0,0,'1.srv',62,0,0,'wn1')
        """,
      kept: [
        "(1,'m','wn1',0,0,'NONE',NULL,'Xen','3',NULL,'", "',0,NULL);",
        "('947a384d',1,0,0,'1.srv',62,0,0,'wn1')",
      ]),
    Plant(
      name: "INSERT, cut", kind: .dbMain,
      text: "INSERT INTO vms VALUES (1,'m','wn1',0,0,'NONE',NULL,'Xen','3',NULL,'\(planted)",
      kept: ["'wn1'"]),
    Plant(
      name: "pg_dump", kind: .dbMain,
      text: """
        COPY public.vms (id, name, md_user_data, node) FROM stdin;
        1\tm1\t\(planted)\\n\(planted)\twn1
        2\tm2\t\\N\twn2
        \\.
        COPY public.pilot_slots (id, vmid) FROM stdin;
        947a384d\t1
        \\.
        INSERT INTO vms (md_user_data, id) VALUES (E'a\\'\(planted)', 1);
        """,
      kept: ["1\tm1\t", "\twn1\n2\tm2\t\\N\twn2\n", "947a384d\t1\n\\.", "', 1);"]),
    Plant(
      name: "ij", kind: .dbMain,
      text: """
        ij> select * from vms;
        ID         |MD_USER_DATA                            |NODE
        ------------------------------------------------------------
        1          |\(planted)                          |wn1
        2          |a
        \(planted) |wn2
        3          |NULL                                    |wn3

        3 rows selected
        ij> select * from pilot_slots;
        ID         |VMID
        ----------------
        947a384d   |1
        """,
      kept: ["|wn1", "3          |NULL                                    |wn3", "947a384d   |1"]),
  ]

  private static let settings = [
    Plant(
      name: "pilot configuration", kind: .pilotSettings,
      text: """
        [http]
        account: pilotaccount
        secret: \(planted) and "\(planted)
          \(planted)
        # secret = \(planted)
        [xen]
        dom0_mem: 2007
        """,
      kept: ["account: pilotaccount\nsecret:", "[xen]\ndom0_mem: 2007"]),
    Plant(
      name: "service settings", kind: .serviceSettings,
      text: """
        ==> /opt/nimbus/pilot.conf <==
        contact.socket=gridsn:41999
        pbs.grace=8

        ==> /opt/nimbus/users.properties <==
        pilotaccount=\(planted),pilotrole
        \(planted)

        ==> derby.properties <==
        derby.user.nimbus=\(planted)
        some.password=a\\
        \(planted)
        other.password \(planted) \(planted)
        derby.drda.startNetworkServer=false

        ==> jndi-config.xml <==
        <parameter><name>password</name>
          <value>\(planted)</value></parameter>
        <property name="databaseSecret" value="\(planted)"/>
        <bean password='\(planted)'/><password>\(planted)</password>
        <url>jdbc:postgresql://h/db?user=a&amp;password=\(planted)</url>
        """,
      kept: [
        "contact.socket=gridsn:41999\npbs.grace=8", "pilotaccount=", "derby.drda.startNetworkServer=false",
      ]),
  ]

  private static let others = [
    Plant(
      name: "ps", kind: .nodePilots,
      text: """
        root 1 0 PGPASSWORD=\(planted) psql --password \(planted) -h db
        globus 2 1 workspacepilot.py -t --reserveslot -m 256 -d 62 -g 8 -i uuid \
        -c http://u:\(planted)@gridsn:41999/p+++u:\(planted)@h:/q
        globus 3 1 workspacepilot.py -i uuid -c http://gridsn:41999/pilot_notification/v01/
        globus ALL=(root) NOPASSWD: /usr/sbin/xm
        """,
      kept: [
        " -h db", "-m 256 -d 62 -g 8 -i uuid -c http://u:", "@gridsn:41999/p+++u:", "@h:/q",
        "-c http://gridsn:41999/pilot_notification/v01/", "NOPASSWD: /usr/sbin/xm",
      ]),
    Plant(
      name: "xm list --long", kind: .xenLong,
      text: "(domain (domid 3) (device (vfb (vncpasswd \(planted)) (vnc 1))))\n",
      kept: ["(vnc 1)", "(domid 3)"]),
    Plant(
      name: "xl list -l", kind: .xenLong,
      text: "[{\"vfbs\": [{\"passwd\": \"a\\\"\(planted)\", \"listen\": \"127.0.0.1\"}]}]",
      kept: ["\", \"listen\": \"127.0.0.1\"}]}]"]),
  ]
}
