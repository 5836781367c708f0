import Foundation
import Testing
import World

@testable import Collect

/// The key of the audits on a node, as docs/security.md sets it up: what they ask is answered, and nothing is changed by it.
@Suite struct FewestRightsTests {
  private static let files = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "packaging/node")

  /// Runs what the sudoers file names, with the very arguments that it names, and refuses all else, as sudo does.
  private static let sudo = """
    #!/bin/sh
    [ "$1" = -n ] && shift
    sed -n 's#^  /usr/bin/\\(.*[^,\\\\ ]\\)\\(, \\\\\\)*$#\\1#p' 'SUDOERS' | grep -qxF -- "$*" ||
      { echo 'sudo: a password is required' >&2; exit 1; }
    PATH='STANDINS':$PATH exec "$@"

    """

  /// Sets the node up, in a folder of the test's.
  private static func setUp(_ sshd: Sshd) throws {
    let bin = "\(sshd.folder)/bin"
    try FileManager.default.createDirectory(atPath: bin, withIntermediateDirectories: false)
    func put(_ text: String, _ file: String) throws {
      try text.write(toFile: file, atomically: true, encoding: .utf8)
      try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: file)
    }
    func text(_ name: String) throws -> String {
      try String(contentsOf: files.appending(path: name), encoding: .utf8)
    }
    try put(text("look").replacing("/usr/local/lib/trueup/bin", with: bin), "\(sshd.folder)/look")
    for name in ["xl", "xenstore-ls"] { try put(text("as-root"), "\(bin)/\(name)") }
    let sudoers = files.appending(path: "sudoers").path
    try put(sudo.replacing("SUDOERS", with: sudoers).replacing("STANDINS", with: Far.standIns), "\(bin)/sudo")
    let key = try String(contentsOfFile: "\(sshd.folder)/user.pub", encoding: .utf8)
    try put("restrict,command=\"\(sshd.folder)/look\" \(key)", "\(sshd.folder)/authorized")
  }

  @Test(arguments: [Way.ssh, .clush])
  func whatIsAskedIsAnsweredAndWhatChangesIsRefused(way: Way) async throws {
    let looks = [["xl", "list"], ["xl", "info"], ["xenstore-ls", "-f", "/local/domain"]]
    let deeds = [["xl", "mem-set", "0", "900"], ["xl", "destroy", "4"], ["xl", "list", "-l"]]
    try await Far.with(way, ["wn1"]) { far in
      let free = try #require(await far.ask(["wn1"], looks)["wn1"])
      try Self.setUp(try #require(far.sshd))
      await far.transport.close()
      let held = Far(transport: try far.reach.openTransport(), reach: far.reach, sshd: far.sshd)
      let answers = try #require(await held.ask(["wn1"], looks + deeds)["wn1"])
      await held.transport.close()
      #expect(answers.prefix(looks.count).map(\.text) == free.map(\.text))
      #expect(answers.prefix(looks.count).allSatisfy { $0.status == 0 })
      for answer in answers.suffix(deeds.count) {
        #expect(answer.status == 1)
        #expect(String(decoding: answer.observation.stderr, as: UTF8.self).contains("a password is required"))
      }
    }
  }
}
