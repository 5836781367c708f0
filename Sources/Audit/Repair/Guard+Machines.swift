import Model

extension Guard {
  /// Of machines and slots. A destroy that the service begins deletes the job of the slot's handle: numbers begin again, so
  /// that must not be somebody else's by now.
  var machineObstacles: String? {
    switch self {
    case .machineKnown:
      """
      SELECT 'the database has no machine ' || :machine WHERE NOT EXISTS (SELECT 1 FROM db_machine m WHERE m.id = :machine)
      """
    case .machineNotLeaving:
      """
      SELECT 'machine ' || m.id || ' is being destroyed: another destroy would do nothing' FROM db_machine m
      WHERE m.id = :machine AND m.target_state = 28
      """
    case .noJobOfMachine:
      """
      SELECT 'job ' || j.job || ' is in state ' || coalesce(j.state, 'unknown') FROM slot_job j
      WHERE j.machine = :machine AND j.state IS NOT 'C'
      UNION ALL SELECT 'the pilot of slot ' || p.slot || ' is alive on ' || p.node FROM db_slot s
      JOIN pilot_process p ON p.slot = s.id WHERE s.machine = :machine AND (:node IS NULL OR p.node = :node)
      UNION ALL SELECT 'the MOM of ' || k.node || ' has job ' || k.job FROM db_slot s
      JOIN lrms_mom_job k ON k.number = s.job_number AND (s.job_server IS NULL OR s.job_server = k.server)
      WHERE s.machine = :machine AND (:node IS NULL OR k.node = :node)
      """
    case .noForeignJobByHandle:
      """
      SELECT 'its handle names job ' || j.id || ', which is somebody else''s by now' FROM slot_foreign_job f
      JOIN lrms_job j ON j.rowid = f.job_row WHERE f.machine = :machine
      """
    case .noDomainOfMachine:
      """
      SELECT 'guest ' || d.name || ' is on ' || d.node FROM vmm_domain d
      WHERE d.machine = :machine AND (:node IS NULL OR d.node = :node)
      """
    case .slotAsSeen:
      """
      SELECT 'no slot ' || :slot || ' has machine ' || :machine || ' and job ' || :job WHERE NOT EXISTS (
        SELECT 1 FROM db_slot s WHERE s.id = :slot AND s.machine = :machine AND s.job = :job)
      """
    case .noJobOfSlot:
      """
      SELECT 'job ' || j.job || ' is in state ' || coalesce(j.state, 'unknown') FROM slot_job j
      WHERE j.slot = :slot AND j.state IS NOT 'C'
      UNION ALL SELECT 'the pilot of slot ' || p.slot || ' is alive on ' || p.node FROM pilot_process p
      WHERE p.slot = :slot AND (:node IS NULL OR p.node = :node)
      UNION ALL SELECT 'the MOM of ' || k.node || ' has job ' || k.job FROM db_slot s
      JOIN lrms_mom_job k ON k.number = s.job_number AND (s.job_server IS NULL OR s.job_server = k.server)
      WHERE s.id = :slot AND (:node IS NULL OR k.node = :node)
      """
    case .noMachineOfSlot:
      """
      SELECT 'machine ' || m.id || ' lives by it' FROM db_slot s JOIN db_machine m ON m.id = s.machine WHERE s.id = :slot
      """
    default: nil
    }
  }

  /// Of the other records.
  var recordObstacles: String? {
    switch self {
    case .addressUnused:
      """
      SELECT 'machine ' || n.machine || ' has it' FROM db_nic n WHERE n.address = :address
      UNION ALL SELECT 'the interfaces of machine ' || u.machine || ' are not understood' FROM db_vm_untaken u
      WHERE instr(u.network, :address) > 0
      UNION ALL SELECT 'an interface on ' || f.node || ' has its hardware address' FROM vmm_vif f
      JOIN db_address a ON a.mac = f.mac WHERE a.association = :association AND a.address = :address
      UNION ALL SELECT r.kind || ' ' || r.name || ' on ' || r.node || ' has it' FROM node_residue r WHERE r.address = :address
      """
    case .noUnknownGuest:
      """
      SELECT 'guest ' || coalesce(d.name, '(null)') || ' is on ' || d.node FROM vmm_domain d
      WHERE d.domid <> 0 AND (d.name IS NULL OR d.machine IS NOT NULL)
      AND NOT EXISTS (SELECT 1 FROM db_machine m WHERE m.id = d.machine)
      """
    case .addressHeld:
      """
      SELECT 'no machine has ' || :address WHERE NOT EXISTS (
        SELECT 1 FROM db_nic n WHERE n.association = :association AND n.address = :address)
      """
    case .nodeMemoryAsCounted:
      """
      SELECT 'the machines on ' || :node || ' leave another amount by now' WHERE NOT EXISTS (
        SELECT 1 FROM db_node n WHERE n.node = :node AND n.maximum_kib - (SELECT coalesce(sum(d.memory_kib), 0) FROM db_vm v
          JOIN db_deployment d ON d.machine = v.machine WHERE v.node = n.node) = :available_kib AND :available_kib >= 0)
      """
    case .counterBehind:
      """
      SELECT 'the counter is not behind ' || :machine WHERE NOT EXISTS (
        SELECT 1 FROM db_counter c WHERE c.name = 'last_machine' AND c.value < :machine)
      """
    case .nothingUnread:
      """
      SELECT 'what is in ' || :file || ' may not have been read' WHERE NOT EXISTS (
        SELECT 1 FROM db_notification_sink k JOIN db_counter c ON c.name = CASE k.file
          WHEN 'pilotnotifications.txt' THEN 'pilot_notification_position' WHEN 'notifications.txt' THEN 'notification_position' END
        WHERE k.file = :file AND c.value > k.size_bytes
        AND (k.size_bytes = 0 OR NOT EXISTS (SELECT 1 FROM db_machine)))
      """
    case .noMachineOfAccount:
      """
      SELECT 'machine ' || m.id || ' is in the database' FROM db_machine m WHERE m.id = :machine
      UNION ALL SELECT 'the ledger has no active lease ' || :uuid WHERE NOT EXISTS (
        SELECT 1 FROM db_account a WHERE a.uuid = :uuid AND a.machine = :machine AND a.is_active = 1)
      """
    default: nil
    }
  }
}
