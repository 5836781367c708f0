-- The snapshot: what the three sources of truth said, as one small database.
--
-- This file defines every table and documents it; the program reads both from here. The form is kept:
--   * the comment above a table says what a row is;
--   * `source:` names the observations (the `what` of a capture) that fill it. "none" means the site's configuration or
--     trueup itself. A table is wholly seen, for a node or for the site, when the last of these observations was;
--   * the comment behind a column says what it means and its unit. Names end in the unit: _kib, _ms, _s;
--   * "volatile" marks a column that changes while nothing happens: a second look does not compare it;
--   * "node" as a column is always the one name that the site knows the node by.
--
-- Times are milliseconds since 1970-01-01T00:00:00Z. Flags are 0 or 1. NULL is "not told", never "no".
-- Tables are named by role: lrms is the batch system (TORQUE), vmm the hypervisor (Xen), db the persistence database.
--
-- Each row that a source told has four columns more: `observation`, where it was told; `at_byte` and `byte_count`, the
-- very bytes of that observation's output; and `ambiguous`, 1 where somebody could have forged it.

-- The site, as configured: one row.
-- source: none
CREATE TABLE site (
  name TEXT, -- what the site calls itself
  mode TEXT, -- 'pilot' (slots are leased by jobs) or 'pool' (the service owns its nodes)
  service_account TEXT, -- the account that submits the pilot jobs
  quantum_kib INTEGER, -- the memory of one slot, the step in which whole losses come; KiB
  dom0_minimum_kib INTEGER, -- the pilot refuses to take dom0 below this (its xen.minmem); KiB
  tolerance_kib INTEGER, -- differences below this are rounding (the pilot and `xm` floor to MiB); KiB
  margin_kib INTEGER, -- what dom0 is left above what it uses when its memory is lowered; KiB
  grace_s INTEGER, -- seconds that a pilot has between SIGTERM and SIGKILL by the service's reckoning
  padding_s INTEGER, -- seconds that the service adds to each lease
  termination_offset_s INTEGER, -- seconds from the end of running time to the removal of the machine's row
  now_ms INTEGER, -- when the last source was read: the only clock that a rule knows
  balloons INTEGER, -- 1 when pilots take dom0's memory, 0 with bubble_mem = no
  foreign_domains TEXT -- what a domain is that neither the service nor the site knows: 'notice', 'warning' or 'error'
);

-- The trial that a preflight judges the site for: one row. It means nothing to an audit.
-- source: none
CREATE TABLE trial (
  nodes TEXT, -- the names of its nodes, as a GLOB pattern
  slots INTEGER, -- slots on each of them at the same time
  slot_memory_kib INTEGER -- the memory of one; KiB
);

-- A domain that the site knows and the service does not: a file server in a guest, say.
-- source: none
CREATE TABLE site_domain (
  name TEXT -- the domain's name, as the hypervisor tells it
);

-- A node of the site, by the one name used everywhere in the snapshot.
-- source: none
CREATE TABLE node (
  name TEXT PRIMARY KEY, -- lower case, without its domain
  configured INTEGER NOT NULL DEFAULT 0, -- 1 when the site's configuration lists it
  dom0_baseline_kib INTEGER -- what dom0 has with no lease, by the configuration; NULL if that does not say; KiB
);

-- Another spelling of a node.
-- source: none
CREATE TABLE node_alias (
  alias TEXT PRIMARY KEY, -- lower case
  node TEXT NOT NULL -- the node it names
);

-- What was run to look, and how it went.
-- source: none
CREATE TABLE observation (
  id INTEGER PRIMARY KEY, -- counted from 1 in the order of the manifest
  round INTEGER NOT NULL, -- 1 is the first look
  what TEXT NOT NULL, -- torque.jobs, xen.list, ...
  node TEXT, -- the node it is about; NULL for the whole site
  command TEXT, -- what was run
  started_ms INTEGER, -- by the observer's clock
  finished_ms INTEGER, -- by the observer's clock
  exit_status INTEGER, -- NULL when it did not end by itself
  form TEXT, -- the form that its bytes turned out to have
  coverage TEXT NOT NULL, -- 'complete', 'partial', 'failed', or 'superseded' by a later or better one
  reason TEXT -- why it is not complete
);

-- A value that could not be understood inside a record that could. The column is NULL there.
-- source: none
CREATE TABLE defect (
  observation INTEGER, -- where it was told
  table_name TEXT NOT NULL, -- the table of the record
  row INTEGER NOT NULL, -- its rowid there
  column_name TEXT NOT NULL, -- the column that is unknown
  problem TEXT NOT NULL -- what was found and what was expected
);

-- A batch job, as the server lists it.
-- source: torque.jobs
CREATE TABLE lrms_job (
  observation INTEGER, at_byte INTEGER, byte_count INTEGER, ambiguous INTEGER, -- where it was told
  id TEXT, -- as told: 812.gridsn.example.org
  number TEXT, -- its part before the first dot, an array index included: 812, 812[3]
  server TEXT, -- the server's name, lower case, cut at its first dot: gridsn
  name TEXT, -- Job_Name; a pilot's is STDIN, like that of any script given on standard input
  owner TEXT, -- account@host
  account TEXT, -- the owner's account, without the host
  queue TEXT, -- the queue it is in
  state TEXT, -- T transit, Q queued, H held, W waiting, R running, E exiting, C completed
  substate INTEGER, -- 42 running, 50 to 53 exiting, 59 complete
  session INTEGER, -- the session on its first node
  exit_status INTEGER, -- what the server was told; 271 is SIGTERM
  created_ms INTEGER, -- ctime
  modified_ms INTEGER, -- mtime; volatile
  eligible_ms INTEGER, -- etime
  started_ms INTEGER, -- start_time
  completed_ms INTEGER, -- comp_time
  walltime_s INTEGER, -- requested, in seconds
  memory_kib INTEGER, -- requested; KiB
  nodes_requested TEXT, -- Resource_List.nodes
  exec_host TEXT, -- where it was placed, as told
  output_path TEXT, -- host:path of its output
  output_name TEXT, -- the last part of that path: a pilot's slot id
  in_pilot_logs INTEGER -- 1 when the folder of that path is called pilot-logs: it is a pilot
);

