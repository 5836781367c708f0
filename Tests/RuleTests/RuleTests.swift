import Audit
import Foundation
import Model
import RuleBook
import Testing

/// The tree's root, from where this file lies.
let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
  .deletingLastPathComponent()

/// The shipped rules as files; those that only a preflight asks lie below them.
func shippedFiles(in folder: String = "Rules") throws -> [RuleFolder.File] {
  let folder = root.appending(path: folder)
  let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
  return try names.filter { $0.hasSuffix(".toml") && $0 != "authority.toml" }.map { name in
    RuleFolder.File(name: name, bytes: Array(try Data(contentsOf: folder.appending(path: name))))
  }
}

func shippedSchema() throws -> Schema {
  try Schema(String(contentsOf: root.appending(path: "Rules/schema.sql"), encoding: .utf8))
}

/// A rule's id and nothing else, so that a test is named for it.
struct RuleName: CustomTestStringConvertible, Sendable {
  let file: RuleFolder.File
  var testDescription: String { file.name }

  static let all: [RuleName] = ["Rules", "Rules/preflight"].flatMap { folder in
    ((try? shippedFiles(in: folder)) ?? []).map(RuleName.init)
  }
}

@Suite("The shipped rules")
struct ShippedRules {
  @Test("are there, and are read without a complaint")
  func read() throws {
    let (audit, preflight) = (try shippedFiles(), try shippedFiles(in: "Rules/preflight"))
    let book = RuleFolder(layers: [audit, preflight])
    #expect(book.complaints.map(\.described) == [])
    #expect(audit.count >= 15 && preflight.count >= 10)
    #expect(
      book.rules.count == audit.count + preflight.count, "no rule of a preflight takes the place of another")
    let names = Set(preflight.map { $0.name.dropLast(5).description })
    for rule in book.rules where names.contains(rule.id) {
      #expect(rule.check != nil, "\(rule.id) fills no column")
    }
  }

  @Test("hold by their examples, and by what follows from them", arguments: RuleName.all)
  func proof(_ name: RuleName) throws {
    let rule = try RuleFile.read(name.file.bytes, file: name.file.name)
    #expect(RuleProof.complaints(about: rule, schema: try shippedSchema()) == [])
  }

  @Test("do not explain each other in a circle")
  func explanations() throws {
    let rules = RuleFolder(layers: [try shippedFiles()]).rules
    var below = Dictionary(uniqueKeysWithValues: rules.map { ($0.id, Set($0.explains.map(\.rule))) })
    for _ in rules {
      for (id, reached) in below { below[id] = reached.union(reached.flatMap { below[$0] ?? [] }) }
    }
    #expect(below.filter { $0.value.contains($0.key) }.keys.sorted() == [])
  }

  @Test("have an authority on facts whose columns are all in the schema")
  func authority() throws {
    let file = root.appending(path: "Rules/authority.toml")
    let authority = try Authority(Array(try Data(contentsOf: file)), file: "authority.toml")
    let schema = try shippedSchema()
    let known = Set(schema.tables.flatMap { table in table.columns.map { "\(table.name).\($0.name)" } })
    #expect(!authority.facts.isEmpty)
    for fact in authority.facts {
      #expect(!fact.columns.isEmpty)
      #expect(Set(fact.columns + fact.others).subtracting(known) == [], "of \(fact.name)")
    }
    let rights = authority.facts.flatMap(\.columns)
    #expect(Set(rights).count == rights.count, "no column is right on two facts")
  }
}

@Suite("A rule file")
struct RuleFiles {
  /// A shipped rule with some of its text exchanged.
  private func rule(replacing text: String, with other: String) throws -> Result<Rule, Complaints> {
    let source = try String(contentsOf: root.appending(path: "Rules/domain-dying.toml"), encoding: .utf8)
    #expect(source.contains(text))
    let changed = Array(source.replacingOccurrences(of: text, with: other).utf8)
    return Result { () throws(Complaints) in try RuleFile.read(changed, file: "Rules/domain-dying.toml") }
  }

  private func complaint(replacing text: String, with other: String) throws -> String {
    guard case .failure(let complaints) = try rule(replacing: text, with: other) else { return "" }
    return complaints.all.map(\.described).joined(separator: "\n")
  }

