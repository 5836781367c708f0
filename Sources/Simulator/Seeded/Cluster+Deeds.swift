import Model
import World

/// What a repair does to the site, and what of that it must never do.
extension Cluster {
  mutating func run(_ order: Order, at place: Deed.Place) -> Ending {
    switch place {
    case .node(let name):
      guard let host = hosts.firstIndex(where: { $0.name == name }) else {
        return .exit(255, "ssh: Could not resolve hostname \(name)")
      }
      return hosts[host].isUp ? run(order, on: host) : .hangs
    case .batchServer: return runAtServer(order)
    case .service: return .noProgram(order.program)
    }
  }

  private mutating func run(_ order: Order, on host: Int) -> Ending {
    switch order {
    case .locked(let inner): return run(inner, on: host)
    case .setMemory(let amount): return setMemory(amount, of: host)
    case .nudge(let below, let target):
      _ = setMemory(below, of: host)
      return setMemory(target, of: host)
    case .destroyDomain(let domain):
      guard let guest = hosts[host].guests.first(where: { $0.name == domain || String($0.domid) == domain })
      else {
        return .exit(1, "\(domain) is an invalid domain identifier (rc=-6)")
      }
      return removed(guest, of: host)
    case .removeGuest(let name):
      guard let guest = hosts[host].guests.first(where: { $0.name == name }) else { return .exit(18, "") }
      return removed(guest, of: host)
    case .endPilot(let pid, let slot, _):
      guard let run = hosts[host].runs.first(where: { $0.pid == pid && $0.slot == slot }) else {
        return .done
      }
      if jobs[run.job].map({ !$0.isOver }) ?? false {
        harms.append("the pilot of a job that is not over was ended")
      }
      terminate(PilotName(host: host, pid: run.pid, boot: hosts[host].boot))
      return .done
    default: return .noProgram(order.program)
    }
  }

  private mutating func runAtServer(_ order: Order) -> Ending {
    guard batch.isRunning else {
      return .exit(111, "cannot connect to server (errno=111) Connection refused")
    }
    switch order {
    case .mark(_, _, _, of: .openpbs): return .exit(1, "usage: pbsnodes")
    case .mark(let name, let isOffline, let note, _):
      guard let host = hosts.firstIndex(where: { $0.name == name }) else {
        return .exit(0, "Error marking node \(name) - Unknown node ")
      }
      if !isOffline, hosts[host].isKeptOffline {
        harms.append("\(name) was given back, and somebody keeps it offline")
      }
      hosts[host].isOffline = isOffline
      if let note { hosts[host].note = note }
      tell("\(name) is \(isOffline ? "drained" : "given back")")
      return .done
    case .deleteJob(let id, _):
      guard let number = number(of: id) else { return .exit(153, "qdel: Unknown Job Id \(id)") }
      if let slot = jobs[number]?.slot, holds(slot) {
        harms.append("job \(number) of a machine that lives was deleted")
      }
      delete(number, window: terms.window)
      return .done
    case .purgeJob(let id):
      guard let number = number(of: id) else { return .exit(153, "qdel: Unknown Job Id \(id)") }
      if hosts.contains(where: { $0.runs.contains { $0.job == number } }) {
        harms.append("job \(number) was purged, and its pilot lives")
      }
      purge(number)
      return .done
    case .clearMom(let name, let id):
      guard let host = hosts.firstIndex(where: { $0.name == name }), let number = number(in: id) else {
        return .done
      }
      guard hosts[host].obeys else { return .exit(0, "query[0] 'clear' failed on \(name)") }
      if let job = jobs[number], job.host == host, !job.isOver {
        harms.append("job \(number) was taken from its MOM's books, and is not over")
      }
      let moment = clock
      hosts[host].setBooks({ $0.removeAll { $0 == number } }, at: moment)
      return .done
    default: return .noProgram(order.program)
    }
  }

  private func number(in id: String) -> Int? { Int(id.prefix { $0 != "." }) }

  private func number(of id: String) -> Int? { number(in: id).flatMap { jobs[$0] == nil ? nil : $0 } }

  /// Its pilot has its memory, and its guest is there.
  private func holds(_ slot: String) -> Bool {
    hosts.contains { host in
      host.runs.contains { $0.slot == slot && $0.phase == .reserved }
        && service.slots.contains { row in
          row.id == slot && !row.isTerminal && host.guests.contains { $0.slot == slot }
            && service.machines[row.machine].map { $0.target != 28 } ?? false
        }
    }
  }

  private mutating func removed(_ guest: Host.Guest, of host: Int) -> Ending {
    if holds(guest.slot) {
      harms.append("\(guest.name) was destroyed, and its lease lives")
    }
    tell("\(guest.name) is removed from \(hosts[host].name)")
    remove(guest, of: host)
    return .done
  }

  private mutating func setMemory(_ amount: String, of host: Int) -> Ending {
    guard let kib = SiteState.kibibytes(amount) else { return .exit(1, "invalid memory size: \(amount)") }
    if terms.isBounded, kib > hosts[host].baseline * 1024 {
      return .exit(1, "libxl: error: memory_dynamic_max must be less than or equal to memory_static_max")
    }
    if hosts[host].runs.contains(where: \.hasTaken) {
      harms.append("dom0 of \(hosts[host].name) was set beside a pilot")
    }
    hosts[host].balloon.set(kib)
    tell("dom0 of \(hosts[host].name) is set to \(kib / 1024) MiB")
    return .done
  }

  /// Rows of what lives must stay, and a running service would write over all of it.
  mutating func judge(_ transaction: Transaction) {
    if service.isRunning { harms.append("rows were changed under a running service") }
    for change in transaction.changes where change.table == "pilot_slots" && change.action == .delete {
      for slot in service.slots where holds(slot.id) {
        if change.condition.cells.contains(where: { $0.literal == "'\(slot.id)'" }) {
          harms.append("the row of slot \(slot.id) was deleted, and it lives")
        }
      }
    }
  }
}