-- A node that a job holds, from its exec_host. One row a job and node.
-- source: torque.jobs
CREATE TABLE lrms_allocation (
  observation INTEGER, at_byte INTEGER, byte_count INTEGER, ambiguous INTEGER, -- where it was told
  job TEXT, -- lrms_job.id
  node TEXT, -- the node
  processors INTEGER -- virtual processors there
);

-- A node, as the server lists it.
-- source: torque.nodes
CREATE TABLE lrms_node (
  observation INTEGER, at_byte INTEGER, byte_count INTEGER, ambiguous INTEGER, -- where it was told
  node TEXT, -- the node
  name TEXT, -- its name as told
  state TEXT, -- as told, comma-joined: free, offline, down, job-exclusive, ...
  is_down INTEGER, -- 1 when the state has down or state-unknown
  is_offline INTEGER, -- 1 when the state has offline
  processors INTEGER, -- np
  properties TEXT, -- comma-joined
  note TEXT, -- the administrator's note
  status_ms INTEGER, -- rectime: when the MOM last reported; up to 45 s old; volatile
  status_jobs TEXT -- jobs that the MOM reported then; volatile
);

-- A job on a node, in the server's own books (pbsnodes, jobs).
-- source: torque.nodes
CREATE TABLE lrms_node_job (
  observation INTEGER, at_byte INTEGER, byte_count INTEGER, ambiguous INTEGER, -- where it was told
  node TEXT, -- the node
  job TEXT, -- the job's id as told
  processors INTEGER -- virtual processors that it holds there
);

-- A job in the books of a node's MOM (momctl -d 3).
-- source: torque.mom
CREATE TABLE lrms_mom_job (
  observation INTEGER, at_byte INTEGER, byte_count INTEGER, ambiguous INTEGER, -- where it was told
  node TEXT, -- the node
  job TEXT, -- the job's id as told
  number TEXT, -- as lrms_job.number
  server TEXT, -- as lrms_job.server
  state TEXT, -- RUNNING, EXITING, PRERUN, ...
  sessions TEXT -- blank-joined session ids; empty for a sister's or a job that has not begun
);

-- A node's MOM itself (momctl -d 3).
-- source: torque.mom
CREATE TABLE lrms_mom (
  observation INTEGER, at_byte INTEGER, byte_count INTEGER, ambiguous INTEGER, -- where it was told
  node TEXT, -- the node
  version TEXT, -- the MOM's version
  active_s INTEGER, -- seconds since it started; volatile
  status_interval_s INTEGER, -- seconds between its reports to the server
  last_from_server_s INTEGER -- seconds since the server's last message; volatile
);

-- What the server says of itself (qstat -B -f), once before and once after the list of jobs.
-- source: torque.server
CREATE TABLE lrms_server (
  observation INTEGER, at_byte INTEGER, byte_count INTEGER, ambiguous INTEGER, -- where it was told
  name TEXT, -- the server's name as told
  state TEXT, -- server_state: Active, Idle, ...
  total_jobs INTEGER, -- jobs that it has, of all owners and in all states; each element of an array is one; volatile
  version TEXT -- pbs_version
);

-- A setting of the server or of a queue (qmgr -c 'print server').
-- source: torque.settings
CREATE TABLE lrms_setting (
  observation INTEGER, at_byte INTEGER, byte_count INTEGER, ambiguous INTEGER, -- where it was told
  object TEXT, -- 'server' or 'queue'
  name TEXT, -- the queue's name; NULL for the server
  attribute TEXT, -- kill_delay, keep_completed, ...
  value TEXT -- as told; an attribute told more than once has as many rows
);

-- A record of the accounting log. A D record means that deletion was asked, not that it happened.
-- source: torque.accounting
CREATE TABLE lrms_event (
  observation INTEGER, at_byte INTEGER, byte_count INTEGER, ambiguous INTEGER, -- where it was told
  logged_at TEXT, -- local time of the server, as told: 11/22/2026 19:29:32
  kind TEXT, -- Q queued, S started, E ended, D deletion asked, A aborted, R rerun, C checkpoint, T restart
  job TEXT, -- the job's id as told
  number TEXT, -- as lrms_job.number
  server TEXT, -- as lrms_job.server
  requestor TEXT, -- who asked for the deletion
  account TEXT, -- the job's user
  exec_host TEXT, -- where it ran, as told
  session INTEGER, -- its session
  exit_status INTEGER, -- of an E record
  started_ms INTEGER, -- start
  ended_ms INTEGER -- end
);

-- A host's hypervisor (xl info, xm info).
-- source: xen.info
CREATE TABLE vmm_host (
  observation INTEGER, at_byte INTEGER, byte_count INTEGER, ambiguous INTEGER, -- where it was told
  node TEXT, -- the node
  version TEXT, -- of Xen
  total_kib INTEGER, -- the machine's memory; told in MiB, rounded down; KiB
  free_kib INTEGER, -- unused, claims taken off; told in MiB, rounded down; KiB
  claims_kib INTEGER, -- claimed and not yet populated; KiB
  command_line TEXT, -- Xen's own, with dom0_mem
  dom0_memory_kib INTEGER, -- dom0_mem= of that line, what dom0 is given at boot; KiB
  dom0_maximum_kib INTEGER -- its max: part; KiB
);

