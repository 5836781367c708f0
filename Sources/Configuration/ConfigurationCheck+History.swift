import Model

extension ConfigurationCheck {
  mutating func checkHistory() {
    let place = configuration.reach.history.database
    if place.isEmpty { return }
    if place.contains("://") {
      if !["postgresql://", "postgres://"].contains(where: place.hasPrefix) {
        fail("history.database", "is no address of PostgreSQL", remedy: "write postgresql://user@host/name")
      }
      if configuration.site.name.isEmpty {
        fail(
          "name", "is empty, and `history.database` may have other sites too",
          remedy: "name the site: what it found is told from theirs by its name")
      }
      return
    }
    guard place.hasPrefix("/") else {
      fail(
        "history.database", "is no whole path",
        remedy: "name a file from / on: where trueup is run must not change which history it finds")
      return
    }
    // The first audit makes the file, and not its folder.
    let folder = String(place[...(place.lastIndex(of: "/") ?? place.startIndex)])
    if exists(place) {
      expect("history.database", place, isFolder: false, else: "name the file")
    } else if !exists(folder) {
      fail(
        "history.database", "names \(place), whose folder does not exist",
        remedy: "make it: mkdir -m 700 \(folder)")
    }
  }
}
