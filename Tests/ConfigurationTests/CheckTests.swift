import Configuration
import Model
import Testing

@Suite("A checked configuration")
struct CheckTests {
  private typealias Facts = ConfigurationCheck.FileFacts

  private func check(
    _ text: String, rules: Set<String>? = nil, files: [String: ConfigurationCheck.FileFacts] = [:]
  ) throws -> ConfigurationCheck {
    ConfigurationCheck(try configuration(text), rules: rules) { files[$0] }
  }

  private func errors(
    _ text: String, rules: Set<String>? = nil, files: [String: ConfigurationCheck.FileFacts] = [:]
  ) throws -> [String] { try check(text, rules: rules, files: files).errors.map(\.described) }

  private func warnings(
    _ text: String, rules: Set<String>? = nil, files: [String: ConfigurationCheck.FileFacts] = [:]
  ) throws -> [String] { try check(text, rules: rules, files: files).warnings.map(\.described) }

  /// Without the warning of the embedded Derby.
  private let elsewhere = "[database]\nengine = \"derby-server\"\n"

  @Test("explains the embedded Derby: what is not seen, and how to have it seen")
  func embedded() throws {
    let home = "/opt/nimbus/var/nimbus"
    let files = [
      home: Facts(isFolder: true), "\(home)/WorkspacePersistenceDB": Facts(isFolder: true),
      "\(home)/WorkspaceAccountingDB": Facts(isFolder: true),
    ]
    let told = try warnings("[service]\nhome = \"\(home)\"", files: files)
    #expect(told.count == 1)
    for part in [
      "only the service can read its Derby", "current-reservations.txt", "accounting-events.txt",
      "[NIMBUS-EVENT]", "derby.drda.startNetworkServer=true in /opt/nimbus/var/derby.properties",
      "engine = \"derby-server\"", "engine = \"derby-copy\"",
    ] { #expect(told[0].contains(part)) }
    #expect(try errors("[service]\nhome = \"\(home)\"", files: files) == [])
    let missing = try errors("[service]\nhome = \"\(home)\"", files: [home: Facts(isFolder: true)])
    #expect(missing.count == 1 && missing[0].contains("no WorkspacePersistenceDB"))
    #expect(try warnings("")[0].contains("neither `service.home` nor `service.log` is set"))
  }

  @Test("has nodes that are told apart")
  func nodes() throws {
    let text = """
      [[node]]
      name = "wn1.a.org"
      [[node]]
      name = "wn1.b.org"
      [[node]]
      name = "wn2"
      dom0 = "100 MiB"
      address = "10.0.0.2"
      [[node]]
      name = "WN2"
      address = "10.0.0.2"
      """
    #expect(
      try errors(text) == [
        "site.toml:4: `node[2].name` is not the only one of its node: wn1.a.org and wn1.b.org; give one of them a name "
          + "of its own with `aliases`",
        "site.toml:10: `node[4].name` names wn2, and so does node[3].name; take one of them out",
        "site.toml:11: `node[4].address` is 10.0.0.2, and so does node[3].address; two nodes have two addresses",
        "site.toml:7: `node[3].dom0` is less than `memory.dom0_minimum`; write dom0's memory with no lease, as Xen's "
          + "option dom0_mem has it",
      ])
  }