-- A domain, as the hypervisor runs it (xl list, xm list).
-- source: xen.list
CREATE TABLE vmm_domain (
  observation INTEGER, at_byte INTEGER, byte_count INTEGER, ambiguous INTEGER, -- where it was told
  node TEXT, -- the node
  domid INTEGER, -- its number; recycled after a reboot, counted on until then
  name TEXT, -- NULL when told as (null): a zombie, or every domain after xenstored restarted
  memory_kib INTEGER, -- what it has; told in MiB, rounded down; KiB
  vcpus INTEGER, -- virtual processors
  state TEXT, -- the raw letters; volatile
  is_running INTEGER, -- r; volatile
  is_blocked INTEGER, -- b; volatile
  is_paused INTEGER, -- p
  is_shutdown INTEGER, -- s
  is_crashed INTEGER, -- c
  is_dying INTEGER, -- d: destroyed, pages still held
  cpu_time_s REAL, -- processor time used; volatile
  machine INTEGER -- N of the name wrksp-N or workspace-N; NULL for any other name
);

-- What the toolstack has on record of a domain (xl list -l, xm list --long). It has no current memory.
-- source: xen.long
CREATE TABLE vmm_domain_config (
  observation INTEGER, at_byte INTEGER, byte_count INTEGER, ambiguous INTEGER, -- where it was told
  node TEXT, -- the node
  domid INTEGER, -- its number
  name TEXT, -- its name
  uuid TEXT, -- NULL for Domain-0 under xl
  target_kib INTEGER, -- what it should have; xl tells 1 KiB less than it is for Domain-0; KiB
  maximum_kib INTEGER, -- what it may have; KiB
  started_ms INTEGER -- start_time; only xm tells it
);

-- A network interface of a domain.
-- source: xen.long
CREATE TABLE vmm_vif (
  observation INTEGER, at_byte INTEGER, byte_count INTEGER, ambiguous INTEGER, -- where it was told
  node TEXT, -- the node
  domid INTEGER, -- the domain
  position INTEGER, -- counted from 0
  mac TEXT, -- lower case
  bridge TEXT, -- the bridge
  address TEXT, -- if it is told
  vifname TEXT -- the interface's name on the host, if it is told
);

-- A memory key of xenstore.
-- source: xen.store
CREATE TABLE vmm_store (
  observation INTEGER, at_byte INTEGER, byte_count INTEGER, ambiguous INTEGER, -- where it was told
  node TEXT, -- the node
  domid INTEGER, -- the domain
  name TEXT, -- its name there
  target_kib INTEGER, -- memory/target: what the toolstack last asked for; NULL until it first did; KiB
  static_maximum_kib INTEGER -- memory/static-max: no target may be above; KiB
);

-- One reading of a node's balloon driver: dom0's memory by the kernel that has it. All rounds so far are here.
-- source: xen.balloon
CREATE TABLE memory_sample (
  observation INTEGER, at_byte INTEGER, byte_count INTEGER, ambiguous INTEGER, -- where it was told
  node TEXT, -- the node
  at_ms INTEGER, -- when it was read; volatile
  current_kib INTEGER, -- what dom0 has; KiB
  target_kib INTEGER, -- what the driver goes for; rounded down to 4 KiB; KiB
  balloon_kib INTEGER, -- low and high memory given away; KiB
  driver_kib INTEGER, -- Xen 3.x "Driver pages": given to back ends for good, and in no sum of current; KiB
  hard_limit_kib INTEGER -- Xen 3.x "Xen hard limit", a number only after the driver gave up; KiB
);

-- What the kernel of dom0 says of its memory (/proc/meminfo). Compare differences only: it is less than dom0 has.
-- source: node.memory
CREATE TABLE node_memory (
  observation INTEGER, at_byte INTEGER, byte_count INTEGER, ambiguous INTEGER, -- where it was told
  node TEXT, -- the node
  total_kib INTEGER, -- MemTotal; KiB
  free_kib INTEGER, -- MemFree; volatile; KiB
  available_kib INTEGER -- MemAvailable; volatile; KiB
);

-- A node's clock and boot.
-- source: node.clock
CREATE TABLE node_clock (
  observation INTEGER, at_byte INTEGER, byte_count INTEGER, ambiguous INTEGER, -- where it was told
  node TEXT, -- the node
  time_ms INTEGER, -- the node's own time; volatile
  skew_ms INTEGER, -- the node's time less the observer's, at the middle of the look; volatile
  uptime_s INTEGER, -- seconds since it booted; volatile
  boot_id TEXT -- a number for this boot alone
);

-- A pilot process alive on a node.
-- source: node.pilots
CREATE TABLE pilot_process (
  observation INTEGER, at_byte INTEGER, byte_count INTEGER, ambiguous INTEGER, -- where it was told
  node TEXT, -- the node
  pid INTEGER, -- its process id
  parent INTEGER, -- its parent's; NULL if the form does not tell
  account TEXT, -- who runs it
  slot TEXT, -- -i of its command line
  memory_kib INTEGER, -- -m of its command line; KiB
  duration_s INTEGER, -- -d of its command line
  grace_s INTEGER, -- -g of its command line
  started TEXT, -- when it began, as told
  is_killnine INTEGER -- 1 for --killnine, the emergency form
);

-- A line of a pilot's own log that says what it did to dom0's memory, or ended it.
-- source: node.pilots
CREATE TABLE pilot_log (
  observation INTEGER, at_byte INTEGER, byte_count INTEGER, ambiguous INTEGER, -- where it was told
  node TEXT, -- the node
  slot TEXT, -- of the log's name
  position INTEGER, -- counted from 0 in each log
  logged_at TEXT, -- as told; local time
  event TEXT, -- 'current' or 'target' (a memory figure), 'state' (a change of state), 'command', 'signal', 'error'
  memory_kib INTEGER, -- of a memory figure; KiB
  detail TEXT -- the rest of the line
);

-- The lock file that pilots of 2.7 and later hold while they change memory.
-- source: node.pilots
CREATE TABLE pilot_lock (
  observation INTEGER, at_byte INTEGER, byte_count INTEGER, ambiguous INTEGER, -- where it was told
  node TEXT, -- the node
  path TEXT, -- the file
  holder INTEGER -- the pid that holds it; NULL for nobody
);

