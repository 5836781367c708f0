import Commands
import Model

/// How OpenSSH is called, whoever calls it.
enum OpenSSH {
  /// The whole call: the address is never taken for an option, and the far end's shell gets its command as one line.
  static func arguments(
    _ reach: Reach.Nodes, to address: String, _ options: [String] = [], _ command: [String] = []
  ) -> [String] {
    ["ssh", "-T"] + self.options(reach) + (reach.user.isEmpty ? [] : ["-l", reach.user]) + options
      + ["--", address] + (command.isEmpty ? [] : [Shell.line(command)])
  }

  /// Options that never wait for a person, never take a host key unseen, and write nothing at home: neither another key of
  /// a node nor its address is put into known_hosts. A node that goes silent is given up after three unanswered calls.
  static func options(_ reach: Reach.Nodes) -> [String] {
    var options = reach.sshConfig.isEmpty ? [] : ["-F", reach.sshConfig]
    options += [
      "BatchMode=yes", "ConnectTimeout=\(seconds(reach.connectTimeout))", "StrictHostKeyChecking=yes",
      "UpdateHostKeys=no", "CheckHostIP=no", "ServerAliveInterval=\(seconds(reach.connectTimeout))",
      "LogLevel=INFO", "ForwardAgent=no", "ForwardX11=no", "PermitLocalCommand=no",
    ].flatMap { ["-o", $0] }
    return options
  }

  /// Whole seconds, one at least: OpenSSH takes nothing else.
  static func seconds(_ duration: Duration) -> Int64 { max(1, (duration.milliseconds + 999) / 1000) }
}
