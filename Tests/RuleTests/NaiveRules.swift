import Model

/// What rules mean, by nested loops over all rows: written from their titles and their reasons, and slow. Each gives the
/// identities of what it finds.
struct NaiveRules {
  typealias Row = NaiveWorld.Row

  let world: NaiveWorld
  let now: Instant

  private func rows(_ table: String) -> [Row] { world.tables[table] ?? [] }

  /// A slot's jobs: those of its handle that write to no other's file, and those that write to its own.
  private func jobs(of slot: Row) -> [Row] {
    rows("lrms_job").filter { job in
      let isOfHandle =
        job["number"] == slot["job_number"]
        && (slot["job_server"] == .null || slot["job_server"] == job["server"])
        && (job["output_name"] == .null || job["output_name"] == slot["id"])
      return isOfHandle || job["output_name"] != .null && job["output_name"] == slot["id"]
    }
  }

  private func isOver(_ job: Row) -> Bool { job["state"] == .text("C") }

  private func machine(_ id: Value?) -> Row? { rows("db_machine").first { $0["id"] == id } }

  private func vm(_ machine: Value?) -> Row? { rows("db_vm").first { $0["machine"] == machine } }

  private func isSet(_ row: Row, _ column: String) -> Bool { row[column] == .integer(1) }

  /// Something happened longer ago than that; false where nobody told.
  private func isPast(_ value: Value?, by milliseconds: Int64) -> Bool {
    if case .integer(let moment) = value { moment < now.milliseconds - milliseconds } else { false }
  }

  private func isKnown(_ value: Value?) -> Bool { value != nil && value != .null }

  // MARK: Rules

