import Model

extension Verb {
  /// What an act will have made of the snapshot, as far as it concerns what may be done next: statements over its arguments.
  /// A prediction plans the steps behind it, and proves nothing: each step has guards of its own.
  var prediction: [String] {
    switch self {
    case .drainNode: ["UPDATE lrms_node SET is_offline = 1, note = 'trueup: planned' WHERE node = :node"]
    case .undrainNode: ["UPDATE lrms_node SET is_offline = 0, note = NULL WHERE node = :node"]
    case .deleteJob:
      Self.jobGone + ["DELETE FROM pilot_process WHERE slot = :slot"]
    case .purgeJob: Self.jobGone
    case .clearMomJob: ["DELETE FROM lrms_mom_job WHERE node = :node AND job = :job"]
    case .endPilot: ["DELETE FROM pilot_process WHERE node = :node AND pid = :pid"]
    case .removeGuest:
      Self.domainGone + ["DELETE FROM node_residue WHERE node = :node AND name = :domain"]
    case .destroyDomain: Self.domainGone
    case .setDom0Memory, .nudgeDom0:
      [
        "UPDATE vmm_domain SET memory_kib = :memory_kib WHERE node = :node AND domid = 0",
        "UPDATE memory_sample SET current_kib = :memory_kib, target_kib = :memory_kib WHERE node = :node",
      ]
    case .destroyMachine:
      [
        """
        UPDATE vmm_host SET free_kib = free_kib + coalesce((SELECT sum(d.memory_kib) FROM vmm_domain d
          WHERE d.node = vmm_host.node AND d.machine = :machine), 0)
        """,
        "DELETE FROM node_residue WHERE machine = :machine",
        "DELETE FROM vmm_domain WHERE machine = :machine",
      ] + Self.machineGone + ["UPDATE db_account SET is_active = 0 WHERE machine = :machine"]
    case .endMachine: Self.machineGone
    case .endSlot: ["DELETE FROM db_slot WHERE id = :slot AND machine = :machine"]
    case .freeAddress:
      ["UPDATE db_address SET is_used = 0 WHERE association = :association AND address = :address"]
    case .markAddress:
      ["UPDATE db_address SET is_used = 1 WHERE association = :association AND address = :address"]
    case .removeResidue: ["DELETE FROM node_residue WHERE node = :node AND kind = :kind AND name = :name"]
    case .recountNode: ["UPDATE db_node SET available_kib = :available_kib WHERE node = :node"]
    case .alignCounter: ["UPDATE db_counter SET value = :machine WHERE name = 'last_machine'"]
    case .resetCursor: ["UPDATE db_notification_sink SET size_bytes = 0, cursor_bytes = 0 WHERE file = :file"]
    case .closeAccount: ["UPDATE db_account SET is_active = 0 WHERE uuid = :uuid"]
    }
  }

  private static let jobGone = [
    "DELETE FROM lrms_allocation WHERE job = :job",
    "DELETE FROM lrms_node_job WHERE job = :job",
    "DELETE FROM lrms_job WHERE id = :job",
  ]

  private static let domainGone = [
    """
    UPDATE vmm_host SET free_kib = free_kib + coalesce((SELECT d.memory_kib FROM vmm_domain d
      WHERE d.node = :node AND d.domid = :domid), 0) WHERE node = :node
    """,
    "DELETE FROM vmm_domain WHERE node = :node AND domid = :domid",
    "DELETE FROM vmm_domain_config WHERE node = :node AND domid = :domid",
    "DELETE FROM vmm_vif WHERE node = :node AND domid = :domid",
  ]

  private static let machineGone =
    [
      """
      UPDATE db_address SET is_used = 0 WHERE address IN (SELECT n.address FROM db_nic n WHERE n.machine = :machine)
      AND address NOT IN (SELECT n.address FROM db_nic n WHERE n.machine <> :machine AND n.address IS NOT NULL)
      """
    ]
    + ["db_schedule", "db_ensemble_pending", "db_slot", "db_partition", "db_deployment", "db_nic", "db_vm"]
    .map {
      "DELETE FROM \($0) WHERE machine = :machine"
    } + ["DELETE FROM db_machine WHERE id = :machine"]
}