-- A setting of a node's pilot.
-- source: pilot.settings
CREATE TABLE pilot_setting (
  observation INTEGER, at_byte INTEGER, byte_count INTEGER, ambiguous INTEGER, -- where it was told
  node TEXT, -- the node
  section TEXT, -- of the INI file: xen, other, ...
  key TEXT, -- minmem, dom0_mem, lockfile, ...
  value TEXT -- as told; secrets are filler
);

-- What guests left on a node outside Xen.
-- source: node.residue
CREATE TABLE node_residue (
  observation INTEGER, at_byte INTEGER, byte_count INTEGER, ambiguous INTEGER, -- where it was told
  node TEXT, -- the node
  kind TEXT, -- 'record' (workspace-control), 'image', 'mount', 'dhcp', 'ebtables'
  name TEXT, -- the domain's name, or the host name of a DHCP entry
  machine INTEGER, -- N of that name, as vmm_domain.machine
  address TEXT, -- of a DHCP entry
  mac TEXT, -- of a DHCP entry; lower case
  path TEXT -- where it lies
);

-- A setting of the workspace service.
-- source: service.settings
CREATE TABLE service_setting (
  observation INTEGER, at_byte INTEGER, byte_count INTEGER, ambiguous INTEGER, -- where it was told
  file TEXT, -- pilot.conf, global-policies.conf, ...
  key TEXT, -- pbs.grace, memory.maxMB, ...
  value TEXT -- as told; secrets are filler
);

-- A slot: a machine's share of a pilot job (pilot_slots). One row a machine.
-- source: db.main
CREATE TABLE db_slot (
  observation INTEGER, at_byte INTEGER, byte_count INTEGER, ambiguous INTEGER, -- where it was told
  id TEXT, -- the slot's UUID; the machines of a block share it
  machine INTEGER, -- vmid
  is_pending INTEGER, -- 1: its pilot has not been heard of
  is_terminal INTEGER, -- 1: its pilot said that it ends, or failed
  is_pending_remove INTEGER, -- 1: its machine is gone, the rest of the block is not
  is_part_of_group INTEGER, -- 1: it came with others
  job TEXT, -- lrmhandle, the job's id as qsub printed it
  job_number TEXT, -- as lrms_job.number
  job_server TEXT, -- as lrms_job.server; NULL when the handle has none
  duration_s INTEGER, -- of the lease, padding included
  node TEXT -- the node that its pilot reported; NULL while pending
);

-- A machine of a group request (pilot_groups). Rows are never removed by the service.
-- source: db.main
CREATE TABLE db_slot_group (
  observation INTEGER, at_byte INTEGER, byte_count INTEGER, ambiguous INTEGER, -- where it was told
  id TEXT, -- the slot's UUID
  machine INTEGER -- vmid
);

-- A machine, that is a workspace lease (resources).
-- source: db.main
CREATE TABLE db_machine (
  observation INTEGER, at_byte INTEGER, byte_count INTEGER, ambiguous INTEGER, -- where it was told
  id INTEGER, -- N of its domain's name wrksp-N
  name TEXT, -- what its owner calls it
  state INTEGER, -- the service's state number
  state_name TEXT, -- its name; NULL when the number is unknown
  target_state INTEGER, -- where the service drives it; 28 is Destroying
  target_state_name TEXT, -- its name
  is_corrupted INTEGER, -- 1 for states 29 to 58: it never moves by itself
  term_ms INTEGER, -- when the sweeper removes it; NULL for never
  started_ms INTEGER, -- when its lease began; NULL while it has not
  is_ops_enabled INTEGER, -- 1: its owner may act on it
  owner TEXT, -- the owner's distinguished name
  group_id TEXT, -- UUID of its group
  ensemble_id TEXT, -- UUID of its ensemble
  group_size INTEGER -- machines in the group
);

-- The virtual machine of a workspace (vms).
-- source: db.main
CREATE TABLE db_vm (
  observation INTEGER, at_byte INTEGER, byte_count INTEGER, ambiguous INTEGER, -- where it was told
  machine INTEGER, -- db_machine.id
  node TEXT, -- where it is, or NULL
  network TEXT -- the encoded list of its interfaces
);

-- What was asked for a machine (vm_deployment).
-- source: db.main
CREATE TABLE db_deployment (
  observation INTEGER, at_byte INTEGER, byte_count INTEGER, ambiguous INTEGER, -- where it was told
  machine INTEGER, -- db_machine.id
  requested_shutdown INTEGER, -- 0 normal, 1 serialize, 2 trash
  duration_s INTEGER, -- running time granted
  memory_kib INTEGER -- told in MB, which are MiB; KiB
);

-- A disk of a machine (vm_partitions).
-- source: db.main
CREATE TABLE db_partition (
  observation INTEGER, at_byte INTEGER, byte_count INTEGER, ambiguous INTEGER, -- where it was told
  machine INTEGER, -- db_machine.id
  image TEXT -- where its image is
);

-- A network interface of a machine, out of db_vm.network.
-- source: db.main
CREATE TABLE db_nic (
  observation INTEGER, at_byte INTEGER, byte_count INTEGER, ambiguous INTEGER, -- where it was told
  machine INTEGER, -- db_machine.id
  position INTEGER, -- counted from 0
  association TEXT, -- the pool of its address
  mac TEXT, -- lower case; NULL for ANY
  method TEXT, -- AllocateAndConfigure takes its address from the pool
  address TEXT, -- IPv4
  hostname TEXT -- the name given to the guest
);

-- An address that the service may lease (association_entries).
-- source: db.main
CREATE TABLE db_address (
  observation INTEGER, at_byte INTEGER, byte_count INTEGER, ambiguous INTEGER, -- where it was told
  association TEXT, -- its pool
  address TEXT, -- IPv4
  mac TEXT, -- lower case
  hostname TEXT, -- the name that goes with it
  is_used INTEGER -- 1: leased
);

