internal import Model

/// The tables of `WorkspacePersistenceDB`, TP2.2 to 2.10.1 (`workspace_service_derby_schema.sql` at each
/// release).
enum MainTables {
  static let all: [TableMap] = [
    slots, slotGroups, machines, virtualMachines, deployments, partitions, addresses, schedules,
    pendingEnsembles, nodes, lastMachine, pilotNotificationPosition, notificationPosition,
  ]

  /// Tables of the service that no rule needs. `staging` ended with TP2.0, `vm_customization` and
  /// `resourcepools` with 2.6.
  static let unread: Set<String> = [
    "staging", "vm_customization", "file_copy", "associations", "resourcepools",
    "default_scheduler_done_ensemb", "groupresources", "counter", "idempotency", "spot_prices",
    "backfill", "async_requests", "async_requests_vms", "async_requests_vm_deployment",
    "async_requests_vm_partitions", "async_requests_vm_file_copy", "async_requests_allocated_vms",
    "async_requests_finished_vms", "async_requests_to_be_preempted",
  ]

  static let slots = TableMap(
    "pilot_slots", fills: "db_slot",
    [
      .key("id", .text, "id"),
      .key("vmid", .integer, "machine"),
      .value("pending", .flag, "is_pending"),
      .value("terminal", .flag, "is_terminal"),
      .value("lrmhandle", .job, "job", "job_number", "job_server"),
      .value("duration", .integer, "duration_s"),
      .value("partofgroup", .flag, "is_part_of_group"),
      .value("pendingremove", .flag, "is_pending_remove"),
      .value("nodename", .node, "node"),
    ])

  static let slotGroups = TableMap(
    "pilot_groups", fills: "db_slot_group",
    [
      .key("groupid", .text, "id"),
      .key("vmid", .integer, "machine"),
    ])

  static let machines = TableMap(
    "resources", fills: "db_machine",
    [
      .key("id", .integer, "id"),
      .value("name", .text, "name"),
      .value("state", .state, "state", "state_name", "is_corrupted"),
      .value("target_state", .state, "target_state", "target_state_name"),
      .value("term_time", .moment, "term_ms"),
      .value("ops_enabled", .flag, "is_ops_enabled"),
      .value("creator_dn", .text, "owner"),
      .value("start_time", .moment, "started_ms"),
      .unread("vmm_access_ok"),
      .value("ensembleid", .text, "ensemble_id"),
      .value("groupid", .text, "group_id"),
      .value("groupsize", .integer, "group_size"),
      .unread("last_in_group"),
      .unread("launch_index"),
      .unread("error_fault"),
    ],
    added: [.unread("client_token"), .unread("charge_ratio")])

  static let virtualMachines = TableMap(
    "vms", fills: "db_vm",
    [
      .key("id", .integer, "machine"),
      .unread("name"),
      .value("node", .node, "node"),
      .unread("prop_required"),
      .unread("unprop_required"),
      .value("network", .network, "network"),
      .unread("kernel_parameters"),
      .unread("vmm"),
      .unread("vmm_version"),
      .unread("assocs_needed"),
      .secret("md_user_data"),
    ],
    added: [.unread("preemptable"), .unread("credential_name")])

  static let deployments = TableMap(
    "vm_deployment", fills: "db_deployment",
    [
      .key("vmid", .integer, "machine"),
      .unread("requested_state"),
      .value("requested_shutdown", .integer, "requested_shutdown"),
      .value("min_duration", .integer, "duration_s"),
      .value("ind_physmem", .mebibytes, "memory_kib"),
    ],
    added: [.unread("ind_physcpu")])

  static let partitions = TableMap(
    "vm_partitions", fills: "db_partition",
    [
      .key("vmid", .integer, "machine"),
      .value("image", .text, "image"),
      .unread("imagemount"),
      .unread("readwrite"),
      .unread("rootdisk"),
      .unread("blankspace"),
      .unread("prop_required"),
      .unread("unprop_required"),
      .unread("alternate_unprop"),
    ])

  static let addresses = TableMap(
    "association_entries", fills: "db_address",
    [
      .key("association", .text, "association"),
      .key("ipaddress", .text, "address"),
      .value("mac", .mac, "mac"),
      .value("hostname", .text, "hostname"),
      .unread("gateway"),
      .unread("broadcast"),
      .unread("subnetmask"),
      .value("used", .flag, "is_used"),
    ])

  static let schedules = TableMap(
    "default_scheduler_current_tasks", fills: "db_schedule",
    [
      .key("id", .integer, "machine"),
      .value("shutdown_time", .moment, "shutdown_ms"),
      .value("shutdown", .flag, "is_done"),
    ])

  static let pendingEnsembles = TableMap(
    "default_scheduler_pending_ensemb", fills: "db_ensemble_pending",
    [
      .key("coschedid", .text, "ensemble_id"),
      .unread("groupid"),
      .value("id", .integer, "machine"),
      .value("min_duration", .integer, "duration_s"),
      .value("ind_physmem", .mebibytes, "memory_kib"),
      .unread("assocs_needed"),
    ])

  static let nodes = TableMap(
    "resourcepool_entries", fills: "db_node",
    [
      .value("resourcepool", .text, "pool"),
      .key("hostname", .node, "node", "told"),
      .unread("associations"),
      .value("maximum_memory", .mebibytes, "maximum_kib"),
      .value("available_memory", .mebibytes, "available_kib"),
    ],
    added: [
      .value("active", .flag, "is_active"),
      .value("preemptable_memory", .mebibytes, "preemptable_kib"),
    ])

  static let lastMachine = TableMap(
    "default_scheduler_workspid", fills: "db_counter",
    constants: [(column: "name", value: .text("last_machine"))],
    [.value("id", .integer, "value")])

  static let pilotNotificationPosition = TableMap(
    "pilot_notification_position", fills: "db_counter",
    constants: [(column: "name", value: .text("pilot_notification_position"))],
    [.value("position", .integer, "value")])

  static let notificationPosition = TableMap(
    "notification_position", fills: "db_counter",
    constants: [(column: "name", value: .text("notification_position"))],
    [.value("position", .integer, "value")])
}
