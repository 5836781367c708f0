public import Model

extension Verb {
  /// What shows that an act was done: a query that gives a row then, for its arguments as parameters. An exit status of 0
  /// proves nothing in TORQUE and Xen.
  var proof: String {
    switch self {
    case .drainNode:
      "SELECT 1 FROM lrms_node n WHERE n.node = :node AND n.is_offline = 1 AND n.note GLOB 'trueup:*'"
    case .undrainNode: "SELECT 1 FROM lrms_node n WHERE n.node = :node AND n.is_offline = 0"
    case .deleteJob:
      """
      SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM lrms_job j WHERE j.id = :job AND j.state IS NOT 'C')
      AND NOT EXISTS (SELECT 1 FROM pilot_process p WHERE p.slot = :slot AND (:node IS NULL OR p.node = :node))
      """
    case .purgeJob:
      "SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM lrms_job j WHERE j.id = :job AND j.state IS NOT 'C')"
    case .clearMomJob:
      "SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM lrms_mom_job k WHERE k.node = :node AND k.job = :job)"
    case .endPilot:
      """
      SELECT 1 WHERE NOT EXISTS (
        SELECT 1 FROM pilot_process p WHERE p.node = :node AND p.pid = :pid AND p.slot = :slot)
      """
    case .removeGuest:
      """
      SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM vmm_domain d WHERE d.node = :node AND d.domid = :domid)
      AND NOT EXISTS (SELECT 1 FROM vmm_domain d WHERE d.node = :node AND d.name = :domain)
      """
    case .destroyDomain:
      "SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM vmm_domain d WHERE d.node = :node AND d.domid = :domid)"
    case .setDom0Memory, .nudgeDom0:
      """
      SELECT 1 FROM balloon b WHERE b.node = :node AND abs(b.target_kib - :memory_kib) < 1024
      AND abs(b.current_kib - :memory_kib) < 1024
      """
    case .destroyMachine:
      """
      SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM db_machine m WHERE m.id = :machine)
      AND NOT EXISTS (SELECT 1 FROM db_slot s WHERE s.machine = :machine)
      AND NOT EXISTS (SELECT 1 FROM vmm_domain d WHERE d.machine = :machine AND (:node IS NULL OR d.node = :node))
      """
    case .endMachine:
      """
      SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM db_machine m WHERE m.id = :machine)
      AND NOT EXISTS (SELECT 1 FROM db_vm v WHERE v.machine = :machine)
      AND NOT EXISTS (SELECT 1 FROM db_deployment d WHERE d.machine = :machine)
      AND NOT EXISTS (SELECT 1 FROM db_partition p WHERE p.machine = :machine)
      AND NOT EXISTS (SELECT 1 FROM db_schedule c WHERE c.machine = :machine)
      AND NOT EXISTS (SELECT 1 FROM db_slot s WHERE s.machine = :machine)
      """
    case .endSlot:
      "SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM db_slot s WHERE s.id = :slot AND s.machine = :machine)"
    case .freeAddress, .markAddress:
      """
      SELECT 1 FROM db_address a WHERE a.association = :association AND a.address = :address
      AND a.is_used = \(self == .markAddress ? 1 : 0)
      """
    case .removeResidue:
      """
      SELECT 1 WHERE NOT EXISTS (
        SELECT 1 FROM node_residue r WHERE r.node = :node AND r.kind = :kind AND r.name = :name)
      """
    case .recountNode: "SELECT 1 FROM db_node n WHERE n.node = :node AND n.available_kib = :available_kib"
    case .alignCounter: "SELECT 1 FROM db_counter c WHERE c.name = 'last_machine' AND c.value >= :machine"
    case .resetCursor:
      """
      SELECT 1 FROM db_notification_sink k JOIN db_counter c ON c.name = CASE k.file
        WHEN 'pilotnotifications.txt' THEN 'pilot_notification_position' WHEN 'notifications.txt' THEN 'notification_position' END
      WHERE k.file = :file AND k.size_bytes = 0 AND c.value = 0
      """
    case .closeAccount:
      "SELECT 1 FROM db_account a WHERE a.uuid = :uuid AND a.machine = :machine AND a.is_active = 0"
    }
  }

  /// How long that may take after the deed. What is to be waited for is somebody else's work: the MOM's and the pilot's, the
  /// balloon's (a MiB may have to be scrubbed first), the service's (it waits up to 120 s for a node).
  public func patience(grace: Duration) -> Duration {
    switch self {
    case .deleteJob: .seconds(grace.seconds + 60)
    case .endPilot: .seconds(grace.seconds + 20)
    case .destroyMachine: .seconds(150)
    case .removeGuest, .destroyDomain: .seconds(60)
    case .setDom0Memory, .nudgeDom0: .seconds(60)
    case .drainNode, .undrainNode, .purgeJob, .clearMomJob, .removeResidue: .seconds(20)
    case .endMachine, .endSlot, .freeAddress, .markAddress, .recountNode, .alignCounter, .resetCursor,
      .closeAccount:
      .seconds(10)
    }
  }
}
