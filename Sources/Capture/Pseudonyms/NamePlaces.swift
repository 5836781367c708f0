import Model

/// A part of some text in which names stand and nothing else.
struct Place: Hashable {
  let range: Range<Int>
  /// A distinguished name: even numbers belong to the person, and `CN` does not.
  var isDistinguished = false
}

/// Where some bytes come from, and with it what is known of the names in them.
enum Origin {
  case output(ObservationKind)
  /// The site's configuration.
  case site
  /// What was written for people: standard error, reasons, commands.
  case prose
  /// A cell of a database file.
  case cell

  /// Where names stand, in whatever form.
  func places(in bytes: [UInt8]) -> [Place] {
    var places = NameShapes.places(in: bytes)
    switch self {
    case .prose, .cell: break
    case .site: places += KeyedPlaces(keys: Self.siteKeys, end: [10, 32, 34, 39]).places(in: bytes)
    case .output(let kind): places += Self.places(in: bytes, of: kind)
    }
    return places
  }

  private static func places(in bytes: [UInt8], of kind: ObservationKind) -> [Place] {
    let keyed = KeyedPlaces(kind)?.places(in: bytes) ?? []
    switch kind {
    case .torqueNodes, .torqueServer:
      let isJson = bytes.first { $0 > 32 } == UInt8(ascii: "{")
      if isJson { return keyed + ListPlaces.things(bytes) }
      return kind == .torqueNodes ? keyed + ListPlaces.nodes(bytes) : keyed
    case .xenList: return ListPlaces.domains(bytes)
    case .nodePilots: return ListPlaces.processes(bytes)
    case .dbMain, .dbAccounting: return DatabasePlaces.sql(bytes) + ListingPlaces.all(in: bytes)
    case .torqueJobs, .torqueSettings, .torqueAccounting, .torqueMom, .xenLong, .xenInfo, .xenStore,
      .xenBalloon, .nodeMemory, .nodeClock, .nodeResidue, .pilotSettings, .dbReservations, .dbEvents,
      .dbNotifications, .serviceSettings:
      return keyed
    }
  }

  private static let siteKeys: [String: KeyedPlaces.Form] = [
    "name": .names, "account": .names, "aliases": .names, "known": .names, "host": .names, "user": .names,
    "address": .names,
  ]
}

extension KeyedPlaces {
  /// The keys of a source whose values are names. Nil where a source has none.
  init?(_ kind: ObservationKind) {
    switch kind {
    case .torqueJobs:
      self.init(
        keys: [
          "job_owner": .names, "exec_host": .names, "server": .names, "submit_host": .names, "euser": .names,
          "egroup": .names, "mail_users": .names, "user_list": .names, "group_list": .names,
          "proxy_user": .names,
          "account_name": .names, "hostlist": .nodes, "output_path": .host, "error_path": .host,
          "nodes": .nodes,
          "neednodes": .nodes, "exec_host2": .nodes, "exec_vnode": .nodes, "pbs_server": .names,
        ], end: [10])
    case .torqueNodes:
      self.init(
        keys: [
          "name": .names, "uname": .second, "mom": .names, "host": .names, "vnode": .names,
          "pbs_server": .names,
        ], end: [10, 44])
    case .torqueServer, .torqueSettings:
      let keys = [
        "server", "managers", "operators", "acl_hosts", "acl_users", "acl_groups", "acl_user_hosts",
        "submit_hosts",
        "authorized_users", "mail_from", "mail_domain", "server_name", "server_host", "pbs_server",
      ]
      self.init(keys: Dictionary(uniqueKeysWithValues: keys.map { ($0, .names) }), end: [10])
    case .torqueAccounting:
      self.init(
        keys: [
          "user": .names, "group": .names, "account": .names, "owner": .names, "requestor": .names,
          "exec_host": .names, "submit_host": .names, "nodes": .nodes, "neednodes": .nodes,
        ], end: [10, 32])
    case .torqueMom: self.init(keys: ["host": .names, "server": .names], end: [10, 32])
    case .xenLong:
      self.init(
        keys: ["name": .names, "hostname": .names, "backend_domname": .names, "vifname": .names],
        end: [10, 41], allowsBlank: true)
    case .xenInfo:
      self.init(
        keys: [
          "host": .names, "cc_compile_by": .names, "cc_compiled_by": .names, "cc_compile_domain": .names,
        ], end: [10])
    case .xenStore:
      self.init(keys: ["name": .names, "domain": .names, "hostname": .names], end: [10], allowsBlank: true)
    case .nodeResidue:
      self.init(
        keys: ["host": .names, "host-name": .names, "domain-name": .names, "server-name": .names],
        end: [10, 59, 123], allowsBlank: true)
    case .pilotSettings, .serviceSettings:
      let keys = [
        "account", "user", "username", "host", "hosts", "hostname", "forcehostname", "node", "server",
        "domain",
        "principal", "dn", "email", "admin",
      ]
      self.init(keys: Dictionary(uniqueKeysWithValues: keys.map { ($0, .names) }), end: [10, 59])
    case .dbReservations, .dbEvents: self.init(keys: ["dn": .distinguished, "vmm": .names], end: [10, 44])
    case .dbMain, .dbAccounting, .xenList, .xenBalloon, .nodeMemory, .nodeClock, .nodePilots,
      .dbNotifications:
      return nil
    }
  }
}