-- The deadline of a machine's running time (default_scheduler_current_tasks).
-- source: db.main
CREATE TABLE db_schedule (
  observation INTEGER, at_byte INTEGER, byte_count INTEGER, ambiguous INTEGER, -- where it was told
  machine INTEGER, -- db_machine.id
  shutdown_ms INTEGER, -- when its running time ends
  is_done INTEGER -- 1: acted on
);

-- A machine of an ensemble that is not yet complete (default_scheduler_pending_ensemb): no slot and no job, for as long
-- as it takes.
-- source: db.main
CREATE TABLE db_ensemble_pending (
  observation INTEGER, at_byte INTEGER, byte_count INTEGER, ambiguous INTEGER, -- where it was told
  ensemble_id TEXT, -- UUID
  machine INTEGER, -- db_machine.id
  duration_s INTEGER, -- running time asked for
  memory_kib INTEGER -- asked for; KiB
);

-- A node that the service manages itself, in pool mode (resourcepool_entries).
-- source: db.main
CREATE TABLE db_node (
  observation INTEGER, at_byte INTEGER, byte_count INTEGER, ambiguous INTEGER, -- where it was told
  node TEXT, -- the node
  told TEXT, -- its name as the service writes it
  pool TEXT, -- its pool
  maximum_kib INTEGER, -- for guests; KiB
  available_kib INTEGER, -- of that, unused; KiB
  preemptable_kib INTEGER, -- used by machines that may be preempted; KiB
  is_active INTEGER -- 1: takes new machines
);

-- A single number that the service keeps: the last machine id given out, cursors into notification files.
-- source: db.main
CREATE TABLE db_counter (
  observation INTEGER, at_byte INTEGER, byte_count INTEGER, ambiguous INTEGER, -- where it was told
  name TEXT, -- 'last_machine', 'pilot_notification_position', 'notification_position'
  value INTEGER -- the number
);

-- A lease in the accounting ledger (deployments, in the accounting database).
-- source: db.accounting
CREATE TABLE db_account (
  observation INTEGER, at_byte INTEGER, byte_count INTEGER, ambiguous INTEGER, -- where it was told
  uuid TEXT, -- the ledger's key
  machine INTEGER, -- db_machine.id at the time; ids begin again after a reset
  owner TEXT, -- the owner's distinguished name
  created_ms INTEGER, -- when
  requested_min INTEGER, -- minutes reserved
  is_active INTEGER, -- 1: outstanding
  elapsed_min REAL -- minutes charged
);

-- A lease in current-reservations.txt, the readable mirror of the active part of the ledger.
-- source: db.reservations
CREATE TABLE db_reservation (
  observation INTEGER, at_byte INTEGER, byte_count INTEGER, ambiguous INTEGER, -- where it was told
  uuid TEXT, -- as db_account.uuid
  machine INTEGER, -- eprkey
  owner TEXT, -- dn
  minutes INTEGER, -- reserved
  created TEXT -- as told
);

-- What the service wrote down as it happened: accounting-events.txt and the [NIMBUS-EVENT] lines of its log.
-- source: db.events
CREATE TABLE db_event (
  observation INTEGER, at_byte INTEGER, byte_count INTEGER, ambiguous INTEGER, -- where it was told
  kind TEXT, -- 'CREATED' or 'REMOVED': a lease began or ended; 'RESERVED' or 'PREEMPTED': a pilot reported, or was told to end; else 'LOG'
  logged_at TEXT, -- as told
  uuid TEXT, -- of the ledger
  machine INTEGER, -- eprkey, or N of id-N
  slot TEXT, -- of the pilot
  node TEXT, -- the node that the pilot named
  detail TEXT -- the rest of the line
);

-- The file that pilots append their messages to, where the site has it.
-- source: db.notifications
CREATE TABLE db_notification_sink (
  observation INTEGER, at_byte INTEGER, byte_count INTEGER, ambiguous INTEGER, -- where it was told
  file TEXT, -- its name
  size_bytes INTEGER, -- its length
  cursor_bytes INTEGER -- how far it was read; NULL if only the database tells
);

-- Made when all rows are in. Each column that a rule compares inside NOT EXISTS needs one.
CREATE INDEX lrms_job_id ON lrms_job (id);
CREATE INDEX lrms_job_number ON lrms_job (number);
CREATE INDEX lrms_job_output_name ON lrms_job (output_name);
CREATE INDEX lrms_allocation_job ON lrms_allocation (job);
CREATE INDEX lrms_allocation_node ON lrms_allocation (node);
CREATE INDEX lrms_event_number ON lrms_event (number);
CREATE INDEX vmm_host_node ON vmm_host (node);
CREATE INDEX vmm_domain_node ON vmm_domain (node, domid);
CREATE INDEX vmm_domain_machine ON vmm_domain (machine);
CREATE INDEX vmm_domain_config_node ON vmm_domain_config (node, domid);
CREATE INDEX vmm_vif_mac ON vmm_vif (mac);
CREATE INDEX memory_sample_node ON memory_sample (node, at_ms);
CREATE INDEX pilot_process_slot ON pilot_process (slot);
CREATE INDEX pilot_process_node ON pilot_process (node);
CREATE INDEX node_residue_address ON node_residue (address);
CREATE INDEX db_slot_id ON db_slot (id);
CREATE INDEX db_slot_machine ON db_slot (machine);
CREATE INDEX db_slot_job_number ON db_slot (job_number);
CREATE INDEX db_machine_id ON db_machine (id);
CREATE INDEX db_vm_machine ON db_vm (machine);
CREATE INDEX db_deployment_machine ON db_deployment (machine);
CREATE INDEX db_nic_address ON db_nic (address);
CREATE INDEX db_reservation_machine ON db_reservation (machine);
CREATE INDEX db_reservation_uuid ON db_reservation (uuid);
CREATE INDEX db_event_machine ON db_event (machine);
CREATE INDEX db_event_uuid ON db_event (uuid);
CREATE INDEX db_event_slot ON db_event (slot);
CREATE INDEX db_ensemble_pending_machine ON db_ensemble_pending (machine);

