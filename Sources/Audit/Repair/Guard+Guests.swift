import Model

extension Guard {
  /// Of guests, and of what they leave on a node. A domid is recycled and a name may be another machine's after a reset: a
  /// domain is the one that was seen when its domid, its name and, where it is told, its uuid are.
  var guestObstacles: String? {
    switch self {
    case .domainAsSeen:
      """
      SELECT 'Domain-0 is nobody''s guest' WHERE :domid = 0
      UNION ALL SELECT 'no domain ' || :domid || ' named ' || coalesce(:domain, '(null)') || ' is on ' || :node WHERE NOT EXISTS (
        SELECT 1 FROM vmm_domain d WHERE d.node = :node AND d.domid = :domid AND d.name IS :domain)
      UNION ALL SELECT 'domain ' || :domid || ' has another uuid by now' FROM vmm_domain_config c
      WHERE c.node = :node AND c.domid = :domid AND :uuid IS NOT NULL AND c.uuid IS NOT :uuid
      """
    case .noLeaseOfDomain:
      """
      SELECT 'slot ' || s.id || ' leases memory to it by job ' || j.job FROM vmm_domain d
      JOIN db_slot s ON s.machine = d.machine JOIN slot_job j ON j.slot_row = s.rowid
      WHERE d.node = :node AND d.domid = :domid AND j.state IS NOT 'C'
      UNION ALL SELECT 'the pilot of slot ' || s.id || ' is alive' FROM vmm_domain d
      JOIN db_slot s ON s.machine = d.machine JOIN pilot_process p ON p.slot = s.id
      WHERE d.node = :node AND d.domid = :domid
      UNION ALL SELECT 'slot ' || coalesce(l.slot, l.job, 'unknown') || ' leases memory on ' || l.node
      FROM lease l WHERE l.node = :node AND NOT EXISTS (SELECT 1 FROM vmm_domain d
        JOIN db_slot s ON s.machine = d.machine WHERE d.node = :node AND d.domid = :domid)
      UNION ALL SELECT 'the service''s own machine ' || m.id || ' is it' FROM vmm_domain d
      JOIN db_machine m ON m.id = d.machine CROSS JOIN site t
      WHERE d.node = :node AND d.domid = :domid AND t.mode = 'pool' AND m.is_corrupted IS NOT 1 AND m.target_state IS NOT 28
      """
    case .noDomainOfName:
      """
      SELECT 'domain ' || d.domid || ' is on ' || d.node FROM vmm_domain d WHERE d.node = :node AND d.name = :name
      UNION ALL SELECT 'guest ' || d.name || ' of its machine is on ' || d.node FROM vmm_domain d
      JOIN node_residue r ON r.machine = d.machine AND r.node = d.node WHERE d.node = :node AND r.name = :name
      UNION ALL SELECT 'an interface on ' || f.node || ' has its hardware address' FROM vmm_vif f
      JOIN node_residue r ON r.mac = f.mac AND r.node = f.node WHERE f.node = :node AND r.name = :name
      """
    case .noMachineOfName:
      """
      SELECT 'machine ' || m.id || ' is in the database' FROM node_residue r JOIN db_machine m ON m.id = r.machine
      JOIN db_vm v ON v.machine = m.id AND v.node = r.node WHERE r.node = :node AND r.name = :name
      UNION ALL SELECT 'machine ' || n.machine || ' on ' || v.node || ' has its address' FROM node_residue r
      JOIN db_nic n ON n.address = r.address JOIN db_vm v ON v.machine = n.machine AND v.node = r.node
      WHERE r.node = :node AND r.name = :name
      """
    default: nil
    }
  }
}
