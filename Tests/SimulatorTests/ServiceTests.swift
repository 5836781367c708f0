import Model
import Simulator
import Testing
import World

@Suite("The simulated service")
struct ServiceTests {
  private static let command = ["nimbus-admin", "--shutdown", "--id", "{machine}", "--force"]

  private func site(_ name: String, _ service: ServiceState = .running("pid 1")) throws -> SimulatedSite {
    try Scenario(name: name).site(service: service, destroy: Self.command)
  }

  private func destroy(_ machine: Int, in site: SimulatedSite) async -> Deed.Outcome {
    await site.run(
      "nimbus-admin", "--shutdown", "--id", "\(machine)", "--force", at: .service, deadline: .seconds(120))
  }

  @Test("destroys a machine with its guest, job, slot, address and rows")
  func whole() async throws {
    let site = try site("ledger-stale")
    #expect(await destroy(7, in: site) == .done)
    try await site.sleep(for: .seconds(10))
    #expect(await site.guests(of: "gsn-wn1") == [])
    #expect(await site.rows(.nodeResidue, "node_residue", of: "gsn-wn1").isEmpty)
    #expect(await site.memory(of: "gsn-wn1") == [903_168, 903_168])
    #expect(await site.text(.torqueJobs).isEmpty)
    for table in ["db_machine", "db_vm", "db_deployment", "db_partition", "db_slot", "db_schedule"] {
      #expect(await site.rows(.dbMain, table).isEmpty, "\(table)")
    }
    #expect(await site.rows(.dbMain, "db_address").allSatisfy { $0.number("is_used") == 0 })
    let accounts = await site.rows(.dbAccounting, "db_account").map {
      [$0.number("machine"), $0.number("is_active")]
    }
    #expect(accounts == [[7, 0], [3, 1], [2, 0]])
    #expect(site.effects.contains { $0.change == .machineDestroyed(machine: 7) })
    #expect(await destroy(7, in: site) == .failed("ended with exit status 1: no such machine: 7"))
  }

  @Test("does nothing for a machine that it already destroys, and calls that success")
  func stuck() async throws {
    let site = try site("destroy-stuck")
    let before = await site.text(.dbMain)
    #expect(await destroy(15, in: site) == .done)
    #expect(await site.text(.dbMain) == before)
    #expect(site.effects.isEmpty)
  }

  @Test("does nothing while it is stopped")
  func stopped() async throws {
    let site = try site("ledger-stale", .stopped)
    #expect(await site.service() == .stopped)
    guard case .failed = await destroy(7, in: site) else { return #expect(Bool(false)) }
    #expect(site.effects.isEmpty)
    site.setService(.unknown("nobody looked"))
    #expect(await site.service() == .unknown("nobody looked"))
    #expect(await destroy(7, in: site) == .done)
  }

  @Test("leaves the node of a machine alone that never came there")
  func pending() async throws {
    let site = try site("slot-gone")
    #expect(await destroy(8, in: site) == .done)
    #expect(site.effects.map(\.change) == [.rowsChanged(database: .dbMain), .machineDestroyed(machine: 8)])
    #expect(await site.guests(of: "gsn-wn1") == ["wrksp-7"])
  }

  @Test("does not delete the job of a pilot that said that it ends")
  func terminal() async throws {
    let site = try site("embedded-healthy")
    guard case .failed(let words) = await destroy(9, in: site) else { return #expect(Bool(false)) }
    #expect(words == "ended with exit status 1: not simulated: a database that could not be read")
    let held = try self.site("held-until-deadline")
    #expect(await destroy(7, in: held) == .done)
    #expect(await held.rows(.dbMain, "db_slot").map { $0.number("machine") } == [8, 9])
  }

  @Test("keeps a block's job until its last machine goes")
  func block() async throws {
    let site = try site("block-two-jobs")
    #expect(await destroy(12, in: site) == .done)
    #expect(await site.rows(.torqueJobs, "lrms_job").count == 1)
    #expect(await site.rows(.dbMain, "db_slot").map { $0.number("is_pending_remove") } == [1, 0])
    #expect(await destroy(13, in: site) == .done)
    #expect(await site.rows(.dbMain, "db_slot").isEmpty)
  }

  @Test("can't destroy a guest without a record from 2.8 on, and can once that is gone")
  func undead() async throws {
    let site = try site("undead")
    guard case .failed = await destroy(7, in: site) else { return #expect(Bool(false)) }
    #expect(await site.rows(.dbMain, "db_machine").map { $0.number("state") } == [-128])
    await site.run(Acts.destroy(4, on: "gsn-wn1"))
    #expect(await destroy(7, in: site) == .done)
    #expect(await site.rows(.dbMain, "db_machine").isEmpty)
  }

  @Test("gives a pool's node its memory back")
  func pool() async throws {
    let site = try site("pool-mode")
    #expect(await destroy(7, in: site) == .done)
    let left = await site.rows(.dbMain, "db_node").map {
      [$0.told("node"), "\(($0.number("available_kib") ?? 0) / 1024)"]
    }
    #expect(left == [["gsn-wn1", "253"], ["gsn-wn2", "189"], ["gsn-wn3", "253"]])
  }

  @Test("has notification files, which can be emptied")
  func notifications() async throws {
    let site = try site("notifications-rotated")
    let path = "/opt/nimbus/services/var/nimbus/msg-sinks/pilotnotifications.txt"
    #expect(await site.run("truncate", "-s", "0", "--", path, at: .service) == .done)
    #expect(
      await site.rows(.dbNotifications, "db_notification_sink").map { $0.number("size_bytes") } == [0, 0])
    #expect(site.effects.map(\.change) == [.fileEmptied(path: path)])
  }

  @Test("is not simulated where a file's length was asked of something else than stat")
  func otherLength() async throws {
    let path = "/opt/nimbus/services/var/nimbus/msg-sinks/pilotnotifications.txt"
    let site = try Scenario(name: "notifications-rotated").site { captured in
      captured.map { answer in
        guard answer.observation.kind == .dbNotifications else { return answer }
        return Answer(
          RawObservation(kind: .dbNotifications, command: ["wc"], stdout: Array("118 \(path)\n".utf8)))
      }
    }
    let outcome = await site.run("truncate", "-s", "0", "--", path, at: .service)
    #expect(outcome == .failed("not simulated: what something else than stat says of a file"))
  }
}