  static let known: [String: @Sendable (NaiveRules) -> [[Value?]]] = [
    "slot-without-job": { naive in
      naive.rows("db_slot").filter { slot in
        slot["is_terminal"] == .integer(0) && slot["is_pending_remove"] == .integer(0)
          && naive.jobs(of: slot).allSatisfy(naive.isOver)
      }.map { [$0["id"], $0["machine"]] }
    },
    "slot-without-machine": { naive in
      naive.rows("db_slot").filter { slot in
        slot["is_pending_remove"] == .integer(0) && naive.machine(slot["machine"]) == nil
      }.map { [$0["id"], $0["machine"]] }
    },
    "slot-never-reported": { naive in
      naive.rows("db_slot").filter { slot in
        naive.isSet(slot, "is_pending")
          && naive.jobs(of: slot).contains { job in
            guard ["R", "C"].map(Value.text).contains(job["state"]),
              naive.isPast(job["started_ms"], by: 15_000)
            else { return false }
            // A running block is another matter as long as one of it is alive.
            let isAlive = naive.rows("db_slot").contains { other in
              other["id"] == slot["id"] && !naive.isSet(other, "is_pending")
                && !naive.isSet(other, "is_terminal")
                && !naive.isSet(other, "is_pending_remove") && naive.machine(other["machine"]) != nil
            }
            return !(job["state"] == .text("R") && isAlive)
          }
      }.map { [$0["id"], $0["machine"]] }
    },
    "machine-without-slot": { naive in
      naive.rows("db_machine").filter { machine in
        machine["target_state"] != .integer(28)
          && !naive.rows("db_slot").contains { $0["machine"] == machine["id"] }
      }.map { [$0["id"]] }
    },
    "machine-destroy-stuck": { naive in
      naive.rows("db_machine").filter { $0["target_state"] == .integer(28) }.map { [$0["id"]] }
    },
    "machine-corrupted": { naive in
      naive.rows("db_machine").filter { machine in
        naive.isSet(machine, "is_corrupted") && machine["target_state"] != .integer(28)
          && machine["term_ms"] == .null
          && !naive.rows("db_schedule").contains { row in
            row["machine"] == machine["id"] && row["shutdown_ms"] != .null && !naive.isSet(row, "is_done")
          }
      }.map { [$0["id"]] }
    },
    "machine-without-domain": { naive in
      naive.rows("db_machine").filter { machine in
        guard let vm = naive.vm(machine["id"]), naive.isKnown(vm["node"]) else { return false }
        let mayRun = naive.rows("db_slot").contains { slot in
          slot["machine"] == machine["id"] && slot["is_terminal"] == .integer(0)
            && naive.jobs(of: slot).contains { $0["state"] == .text("R") }
        }
        let state = machine["state"]
        return (state == .integer(8) || state == .integer(12) || state == .integer(38) && mayRun)
          && !naive.rows("vmm_domain").contains { $0["machine"] == machine["id"] }
      }.map { [$0["id"]] }
    },
    "domain-without-machine": { naive in
      naive.rows("vmm_domain").filter { domain in
        naive.isKnown(domain["machine"]) && !naive.isSet(domain, "is_dying")
          && naive.machine(domain["machine"]) == nil
      }.map { [$0["node"], $0["name"]] }
    },
    "domain-without-lease": { naive in
      naive.rows("vmm_domain").filter { domain in
        guard !naive.isSet(domain, "is_dying"), naive.machine(domain["machine"]) != nil else { return false }
        let slots = naive.rows("db_slot").filter { $0["machine"] == domain["machine"] }
        return slots.allSatisfy { slot in
          naive.jobs(of: slot).allSatisfy(naive.isOver)
            && !naive.rows("pilot_process").contains { $0["slot"] == slot["id"] }
        }
      }.map { [$0["node"], $0["name"]] }
    },
    "domain-misplaced": { naive in
      naive.rows("vmm_domain").filter { domain in
        guard !naive.isSet(domain, "is_dying"), let vm = naive.vm(domain["machine"]) else { return false }
        guard naive.isKnown(vm["node"]) else {
          return naive.rows("db_slot").contains {
            $0["machine"] == domain["machine"] && naive.isSet($0, "is_pending")
          }
        }
        return vm["node"] != domain["node"]
          && !naive.rows("vmm_domain").contains {
            $0["machine"] == domain["machine"] && $0["node"] == vm["node"]
          }
      }.map { [$0["node"], $0["name"]] }
    },
    "domain-duplicated": { naive in
      naive.rows("db_machine").filter { machine in
        naive.rows("vmm_domain").count { $0["machine"] == machine["id"] && !naive.isSet($0, "is_dying") } > 1
      }.map { [$0["id"]] }
    },
    "domain-crashed": { naive in
      naive.rows("vmm_domain").filter { naive.isSet($0, "is_crashed") && !naive.isSet($0, "is_dying") }
        .map { [$0["node"], $0["domid"]] }
    },
    "domain-dying": { naive in
      naive.rows("vmm_domain").filter { naive.isSet($0, "is_dying") }.map { [$0["node"], $0["domid"]] }
    },
    "job-without-slot": { naive in
      naive.rows("lrms_job").filter { job in
        naive.isSet(job, "in_pilot_logs") && ["Q", "H", "R"].map(Value.text).contains(job["state"])
          && !naive.rows("db_slot").contains { $0["id"] == job["output_name"] }
      }.map { [$0["id"], $0["output_name"]] }
    },
    "job-on-down-node": { naive in
      naive.rows("lrms_job").flatMap { job -> [[Value?]] in
        let isPilot =
          naive.isSet(job, "in_pilot_logs")
          || naive.rows("db_slot").contains { naive.jobs(of: $0).contains(job) }
        guard job["state"] == .text("R"), isPilot else { return [] }
        return naive.rows("lrms_allocation").filter { $0["job"] == job["id"] }.compactMap { place in
          naive.rows("lrms_node").contains { node in
            node["node"] == place["node"] && naive.isSet(node, "is_down")
              && (node["status_ms"] != .null
                || naive.rows("lrms_node").contains { $0["is_down"] == .integer(0) })
          } ? [job["id"], place["node"]] : nil
        }
      }
    },
    "job-unknown-to-mom": { naive in
      naive.rows("lrms_job").flatMap { job -> [[Value?]] in
        let isPilot =
          naive.isSet(job, "in_pilot_logs")
          || naive.rows("db_slot").contains { naive.jobs(of: $0).contains(job) }
        let isSettled = job["started_ms"] == .null || naive.isPast(job["started_ms"], by: 15_000)
        guard job["state"] == .text("R"), isPilot, isSettled else { return [] }
        return naive.rows("lrms_allocation").filter { $0["job"] == job["id"] }.compactMap { place in
          guard naive.rows("lrms_mom").contains(where: { $0["node"] == place["node"] }) else { return nil }
          return naive.rows("lrms_mom_job").contains { known in
            known["node"] == place["node"] && known["number"] == job["number"]
              && known["server"] == job["server"]
          } ? nil : [job["id"], place["node"]]
        }
      }
    },
    "job-stuck-exiting": { naive in
      naive.rows("lrms_job").filter { job in
        job["state"] == .text("E")
          && (naive.isSet(job, "in_pilot_logs")
            || naive.rows("db_slot").contains { naive.jobs(of: $0).contains(job) })
          && (job["modified_ms"] == .null || naive.isPast(job["modified_ms"], by: 60_000))
      }.map { [$0["id"]] }
    },
    "mom-stray-job": { naive in
      naive.rows("lrms_mom_job").filter { stray in
        let isKnown = naive.rows("lrms_job").contains {
          $0["number"] == stray["number"] && $0["server"] == stray["server"]
        }
        let isOurs =
          naive.rows("lrms_job").contains { $0["server"] == stray["server"] }
          || naive.rows("db_slot").contains {
            $0["job_number"] == stray["number"] && $0["job_server"] == stray["server"]
          }
        return !isKnown && isOurs
      }.map { [$0["node"], $0["job"]] }
    },
    "pilot-outlives-job": { naive in
      naive.rows("pilot_process").filter { pilot in
        naive.isKnown(pilot["slot"]) && !naive.isSet(pilot, "is_killnine")
          && naive.rows("lrms_job").allSatisfy { $0["output_name"] != pilot["slot"] || naive.isOver($0) }
          && naive.rows("db_slot").allSatisfy { slot in
            slot["id"] != pilot["slot"] || naive.jobs(of: slot).allSatisfy(naive.isOver)
          }
      }.map { [$0["node"], $0["slot"], $0["pid"]] }
    },
    "address-leaked": { naive in
      naive.rows("db_address").filter { address in
        naive.isSet(address, "is_used")
          && !naive.rows("db_nic").contains {
            $0["address"] == address["address"] && $0["association"] == address["association"]
          }
      }.map { [$0["association"], $0["address"]] }
    },
    "address-unmarked": { naive in
      naive.rows("db_address").flatMap { address -> [[Value?]] in
        if naive.isSet(address, "is_used") { return [] }
        return naive.rows("db_nic").filter { nic in
          nic["address"] == address["address"] && nic["association"] == address["association"]
            && (nic["method"] == .null || nic["method"] == .text("AllocateAndConfigure"))
            && naive.machine(nic["machine"]).map { $0["target_state"] != .integer(28) } ?? false
        }.map { [address["association"], address["address"], $0["machine"]] }
      }
    },
    "address-conflict": { naive in
      naive.rows("db_nic").filter { nic in
        naive.isKnown(nic["address"]) && naive.isKnown(nic["association"])
          && naive.rows("db_nic").contains { other in
            other["address"] == nic["address"] && other["association"] == nic["association"]
              && other["machine"] != nic["machine"]
          }
      }.map { [$0["association"], $0["address"], Value.null] }
    },
  ]
}
