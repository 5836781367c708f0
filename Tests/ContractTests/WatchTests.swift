import Collect
import Commands
import Foundation
import Model
import Testing

/// dom0's memory is watched over each way: a line an interval, as long as anybody listens.
@Suite struct WatchTests {
  private actor Heard {
    private(set) var samples: [(at: Instant, memoryKib: Int64, others: [Int64?])] = []

    func take(_ word: MemoryWatch.Word) {
      if case .sample(let at, let memory, let others) = word { samples.append((at, memory, others)) }
    }
  }

  @Test(arguments: Way.allCases)
  func eachWayBringsALineAnInterval(way: Way) async throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(
      at: folder.appending(path: "info"), withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try Data("837632\n".utf8).write(to: folder.appending(path: "info/current_kb"))
    try Data("903168\n".utf8).write(to: folder.appending(path: "target_kb"))
    let become = ["\(Far.standIns)/elsewhere", folder.path]
    try await Far.with(way, ["wn1"], become: become) { far in
      var reach = far.reach
      // The stand-in comes last, next to the script.
      reach.become = reach.become.filter { !become.contains($0) } + become
      let watch = MemoryWatch(reach, every: .milliseconds(200), columns: [.targetKib])
      let heard = Heard()
      await withTaskGroup(of: Void.self) { group in
        group.addTask {
          await watch.run([Site.ConfiguredNode(name: "wn1")], clock: ObserverClock()) { _, word in
            await heard.take(word)
          }
        }
        for _ in 0..<300 where await heard.samples.count < 5 {
          try? await Task.sleep(for: .milliseconds(100))
        }
        group.cancelAll()
      }
      let samples = await heard.samples
      #expect(samples.count >= 5)
      #expect(samples.allSatisfy { $0.memoryKib == 837_632 && $0.others == [903_168] })
      let span = (samples.last?.at.milliseconds ?? 0) - (samples.first?.at.milliseconds ?? 0)
      #expect((Int64(samples.count - 1) * 150...Int64(samples.count) * 400).contains(span), "\(span) ms")
    }
  }
}
