public import Model
public import World

extension Persistence {
  /// How the text files are read that the service writes beside its databases: they stay readable while the databases are
  /// its own. Each `FILE` that is not there fails with its name.
  public static func probes(of service: Reach.Service) -> [Probe] {
    var probes: [Probe] = []
    if !service.home.isEmpty {
      probes.append(
        Probe(.dbReservations, command: ["cat", "--", service.home + "/current-reservations.txt"]))
      probes.append(Probe(.dbEvents, command: ["cat", "--", service.home + "/accounting-events.txt"]))
    }
    if !service.log.isEmpty {
      probes.append(Probe(.dbEvents, command: ["sh", "-c", logScript, "sh", service.log, "\(logByteLimit)"]))
    }
    return probes
  }

  /// How long the notification files are. A pattern that fits no file stands for itself.
  public static func notifications(_ files: [String]) -> Probe {
    Probe(.dbNotifications, command: ["stat", "-c", "%n %s", "--"] + files)
  }

  /// The settings of all files. With the empty one at the end each gets a line with its name, were there only one.
  public static func settings(_ files: [String]) -> Probe {
    Probe(.serviceSettings, command: ["tail", "-n", "+1", "--"] + files + ["/dev/null"])
  }

  /// A container's log may have grown for years; its end tells of what runs now.
  private static let logByteLimit = 64 << 20
  /// No such line is no failure, no such file is one.
  private static let logScript =
    #"exec < "$1" || exit; tail -c "$2" | grep -aF '[NIMBUS-EVENT]' || [ $? -eq 1 ]"#
}
