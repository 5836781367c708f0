import Model

/// A random small world: few names, so that everything meets everything, and anything may be unknown.
struct NaiveWorld {
  typealias Row = [String: Value]

  private(set) var tables: [String: [Row]] = [:]
  private var state: UInt64

  /// The same on every machine for the same seed: SplitMix64.
  init(seed: UInt64, now: Instant) {
    state = seed
    let names = ["a", "b", "c"]
    let nodes = ["gsn-wn1", "gsn-wn2"]
    let jobs = ["1", "2", "3"]
    tables["lrms_job"] = some(4) { world in
      let number = world.pick(jobs)
      let server = world.pick(["s", "t"])
      return [
        "id": .text("\(number).\(server)"), "number": .text(number), "server": .text(server),
        "state": .text(world.pick(["Q", "R", "R", "E", "C", "H"])), "in_pilot_logs": world.flag(),
        "output_name": world.maybe(.text(world.pick(names))), "started_ms": world.moment(now),
        "modified_ms": world.moment(now), "account": .text(world.pick(["globus", "alice"])),
      ]
    }
    // A server lists a job once.
    var listed: Set<Value> = []
    tables["lrms_job"]?.removeAll { !listed.insert($0["id"] ?? .null).inserted }
    tables["lrms_allocation"] = some(3) { world in
      let (number, server) = (world.pick(jobs), world.pick(["s", "t"]))
      return ["job": .text("\(number).\(server)"), "node": .text(world.pick(nodes))]
    }
    tables["lrms_node"] = nodes.filter { _ in chance(80) }.map { node in
      ["node": .text(node), "state": .text("x"), "is_down": flag(), "status_ms": moment(now)]
    }
    tables["lrms_mom"] = nodes.filter { _ in chance(80) }.map {
      ["node": .text($0), "version": .text("2.5.13")]
    }
    tables["lrms_mom_job"] = some(3) { world in
      let number = world.pick(jobs)
      let server = world.pick(["s", "t"])
      return [
        "node": .text(world.pick(nodes)), "job": .text("\(number).\(server)"), "number": .text(number),
        "server": .text(server),
      ]
    }
    tables["db_slot"] = some(4) { world in
      [
        "id": .text(world.pick(names)), "machine": world.machine(), "is_pending": world.flag(),
        "is_terminal": world.flag(), "is_pending_remove": .integer(world.chance(85) ? 0 : 1),
        "job": .text("j"), "job_number": .text(world.pick(jobs)),
        "job_server": world.maybe(.text(world.pick(["s", "t"]))),
        "node": world.maybe(.text(world.pick(nodes))),
        "duration_s": .integer(600),
      ]
    }
    tables["db_machine"] = (1...3).filter { _ in chance(75) }.map { id in
      [
        "id": .integer(Int64(id)), "state": .integer([0, 8, 12, 24, 38][below(5)]), "is_corrupted": flag(),
        "target_state": .integer([8, 8, 8, 28, -128][below(5)]), "term_ms": moment(now),
        "state_name": .text("S"),
      ]
    }
    tables["db_vm"] = (1...3).filter { _ in chance(75) }.map { id in
      ["machine": .integer(Int64(id)), "node": maybe(.text(pick(nodes)))]
    }
    tables["db_schedule"] = (1...3).filter { _ in chance(50) }.map { id in
      ["machine": .integer(Int64(id)), "shutdown_ms": moment(now), "is_done": flag()]
    }
    tables["db_nic"] = some(3) { world in
      [
        "machine": world.machine(), "association": world.maybe(.text(world.pick(["public", "private"]))),
        "address": world.maybe(.text(world.pick(["10.0.0.1", "10.0.0.2"]))),
        "method": world.maybe(.text(world.pick(["AllocateAndConfigure", "Advisory"]))),
      ]
    }
    tables["db_address"] = ["10.0.0.1", "10.0.0.2"].map { address in
      ["association": .text("public"), "address": .text(address), "is_used": maybe(flag())]
    }
    tables["vmm_domain"] = some(4) { world in
      let machine = world.chance(80) ? world.machine() : .null
      return [
        "node": .text(world.pick(nodes)), "domid": .integer(Int64(1 + world.below(9))),
        "name": .text("wrksp"),
        "machine": machine, "is_dying": world.maybe(.integer(world.chance(25) ? 1 : 0)),
        "is_crashed": .integer(world.chance(25) ? 1 : 0), "memory_kib": .integer(65536),
      ]
    }
    tables["pilot_process"] = some(2) { world in
      [
        "node": .text(world.pick(nodes)), "pid": .integer(Int64(100 + world.below(9))),
        "slot": world.maybe(.text(world.pick(names))),
        "is_killnine": world.maybe(.integer(world.chance(20) ? 1 : 0)),
      ]
    }
  }

  // MARK: Dice

  private mutating func below(_ bound: Int) -> Int {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return Int((mixed ^ (mixed >> 31)).multipliedFullWidth(by: UInt64(bound)).high)
  }

  private mutating func chance(_ percent: Int) -> Bool { below(100) < percent }

  private mutating func pick(_ choices: [String]) -> String { choices[below(choices.count)] }

  private mutating func flag() -> Value { .integer(Int64(below(2))) }

  private mutating func maybe(_ value: Value) -> Value { chance(20) ? .null : value }

  private mutating func machine() -> Value { .integer(Int64(1 + below(3))) }

  /// Long ago, just now, or soon; or not told.
  private mutating func moment(_ now: Instant) -> Value {
    if chance(20) { return .null }
    return .integer(now.milliseconds + [-3_600_000, -90_000, -61_000, -20_000, -5000, 600_000][below(6)])
  }

  private mutating func some(_ most: Int, _ row: (inout NaiveWorld) -> Row) -> [Row] {
    (0..<below(most + 1)).map { _ in row(&self) }
  }
}