  @Test("names files that are there, and that none but their owner may read where they hold a password")
  func files() throws {
    let text = """
      [database]
      engine = "derby-server"
      user = "guest"
      password_file = "/etc/trueup/derby.properties"
      [nodes]
      ssh_config = "~/.ssh/config"
      """
    let file = "/etc/trueup/derby.properties"
    #expect(
      try errors(text, files: [file: Facts(isShared: true)]) == [
        "site.toml:6: `nodes.ssh_config` names ~/.ssh/config, which does not exist; write the path in full: ~ means "
          + "nothing here",
        "site.toml:4: `database.password_file` names \(file), which others than its owner may use; chmod 600 \(file)",
      ])
    #expect(try errors(text, files: [file: Facts(), "~/.ssh/config": Facts()]) == [])
    let unreadable = try errors(text, files: [file: Facts(isReadable: false), "~/.ssh/config": Facts()])
    #expect(unreadable.count == 1 && unreadable[0].contains("may not read"))
    let folder = try errors(text, files: [file: Facts(), "~/.ssh/config": Facts(isFolder: true)])
    #expect(folder.count == 1 && folder[0].contains("which is no file"))
  }

  @Test("says where its database is")
  func engines() throws {
    for engine in ["postgresql", "sqlite", "derby-copy"] {
      let found = try errors("[database]\nengine = \"\(engine)\"")
      #expect(
        found.count == 1 && found[0].hasPrefix("site.toml: `database.main` is empty"), "\(engine): \(found)")
    }
    let none = try errors("[database]\nengine = \"none\"")
    #expect(none.count == 1 && none[0].contains("absent = [\"db.main\", \"db.accounting\"]"))
    #expect(
      try errors("[database]\nengine = \"none\"\n[sources]\nabsent = [\"db.main\", \"db.accounting\"]") == [])
    #expect(try errors("[database]\nengine = \"postgresql\"\nmain = \"service=nimbus\"") == [])
    let copy = "[database]\nengine = \"derby-copy\"\nmain = \"/copy/main\""
    var files = ["/copy/main": Facts(isFolder: true)]
    #expect(try errors(copy, files: files).first?.contains("no database of Derby's") == true)
    files["/copy/main/service.properties"] = Facts()
    #expect(try errors(copy, files: files) == [] && warnings(copy, files: files) == [])
    files["/copy/main/db.lck"] = Facts()
    #expect(try warnings(copy, files: files).first?.contains("it may be torn") == true)
  }

  @Test("requires no source to which it has no way")
  func ways() throws {
    let text = elsewhere + "[sources]\nrequired = [\"torque.mom\", \"db.events\", \"node.residue\"]"
    #expect(
      try errors(text) == [
        "site.toml:4: `sources.required` names torque.mom, which is not collected: `torque.momctl` says no way to it; "
          + "set `torque.momctl`, or take torque.mom out",
        "site.toml:4: `sources.required` names db.events, which is not collected: `service.home` says no way to it; "
          + "set `service.home`, or take db.events out",
      ])
  }

  @Test("asks no batch system for what it does not have")
  func batchSystem() throws {
    #expect(try errors(elsewhere + "[torque]\nkind = \"openpbs\"\nhistory = true") == [])
    #expect(try warnings(elsewhere + "[torque]\nkind = \"openpbs\"\nhistory = true") == [])
    #expect(
      try errors(elsewhere + "[torque]\nkind = \"openpbs\"\nmomctl = true") == [
        "site.toml:5: `torque.momctl` asks for a command that OpenPBS does not have; take it out"
      ])
    let history = try warnings(elsewhere + "[torque]\nhistory = true")
    #expect(history.count == 1 && history[0].hasPrefix("site.toml:4: `torque.history` changes nothing"))
    #expect(try configuration("").reach.torque.accountingFolder == "/var/spool/torque/server_priv/accounting")
    let openpbs = try configuration("[torque]\nkind = \"openpbs\"").reach.torque
    #expect(openpbs.accountingFolder == "/var/spool/pbs/server_priv/accounting")
    #expect(try configuration("[torque]\naccounting = \"\"").reach.torque.accountingFolder.isEmpty)
  }

  @Test("settles rules that there are, and takes its time")
  func look() throws {
    let text =
      elsewhere + "[look]\nwait = \"4 s\"\n[look.settle]\nballoon-drfit = \"20 s\"\nballoon-drift = \"5 s\""
    let rules: Set = ["balloon-drift", "address-leaked"]
    #expect(
      try errors(text, rules: rules) == [
        "site.toml:6: `look.settle.balloon-drfit` names no rule; did you mean balloon-drift?"
      ])
    let told = try warnings(text, rules: rules)
    #expect(told.count == 2)
    #expect(told[0].hasPrefix("site.toml:7: `look.settle.balloon-drift` is shorter than"))
    #expect(told[1].contains("`look.sample_interval` is longer than `look.wait`"))
  }

  @Test("has a transport that fits")
  func transport() throws {
    let text =
      elsewhere + "[nodes]\ntransport = \"local\"\nclush_options = [\"-g\", \"all\"]\nconcurrency = 600\n"
      + "deadline = \"8 s\"\n[[node]]\nname = \"wn1\"\n[[node]]\nname = \"wn2\""
    let told = try warnings(text)
    #expect(told.count == 3, "\(told)")
    #expect(told[0].hasPrefix("site.toml:4: `nodes.transport` is \"local\", and 2 nodes are listed"))
    #expect(told[1].hasPrefix("site.toml:6: `nodes.concurrency` is 600"))
    #expect(told[2].hasPrefix("site.toml:7: `nodes.deadline` leaves no time"))
    #expect(try errors(text) == [])
  }

  @Test(
    "lets a repair name rules that there are, a machine, a journal's place, and a database that is the service's"
  )
  func repairs() throws {
    let text = """
      [service]
      destroy = ["nimbus-admin", "--shutdown"]
      [database]
      engine = "derby-server"
      mirror = true
      [repair]
      state = "trueup"
      never = ["balloon-drfit", "address-leaked"]
      ask = ["address-leaked"]
      """
    #expect(
      try errors(text, rules: ["balloon-drift", "address-leaked"]) == [
        "site.toml:8: `repair.never` names balloon-drfit, which is no rule; did you mean balloon-drift?",
        "site.toml:7: `repair.state` is no whole path; name a folder from / on: where trueup is run must not change "
          + "which journal it finds",
        "site.toml:2: `service.destroy` has no {machine} in it: it would not say which one; write the arguments with "
          + "{machine} in the place of the id",
      ])
    #expect(
      try warnings(text) == [
        "site.toml:9: `repair.ask` names address-leaked, and `repair.never` does too: its findings are only reported; "
          + "name it in one of them",
        "site.toml:5: `database.mirror` counts for nothing: only a database in SQLite or PostgreSQL is ever changed; "
          + "take it out",
      ])
    let right = """
      [service]
      destroy = ["nimbus-admin", "--shutdown", "--id", "{machine}"]
      [repair]
      never = ["address-leaked"]
      """
    #expect(try errors(elsewhere + right, rules: ["address-leaked"]) == [])
    #expect(try configuration(right).repairs.never == ["address-leaked"])
  }

  @Test("names a history that can be: a whole path, or PostgreSQL for a site that has a name")
  func history() throws {
    func told(_ place: String, name: String = "gridsn", files: [String: Facts] = [:]) throws -> [String] {
      try errors("name = \"\(name)\"\n[history]\ndatabase = \"\(place)\"\n\(elsewhere)", files: files)
        .filter { $0.contains("history.database") }
    }
    let folder = ["/var/lib/trueup/": Facts(isFolder: true)]
    #expect(try told("/var/lib/trueup/history.sqlite", files: folder) == [])
    #expect(try told("postgresql://trueup@db/history") == [])
    #expect(try told("history.sqlite").first?.contains("no whole path") == true)
    #expect(
      try told("/var/lib/trueup/history.sqlite").first?.contains("mkdir -m 700 /var/lib/trueup/") == true)
    #expect(try told("mysql://db/history").first?.contains("postgresql://") == true)
    #expect(try told("postgresql://trueup@db/history", name: "").first?.contains("name the site") == true)
    for secret in ["postgresql://trueup:sesame@db/history", "postgresql://db/h?password=sesame"] {
      let refused = #expect(throws: Complaints.self) {
        try configuration("[history]\ndatabase = \"\(secret)\"")
      }
      let words = refused?.all.map(\.described).joined() ?? ""
      #expect(words.contains("holds a password") && !words.contains("sesame"))
    }
  }
}
