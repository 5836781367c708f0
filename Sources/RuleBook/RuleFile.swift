public import Model
import Toml

/// A rule's file, read strictly: an unknown key is an error with its line, since a guard that is spelt wrongly is no guard.
public enum RuleFile {
  /// Reads a rule. Its id is its file's name without `.toml`.
  public static func read(_ source: [UInt8], file: String) throws(Complaints) -> Rule {
    let document: TomlDocument
    do {
      document = try TomlDocument(source, file: file)
    } catch {
      throw Complaints([error])
    }
    let id = String((file.split(separator: "/").last ?? "").dropLast(5))
    let decoded = document.decode { reader in Self.rule(id: id, &reader) }
    let rule = try decoded.strict()
    let complaints = RuleCheck.complaints(about: rule, file: file)
    if !complaints.isEmpty { throw Complaints(complaints) }
    return rule
  }

  private static func rule(id: String, _ reader: inout TomlReader) -> Rule {
    Rule(
      id: id,
      title: reader.requiredString("title"),
      severity: reader.choice("severity", of: Severity.self) ?? .error,
      modes: modes(&reader),
      failureModes: reader.strings("failure_modes") ?? [],
      settle: reader.duration("settle") ?? .seconds(15),
      message: template("message", reader.requiredString("message"), &reader),
      why: reader.requiredString("why"),
      causes: reader.strings("causes") ?? [],
      noRepair: reader.string("no_repair"),
      query: reader.requiredString("query"),
      identity: reader.strings("identity") ?? [],
      amount: reader.string("amount"),
      restsOn: reader.requiredString("rests_on"),
      unjudged: reader.string("unjudged"),
      optional: Set(reader.strings("optional") ?? []),
      standIn: reader.table("stand_in", standIn),
      explains: reader.tables("explains") { inner in
        Rule.Explanation(rule: inner.requiredString("rule"), on: inner.strings("on") ?? [])
      },
      repairs: reader.tables("repair", repairStep),
      examples: reader.tables("example", RuleExample.read),
      check: reader.string("check"), isSafe: reader.boolean("safe") ?? false)
  }

  private static func modes(_ reader: inout TomlReader) -> Set<SiteMode> {
    let names = reader.strings("modes") ?? []
    for name in names where SiteMode(rawValue: name) == nil {
      reader.complain(
        "modes", "names \"\(name)\", which is no mode of a site", remedy: "write \"pilot\" or \"pool\"")
    }
    let modes = Set(names.compactMap { SiteMode(rawValue: $0) })
    if modes.isEmpty {
      reader.complain(
        "modes", "is missing", remedy: "say in which sites the rule holds: modes = [\"pilot\"]")
    }
    return modes
  }

  private static func standIn(_ reader: inout TomlReader) -> Rule.StandIn {
    Rule.StandIn(
      tables: reader.strings("for") ?? [], query: reader.string("query"),
      restsOn: reader.requiredString("rests_on"), assumes: reader.requiredString("assumes"),
      optional: Set(reader.strings("optional") ?? []))
  }

  private static func repairStep(_ reader: inout TomlReader) -> Rule.RepairStep {
    let verb = reader.choice("do", of: Verb.self)
    if verb == nil, reader.table["do"] == nil {
      reader.complain("do", "is missing", remedy: "name a verb: do = \"dom0.set\"")
    }
    var arguments: [String: MessageTemplate] = [:]
    for (key, value) in reader.stringTable("with") {
      arguments[key] = template("with", value, &reader)
    }
    for parameter in verb?.parameters ?? [] where arguments[parameter.name] == nil {
      reader.complain(
        "with", "does not say \(parameter.name)", remedy: "write with = { \(parameter.name) = \"{...}\" }")
    }
    let known = Set((verb?.parameters ?? []).map(\.name))
    for name in arguments.keys.sorted() where verb != nil && !known.contains(name) {
      reader.complain(
        "with", "names \(name), which \(verb?.rawValue ?? "") does not take",
        remedy: "it takes \(known.sorted().joined(separator: ", "))")
    }
    return Rule.RepairStep(
      verb: verb ?? .drainNode, arguments: arguments, onlyIf: reader.string("only_if"),
      otherwise: reader.string("otherwise"))
  }

  private static func template(
    _ key: String, _ text: String, _ reader: inout TomlReader
  ) -> MessageTemplate {
    if let template = MessageTemplate(text) { return template }
    reader.complain(key, "has a brace without its partner", remedy: "name a column as {column}")
    return MessageTemplate.empty
  }
}
