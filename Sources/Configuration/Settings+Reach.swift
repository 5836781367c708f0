import Model

extension Setting {
  private static let second = Duration.seconds(1)

  /// How the live site is reached.
  static let reachTables: [SettingTable] = [
    SettingTable(
      name: "torque", meaning: "how the batch server is asked",
      settings: [
        Setting(
          "kind", \.reach.torque.kind, .choice,
          "the batch system; of OpenPBS there is no `momctl`, and repairs that need more than draining a node are withheld"),
        Setting(
          "host", \.reach.torque.host, .text,
          "the host of OpenSSH's on which its commands run; empty: this machine"),
        Setting("bin", \.reach.torque.bin, .text, "the folder of its commands; empty: they are on PATH"),
        Setting(
          "accounting", \.reach.torque.accounting, Form<String>.text.optional,
          "the folder of the accounting log; empty: the site keeps none; by default where the batch system puts it, "
            + "`/var/spool/torque/server_priv/accounting` or `/var/spool/pbs/server_priv/accounting`"),
        Setting(
          "accounting_days", \.reach.torque.accountingDays, .count(0...366),
          "how many of its last files are read, one a day"),
        Setting(
          "momctl", \.reach.torque.momctl, .flag,
          "whether each node's MOM is asked with `momctl`, which only root may"),
        Setting(
          "history", \.reach.torque.history, .flag,
          "whether OpenPBS is asked for jobs that have ended too (`qstat -x`): its server must keep them "
            + "(`job_history_enable`)"),
        Setting(
          "deadline", \.reach.torque.deadline, .time(atLeast: second), "the longest that one command may take"
        ),
      ]),
    SettingTable(
      name: "nodes", meaning: "how the nodes are reached, and what lies on them",
      settings: [
        Setting(
          "transport", \.reach.nodes.transport, .choice,
          "the way to the nodes: OpenSSH, ClusterShell, or none where this machine is the only node"),
        Setting(
          "user", \.reach.nodes.user, .text,
          "the account at the nodes; empty: as OpenSSH's configuration says"),
        Setting(
          "ssh_config", \.reach.nodes.sshConfig, .text,
          "a configuration file for `ssh -F`; empty: OpenSSH's own"),
        Setting(
          "become", \.reach.nodes.become, .texts,
          "put before the one remote command to become root, such as [\"sudo\", \"-n\"]"),
        Setting(
          "clush_options", \.reach.nodes.clushOptions, .texts,
          "options for `clush`, such as those that name its tree's topology"),
        Setting(
          "connect_timeout", \.reach.nodes.connectTimeout, .time(atLeast: second),
          "the longest wait for a connection to one node"),
        Setting(
          "deadline", \.reach.nodes.deadline, .time(atLeast: second),
          "the longest that all of one node may take"),
        Setting(
          "command_deadline", \.reach.nodes.commandDeadline, .time(atLeast: second),
          "the longest that one command on a node may take"),
        Setting(
          "concurrency", \.reach.nodes.concurrency, .count(1...4096), "nodes that are asked at the same time"),
        Setting("toolstack", \.reach.nodes.toolstack, .choice, "Xen's command; `xm` is of Xen up to 4.4"),
        Setting(
          "pilot_logs", \.reach.nodes.pilotLogs, .text,
          "the pilots' log files, as a shell's pattern; empty: not read"),
        Setting(
          "pilot_lock", \.reach.nodes.pilotLock, .text,
          "the lock file of pilots from 2.7 on; empty: there is none"),
        Setting(
          "pilot_program", \.reach.nodes.pilotProgram, .text,
          "the pilot program or its configuration; empty: not read"),
        Setting(
          "workspace_control", \.reach.nodes.workspaceControl, .text,
          "the folder of workspace-control; empty: what it leaves behind is not looked for"),
        Setting(
          "dhcp", \.reach.nodes.dhcp, .text, "the configuration of the nodes' DHCP server; empty: none"),
      ]),
    SettingTable(
      name: "service", meaning: "the workspace service and its own files",
      settings: [
        Setting(
          "termination_offset", \.site.terminationOffset, .time(),
          "`termination.offset.seconds` of the service"),
        Setting(
          "known_columns", \.site.knownColumns, .names,
          "columns that the site added to the service's tables and knows to be harmless, such as resources.site_note"
        ),
        Setting(
          "home", \.reach.service.home, .text,
          "its folder `nimbus` below `derby.system.home`, with the databases, `current-reservations.txt` and "
            + "`accounting-events.txt`; empty: not read"),
        Setting(
          "log", \.reach.service.log, .text, "its log, for the [NIMBUS-EVENT] lines; empty: not read"),
        Setting(
          "configuration", \.reach.service.configuration, .texts, "its `*.conf` files, as a shell's patterns"),
        Setting(
          "notifications", \.reach.service.notifications, .texts,
          "the files of the pilots' notifications, as a shell's patterns"),
        Setting(
          "process", \.reach.service.process, .text,
          "a part of its process's command line, by which a repair sees that it runs; empty: not looked for"),
        Setting(
          "port", \.reach.service.port, .count(0...65535),
          "a port of this machine that it listens on, to see that it runs; 0: not looked for"),
        Setting(
          "destroy", \.reach.service.destroy, .texts,
          "its own way to destroy a machine, with {machine} for the id, such as [\"nimbus-admin\", \"--shutdown\", "
            + "\"--id\", \"{machine}\", \"--force\"]; empty: none"),
      ]),
    SettingTable(
      name: "database", meaning: "the service's two databases, main and accounting",
      settings: [
        Setting(
          "engine", \.reach.database.engine, .choice,
          "where they are: in a Derby within the service, which only the service can read (its text files are read "
            + "instead); on Derby's network server; in a copy of Derby's folder; in PostgreSQL; in SQLite; nowhere"
        ),
        Setting(
          "main", \.reach.database.main, .text,
          "the main database: a file (sqlite), a name on the server or a connection string without a password, which says "
            + "all and needs no `host` (postgresql), a name on the server (derby-server), a folder (derby-copy); empty: what "
            + "`service.home` says"),
        Setting(
          "accounting", \.reach.database.accounting, .text, "the accounting database in the same way"),
        Setting("host", \.reach.database.host, .text, "the host of the server"),
        Setting(
          "port", \.reach.database.port, Form<Int>.count(1...65535).optional,
          "its port; by default 1527 for Derby, and what libpq says for PostgreSQL"),
        Setting("user", \.reach.database.user, .text, "the account at the server"),
        Setting(
          "password_file", \.reach.database.passwordFile, .text,
          "for Derby's server, a properties file that only its owner may read, with `ij.password`; PostgreSQL's "
            + "password comes from ~/.pgpass or a service file"),
        Setting(
          "schema", \.reach.database.schema, .text,
          "where the tables are: APP, or NIMBUS from 2.3 on; empty: tried"),
        Setting(
          "mirror", \.reach.database.mirror, .flag,
          "true where this is a copy that is made anew from the service's own: nothing is ever changed there"),
        Setting("ij", \.reach.database.ij, .texts, "Derby's `ij`, with its first arguments"),
        Setting(
          "connect_timeout", \.reach.database.connectTimeout, .time(atLeast: second),
          "the longest wait for a connection"),
        Setting(
          "deadline", \.reach.database.deadline, .time(atLeast: second),
          "the longest that reading one database may take"),
      ]),
    SettingTable(
      name: "look", meaning: "how long and how often the site is looked at",
      settings: [
        Setting("wait", \.reach.look.wait, .time(), "the longest that an audit waits for its second look"),
        Setting(
          "sample_interval", \.reach.look.sampleInterval, .time(atLeast: .milliseconds(100)),
          "between samples of dom0's memory while it waits"),
        Setting(
          "settle", \.reach.look.settle, .times, "settle times in place of the rules' own, by rule"),
        Setting(
          "captures", \.reach.look.captures, .text,
          "the folder in which each audit keeps its capture, to be the first look of a later one; empty: none is kept"
        ),
        Setting("keep", \.reach.look.keep, .count(1...10_000), "how many captures are kept there"),
      ]),
  ]
}
