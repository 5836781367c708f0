import Configuration
import Model
import Testing
import Toml

/// What a file says, with variables and flags over it.
func configuration(
  _ text: String, environment: [String: String] = [:], assignments: [String] = []
) throws -> Configuration {
  try Configuration(
    file: Configuration.File(name: "site.toml", bytes: Array(text.utf8)), environment: environment,
    assignments: assignments)
}

/// What is wrong with such a configuration, as a person reads it.
func complaints(
  _ text: String, environment: [String: String] = [:], assignments: [String] = []
) throws -> [String] {
  do {
    _ = try configuration(text, environment: environment, assignments: assignments)
    return []
  } catch let complaints as Complaints { return complaints.all.map(\.described) }
}

@Suite("A value in force")
struct LayerTests {
  private static let file = """
    name = "gridsn"

    [nodes]
    deadline = "10 s"
    concurrency = 8

    [look.settle]
    balloon-drift = "60 s"
    address-leaked = "90 s"

    [[node]]
    name = "wn1"

    [[node]]
    name = "wn2"
    dom0 = "882 MiB"
    """

  @Test("is the flag's, else the environment's, else the file's, else the built-in one")
  func precedence() throws {
    let builtIn = try Configuration(file: nil)
    #expect(builtIn.reach.nodes.deadline == .seconds(30))
    #expect(builtIn.origin(of: "nodes.deadline") == .builtIn)
    let file = try configuration(Self.file)
    #expect(file.reach.nodes.deadline == .seconds(10))
    #expect(file.origin(of: "nodes.deadline").described == "site.toml:4")
    let variables = ["TRUEUP_NODES_DEADLINE": "11 s", "TRUEUP_NODES_CONCURRENCY": "9"]
    let environment = try configuration(Self.file, environment: variables)
    #expect(environment.reach.nodes.deadline == .seconds(11))
    #expect(environment.origin(of: "nodes.deadline").described == "TRUEUP_NODES_DEADLINE")
    let flags = ["nodes.deadline=12s", "nodes.deadline=13s"]
    let all = try configuration(Self.file, environment: variables, assignments: flags)
    #expect(all.reach.nodes.deadline == .seconds(13))
    #expect(all.origin(of: "nodes.deadline").described == "--set")
    #expect(all.reach.nodes.concurrency == 9)
    #expect(all.site.name == "gridsn")
  }

  @Test("of a settle time is one rule's: layers add to one another")
  func settle() throws {
    let mixed = try configuration(
      Self.file, environment: ["TRUEUP_LOOK_SETTLE_ADDRESS_LEAKED": "91 s"],
      assignments: ["look.settle.job-stuck-exiting=2min"])
    #expect(
      mixed.reach.look.settle == [
        "balloon-drift": .seconds(60), "address-leaked": .seconds(91), "job-stuck-exiting": .seconds(120),
      ])
    #expect(mixed.origin(of: "look.settle.balloon-drift").described == "site.toml:8")
    #expect(mixed.origin(of: "look.settle.job-stuck-exiting") == .flag)
  }

  @Test("is known for each node, by its place in the file")
  func nodes() throws {
    let file = try configuration(Self.file)
    #expect(file.site.nodes.map(\.name) == ["wn1", "wn2"])
    #expect(file.origin(of: "node[2].dom0").described == "site.toml:16")
    #expect(file.origin(of: "node[1].dom0") == .builtIn)
  }

  @Test("is a list between commas, or as TOML writes it")
  func lists() throws {
    for text in ["sudo,-n", "sudo, -n", "[\"sudo\", \"-n\"]"] {
      let given = try configuration("", assignments: ["nodes.become=\(text)"])
      #expect(given.reach.nodes.become == ["sudo", "-n"], "\(text)")
    }
    #expect(try configuration("", assignments: ["database.ij="]).reach.database.ij == [])
    let required = try configuration("", environment: ["TRUEUP_SOURCES_REQUIRED": "torque.mom"])
    #expect(required.site.requiredSources == [.torqueJobs, .torqueNodes, .xenList, .dbMain, .torqueMom])
  }

  @Test("that is required and absent is absent, and the report says so")
  func absent() throws {
    let both = try configuration(
      "[sources]\nabsent = [\"db.main\", \"xen.store\"]\nrequired = [\"xen.store\"]")
    #expect(both.site.requiredSources == [.torqueJobs, .torqueNodes, .xenList])
    #expect(
      both.remarks.map(\.described) == [
        "site.toml:3: `sources.required` names xen.store, and `sources.absent` does too: it counts as absent; "
          + "name it in one of them"
      ])
  }
}

@Suite("Every setting")
struct SettingTests {
  private static let all = Setting.tables.flatMap { table in
    table.settings.map { (key: table.key($0), setting: $0) }
  }

