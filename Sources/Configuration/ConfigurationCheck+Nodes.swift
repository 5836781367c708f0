import Model

extension ConfigurationCheck {
  mutating func checkNodes() {
    let nodes = configuration.site.nodes
    for collision in NodeNames(nodes).collisions {
      let place = nodes.lastIndex { node in
        ([node.name] + node.aliases).contains {
          NodeNames.short($0) == collision.name || $0.lowercased() == collision.name
        }
      }
      fail(
        key(place ?? 0, "name"),
        "is not the only one of its node: \(collision.spellings.joined(separator: " and "))",
        remedy: "give one of them a name of its own with `aliases`")
    }
    checkTwice("name", "names", nodes.map { $0.name.lowercased() }, remedy: "take one of them out")
    checkTwice(
      "address", "is", nodes.map { $0.address?.lowercased() ?? "" }, remedy: "two nodes have two addresses")
    for (index, node) in nodes.enumerated() {
      guard let dom0 = node.dom0, dom0 < configuration.site.dom0Minimum else { continue }
      fail(
        key(index, "dom0"), "is less than `memory.dom0_minimum`",
        remedy: "write dom0's memory with no lease, as Xen's option dom0_mem has it")
    }
  }

  private func key(_ index: Int, _ name: String) -> String { "node[\(index + 1)].\(name)" }

  private mutating func checkTwice(_ name: String, _ verb: String, _ texts: [String], remedy: String) {
    var places: [String: Int] = [:]
    for (index, text) in texts.enumerated() where !text.isEmpty {
      if let first = places[text] {
        fail(key(index, name), "\(verb) \(text), and so does \(key(first, name))", remedy: remedy)
      } else {
        places[text] = index
      }
    }
  }

  mutating func checkTransport() {
    let nodes = configuration.reach.nodes
    expect("nodes.ssh_config", nodes.sshConfig, isFolder: false, else: "name a file for ssh -F")
    switch nodes.transport {
    case .local where configuration.site.nodes.count > 1:
      warn(
        "nodes.transport",
        "is \"local\", and \(configuration.site.nodes.count) nodes are listed: each would be this machine",
        remedy: "write \"ssh\" or \"clush\"")
    case .ssh where !nodes.clushOptions.isEmpty, .local where !nodes.clushOptions.isEmpty:
      warn(
        "nodes.clush_options", "counts for nothing: `nodes.transport` is \"\(nodes.transport.rawValue)\"",
        remedy: "write transport = \"clush\", or take them out")
    case .ssh, .clush, .local: break
    }
    if nodes.concurrency > 512 {
      warn(
        "nodes.concurrency", "is \(nodes.concurrency): each is a process with several open files",
        remedy: "let transport = \"clush\" spread the work, or raise the limit of open files first")
    }
    if nodes.deadline < nodes.connectTimeout + nodes.commandDeadline {
      warn(
        "nodes.deadline", "leaves no time for one command behind `nodes.connect_timeout`",
        remedy: "write a longer one")
    }
  }
}
