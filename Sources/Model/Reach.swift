/// How the live site is reached (`site.toml`): TORQUE, the nodes, the database, and how long it is looked at. What the
/// site *is* stands in `Site`.
public struct Reach: Sendable {
  public var torque = Torque()
  public var nodes = Nodes()
  public var service = Service()
  public var database = Database()
  public var look = Look()

  public init() {}

  /// The batch server.
  public struct Torque: Sendable {
    /// Which batch system it is.
    public var kind: BatchSystem = .torque
    /// Where its commands are run: empty for this machine, else a host of OpenSSH's.
    public var host = ""
    /// Where its commands lie when they are not on PATH.
    public var bin = ""
    /// The folder of the accounting log; empty: the site does not keep one. By default where the batch system puts it.
    public var accounting: String?
    /// The last files of that folder that are read: one a day.
    public var accountingDays = 2
    /// Whether each node's MOM is asked with `momctl`, which only root may.
    public var momctl = false
    /// Whether jobs that have ended are asked for too, which OpenPBS keeps with `job_history_enable`.
    public var history = false
    public var deadline: Duration = .seconds(20)

    public init() {}

    public var accountingFolder: String { accounting ?? kind.accountingFolder }

    /// One of its commands, where it lies.
    public func path(of command: String) -> String { bin.isEmpty ? command : "\(bin)/\(command)" }
  }

  public enum BatchSystem: String, CaseIterable, Sendable {
    case torque, openpbs

    fileprivate var accountingFolder: String {
      switch self {
      case .torque: "/var/spool/torque/server_priv/accounting"
      case .openpbs: "/var/spool/pbs/server_priv/accounting"
      }
    }
  }

  /// The nodes' hypervisors and what lies on the nodes.
  public struct Nodes: Sendable {
    public var transport: Transport = .ssh
    /// The account at the nodes; empty: as OpenSSH's configuration says.
    public var user = ""
    /// A configuration file for OpenSSH (`ssh -F`); empty: its own.
    public var sshConfig = ""
    /// Put before the one remote command, to become root: `["sudo", "-n"]`.
    public var become: [String] = []
    /// Options of clush: `["-g", "cluster"]` or its tree's topology file.
    public var clushOptions: [String] = []
    public var connectTimeout: Duration = .seconds(5)
    /// One node's whole call.
    public var deadline: Duration = .seconds(30)
    /// One command on a node; one that hangs is killed there, at the latest after twice this.
    public var commandDeadline: Duration = .seconds(5)
    /// Nodes that are asked at the same time.
    public var concurrency = 64
    /// `xl`, or `xm` of Xen up to 4.4.
    public var toolstack: Toolstack = .xl
    /// The log files of pilots, as a shell's pattern.
    public var pilotLogs = "/tmp/workspace-pilot-*.txt"
    /// The lock file of pilots from 2.7 on; empty: the site has none.
    public var pilotLock = ""
    /// The pilot program or its configuration on the nodes; empty: not read.
    public var pilotProgram = ""
    /// The folder of workspace-control on the nodes; empty: what it leaves behind is not looked for.
    public var workspaceControl = "/opt/workspace"
    /// The configuration of the nodes' DHCP server; empty: none.
    public var dhcp = "/etc/dhcpd.conf"

    public init() {}
  }

  public enum Transport: String, CaseIterable, Sendable { case ssh, clush, local }
  public enum Toolstack: String, CaseIterable, Sendable { case xl, xm }

  /// The workspace service's own files.
  public struct Service: Sendable {
    /// Its folder `nimbus` below `derby.system.home`: the databases, `current-reservations.txt`, `accounting-events.txt`.
    public var home = ""
    /// Its log, for the `[NIMBUS-EVENT]` lines; empty: not read.
    public var log = ""
    /// Its `*.conf` files, as shell's patterns.
    public var configuration: [String] = []
    /// The files of the pilots' notifications, as shell's patterns.
    public var notifications: [String] = []
    /// A part of its process's command line; empty: it is not looked for.
    public var process = ""
    /// A port of this machine that it listens on; 0: it is not looked for.
    public var port = 0
    /// Its own way to destroy a machine, with `{machine}` for the id; empty: none.
    public var destroy: [String] = []

    public init() {}
  }

  /// The two databases, main and accounting.
  public struct Database: Sendable {
    public var engine: Engine = .embedded
    /// The main database: a file (sqlite), a name on the server or a connection string without a password, which says all
    /// and needs no `host` (postgresql), a name on the server (derby-server), a folder (derby-copy). By default what
    /// `service.home` says.
    public var main = ""
    /// The accounting database in the same way.
    public var accounting = ""
    public var host = "localhost"
    /// By default 1527 for Derby, libpq's own for PostgreSQL.
    public var port: Int?
    public var user = ""
    /// A properties file that only its owner may read, with `ij.password`; for PostgreSQL the password comes from
    /// `~/.pgpass` or a service file.
    public var passwordFile = ""
    /// Where the tables are: `APP`, or `NIMBUS` from 2.3 on; empty: tried.
    public var schema = ""
    /// A copy that others write: nothing is ever changed there.
    public var mirror = false
    /// Derby's `ij`.
    public var ij = ["ij"]
    public var connectTimeout: Duration = .seconds(5)
    public var deadline: Duration = .seconds(60)

    public init() {}
  }

  public enum Engine: String, CaseIterable, Sendable {
    /// Derby within the service, which only the service can read: its text files are read instead.
    case embedded
    /// Derby's network server, where the site enabled it.
    case derbyServer = "derby-server"
    /// A private copy of Derby's folder, made while the service is stopped or from a snapshot of the file system.
    case derbyCopy = "derby-copy"
    case postgresql, sqlite
    /// The site has no database.
    case none
  }

  /// How long and how often.
  public struct Look: Sendable {
    /// The longest that an audit waits for its second look.
    public var wait: Duration = .seconds(60)
    /// Between samples of dom0's memory while it waits.
    public var sampleInterval: Duration = .seconds(5)
    /// Settle times in place of the rules' own, by rule.
    public var settle: [String: Duration] = [:]
    /// Where each audit keeps its capture, to be the first look of a later one; empty: nowhere.
    public var captures = ""
    /// How many of them.
    public var keep = 8

    public init() {}
  }
}
