import Model

extension Setting {
  /// How much a repair may do.
  static let repairTables: [SettingTable] = [
    SettingTable(
      name: "repair", meaning: "how much a repair may do, and what it leaves to a person",
      settings: [
        Setting(
          "state", \.repairs.state, .text, "the folder of the journal, the lock and the pause"),
        Setting(
          "max_age", \.repairs.maxAge, .time(atLeast: .seconds(1)),
          "a plan that was made longer ago is not carried out"),
        Setting(
          "max_per_rule", \.repairs.maxPerRule, .count(0...100_000),
          "the most findings of one rule that are mended in one run"),
        Setting(
          "max_per_node", \.repairs.maxPerNode, .count(0...100_000),
          "the most steps on one node in one run"),
        Setting(
          "max_per_run", \.repairs.maxPerRun, .count(0...100_000), "the most steps in one run"),
        Setting(
          "max_nodes_percent", \.repairs.maxNodesPercent, .count(0...100),
          "where more of the nodes than this would be changed nothing is: such a site has another fault"),
        Setting("never", \.repairs.never, .names, "rules whose findings are only reported"),
        Setting(
          "ask", \.repairs.ask, .names, "rules whose findings are mended only when a person says so each time"
        ),
        Setting(
          "margin", \.site.dom0Margin, .memory,
          "what dom0 keeps above what it uses when its memory is set"),
      ])
  ]
}
