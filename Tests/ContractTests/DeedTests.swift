import Apply
import Collect
import Commands
import Files
import Foundation
import Model
import Testing
import World

/// Whichever way leads to a node, a deed is done there and told of in the same words.
@Suite("A deed on a node") struct DeedTests {
  /// The site of these nodes, over the way that leads to them.
  private static func site(_ far: Far, _ nodes: [Site.ConfiguredNode], torque: String = "") throws -> LiveSite
  {
    var reach = Reach()
    reach.nodes = far.reach
    reach.torque.host = torque
    let collector = try Collector(site: Site(nodes: nodes), reach: reach, clock: ObserverClock()) { _ in }
    return LiveSite(collector)
  }

  private static func run(
    _ command: [String], at place: Deed.Place, deadline: Duration = .seconds(120), on site: LiveSite
  ) async -> Deed.Outcome {
    await site.perform(.command(command, at: place, deadline: deadline)) { _ in }
  }

  @Test("is done with its arguments as they are, and says how it ended", arguments: Way.allCases)
  func endings(way: Way) async throws {
    let folder = try PrivateFolder()
    let file = "\(folder.path)/said"
    // The name that a plan has for a node need not be the one that leads there.
    let node = Site.ConfiguredNode(name: "WN1.example.org", address: "wn1")
    let odd = "it's \"so\" $HOME `id`; x\\r\n\ty é"
    try await Far.with(way, ["wn1"]) { far in
      let site = try Self.site(far, [node])
      let write = ["sh", "-c", #"printf %s "$1" >"$2""#, "sh", odd, file]
      #expect(await Self.run(write, at: .node("wn1"), on: site) == .done)
      #expect(try String(contentsOfFile: file, encoding: .utf8) == odd)
      #expect(
        await Self.run(["sh", "-c", "echo 'held by 7' >&2; exit 75"], at: .node("wn1"), on: site)
          == .failed("sh ended with exit status 75: held by 7"))
      #expect(
        await Self.run(["xl", "destroy", "7"], at: .node("wn1"), on: site)
          == .failed("xl ended with exit status 2: xl: destroy 7 is not known"))
    }
  }

  @Test("is done as who may", arguments: Way.allCases)
  func become(way: Way) async throws {
    let refuse = ["sh", "-c", "echo 'sudo: a password is required' >&2; exit 1"]
    try await Far.with(way, ["wn1"], become: refuse) { far in
      let site = try Self.site(far, [Site.ConfiguredNode(name: "wn1")])
      #expect(
        await Self.run(["true"], at: .node("wn1"), on: site) == .failed("true: sudo: a password is required"))
    }
  }

  @Test("is ended there when its time is up, and nothing of it is left", arguments: Way.allCases)
  func deadline(way: Way) async throws {
    let node = "hangs-deed-\(way.rawValue)"
    try await Far.with(way, [node], deadline: .seconds(1)) { far in
      let site = try Self.site(far, [Site.ConfiguredNode(name: node)])
      let outcome = await Self.run(["xl", "list"], at: .node(node), deadline: .seconds(2), on: site)
      #expect(outcome == .failed("xl: timed out on the node after 2 to 4 s, and was killed"))
      #expect(await Processes.living(of: node) == [])
    }
  }

  @Test("says so when the node is not reached", arguments: [Way.ssh, .clush])
  func refused(way: Way) async throws {
    try await Far.with(way, ["wn1"]) { far in
      let site = try Self.site(far, [Site.ConfiguredNode(name: Sshd.refuser)])
      let outcome = await Self.run(["true"], at: .node(Sshd.refuser), on: site)
      guard case .failed(let reason) = outcome else {
        Issue.record("done")
        return
      }
      #expect(reason.hasPrefix("true: ") && reason.contains("refused"), "\(reason)")
    }
  }

  @Test("at the batch server goes to its host")
  func batchServer() async throws {
    try await Far.with(.ssh, ["wn1", "server"]) { far in
      let site = try Self.site(far, [Site.ConfiguredNode(name: "wn1")], torque: "server")
      let asked = ["sh", "-c", #"[ "$TRUEUP_NODE" = server ]"#]
      #expect(await Self.run(asked, at: .batchServer, on: site) == .done)
      #expect(await Self.run(asked, at: .node("wn1"), on: site) != .done)
      #expect(await Self.run(asked, at: .service, on: site) != .done)
    }
  }
}