  @Test("with an unknown key is refused, with its line and what was probably meant")
  func unknownKey() throws {
    let found = try complaint(replacing: "severity =", with: "severty =")
    #expect(found.contains("domain-dying.toml:2:"))
    #expect(found.contains("did you mean `severity`?"))
  }

  @Test("with NOT IN is refused")
  func notIn() throws {
    let found = try complaint(
      replacing: "WHERE d.is_dying = 1", with: "WHERE d.domid NOT  IN (SELECT domid FROM vmm_vif)")
    #expect(found.contains("NOT EXISTS"))
  }

  @Test("with an unknown verb is refused: no rule carries a command line")
  func unknownVerb() throws {
    let found = try complaint(
      replacing: "no_repair = ", with: "[[repair]]\ndo = \"xl destroy\"\nwith = {}\n[[explains]]\nrule = ")
    #expect(found.contains("xl destroy"))
  }

  @Test("without an example that is silent is refused")
  func noSilence() throws {
    #expect(try complaint(replacing: "finds = []", with: "finds = \"undetermined\"").contains("silent"))
  }

  @Test("whose message names a column that the query does not give does not hold")
  func unknownColumn() throws {
    let changed = try rule(replacing: "{domid}", with: "{domidd}").get()
    let complaints = RuleProof.complaints(about: changed, schema: try shippedSchema())
    #expect(complaints.contains { $0.contains("domidd") })
  }

  @Test("whose query would write does not hold")
  func writing() throws {
    let changed = try rule(
      replacing: "SELECT d.node, d.domid", with: "DELETE FROM vmm_domain RETURNING node, domid --"
    )
    guard case .success(let rule) = changed else { return }
    #expect(!RuleProof.complaints(about: rule, schema: try shippedSchema()).isEmpty)
  }

  @Test("that reads a table and cites it nowhere does not hold")
  func uncited() throws {
    let changed = try rule(
      replacing: "WHERE d.is_dying = 1",
      with: "WHERE d.is_dying = 1 AND NOT EXISTS (SELECT 1 FROM db_machine m WHERE m.id = d.domid)"
    ).get()
    let complaints = RuleProof.complaints(about: changed, schema: try shippedSchema())
    #expect(complaints.contains { $0.contains("db_machine") && $0.contains("cites") })
  }

  @Test("with a condition that no example needs does not hold")
  func unneeded() throws {
    let changed = try rule(
      replacing: "WHERE d.is_dying = 1", with: "WHERE d.is_dying = 1 AND d.domid <> 77"
    ).get()
    let complaints = RuleProof.complaints(about: changed, schema: try shippedSchema())
    #expect(complaints == ["no example notices when this is dropped: AND d.domid <> 77"])
  }

  @Test("with a step whose condition no example's plan needs does not hold")
  func unneededGuard() throws {
    let file = try #require(try shippedFiles().first { $0.name == "domain-without-machine.toml" })
    let condition = "WHERE l.node = :node"
    let text = String(decoding: file.bytes, as: UTF8.self)
      .replacing(condition, with: "\(condition) AND l.high_kib IS NOT 77")
    let rule = try RuleFile.read(Array(text.utf8), file: file.name)
    let complaints = RuleProof.complaints(about: rule, schema: try shippedSchema())
    #expect(
      complaints == ["no example's plan notices when of guest.remove is dropped: AND l.high_kib IS NOT 77"])
  }
}

@Suite("A rule's stand-in")
struct StandIns {
  private func complaints(replacing text: String, with other: String) throws -> [String] {
    let file = try #require(try shippedFiles().first { $0.name == "domain-without-machine.toml" })
    let source = String(decoding: file.bytes, as: UTF8.self)
    #expect(source.contains(text))
    do {
      let rule = try RuleFile.read(Array(source.replacing(text, with: other).utf8), file: file.name)
      return RuleProof.complaints(about: rule, schema: try shippedSchema())
    } catch let found as Complaints {
      return found.all.map(\.described)
    }
  }

  private let condition = "WHERE m.machine = d.machine)"

