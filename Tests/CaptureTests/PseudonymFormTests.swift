import Glibc
import Model
import SQLite
import Testing
import World

@testable import Capture

@Suite("Pseudonyms in the forms of the sources")
struct PseudonymFormTests {
  private static let root = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(3)
    .joined(separator: "/")

  private func pseudonyms(of observations: [RawObservation]) throws -> Pseudonyms {
    var pseudonyms = Pseudonyms(key: try #require(Pseudonyms.Key(Array("a key for every test".utf8))))
    for observation in observations { pseudonyms.learn(observation) }
    return pseudonyms
  }

  private static let forms: [(kind: ObservationKind, folder: String)] = [
    (.torqueJobs, "torque/jobs"), (.torqueNodes, "torque/nodes"), (.torqueMom, "torque/mom"),
    (.torqueAccounting, "torque/accounting"), (.torqueSettings, "torque/settings"),
    (.torqueJobs, "openpbs/jobs"), (.torqueNodes, "openpbs/nodes"), (.torqueServer, "openpbs/server"),
    (.torqueAccounting, "openpbs/accounting"), (.torqueSettings, "openpbs/settings"),
    (.nodePilots, "node/pilots"),
    (.nodeResidue, "node/residue"), (.pilotSettings, "node/settings"),
  ]

  /// Every recorded form, by itself: what it is called, its kind, its path.
  private static let sources: [(kind: ObservationKind, path: String)] = {
    let database: [(ObservationKind, String)] = names(in: "Fixtures/parsers/persistence").compactMap { name in
      switch name {
      case "accounting-events.txt", "service.log": (.dbEvents, "persistence/\(name)")
      case "current-reservations.txt": (.dbReservations, "persistence/\(name)")
      case "settings.sections.txt": (.serviceSettings, "persistence/\(name)")
      case _ where name.hasPrefix("notifications"): (.dbNotifications, "persistence/\(name)")
      case _ where name.hasPrefix("accounting-"): (.dbAccounting, "persistence/\(name)")
      case _ where name.hasPrefix("main-"): (.dbMain, "persistence/\(name)")
      default: nil
      }
    }
    return forms.flatMap { kind, folder in
      names(in: "Fixtures/parsers/\(folder)").map { (kind, "\(folder)/\($0)") }
    } + database
  }()

  private static func names(in folder: String) -> [String] {
    guard let open = opendir("\(root)/\(folder)") else { return [] }
    defer { closedir(open) }
    var names: [String] = []
    while let entry = readdir(open) {
      let name = withUnsafeBytes(of: entry.pointee.d_name) {
        String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
      }
      if !name.hasPrefix("."), !name.hasSuffix(".py"), !name.hasSuffix(".md") { names.append(name) }
    }
    return names.sorted()
  }

  @Test("leave none of a recorded form's names, and every byte in its place", arguments: sources.map(\.path))
  func recorded(path: String) throws {
    let (kind, _) = try #require(Self.sources.first { $0.path == path })
    let original = RawObservation(kind: kind, node: "gsn-wn1", stdout: try fixture(path))
    // The arguments of processes may name nodes that only the batch server tells.
    let nodes = RawObservation(
      kind: .torqueNodes, stdout: kind == .nodePilots ? Array("gsn-wn2\ngsn-wn3\n".utf8) : [])
    let applied = try pseudonyms(of: [original, nodes]).apply(original).stdout
    #expect(applied.count == original.stdout.count)
    #expect(applied.filter { $0 <= 32 } == original.stdout.filter { $0 <= 32 })
    let text = applied.text.replacing("\n\t", with: "").lowercased()
    for name in [
      "gsn-wn", "gridsn", "example.org", "globus@", "home/globus", "brien", "192.168.0", "a2:aa:bb", "pub02",
      "cn=test",
    ] { #expect(!text.contains(name), "\(name) in \(path)") }
  }

  @Test("are looked for in all that was recorded")
  func count() { #expect(Self.sources.count > 50) }

  /// A database as the service has it, with a name in each place where SQLite could keep one.
  private static let sql = """
    CREATE TABLE resources (id INT NOT NULL PRIMARY KEY, name VARCHAR(100), creator_dn VARCHAR(512), error_fault BLOB);
    INSERT INTO resources VALUES(7,'ttylinux','/O=Ring/CN=Moira O''Hara',NULL);
    INSERT INTO resources VALUES(8,'for moira','Jane Roe 4711',X'6d6f697261');
    CREATE TABLE association_entries (association VARCHAR(128) NOT NULL, ipaddress VARCHAR(32) NOT NULL, hostname VARCHAR(128) DEFAULT 'pub77', PRIMARY KEY(association,ipaddress));
    INSERT INTO association_entries VALUES('public','192.168.7.2','pub71');
    INSERT INTO association_entries VALUES('public','192.168.7.3','pub72');
    INSERT INTO association_entries VALUES('public','192.168.7.4','pub77');
    CREATE UNIQUE INDEX by_host ON association_entries (hostname);
    CREATE TABLE pilot_slots (id CHAR(36), vmid INT, lrmhandle VARCHAR(128), nodename VARCHAR(128));
    INSERT INTO pilot_slots VALUES('5b0c9b1e',7,'41.headnode.wessex.edu','n1');
    """

  private func rows(_ database: Database) throws -> [String] {
    try ["resources", "association_entries", "pilot_slots"].flatMap { table in
      let query = try database.prepare("SELECT * FROM \(table) ORDER BY 1, 2")
      var rows: [String] = []
      while try query.step() {
        rows.append(
          (0..<query.columnNames.count).map { query.columnText($0) ?? "NULL" }.joined(separator: "|"))
      }
      return rows.sorted()
    }
  }

  @Test("give an SQLite file the rows that its dump gets, sound, with its free pages clear")
  func database() throws {
    let database = try Database()
    try database.execute(Self.sql)
    try database.execute(
      "CREATE TABLE gone (x TEXT); INSERT INTO gone VALUES ('deleted-moira-ohara'); DROP TABLE gone")
    let file = RawObservation(kind: .dbMain, stdout: try database.serialize())
    let dump = RawObservation(kind: .dbMain, stdout: Array(Self.sql.utf8))
    let pseudonyms = try pseudonyms(of: [file, dump])
    let copy = pseudonyms.apply(file).stdout
    let read = try Database(deserializing: copy)
    let check = try read.prepare("PRAGMA integrity_check")
    #expect(try check.step())
    #expect(check.columnText(0) == "ok")
    let again = try Database()
    try again.execute(pseudonyms.apply(dump).stdout.text)
    // Of a blob, its literal has two digits a byte.
    #expect(
      try rows(read).map { $0.replacing("00000", with: "") }
        == rows(again).map { $0.replacing("\0", with: "") })
    let text = copy.text.lowercased()
    for name in [
      "moira", "hara", "jane", "roe", "4711", "pub7", "192.168.7", "headnode", "wessex", "6d6f69", "deleted",
    ] {
      let isLeft = text.contains(name)
      #expect(!isLeft, "\(name)")
    }
    #expect(text.contains("ttylinux") && text.contains("create table resources"))
    var onlyFile = Pseudonyms(key: try #require(Pseudonyms.Key(Array("a key for every test".utf8))))
    onlyFile.learn(file)
    #expect(onlyFile.apply(file).stdout == copy)
  }

  @Test("keep an SQLite file's word that its last changes are in another file")
  func journal() throws {
    let database = try Database()
    try database.execute(Self.sql)
    var bytes = try database.serialize()
    (bytes[18], bytes[19]) = (2, 2)
    let file = RawObservation(kind: .dbMain, stdout: bytes)
    let applied = try pseudonyms(of: [file]).apply(file).stdout
    #expect(applied[18...19] == [2, 2])
    #expect(!applied.contains("headnode") && applied.contains("ttylinux"))
    let empty = try Database()
    try empty.execute("CREATE TABLE gone (x); DROP TABLE gone")
    let none = RawObservation(kind: .dbMain, stdout: try empty.serialize())
    #expect(try pseudonyms(of: [none]).apply(none).stdout.starts(with: Array("SQLite format 3\0".utf8)))
  }

  @Test("leave nothing of an SQLite file that can't be taken apart")
  func brokenDatabase() throws {
    let bytes = try fixture("capture/user-data.sqlite")
    let cut = RawObservation(kind: .dbMain, stdout: Array(bytes.prefix(bytes.count / 2 + 7)))
    let applied = try pseudonyms(of: [cut]).apply(cut).stdout
    #expect(
      applied.dropFirst(100).allSatisfy { [9, 10, 13, UInt8(ascii: "x")].contains($0) } || applied.count < 100
    )
    #expect(applied.starts(with: Array("SQLite format 3\0".utf8)))
  }

  @Test("know every word that a reader looks for in what was recorded")
  func vocabulary() throws {
    var seen: Set<String> = []
    for (_, path) in Self.sources { seen.formUnion(Self.words(try fixture(path).text)) }
    var unknown: Set<String> = []
    for target in ["Batch", "Torque", "OpenPBS", "Xen", "Node", "Persistence"] {
      for source in try Self.literals(in: target) {
        for word in Self.words(source) where seen.contains(word) && word.utf8.count > 2 {
          let bytes = Array(word.utf8)
          if !Vocabulary.isWord(bytes), !Vocabulary.stays(bytes), bytes.allSatisfy({ !isDigit($0) }) {
            unknown.insert(word)
          }
        }
      }
    }
    #expect(unknown.sorted() == [])
  }

  private static func words(_ text: String) -> Set<String> {
    Set(text.lowercased().split { !($0.isLetter || $0.isNumber) || !$0.isASCII }.map(String.init))
  }

  /// The texts in a reader's source that hold one word, which is what it compares with.
  private static func literals(in target: String) throws -> [String] {
    var literals: [String] = []
    for name in names(in: "Sources/\(target)") {
      let parts = try bytes(ofFile: "\(root)/Sources/\(target)/\(name)").text
        .split(separator: "\"", omittingEmptySubsequences: false)
      literals += parts.enumerated().filter { !$0.offset.isMultiple(of: 2) && !$0.element.contains(" ") }
        .map { String($0.element) }
    }
    return literals
  }
}
