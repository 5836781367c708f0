import Apply
import Foundation
import Model
import Testing
import World

@Suite("A command of a deed")
struct CommandTests {
  private static func site(_ change: (inout Reach) -> Void = { _ in }) throws -> LiveSite {
    try LiveSite { reach in
      reach.nodes.transport = .local
      change(&reach)
    }
  }

  private static func run(
    _ command: [String], at place: Deed.Place, deadline: Duration = .seconds(60), on site: LiveSite
  ) async -> Deed.Outcome {
    await site.perform(.command(command, at: place, deadline: deadline)) { _ in }
  }

  @Test(
    "is run where it belongs, with its arguments as they are",
    arguments: [Deed.Place.node("wn1"), .batchServer, .service])
  func places(place: Deed.Place) async throws {
    let scratch = try Scratch()
    let odd = "a 'b' \"c\" $HOME `id`; rm -rf *\nx"
    let site = try Self.site()
    let write = ["sh", "-c", #"printf %s "$1" >"$2""#, "sh", odd, "\(scratch.path)/said"]
    #expect(await Self.run(write, at: place, on: site) == .done)
    #expect(try String(contentsOfFile: "\(scratch.path)/said", encoding: .utf8) == odd)
    #expect(
      await Self.run(["sh", "-c", "echo no >&2; echo 'not at all' >&2; exit 3"], at: place, on: site)
        == .failed("sh ended with exit status 3: not at all"))
    #expect(await Self.run(["no-such-command"], at: place, on: site) != .done)
  }

  @Test("becomes who may, on a node")
  func become() async throws {
    let scratch = try Scratch()
    let site = try Self.site { $0.nodes.become = ["env", "BECAME=\(scratch.path)/root"] }
    #expect(await Self.run(["sh", "-c", #": >"$BECAME""#], at: .node("wn1"), on: site) == .done)
    #expect(FileManager.default.fileExists(atPath: "\(scratch.path)/root"))
  }

  @Test(
    "is ended on its node when its time is up, though looking at a node may take longer or shorter",
    arguments: [1, 300])
  func deadline(look: Int64) async throws {
    let scratch = try Scratch()
    let mark = "\(scratch.path)/after"
    let site = try Self.site { $0.nodes.deadline = .seconds(look) }
    let sleep = ["sh", "-c", #"sleep 8; : >"$1""#, "sh", mark]
    let outcome = await Self.run(sleep, at: .node("wn1"), deadline: .seconds(2), on: site)
    #expect(outcome == .failed("sh: timed out on the node after 2 to 4 s, and was killed"))
    try await Task.sleep(for: .seconds(8))
    #expect(!FileManager.default.fileExists(atPath: mark))
  }
}
