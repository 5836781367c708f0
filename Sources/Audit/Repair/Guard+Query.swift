import Model

extension Guard {
  /// How the snapshot tells that a guard does not hold: each row is a reason against the act, for its arguments as parameters.
  /// Nil for the one that no source tells.
  ///
  /// A row that must be there and is not is a reason too: a guard never holds by want of evidence.
  var obstacles: String? {
    switch self {
    case .nodeKnown:
      "SELECT 'the batch system does not know ' || :node WHERE NOT EXISTS (SELECT 1 FROM lrms_node n WHERE n.node = :node)"
    case .nodeNotOffline:
      """
      SELECT n.node || ' is offline already, and not by trueup: ' || coalesce(n.note, 'it has no note') FROM lrms_node n
      WHERE n.node = :node AND n.is_offline = 1 AND n.note NOT GLOB 'trueup:*'
      UNION ALL SELECT n.node || ' is offline already, and has no note that says by whom' FROM lrms_node n
      WHERE n.node = :node AND n.is_offline = 1 AND n.note IS NULL
      """
    case .drainedByTrueup:
      """
      SELECT :node || ' is not drained by trueup' WHERE NOT EXISTS (
        SELECT 1 FROM lrms_node n WHERE n.node = :node AND n.is_offline = 1 AND n.note GLOB 'trueup:*')
      """
    case .pilotJobOfService:
      """
      SELECT 'the account of the service is not configured (pilot.account)' FROM site t WHERE t.service_account IS NULL
      UNION ALL SELECT 'the server has no job ' || :job WHERE NOT EXISTS (SELECT 1 FROM lrms_job j WHERE j.id = :job)
      UNION ALL SELECT 'job ' || j.id || ' is of ' || coalesce(j.account, 'an unknown account') FROM lrms_job j
      CROSS JOIN site t WHERE j.id = :job AND t.service_account IS NOT NULL AND j.account IS NOT t.service_account
      UNION ALL SELECT 'job ' || j.id || ' does not write into the pilot logs' FROM lrms_job j
      WHERE j.id = :job AND j.in_pilot_logs IS NOT 1
      """
    case .jobNotEnding:
      """
      SELECT 'job ' || j.id || ' is in state ' || coalesce(j.state, 'unknown') FROM lrms_job j
      WHERE j.id = :job AND (j.state IS NULL OR j.state NOT IN ('Q', 'H', 'W', 'T', 'R'))
      UNION ALL SELECT 'job ' || j.id || ' is the pilot of slot ' || coalesce(j.output_name, 'unknown') || ', not of ' || :slot
      FROM lrms_job j WHERE j.id = :job AND j.output_name IS NOT :slot
      """
    case .noMachineByJob:
      """
      SELECT 'machine ' || s.machine || ' runs, and its time is not over' FROM db_slot s
      JOIN vmm_domain d ON d.machine = s.machine
      JOIN db_schedule c ON c.machine = s.machine
      WHERE s.id = :slot AND d.is_dying IS NOT 1 AND c.shutdown_ms > :now AND (:node IS NULL OR d.node = :node)
      UNION ALL SELECT 'machine ' || s.machine || ' has its lease of ' || s.node || ', whose time is not over'
      FROM db_slot s JOIN db_machine m ON m.id = s.machine JOIN db_schedule c ON c.machine = s.machine
      JOIN lrms_job j ON j.id = :job
      WHERE s.id = :slot AND s.is_terminal IS NOT 1 AND c.shutdown_ms > :now AND (:node IS NULL OR s.node = :node)
      AND NOT EXISTS (SELECT 1 FROM node_clock k
        WHERE k.node = s.node AND :now - 1000 * k.uptime_s - 60000 > j.started_ms)
      """
    case .noForeignGuestAtRisk:
      """
      SELECT 'guest ' || coalesce(d.name, '(null)') || ' is on ' || a.node || ', where less memory is free than the lease has: '
        || 'the pilot that ends would destroy it'
      FROM lrms_allocation a JOIN vmm_domain d ON d.node = a.node
      WHERE a.job = :job AND d.domid <> 0 AND (:node IS NULL OR a.node = :node)
      AND NOT EXISTS (SELECT 1 FROM db_slot s WHERE s.id = :slot AND s.machine = d.machine)
      AND NOT EXISTS (SELECT 1 FROM vmm_host h WHERE h.node = a.node
        AND h.free_kib >= (SELECT coalesce(max(l.high_kib), t.quantum_kib) FROM site t LEFT JOIN lease l ON l.job = :job))
      """
    case .nodeRebootedSince:
      """
      SELECT 'job ' || :job || ' is on no node that is known' WHERE NOT EXISTS (
        SELECT 1 FROM lrms_allocation a WHERE a.job = :job)
      UNION ALL SELECT a.node || ' was not rebooted since the job began, as far as can be seen' FROM lrms_allocation a
      JOIN lrms_job j ON j.id = a.job
      WHERE a.job = :job AND (:node IS NULL OR a.node = :node) AND NOT EXISTS (SELECT 1 FROM node_clock c
        WHERE c.node = a.node AND :now - 1000 * c.uptime_s - 60000 > j.started_ms)
      """
    case .jobUnknownToServer: "SELECT 'the server has job ' || j.id FROM lrms_job j WHERE j.id = :job"
    case .pilotAsSeen:
      """
      SELECT 'no process ' || :pid || ' of slot ' || :slot || ' is on ' || :node WHERE NOT EXISTS (
        SELECT 1 FROM pilot_process p WHERE p.node = :node AND p.pid = :pid AND p.slot = :slot
        AND (:started IS NULL OR p.started = :started))
      """
    case .pilotJobGone:
      """
      SELECT 'its job ' || j.id || ' is in state ' || j.state FROM lrms_job j
      WHERE j.output_name = :slot AND j.state IS NOT 'C'
      """
    case .noOtherLease:
      """
      SELECT 'slot ' || coalesce(l.slot, l.job, 'unknown') || ' leases memory on ' || l.node FROM lease l
      WHERE l.node = :node AND l.slot IS NOT :slot
      """
    case .noPilot:
      "SELECT 'a pilot is alive on ' || p.node || ', process ' || p.pid FROM pilot_process p WHERE p.node = :node"
    case .noPilotJob:
      """
      SELECT 'job ' || j.id || ' is in state ' || j.state || ' on ' || a.node FROM lrms_allocation a
      JOIN lrms_job j ON j.id = a.job CROSS JOIN site t
      WHERE a.node = :node AND j.state IN ('R', 'E') AND (j.in_pilot_logs = 1 OR j.account = t.service_account)
      """
    case .noGuest:
      """
      SELECT 'guest ' || coalesce(d.name, '(null)') || ' (domid ' || d.domid || ') is on ' || d.node FROM vmm_domain d
      WHERE d.node = :node AND d.domid <> 0
      UNION ALL SELECT 'the list of domains of ' || :node || ' has no Domain-0' WHERE NOT EXISTS (
        SELECT 1 FROM vmm_domain d WHERE d.node = :node AND d.domid = 0)
      """
    case .lockFree:
      "SELECT 'process ' || k.holder || ' holds ' || k.path FROM pilot_lock k WHERE k.node = :node AND k.holder IS NOT NULL"
    case .balloonStill, .balloonGaveUp, .memoryFree, .memoryWithinBounds: memoryObstacles
    case .domainAsSeen, .noLeaseOfDomain, .noDomainOfName, .noMachineOfName: guestObstacles
    case .machineKnown, .machineNotLeaving, .noJobOfMachine, .noForeignJobByHandle, .noDomainOfMachine,
      .slotAsSeen,
      .noJobOfSlot, .noMachineOfSlot:
      machineObstacles
    case .addressUnused, .noUnknownGuest, .addressHeld, .nodeMemoryAsCounted, .counterBehind, .nothingUnread,
      .noMachineOfAccount:
      recordObstacles
    case .serviceStopped: nil
    }
  }

  /// Tables that a guard reads where the site has them: what is not looked at there speaks for nobody.
  var optional: Set<String> {
    switch self {
    case .noJobOfMachine, .noJobOfSlot: ["lrms_mom_job"]
    case .memoryWithinBounds: ["vmm_store", "node_memory"]
    case .noLeaseOfDomain: ["lrms_mom_job"]
    case .domainAsSeen: ["vmm_domain_config"]
    case .noMachineByJob: ["db_schedule", "db_slot", "db_machine", "node_clock"]
    case .noForeignGuestAtRisk, .noOtherLease: ["db_slot", "db_deployment"]
    case .addressUnused: ["vmm_vif", "node_residue"]
    default: []
    }
  }
}
