import Model

extension ConfigurationCheck {
  mutating func checkRepairs(rules: Set<String>?) {
    let repairs = configuration.repairs
    for (key, names) in [("repair.never", repairs.never), ("repair.ask", repairs.ask)] {
      for name in names.sorted() where rules?.contains(name) == false {
        fail(
          key, "names \(name), which is no rule", remedy: Self.remedy(forRule: name, among: rules ?? []))
      }
    }
    for name in repairs.never.intersection(repairs.ask).sorted() {
      warn(
        "repair.ask", "names \(name), and `repair.never` does too: its findings are only reported",
        remedy: "name it in one of them")
    }
    if !repairs.state.hasPrefix("/") {
      fail(
        "repair.state", "is \(repairs.state.isEmpty ? "empty" : "no whole path")",
        remedy: "name a folder from / on: where trueup is run must not change which journal it finds")
    }
    checkDestruction()
    checkMirror()
  }

  private mutating func checkDestruction() {
    let destroy = configuration.reach.service.destroy
    if !destroy.isEmpty, !destroy.contains(where: { $0.contains("{machine}") }) {
      fail(
        "service.destroy", "has no {machine} in it: it would not say which one",
        remedy: "write the arguments with {machine} in the place of the id")
    }
  }

  private mutating func checkMirror() {
    let database = configuration.reach.database
    guard database.mirror else { return }
    switch database.engine {
    case .sqlite, .postgresql: break
    case .embedded, .derbyServer, .derbyCopy, .none:
      warn(
        "database.mirror", "counts for nothing: only a database in SQLite or PostgreSQL is ever changed",
        remedy: "take it out")
    }
  }
}