-- A machine's list of interfaces that could not be taken apart into `db_nic`: usually there is none, so that whoever searches
-- the texts of these lists need not search them all.
CREATE VIEW db_vm_untaken AS
WITH untaken AS MATERIALIZED (
  SELECT v.machine, v.network FROM db_vm v
  WHERE v.network IS NOT NULL AND v.machine NOT IN (SELECT n.machine FROM db_nic n WHERE n.machine IS NOT NULL)
)
SELECT machine, network FROM untaken;

-- A slot and its jobs: the one that writes its output to the slot's file, and the one that the slot's handle names. A handle
-- without a server's name fits any server. Numbers begin again, so a job that writes elsewhere is not the slot's, whatever its
-- number.
CREATE VIEW slot_job AS
SELECT s.rowid AS slot_row, s.id AS slot, s.machine, j.rowid AS job_row, j.id AS job, j.state, j.started_ms
FROM db_slot s
JOIN lrms_job j ON j.number = s.job_number AND (s.job_server IS NULL OR s.job_server = j.server)
  AND (j.output_name IS NULL OR j.output_name = s.id)
-- Each pair once, and no UNION: a condition on one slot would not be asked of its arms.
UNION ALL
SELECT s.rowid, s.id, s.machine, j.rowid, j.id, j.state, j.started_ms
FROM db_slot s
JOIN lrms_job j ON j.output_name = s.id
  AND coalesce(j.number = s.job_number AND (s.job_server IS NULL OR s.job_server = j.server), 0) = 0;

-- A slot whose handle names a live job that is somebody else's by now: if the service released the slot, it would delete that
-- job.
CREATE VIEW slot_foreign_job AS
SELECT s.rowid AS slot_row, s.machine, j.rowid AS job_row
FROM db_slot s
JOIN lrms_job j ON j.number = s.job_number AND (s.job_server IS NULL OR s.job_server = j.server)
  AND j.output_name <> s.id
WHERE j.state <> 'C';

-- A machine that lives by what the service writes beside its database: it is in the list of reservations and did not end
-- since, or it began and did not end, and the list is older than that. A list is as new as its newest lease: what began before
-- that and is not in it has ended, though the service was killed before it wrote so.
CREATE VIEW told_machine AS
SELECT r.machine, 'db_reservation' AS source, r.rowid AS row FROM db_reservation r
WHERE NOT EXISTS (SELECT 1 FROM db_event e WHERE e.uuid = r.uuid AND e.kind = 'REMOVED' AND e.ambiguous IS NOT 1)
UNION ALL
SELECT c.machine, 'db_event', c.rowid FROM db_event c
WHERE c.kind = 'CREATED'
AND NOT EXISTS (SELECT 1 FROM db_reservation r WHERE r.uuid = c.uuid)
AND NOT EXISTS (SELECT 1 FROM db_event e WHERE e.uuid = c.uuid AND e.kind = 'REMOVED' AND e.ambiguous IS NOT 1)
AND NOT EXISTS (
  SELECT 1 FROM db_reservation r JOIN db_event n ON n.uuid = r.uuid
  WHERE n.kind = 'CREATED' AND n.observation IS c.observation AND n.rowid > c.rowid);

-- A slot that is held by what the service's log says: the last pilot that reported for a machine that lives.
CREATE VIEW told_slot AS
SELECT e.slot, e.machine, e.node, e.rowid AS event_row, EXISTS (
  SELECT 1 FROM db_event p WHERE p.slot = e.slot AND p.machine = e.machine AND p.kind = 'PREEMPTED') AS is_terminal
FROM db_event e
WHERE e.kind = 'RESERVED'
AND NOT EXISTS (
  SELECT 1 FROM db_event n WHERE n.machine = e.machine AND n.kind = 'RESERVED' AND n.logged_at > e.logged_at)
AND EXISTS (SELECT 1 FROM told_machine m WHERE m.machine = e.machine);

-- Memory that somebody holds on a node by right: each running pilot job, and each pilot process whose job is gone.
-- Who holds a lease is for the batch system to say; how much, for the database, else the job's own request, else the site's
-- its pilot's command line, else the site's quantum. It is an interval: a pilot that begins, ends, or was never heard of may or
-- may not have taken its memory yet, unless it is alive and no slot says more; and the pilots of an ensemble take what its
-- largest machine asked for, which the job still tells when that machine is gone.
CREATE VIEW lease AS
SELECT a.node, j.id AS job, j.output_name AS slot, j.rowid AS job_row, a.rowid AS allocation_row,
  NULL AS process_row,
  CASE
    WHEN t.balloons = 0 THEN 0
    WHEN j.state = 'E' OR j.started_ms > t.now_ms - 15000 THEN 0
    WHEN NOT EXISTS (
      SELECT 1 FROM db_slot s WHERE s.job_number = j.number AND (s.job_server IS NULL OR s.job_server = j.server)
        AND (j.output_name IS NULL OR j.output_name = s.id) AND s.node = a.node AND s.is_pending = 0 AND s.is_terminal = 0)
      AND NOT EXISTS (
      SELECT 1 FROM pilot_process p WHERE p.slot = j.output_name AND p.node = a.node AND p.memory_kib IS NOT NULL
        AND NOT EXISTS (SELECT 1 FROM db_slot s WHERE s.id = p.slot)) THEN 0
    ELSE coalesce(m.memory_kib, t.quantum_kib)
  END AS low_kib,
  CASE WHEN t.balloons = 0 THEN 0 ELSE max(coalesce(m.memory_kib, t.quantum_kib), coalesce(j.memory_kib, 0)) END AS high_kib
