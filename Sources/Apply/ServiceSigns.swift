import Collect
import Glibc
import Model
import World

/// What shows on this machine whether the workspace service runs. One sign of life is enough, and its absence is known only
/// where all that was looked for could be seen.
struct ServiceSigns: Sendable {
  private let service: Reach.Service

  init(_ service: Reach.Service) { self.service = service }

  enum Sign: Hashable, Sendable {
    /// And how that shows.
    case alive(String)
    case absent
    /// It could not be looked for; why.
    case unseen(String)
    /// The configuration does not name it.
    case unasked
  }

  func state() -> ServiceState {
    let process = service.process.isEmpty ? Sign.unasked : ServiceProcess.look(for: service.process)
    let port = service.port == 0 ? Sign.unasked : ServicePort.look(at: UInt16(clamping: service.port))
    let signs = [process, port] + locks(isProcessAbsent: process == .absent)
    for case .alive(let how) in signs { return .running(how) }
    let unseen = signs.compactMap { if case .unseen(let reason) = $0 { reason } else { nil } }
    if !unseen.isEmpty { return .unknown(unseen.joined(separator: "; ")) }
    guard signs.contains(.absent) else {
      return .unknown(
        "nothing in site.toml tells how the service shows that it runs: set service.process, service.port or service.home"
      )
    }
    return .stopped
  }

  /// Those of its two databases. A lock's file that nobody holds was left behind by a service that was killed, and on a file
  /// system of another machine it looks the same while that runs: only a process that was looked for in vain tells them apart.
  private func locks(isProcessAbsent: Bool) -> [Sign] {
    if service.home.isEmpty { return [] }
    let folders = ["WorkspacePersistenceDB", "WorkspaceAccountingDB"].map { "\(service.home)/\($0)" }
    var signs: [Sign] = []
    for folder in folders {
      if access(folder, F_OK) == 0 {
        signs.append(lock(of: folder, isProcessAbsent: isProcessAbsent))
      } else if errno != ENOENT {
        signs.append(.unseen("\(folder): \(String(cString: strerror(errno)))"))
      }
    }
    return signs.isEmpty ? [.unseen("\(service.home) has none of the service's databases")] : signs
  }

  private func lock(of folder: String, isProcessAbsent: Bool) -> Sign {
    switch DerbyLock(of: folder).seen {
    case .success(.held(let holder)): .alive("\(folder) is held by \(holder)")
    case .success(.free): .absent
    case .success(.leftBehind) where isProcessAbsent: .absent
    case .success(.leftBehind(let file)):
      .alive(
        "\(file) is there: the service runs, or was killed; set service.process to tell that, or remove the file once no "
          + "process has the database open")
    case .failure(let error): .unseen(error.reason)
    }
  }
}
