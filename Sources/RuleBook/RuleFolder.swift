public import Model

/// The rules in force: the shipped ones, and over them a site's own folder.
public struct RuleFolder: Sendable {
  /// In the order of their ids.
  public let rules: [Rule]
  /// What is wrong with files; the other rules are whole.
  public let complaints: [Complaint]
  /// Shipped rules that an empty file of the site masks.
  public let masked: [String]

  /// A file's name and its bytes.
  public struct File: Sendable {
    public let name: String
    public let bytes: [UInt8]

    public init(name: String, bytes: [UInt8]) {
      self.name = name
      self.bytes = bytes
    }
  }

  /// A later layer's file takes the place of an earlier one of the same name; an empty one masks it.
  public init(layers: [[File]]) {
    var byId: [String: File] = [:]
    for file in layers.joined() where file.name.hasSuffix(".toml") {
      byId[String((file.name.split(separator: "/").last ?? "").dropLast(5))] = file
    }
    var rules: [Rule] = []
    var complaints: [Complaint] = []
    var masked: [String] = []
    for (id, file) in byId.sorted(by: { $0.key < $1.key }) {
      if file.bytes.allSatisfy({ $0 == 10 || $0 == 13 || $0 == 32 }) {
        masked.append(id)
        continue
      }
      do {
        rules.append(try RuleFile.read(file.bytes, file: file.name))
      } catch {
        complaints += error.all
      }
    }
    let ids = Set(byId.keys)
    for rule in rules {
      for explanation in rule.explains where !ids.contains(explanation.rule) {
        complaints.append(
          Complaint(
            file: byId[rule.id]?.name ?? rule.id, line: nil,
            problem: "explains \(explanation.rule), which is no rule", remedy: "name a rule by its id"))
      }
    }
    self.rules = rules
    self.complaints = complaints
    self.masked = masked
  }
}