  @Test("with a condition that no example needs does not hold")
  func unneeded() throws {
    let found = try complaints(replacing: condition, with: "\(condition)\nAND d.domid <> 77")
    #expect(found == ["no example notices when this is dropped: AND d.domid <> 77 (of the stand-in)"])
  }

  @Test("that does not cite what it reads does not hold")
  func uncited() throws {
    let found = try complaints(
      replacing:
        "UNION ALL SELECT 'db_event', NULL, 'no lease of machine ' || :machine || ' that goes on', NULL\n",
      with: "")
    #expect(found == ["the stand-in's query reads db_event, and `rests_on` cites it in no example"])
  }

  @Test("that lacks a column of the message does not hold")
  func columns() throws {
    let found = try complaints(
      replacing:
        "query = \"\"\"\nSELECT d.node, d.domid, d.name AS domain, d.machine, d.memory_kib, d.rowid AS domain_row,"
        + "\n  c.uuid, c.rowid AS config_row\nFROM vmm_domain d\nLEFT JOIN vmm_domain_config c ON c.node = d.node "
        + "AND c.domid = d.domid\nWHERE d.machine IS NOT NULL\nAND d.is_dying IS NOT 1\nAND NOT EXISTS (SELECT 1 FROM told",
      with:
        "query = \"\"\"\nSELECT d.node, d.domid, d.name AS domain, d.machine AS id, d.rowid AS domain_row,"
        + "\n  c.uuid, c.rowid AS config_row\nFROM vmm_domain d\nLEFT JOIN vmm_domain_config c ON c.node = d.node "
        + "AND c.domid = d.domid\nWHERE d.machine IS NOT NULL\nAND d.is_dying IS NOT 1\nAND NOT EXISTS (SELECT 1 FROM told"
    )
    #expect(found.contains("the stand-in's query has no column machine, and the rule names it"))
  }

  @Test("that no example is of does not hold")
  func unproven() throws {
    let found = try complaints(
      replacing: "unseen = [\"db_machine\"]", with: "unseen = [\"db_machine\", \"db_reservation\"]")
    #expect(found.contains("no example in which its stand-in finds something"))
    #expect(found.contains("no example in which its stand-in is silent"))
  }

  @Test("for no table, for an unknown one, or with NOT IN is refused")
  func refused() throws {
    let own = "for = [\"db_machine\"]"
    #expect(try complaints(replacing: own, with: "for = []").first?.contains("for no table") == true)
    let unknown = try complaints(replacing: own, with: "for = [\"db_machine\", \"db_machin\"]")
    #expect(unknown == ["stands in for db_machin, which is no table"])
    let negated = try complaints(replacing: condition, with: "WHERE m.machine NOT IN (d.machine))")
    #expect(negated.first?.contains("NOT IN") == true)
  }
}

@Suite("A site's own rules")
struct Overlay {
  @Test("replace the shipped ones of the same name, mask them when empty, and add to them")
  func layers() throws {
    let shipped = try shippedFiles()
    let original = try #require(shipped.first { $0.name == "domain-dying.toml" })
    let text = String(decoding: original.bytes, as: UTF8.self)
    let louder = text.replacingOccurrences(of: "severity = \"warning\"", with: "severity = \"error\"")
    let overlay = [
      RuleFolder.File(name: "domain-dying.toml", bytes: Array(louder.utf8)),
      RuleFolder.File(name: "domain-misplaced.toml", bytes: Array("\n".utf8)),
      RuleFolder.File(name: "site-zombies.toml", bytes: original.bytes),
    ]
    let book = RuleFolder(layers: [shipped, overlay])
    #expect(book.complaints == [])
    #expect(book.rules.first { $0.id == "domain-dying" }?.severity == .error)
    #expect(!book.rules.contains { $0.id == "domain-misplaced" })
    #expect(book.masked == ["domain-misplaced"])
    #expect(book.rules.contains { $0.id == "site-zombies" })
  }

  @Test("that can't be read are named, and take no other rule with them")
  func broken() throws {
    let shipped = try shippedFiles()
    let broken = RuleFolder.File(name: "site-broken.toml", bytes: Array("title = ".utf8))
    let book = RuleFolder(layers: [shipped, [broken]])
    #expect(book.rules.count == shipped.count)
    #expect(book.complaints.map(\.file) == ["site-broken.toml"])
  }
}