  /// A value as a flag says it, other than the built-in one.
  private static func other(_ key: String, _ setting: Setting) -> String {
    let builtIn = setting.value(in: Configuration())
    let texts: [String]
    switch setting.kind {
    case .text: texts = ["something"]
    case .list: texts = ["something,more"]
    case .memory: texts = ["77 MiB"]
    case .boolean: texts = ["true", "false"]
    case .time: texts = ["77 s"]
    case .count(let range): texts = [String(range.lowerBound + 3)]
    case .choice(let values): texts = values
    case .choices: texts = ["node.memory"]
    case .times: return "\(key).balloon-drift=77 s"
    }
    let text = texts.first { builtIn != .string($0) && builtIn != .boolean($0 == "true") } ?? ""
    return "\(key)=\(text)"
  }

  /// Every stored value below a path.
  private static func leaves(of value: Any, at path: String) -> [String: String] {
    let mirror = Mirror(reflecting: value)
    guard mirror.displayStyle == .struct, !(value is Duration), !(value is Kibibytes) else {
      // A set has no order.
      let text = (value as? any Collection).map { "\($0.map { "\($0)" }.sorted())" } ?? "\(value)"
      return [path: text]
    }
    return mirror.children.reduce(into: [:]) { leaves, child in
      leaves.merge(Self.leaves(of: child.value, at: "\(path).\(child.label ?? "")")) { $1 }
    }
  }

  private static func leaves(_ configuration: Configuration) -> [String: String] {
    leaves(of: configuration.site, at: "site").merging(leaves(of: configuration.reach, at: "reach")) { $1 }
      .merging(leaves(of: configuration.repairs, at: "repairs")) { $1 }
  }

  @Test("sets one value, and every value of the model but the nodes has a setting")
  func complete() throws {
    let builtIn = Self.leaves(Configuration())
    var unset = Set(builtIn.keys).subtracting(["site.nodes"])
    #expect(unset.count > 50)
    for (key, setting) in Self.all {
      let assignment = Self.other(key, setting)
      let changed = Self.leaves(try Configuration(file: nil, assignments: [assignment]))
        .filter { builtIn[$0.key] != $0.value }.map(\.key)
      // What is absent is not required; node.memory is neither by itself.
      #expect(changed.count == 1, "\(assignment) changed \(changed)")
      unset.subtract(changed)
    }
    #expect(unset == [])
  }

  @Test("of a node is declared")
  func node() throws {
    let text = "[[node]]\nname = \"wn1\"\naliases = [\"a\"]\ndom0 = \"77 MiB\"\naddress = \"10.0.0.1\""
    let node = try #require(try configuration(text).site.nodes.first)
    #expect(node.name == "wn1" && node.aliases == ["a"])
    #expect(node.dom0 == Kibibytes(77 * 1024) && node.address == "10.0.0.1")
    #expect(Configuration.nodeSettings.count == Mirror(reflecting: node).children.count)
  }

  @Test("says the same as a variable, as a flag and in the file")
  func everyWay() throws {
    for (key, setting) in Self.all {
      let parts = Self.other(key, setting).split(separator: "=", maxSplits: 1).map(String.init)
      let flag = try Configuration(file: nil, assignments: [parts.joined(separator: "=")])
      let name = "TRUEUP_" + String(parts[0].uppercased().map { ".-".contains($0) ? "_" : $0 })
      let variable = try Configuration(file: nil, environment: [name: parts[1]])
      let file = try configuration(flag.toml)
      #expect(flag.origin(of: parts[0]) == .flag)
      #expect(Self.leaves(variable) == Self.leaves(flag), "\(name)")
      #expect(Self.leaves(file) == Self.leaves(flag), "\(flag.toml)")
    }
  }

  @Test("comes through every form of the configuration: what a capture keeps, what is shown, what is begun")
  func roundTrip() throws {
    let flags = Self.all.map { Self.other($0.key, $0.setting) }
    let node =
      "[[node]]\nname = \"wn \\\"1\\\"\"\naliases = [\"a\\\\b\"]\n[[node]]\nname = \"wn2\"\ndom0 = \"1025 KiB\"\n"
    for given in [try configuration(node, assignments: flags), try configuration(node), Configuration()] {
      for text in [given.toml, given.shown, given.commentedToml] {
        let read = try configuration(text)
        #expect(read.remarks == [])
        #expect(Self.leaves(read) == Self.leaves(given), "\(text)")
      }
    }
  }

  @Test("has one sentence of meaning, and a key that a shell and TOML take as it is")
  func sentences() {
    for (key, setting) in Self.all {
      #expect(!setting.meaning.isEmpty && setting.meaning.last != ".", "\(key)")
      #expect(key.allSatisfy { $0.isLowercase || $0.isNumber || "._".contains($0) }, "\(key)")
    }
    #expect(Set(Self.all.map(\.key)).count == Self.all.count)
  }
}