FROM (
  SELECT k.rowid, k.id, coalesce(
    (SELECT max(d.memory_kib) FROM db_slot s JOIN db_deployment d ON d.machine = s.machine
      WHERE s.job_number = k.number AND (s.job_server IS NULL OR s.job_server = k.server)
        AND (k.output_name IS NULL OR k.output_name = s.id)),
    k.memory_kib,
    (SELECT max(p.memory_kib) FROM pilot_process p WHERE p.slot = k.output_name)) AS memory_kib
  FROM lrms_job k WHERE k.state IN ('R', 'E') AND (k.in_pilot_logs = 1 OR EXISTS (
    SELECT 1 FROM db_slot s
    WHERE s.job_number = k.number AND (s.job_server IS NULL OR s.job_server = k.server)
        AND (k.output_name IS NULL OR k.output_name = s.id)))
) m
JOIN lrms_job j ON j.rowid = m.rowid
JOIN lrms_allocation a ON a.job = j.id
CROSS JOIN site t
UNION ALL
SELECT p.node, NULL, p.slot, NULL, NULL, p.rowid, 0,
  CASE WHEN t.balloons = 0 THEN 0 ELSE coalesce(p.memory_kib, t.quantum_kib) END
FROM pilot_process p
CROSS JOIN site t
WHERE p.is_killnine IS NOT 1
AND NOT EXISTS (
  SELECT 1 FROM lrms_job j JOIN lrms_allocation a ON a.job = j.id
  WHERE j.output_name = p.slot AND j.state IN ('R', 'E') AND a.node = p.node);

-- The balloon driver of each node: its last sample, since when it has stood still, and what it waits for.
CREATE VIEW balloon AS
SELECT b.rowid AS sample_row, b.node, b.at_ms, b.current_kib, b.target_kib, b.driver_kib,
  b.target_kib - b.current_kib AS shortfall_kib,
  (SELECT min(s.at_ms) FROM memory_sample s WHERE s.node = b.node
    AND s.at_ms > coalesce((SELECT max(o.at_ms) FROM memory_sample o WHERE o.node = b.node
      AND (o.current_kib IS NOT b.current_kib OR o.target_kib IS NOT b.target_kib)), -1)) AS still_since_ms,
  (SELECT s.target_kib - s.current_kib FROM memory_sample s WHERE s.node = b.node AND s.target_kib IS b.target_kib
    AND s.at_ms <= b.at_ms - 30000 ORDER BY s.at_ms DESC LIMIT 1) AS shortfall_before_kib,
  h.rowid AS host_row, h.free_kib
FROM memory_sample b
LEFT JOIN vmm_host h ON h.node = b.node
WHERE b.rowid = (SELECT l.rowid FROM memory_sample l WHERE l.node = b.node ORDER BY l.at_ms DESC, l.rowid DESC LIMIT 1);

-- dom0 of each node: its memory with no lease and who says so, and what it has. That is an interval, since `xl list` tells
-- whole MiB and only the balloon driver tells more. A dom0_mem that is more than the machine has says nothing of what dom0 got.
CREATE VIEW dom0 AS
SELECT n.name AS node,
  coalesce(n.dom0_baseline_kib, CASE WHEN h.dom0_memory_kib < h.total_kib THEN h.dom0_memory_kib END) AS baseline_kib,
  CASE WHEN n.dom0_baseline_kib IS NOT NULL THEN 'configuration'
    WHEN h.dom0_memory_kib < h.total_kib THEN 'dom0_mem of Xen' END AS baseline_from,
  coalesce(b.current_kib, d.memory_kib) AS dom0_low_kib,
  coalesce(b.current_kib, d.memory_kib + 1023) AS dom0_high_kib,
  b.target_kib, coalesce(b.driver_kib, 0) AS driver_kib, h.total_kib, h.free_kib,
  n.rowid AS node_row, d.rowid AS domain_row, h.rowid AS host_row, b.sample_row
FROM node n
LEFT JOIN vmm_domain d ON d.node = n.name AND d.domid = 0
LEFT JOIN vmm_host h ON h.node = n.name
LEFT JOIN balloon b ON b.node = n.name;

-- The memory of each node as a ledger. All of it is intervals, from `low` to `high`: `xl list` and `xl info` tell whole MiB,
-- a lease that begins or ends may or may not count. `residual` is what the baseline, less what leases explain, has more
-- than dom0: memory that nobody gave back is positive. It is taken from the driver's target where that is known, so that a
-- balloon on its way is not called a loss. A guest that is no machine of the service may have been started with memory of
-- dom0's (autoballoon takes up to 4 MiB more than it needs): it explains up to that.
CREATE VIEW memory_ledger AS
WITH leases AS (
  SELECT node, count(*) AS leases, coalesce(sum(low_kib), 0) AS low_kib, coalesce(sum(high_kib), 0) AS high_kib
  FROM lease GROUP BY node
), guests AS (
  SELECT node, count(*) AS guests, coalesce(sum(memory_kib), 0) AS low_kib,
    coalesce(sum(CASE WHEN machine IS NULL AND name IS NOT NULL THEN memory_kib + 1023 + 4096 END), 0) AS foreign_kib
  FROM vmm_domain WHERE domid <> 0 GROUP BY node
), actual AS (
  SELECT o.*, t.quantum_kib, t.tolerance_kib,
    coalesce(l.leases, 0) AS leases,
    coalesce(l.low_kib, 0) AS explained_low_kib,
    coalesce(l.high_kib, 0) + coalesce(g.foreign_kib, 0) AS explained_high_kib,
    coalesce(g.guests, 0) AS guests,
    coalesce(g.low_kib, 0) AS guests_low_kib
  FROM dom0 o
  CROSS JOIN site t
  LEFT JOIN leases l ON l.node = o.node
  LEFT JOIN guests g ON g.node = o.node
), residual AS (
  SELECT *,
    baseline_kib - explained_high_kib - coalesce(target_kib + 3, dom0_high_kib) - driver_kib AS residual_low_kib,
    baseline_kib - explained_low_kib - coalesce(target_kib, dom0_low_kib) AS residual_high_kib
  FROM actual
), counted AS (
  -- A target is told in whole pages: a loss of just the tolerance is none less for that.
  -- And where it is not known whether a slot more is missing, only what is certainly gone is counted.
  SELECT *, max(tolerance_kib - 4, 0) AS rounding_kib,
    CASE WHEN residual_low_kib > max(tolerance_kib - 4, 0) THEN (lost_kib + tolerance_kib - 1) / quantum_kib ELSE 0 END AS quanta
  FROM (
    SELECT *, CASE WHEN residual_high_kib - residual_low_kib < quantum_kib THEN residual_high_kib ELSE residual_low_kib + 3 END AS lost_kib
    FROM residual
  )
)
SELECT node, baseline_kib, baseline_from, dom0_low_kib, dom0_high_kib, target_kib, driver_kib, leases,
  explained_low_kib, explained_high_kib, guests, guests_low_kib, guests_low_kib + guests * 1023 AS guests_high_kib,
  total_kib, free_kib,
  total_kib - dom0_high_kib - guests_low_kib - guests * 1023 - free_kib - 1023 AS xen_low_kib,
  total_kib + 1023 - dom0_low_kib - guests_low_kib - free_kib AS xen_high_kib,
  residual_low_kib, residual_high_kib, quanta, quanta * quantum_kib AS missing_kib,
  residual_low_kib - quanta * quantum_kib AS drift_low_kib,
  lost_kib - quanta * quantum_kib AS drift_kib,
  CASE
    WHEN residual_low_kib IS NULL THEN NULL
    WHEN residual_high_kib <= -tolerance_kib THEN 'over'
    WHEN residual_low_kib <= rounding_kib THEN 'none'
    WHEN quanta > 0 AND residual_low_kib - quanta * quantum_kib <= rounding_kib THEN 'quanta'
    WHEN quanta > 0 THEN 'quanta and drift'
    WHEN residual_low_kib <= 16384 THEN 'drift'
    ELSE 'unexplained'
  END AS class
