import Model
import World

/// Commands, where they are run.
extension SiteState {
  mutating func run(_ command: [String], at place: Deed.Place, deadline: Duration) -> Deed.Outcome {
    let end = clock + deadline
    advance(by: .milliseconds(100))
    let ending = ending(of: command, at: place)
    let isLate = ending == .hangs || clock > end
    if clock < end, isLate { advance(by: end - clock) }
    if isLate { return .failed("timed out after \(deadline.secondsWorded) s") }
    switch ending {
    case .exit(0, _): return .done
    case .exit(let code, ""): return .failed("ended with exit status \(code)")
    case .exit(let code, let words):
      return .failed("ended with exit status \(code): \(words.prefix { $0 != "\n" })")
    case .notSimulated(let what): return .failed("not simulated: \(what)")
    case .hangs: return .failed("timed out after \(deadline.secondsWorded) s")
    }
  }

  private mutating func ending(of command: [String], at place: Deed.Place) -> Ending {
    switch place {
    case .node(let name):
      let node = canonical(name)
      guard spellings[node] != nil else { return .exit(255, "ssh: Could not resolve hostname \(name)") }
      return silent.contains(node) ? .hangs : run(Order(command), on: node)
    case .batchServer: return runAtBatchServer(Order(command))
    case .service:
      if let machine = machine(in: command) { return destroyMachine(machine) }
      return runAtService(Order(command))
    }
  }

  private mutating func run(_ order: Order, on node: String) -> Ending {
    switch order {
    case .setMemory(let amount): setMemory(amount, of: node)
    case .nudge(let below, let target): nudge(below, target, of: node)
    case .destroyDomain(let domain): destroyDomain(domain, on: node)
    case .removeGuest(let name): removeGuest(name, on: node)
    case .endPilot(let pid, let slot, let grace): endPilot(pid, slot: slot, grace: grace, on: node)
    case .forgetHost(let name): forgetHost(name, on: node)
    case .locked(let inner): isLockHeld(on: node) ? waitForLock() : run(inner, on: node)
    case .mark, .deleteJob, .purgeJob, .clearMom, .emptyFile: .noProgram(order.program)
    case .unknown(let program): .noProgram(program)
    }
  }

  private mutating func runAtBatchServer(_ order: Order) -> Ending {
    switch order {
    case .mark(let node, let isOffline, let note, let system):
      mark(node, isOffline: isOffline, note: note, of: system)
    case .deleteJob(let job, let delay): delete(job, delay: delay)
    case .purgeJob(let job): purge(job)
    case .clearMom(let node, let job): clearMom(of: node, job: job)
    case .setMemory, .nudge, .destroyDomain, .removeGuest, .endPilot, .forgetHost, .emptyFile, .locked:
      .noProgram(order.program)
    case .unknown(let program): .noProgram(program)
    }
  }

  private mutating func runAtService(_ order: Order) -> Ending {
    switch order {
    case .emptyFile(let path): emptyFile(path)
    case .mark, .deleteJob, .purgeJob, .clearMom, .setMemory, .nudge, .destroyDomain, .removeGuest, .endPilot,
      .forgetHost,
      .locked:
      .noProgram(order.program)
    case .unknown(let program): .noProgram(program)
    }
  }

  /// Pilots from 2.7 on hold it while they read and set memory.
  private func isLockHeld(on node: String) -> Bool {
    sources.contains { source in
      source.kind == .nodePilots && source.node == node
        && rows(of: source, "pilot_lock").contains { $0.integer("holder") != nil }
    }
  }

  /// `flock -w 2`, and `exit 75`.
  private mutating func waitForLock() -> Ending {
    advance(by: .seconds(2))
    return .exit(75, "")
  }
}
