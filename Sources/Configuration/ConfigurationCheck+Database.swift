import Model

extension ConfigurationCheck {
  private static let mainName = "WorkspacePersistenceDB"
  private static let accountingName = "WorkspaceAccountingDB"

  mutating func checkService() {
    let service = configuration.reach.service
    let found = expect(
      "service.home", service.home, isFolder: true,
      else: "name the folder nimbus below derby.system.home: $NIMBUS_HOME/services/var/nimbus, before 2.4 "
        + "$GLOBUS_LOCATION/var/nimbus")
    expect("service.log", service.log, isFolder: false, else: "name the container's log, or write log = \"\"")
    guard found != nil else { return }
    let engine = configuration.reach.database.engine
    if engine == .embedded || engine == .derbyCopy, !exists("\(service.home)/\(Self.mainName)") {
      fail(
        "service.home", "names \(service.home), which has no \(Self.mainName)",
        remedy: "name the folder nimbus below derby.system.home")
    }
    if !configuration.site.absentSources.contains(.dbAccounting), engine == .embedded,
      !exists("\(service.home)/\(Self.accountingName)")
    {
      warn(
        "service.home", "names \(service.home), which has no \(Self.accountingName)",
        remedy: "name db.accounting in `sources.absent` if the site keeps no accounting")
    }
  }

  mutating func checkDatabase() {
    let database = configuration.reach.database
    switch database.engine {
    case .embedded: explainEmbedded()
    case .derbyServer: checkDerbyServer(database)
    case .derbyCopy:
      checkCopy("database.main", database.main, Self.mainName)
      checkCopy("database.accounting", database.accounting, Self.accountingName)
    case .postgresql:
      if database.main.isEmpty {
        fail(
          "database.main", "is empty, and nothing else says where PostgreSQL has the database",
          remedy:
            "write its name there, or a connection string without a password: main = \"host=... dbname=...\"")
      }
    case .sqlite:
      if database.main.isEmpty {
        fail(
          "database.main", "is empty, and nothing else says which SQLite file it is", remedy: "name the file")
      }
      expect("database.main", database.main, isFolder: false, else: "name the SQLite file")
      expect("database.accounting", database.accounting, isFolder: false, else: "name the SQLite file")
    case .none:
      if configuration.site.requiredSources.contains(.dbMain) {
        fail(
          "database.engine",
          "is \"none\", and db.main is not named in `sources.absent`: it would be missed each time",
          remedy: "write absent = [\"db.main\", \"db.accounting\"] under [sources]")
      }
    }
    if database.engine != .derbyServer, !database.passwordFile.isEmpty {
      warn(
        "database.password_file", "counts for nothing: it is for Derby's server",
        remedy: database.engine == .postgresql ? "put the password into ~/.pgpass" : "take it out")
    }
  }

  private mutating func explainEmbedded() {
    let service = configuration.reach.service
    let properties =
      service.home.lastIndex(of: "/").map { "\(service.home[..<$0])/derby.properties" }
      ?? "derby.properties of derby.system.home"
    let readable =
      service.home.isEmpty && service.log.isEmpty
      ? "nothing of it is read, since neither `service.home` nor `service.log` is set"
      : "what stays readable is current-reservations.txt, accounting-events.txt and the [NIMBUS-EVENT] lines of the log"
    warn(
      "database.engine",
      "is \"embedded\": only the service can read its Derby, so that its slots, machines and addresses are not seen; "
        + readable,
      remedy:
        "from 2.3 on, set derby.drda.startNetworkServer=true in \(properties), restart the service, and write "
        + "engine = \"derby-server\", user = \"guest\" and password_file = \"...\"; before, have a copy of the folder made "
        + "while the service is stopped, and write engine = \"derby-copy\" (docs/collectors-database.md, step by step)"
    )
  }

  private mutating func checkDerbyServer(_ database: Reach.Database) {
    let found = expect(
      "database.password_file", database.passwordFile, isFolder: false,
      else: "write the line ij.password=... into it, and chmod 600 it")
    if found?.isShared == true {
      fail(
        "database.password_file", "names \(database.passwordFile), which others than its owner may use",
        remedy: "chmod 600 \(database.passwordFile)")
    }
    if database.user.isEmpty != database.passwordFile.isEmpty {
      warn(
        database.user.isEmpty ? "database.user" : "database.password_file",
        "is empty, and \(database.user.isEmpty ? "`database.password_file`" : "`database.user`") is not",
        remedy:
          "from 2.3 on Derby's server asks for both: the service's derby.properties has a user guest that may only read"
      )
    }
    if database.ij.isEmpty {
      fail("database.ij", "is empty", remedy: "write ij = [\"ij\"], and install Debian's derby-tools")
    }
  }

  private mutating func checkCopy(_ key: String, _ path: String, _ name: String) {
    let home = configuration.reach.service.home
    let folder = path.isEmpty ? (home.isEmpty ? "" : "\(home)/\(name)") : path
    if key == "database.main", folder.isEmpty {
      fail(key, "is empty, and so is `service.home`", remedy: "name the folder of the copy: .../\(name)")
    }
    guard key == "database.main" || !path.isEmpty,
      expect(key, folder, isFolder: true, else: "name the folder") != nil
    else { return }
    if !exists("\(folder)/service.properties") {
      fail(key, "names \(folder), which is no database of Derby's", remedy: "name the folder \(name) itself")
    } else if exists("\(folder)/db.lck") {
      warn(
        key, "names \(folder), which a service holds or held when it was copied: it may be torn",
        remedy: "copy it while the service is stopped, or from a snapshot of the file system")
    }
  }
}
