import Model
import Toml

/// The documentation of `site.toml`: its prose, and what follows from the declarations. Names of the outside stand between
/// backticks.
public enum Reference {
  static let introduction = [
    "What trueup cannot read from the sources, and how it reaches them. Every setting has a default, so that the file "
      + "may be empty or absent. `trueup config init` writes a commented one by looking at `pbsnodes`, `trueup config check` "
      + "proves it, and `trueup config show` prints each value in force with where it came from."
  ]

  static let sections: [(title: String, paragraphs: [String])] = [
    (
      "Where values come from",
      [
        "The file is the one that `--site` names, else the one that the variable `TRUEUP_SITE` names, else "
          + "`\(path)` where it exists. Over its values stand variables, and over those flags.",
        "The variable of a setting is its key in capitals: `TRUEUP_NODES_CONNECT_TIMEOUT=\"10 s\"` for "
          + "`nodes.connect_timeout`. The flag is `--set nodes.connect_timeout=10s`, and can be given again. There, a list "
          + "stands between commas, or as TOML writes it: `--set 'nodes.become=[\"sudo\", \"-n\"]'`. One settle time is "
          + "`--set look.settle.balloon-drift=20s`, or `TRUEUP_LOOK_SETTLE_BALLOON_DRIFT`. Nodes stand in the file only.",
      ]
    ),
    (
      "Values",
      [
        "The file is TOML. Memory and time are texts with their unit: `KiB`, `MiB`, `GiB`; `ms`, `s`, `min`, `h`, `d`. A wrong "
          + "value is an error that names the line, with exit status 16; an unknown key is a remark in the report, since a "
          + "capture may come from another version.",
        "Two nodes that would become one (`wn1.site-a.org` and `wn1.site-b.org` without an alias) are an error.",
      ]
    ),
    (
      "The way to the nodes",
      [
        "OpenSSH asks for nothing and takes no host key unseen: before the first look, the key of each node and of "
          + "`torque.host` stands in `known_hosts` of the account that runs trueup. Hold what `ssh-keyscan` prints against the "
          + "node's own `/etc/ssh/ssh_host_*_key.pub` first.",
        "The sockets of its shared connections lie in a private folder below `TMPDIR`, else `/tmp`. A socket's path can't be "
          + "long: `TMPDIR` may have 35 bytes.",
        "With ClusterShell each node needs GNU sed, and is faster with `stdbuf` (coreutils 7.5). The host keys are OpenSSH's "
          + "all the same.",
      ]
    ),
    (
      "Secrets",
      [
        "There is no setting for a password, since the configuration goes into captures: a key or a value that looks like "
          + "one is refused. The password for Derby's server stands in the file that `database.password_file` names, which "
          + "only its owner may read; that for PostgreSQL in `~/.pgpass` or a service file of libpq."
      ]
    ),
  ]

  /// Where the file is looked for when nothing names it.
  public static let path = "/etc/trueup/site.toml"

  /// A site as it may be.
  static let example = """
    name = "gridsn"

    [pilot]
    account = "globus"

    [service]
    home = "/opt/nimbus/services/var/nimbus"

    [database]
    engine = "derby-server"
    user = "guest"
    password_file = "/etc/trueup/derby.properties"

    [nodes]
    user = "root"
    connect_timeout = "5 s"

    [look.settle]
    balloon-drift = "60 s"

    [sources]
    absent = ["db.accounting"]

    [[node]]
    name = "gsn-wn1"
    aliases = ["wn1-mgmt"]
    dom0 = "882 MiB"
    """

  /// One setting as both forms of the reference tell it.
  struct Entry {
    let key: String
    let kind: String
    /// Nil where nothing is known unless it is said.
    let builtIn: String?
    let meaning: String
  }

  /// The tables with their headers as a file writes them.
  static var tables: [(header: String, meaning: String, entries: [Entry])] {
    let builtIn = Configuration()
    let tables = Setting.tables.map { table in
      (
        header: table.name.isEmpty ? "Before the first header" : "[\(table.name)]", meaning: table.meaning,
        entries: table.settings.map { entry($0, of: builtIn) }
      )
    }
    let node = Site.ConfiguredNode()
    let nodes = (
      header: "[[node]]", meaning: Configuration.nodeMeaning,
      entries: Configuration.nodeSettings.map { entry($0, of: node) }
    )
    return tables + [nodes]
  }

  private static func entry<Owner>(_ setting: DeclaredSetting<Owner>, of owner: Owner) -> Entry {
    Entry(
      key: setting.key, kind: setting.kind.described, builtIn: setting.value(in: owner)?.text,
      meaning: setting.meaning)
  }
}

extension String {
  /// With its first letter in capitals and a full stop, as a sentence stands in a paragraph.
  var asSentence: String { "\(prefix(1).uppercased())\(dropFirst())." }
}
