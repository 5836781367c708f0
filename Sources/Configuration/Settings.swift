public import Model

// Every setting, once. Reading, variables, flags, `config show`, `config init`, the manual page and docs/site-toml.md follow
// from these lists.

extension Setting {
  /// In the order of the documentation.
  public static let tables: [SettingTable] = siteTables + reachTables + repairTables

  private static let siteTables: [SettingTable] = [
    SettingTable(
      name: "", meaning: "the site as a whole",
      settings: [
        Setting("name", \.site.name, .text, "what reports call the site"),
        Setting(
          "mode", \.site.mode, Form<SiteMode>.choice.optional,
          "whether pilot jobs lease the memory or the service owns its nodes; recognised when it is not said"),
      ]),
    SettingTable(
      name: "pilot", meaning: "what the service and its pilots are set to",
      settings: [
        Setting(
          "account", \.site.serviceAccount, Form<String>.text.optional,
          "the account that submits pilot jobs"),
        Setting("grace", \.site.grace, .time(), "`pbs.grace` of the service"),
        Setting("padding", \.site.padding, .time(), "what the service adds to each lease"),
        Setting("balloons", \.site.balloons, .flag, "false where the pilots have `bubble_mem = no`"),
      ]),
    SettingTable(
      name: "memory", meaning: "the memory of slots and of dom0",
      settings: [
        Setting(
          "quantum", \.site.quantum, Form<Kibibytes>.memory.optional,
          "the memory of one slot; by default the commonest of the database's machines, else 64 MiB"),
        Setting("dom0_minimum", \.site.dom0Minimum, .memory, "`xen.minmem` of the pilots"),
        Setting("tolerance", \.site.tolerance, .memory, "differences below this are rounding"),
      ]),
    SettingTable(
      name: "domains", meaning: "guests that are none of the service's",
      settings: [
        Setting(
          "known", \.site.knownDomains, .names,
          "guests that belong on the nodes, such as a file server in a guest: not reported"),
        Setting("foreign", \.site.foreignDomains, .choice, "how bad any other such guest is"),
      ]),
    SettingTable(
      name: "sources", meaning: "what the site has and has not, by the names of docs/capture-format.md",
      settings: [
        Setting(
          "absent", \.site.absentSources, .sources,
          "the site does not have these: rules that need them do not apply, and set no exit bit"),
        Setting(
          "required", \.site.requiredSources, .sources,
          "not collected is failed, and exit bit 8; those of the default are required, named or not, unless absent"
        ),
      ]),
  ]
}

extension Configuration {
  static let nodeMeaning =
    "one for each node; without any, the nodes are those of `pbsnodes`, and those that were looked at"

  /// The settings of each [[node]].
  public static let nodeSettings: [DeclaredSetting<Site.ConfiguredNode>] = [
    DeclaredSetting("name", \.name, .requiredText, "the node as TORQUE calls it"),
    DeclaredSetting("aliases", \.aliases, .texts, "other spellings; case and domain need none"),
    DeclaredSetting(
      "dom0", \.dom0, Form<Kibibytes>.memory.optional,
      "dom0's memory with no lease; by default `dom0_mem=` of Xen's command line"),
    DeclaredSetting(
      "address", \.address, Form<String>.text.optional,
      "what OpenSSH connects to; by default the name"),
  ]
}