FROM counted;

-- What a line of the ledger rests on, for the `rests_on` of the rules that read it: rows, and what is not there.
CREATE VIEW memory_ledger_evidence AS
SELECT n.name AS node, 'node' AS source, n.rowid AS row, NULL AS absent FROM node n
UNION ALL SELECT d.node, 'vmm_domain', d.rowid, NULL FROM vmm_domain d
UNION ALL SELECT h.node, 'vmm_host', h.rowid, NULL FROM vmm_host h
UNION ALL SELECT b.node, 'memory_sample', b.sample_row, NULL FROM balloon b
UNION ALL SELECT n.name, 'memory_sample', NULL, 'no target of the balloon driver' FROM node n
  WHERE NOT EXISTS (SELECT 1 FROM memory_sample m WHERE m.node = n.name)
UNION ALL SELECT l.node, 'lrms_job', l.job_row, NULL FROM lease l WHERE l.job_row IS NOT NULL
UNION ALL SELECT l.node, 'lrms_allocation', l.allocation_row, NULL FROM lease l WHERE l.allocation_row IS NOT NULL
UNION ALL SELECT l.node, 'pilot_process', l.process_row, NULL FROM lease l WHERE l.process_row IS NOT NULL
UNION ALL SELECT l.node, 'pilot_process', p.rowid, NULL FROM lease l JOIN pilot_process p ON p.slot = l.slot AND p.node = l.node
  WHERE l.job_row IS NOT NULL
UNION ALL SELECT l.node, 'db_slot', s.rowid, NULL FROM lease l JOIN slot_job j ON j.job_row = l.job_row
  JOIN db_slot s ON s.rowid = j.slot_row
UNION ALL SELECT l.node, 'db_deployment', d.rowid, NULL FROM lease l JOIN slot_job j ON j.job_row = l.job_row
  JOIN db_deployment d ON d.machine = j.machine
UNION ALL SELECT n.name, 'lrms_job', NULL, 'no other pilot job runs' FROM node n
UNION ALL SELECT n.name, 'lrms_allocation', NULL, 'no other job is placed there' FROM node n
UNION ALL SELECT n.name, 'pilot_process', NULL, 'no other pilot process is alive there' FROM node n
UNION ALL SELECT n.name, 'vmm_domain', NULL, 'no other domain is there' FROM node n
UNION ALL SELECT n.name, 'db_slot', NULL, 'no other slot of these jobs' FROM node n WHERE EXISTS (
  SELECT 1 FROM lrms_allocation a JOIN lrms_job j ON j.id = a.job WHERE a.node = n.name AND j.state IN ('R', 'E'))
UNION ALL SELECT l.node, 'db_deployment', NULL, 'no other machine of these slots' FROM lease l WHERE l.job_row IS NOT NULL;

-- The same where the database was not read: a slot is missed only where nothing else tells what a job's pilot holds.
CREATE VIEW memory_ledger_told AS
SELECT node, source, row, absent FROM memory_ledger_evidence WHERE source <> 'db_slot' AND source <> 'db_deployment'
UNION ALL SELECT l.node, 'db_slot', NULL, 'no slot that tells what job ' || l.job || ' holds there' FROM lease l
WHERE l.job_row IS NOT NULL AND l.low_kib < l.high_kib;

-- Of the rules on what a MOM knows and on what a pilot's log says.
CREATE INDEX lrms_mom_job_number ON lrms_mom_job (number);
CREATE INDEX pilot_log_slot ON pilot_log (slot);

-- For the rules that look up a node's settings, clock, state and residue, and a machine's deadline.
CREATE INDEX site_domain_name ON site_domain (name);
CREATE INDEX lrms_node_node ON lrms_node (node);
CREATE INDEX node_clock_node ON node_clock (node);
CREATE INDEX pilot_setting_node ON pilot_setting (node, section, key);
CREATE INDEX db_schedule_machine ON db_schedule (machine);
CREATE INDEX db_address_address ON db_address (address);

-- For machine-rows-torn and node-memory-miscounted.
CREATE INDEX db_partition_machine ON db_partition (machine);
CREATE INDEX db_vm_node ON db_vm (node);
