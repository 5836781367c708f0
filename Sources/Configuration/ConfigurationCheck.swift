public import Model
import Toml

/// What can be wrong with a configuration of which each value is right by itself: values against each other, and against the
/// files of this machine.
public struct ConfigurationCheck {
  /// What an audit would come to grief on.
  public private(set) var errors: [Complaint] = []
  /// What the site may well mean so.
  public private(set) var warnings: [Complaint] = []
  let configuration: Configuration
  private let facts: (String) -> FileFacts?

  /// What is to be known of a file before it is used.
  public struct FileFacts: Hashable, Sendable {
    public let isFolder: Bool
    public let isReadable: Bool
    /// Whether its group or others may do anything with it.
    public let isShared: Bool

    public init(isFolder: Bool = false, isReadable: Bool = true, isShared: Bool = false) {
      self.isFolder = isFolder
      self.isReadable = isReadable
      self.isShared = isShared
    }
  }

  /// `rules` are the ids of the rules in force, nil where they are not known; `facts` looks at a file, and is nil where
  /// there is none.
  public init(_ configuration: Configuration, rules: Set<String>?, facts: @escaping (String) -> FileFacts?) {
    self.configuration = configuration
    self.facts = facts
    checkNodes()
    checkTransport()
    checkTorque()
    checkService()
    checkDatabase()
    checkSources()
    checkLook(rules: rules)
    checkRepairs(rules: rules)
  }

  mutating func fail(_ key: String, _ problem: String, remedy: String) {
    errors.append(configuration.complaint(key, problem, remedy: remedy))
  }

  mutating func warn(_ key: String, _ problem: String, remedy: String) {
    warnings.append(configuration.complaint(key, problem, remedy: remedy))
  }

  /// Complains of a path that is not what it must be; nil then. An empty path is nothing to complain of.
  @discardableResult
  mutating func expect(_ key: String, _ path: String, isFolder: Bool, else remedy: String) -> FileFacts? {
    if path.isEmpty { return nil }
    let wanted = isFolder ? "folder" : "file"
    guard let found = facts(path) else {
      let remedy = path.hasPrefix("~") ? "write the path in full: ~ means nothing here" : remedy
      fail(key, "names \(path), which does not exist", remedy: remedy)
      return nil
    }
    if found.isFolder != isFolder {
      fail(key, "names \(path), which is no \(wanted)", remedy: remedy)
      return nil
    }
    if !found.isReadable {
      fail(key, "names \(path), which this account may not read", remedy: "run trueup as an account that may")
      return nil
    }
    return found
  }

  func exists(_ path: String) -> Bool { facts(path) != nil }

  private mutating func checkTorque() {
    let torque = configuration.reach.torque
    if torque.kind == .openpbs, torque.momctl {
      fail("torque.momctl", "asks for a command that OpenPBS does not have", remedy: "take it out")
    }
    if torque.kind == .torque, torque.history {
      warn(
        "torque.history", "changes nothing: TORQUE lists jobs that have ended as long as it keeps them",
        remedy: "take it out")
    }
    guard torque.host.isEmpty else { return }
    if expect("torque.bin", torque.bin, isFolder: true, else: "name the folder of qstat") != nil,
      !exists("\(torque.bin)/qstat")
    {
      fail("torque.bin", "names \(torque.bin), which has no qstat", remedy: "name the folder of qstat")
    }
    // The default suits most sites, and one that keeps no log need not say so.
    if let accounting = torque.accounting, !accounting.isEmpty {
      expect(
        "torque.accounting", accounting, isFolder: true,
        else: "name the folder server_priv/accounting of the batch server, or write accounting = \"\"")
    }
  }

  private mutating func checkSources() {
    let reach = configuration.reach
    let ways: [(ObservationKind, key: String, isOpen: Bool)] = [
      (.torqueAccounting, "torque.accounting", !reach.torque.accountingFolder.isEmpty),
      (.torqueMom, "torque.momctl", reach.torque.momctl),
      (.nodePilots, "nodes.pilot_logs", !reach.nodes.pilotLogs.isEmpty),
      (.nodeResidue, "nodes.workspace_control", !reach.nodes.workspaceControl.isEmpty),
      (.pilotSettings, "nodes.pilot_program", !reach.nodes.pilotProgram.isEmpty),
      (.dbReservations, "service.home", !reach.service.home.isEmpty),
      (.dbEvents, "service.home", !reach.service.home.isEmpty || !reach.service.log.isEmpty),
      (.dbNotifications, "service.notifications", !reach.service.notifications.isEmpty),
      (.serviceSettings, "service.configuration", !reach.service.configuration.isEmpty),
    ]
    for (kind, key, isOpen) in ways where !isOpen && configuration.site.requiredSources.contains(kind) {
      fail(
        "sources.required", "names \(kind.rawValue), which is not collected: `\(key)` says no way to it",
        remedy: "set `\(key)`, or take \(kind.rawValue) out")
    }
  }

  static func remedy(forRule rule: String, among rules: Set<String>) -> String {
    Spelling.nearest(to: rule, among: rules.sorted()).map { "did you mean \($0)?" } ?? "see trueup rules list"
  }

  private mutating func checkLook(rules: Set<String>?) {
    let look = configuration.reach.look
    for (rule, time) in look.settle.sorted(by: { $0.key < $1.key }) {
      let key = "look.settle.\(rule)"
      if let rules, !rules.contains(rule) {
        fail(key, "names no rule", remedy: Self.remedy(forRule: rule, among: rules))
      } else if time < .seconds(15) {
        warn(
          key, "is shorter than anything that a pilot does: what moves may be called broken",
          remedy: "write \"15 s\" or more")
      }
    }
    if look.sampleInterval > look.wait, look.wait > .zero {
      warn(
        "look.sample_interval", "is longer than `look.wait`: dom0's memory is not sampled in between",
        remedy: "write a shorter time")
    }
    let kept = expect(
      "look.captures", look.captures, isFolder: true, else: "make it: mkdir -m 700 \(look.captures)")
    if kept?.isShared == true {
      warn(
        "look.captures", "names \(look.captures), which others may look into: captures tell who runs what",
        remedy: "chmod 700 \(look.captures)")
    }
  }
}
