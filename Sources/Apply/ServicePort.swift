import Glibc
import World

/// Looks whether anybody listens on a port of this machine.
enum ServicePort {
  private static let timeLimitMilliseconds: Int32 = 2000

  static func look(at port: UInt16) -> ServiceSigns.Sign {
    let type = Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
    let socket = Glibc.socket(AF_INET, type, 0)
    guard socket >= 0 else { return .unseen("port \(port): \(words(errno))") }
    defer { close(socket) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    let result = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    return sign(of: port, code: result == 0 ? 0 : errno == EINPROGRESS ? ending(of: socket) : errno)
  }

  /// How the attempt ended.
  private static func ending(of socket: Int32) -> Int32 {
    var waiting = pollfd(fd: socket, events: Int16(POLLOUT), revents: 0)
    guard poll(&waiting, 1, timeLimitMilliseconds) == 1 else { return ETIMEDOUT }
    var code: Int32 = 0
    var size = socklen_t(MemoryLayout<Int32>.size)
    return getsockopt(socket, SOL_SOCKET, SO_ERROR, &code, &size) == 0 ? code : errno
  }

  private static func sign(of port: UInt16, code: Int32) -> ServiceSigns.Sign {
    switch code {
    case 0: .alive("port \(port) of this machine answers")
    case ECONNREFUSED: .absent
    case let code: .unseen("port \(port): \(words(code))")
    }
  }

  private static func words(_ code: Int32) -> String { String(cString: strerror(code)) }
}
