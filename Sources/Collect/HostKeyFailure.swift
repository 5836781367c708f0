/// What to do about a node whose host key OpenSSH does not trust. No key is ever taken unseen.
enum HostKeyFailure {
  /// Nil where ssh complains of something else.
  static func explained(_ said: [UInt8], address: String) -> String? {
    let said = String(decoding: said, as: UTF8.self)
    guard said.contains("Host key verification failed") else { return nil }
    let problem =
      said.contains("IDENTIFICATION HAS CHANGED") ? "the host key has changed" : "the host key is not known"
    return "\(problem): hold what `ssh-keyscan \(address)` prints against the node's own key in "
      + "/etc/ssh/ssh_host_*_key.pub, then put it into known_hosts"
  }
}
