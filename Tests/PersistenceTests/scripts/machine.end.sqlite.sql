-- machine.end machine=7
-- One transaction of the main database, WorkspacePersistenceDB.
-- Run it while the service is stopped, and keep a copy of the database before.
-- Above each statement stands how many rows it must change. Has one changed another number, write ROLLBACK in the
-- place of COMMIT: the rows have moved since they were looked at, and the plan is to be made anew.

BEGIN IMMEDIATE;

-- 1. Sets used in association_entries: 1 row.
UPDATE association_entries SET used = 0
WHERE association = 'public' AND ipaddress = '192.168.0.2' AND used = 1
  AND NOT EXISTS (SELECT 1 FROM vms WHERE network LIKE '%;public;%;192.168.0.2;%' AND id <> 7)
  AND EXISTS (SELECT 1 FROM default_scheduler_current_tasks WHERE id = 7 AND shutdown_time = 1220003600000 AND shutdown = 0)
  AND NOT EXISTS (SELECT 1 FROM default_scheduler_pending_ensemb WHERE id = 7)
  AND EXISTS (SELECT 1 FROM pilot_slots WHERE id = '5b0c9b1e-7a52-4e0c-9d3a-000000000007' AND vmid = 7 AND pending = 0 AND terminal = 1 AND lrmhandle = '41.gridsn' AND duration = 3602 AND partofgroup = 0 AND pendingremove = 0)
  AND EXISTS (SELECT 1 FROM vm_partitions WHERE vmid = 7 AND image = 'file://a')
  AND EXISTS (SELECT 1 FROM vm_partitions WHERE vmid = 7 AND image = 'file://b')
  AND EXISTS (SELECT 1 FROM vm_deployment WHERE vmid = 7 AND requested_shutdown = 2 AND min_duration = 3600 AND ind_physmem = 64)
  AND EXISTS (SELECT 1 FROM vms WHERE id = 7 AND network = 'eth0;public;A2:AA:BB:00:00:02;Bridged;AllocateAndConfigure;192.168.0.2;192.168.0.1;192.168.0.255;255.255.255.0;192.168.0.1;pub02;null;null;null;null')
  AND EXISTS (SELECT 1 FROM resources WHERE id = 7 AND name = 'it''s; --' AND state = 28 AND target_state = 28 AND term_time = 1220004200000 AND ops_enabled = 0 AND creator_dn = '/CN=O''Brien' AND start_time = 1220000000000 AND groupsize = 1);
SELECT changes();

-- 2. Deletes from default_scheduler_current_tasks: 1 row.
DELETE FROM default_scheduler_current_tasks
WHERE id = 7 AND shutdown_time = 1220003600000 AND shutdown = 0
  AND EXISTS (SELECT 1 FROM association_entries WHERE association = 'public' AND ipaddress = '192.168.0.2' AND used = 0)
  AND NOT EXISTS (SELECT 1 FROM default_scheduler_pending_ensemb WHERE id = 7)
  AND EXISTS (SELECT 1 FROM pilot_slots WHERE id = '5b0c9b1e-7a52-4e0c-9d3a-000000000007' AND vmid = 7 AND pending = 0 AND terminal = 1 AND lrmhandle = '41.gridsn' AND duration = 3602 AND partofgroup = 0 AND pendingremove = 0)
  AND EXISTS (SELECT 1 FROM vm_partitions WHERE vmid = 7 AND image = 'file://a')
  AND EXISTS (SELECT 1 FROM vm_partitions WHERE vmid = 7 AND image = 'file://b')
  AND EXISTS (SELECT 1 FROM vm_deployment WHERE vmid = 7 AND requested_shutdown = 2 AND min_duration = 3600 AND ind_physmem = 64)
  AND EXISTS (SELECT 1 FROM vms WHERE id = 7 AND network = 'eth0;public;A2:AA:BB:00:00:02;Bridged;AllocateAndConfigure;192.168.0.2;192.168.0.1;192.168.0.255;255.255.255.0;192.168.0.1;pub02;null;null;null;null')
  AND EXISTS (SELECT 1 FROM resources WHERE id = 7 AND name = 'it''s; --' AND state = 28 AND target_state = 28 AND term_time = 1220004200000 AND ops_enabled = 0 AND creator_dn = '/CN=O''Brien' AND start_time = 1220000000000 AND groupsize = 1);
SELECT changes();

-- 3. Deletes from pilot_slots: 1 row.
DELETE FROM pilot_slots
WHERE id = '5b0c9b1e-7a52-4e0c-9d3a-000000000007' AND vmid = 7 AND pending = 0 AND terminal = 1 AND lrmhandle = '41.gridsn' AND duration = 3602 AND partofgroup = 0 AND pendingremove = 0
  AND EXISTS (SELECT 1 FROM association_entries WHERE association = 'public' AND ipaddress = '192.168.0.2' AND used = 0)
  AND NOT EXISTS (SELECT 1 FROM default_scheduler_current_tasks WHERE id = 7)
  AND NOT EXISTS (SELECT 1 FROM default_scheduler_pending_ensemb WHERE id = 7)
  AND EXISTS (SELECT 1 FROM vm_partitions WHERE vmid = 7 AND image = 'file://a')
  AND EXISTS (SELECT 1 FROM vm_partitions WHERE vmid = 7 AND image = 'file://b')
  AND EXISTS (SELECT 1 FROM vm_deployment WHERE vmid = 7 AND requested_shutdown = 2 AND min_duration = 3600 AND ind_physmem = 64)
  AND EXISTS (SELECT 1 FROM vms WHERE id = 7 AND network = 'eth0;public;A2:AA:BB:00:00:02;Bridged;AllocateAndConfigure;192.168.0.2;192.168.0.1;192.168.0.255;255.255.255.0;192.168.0.1;pub02;null;null;null;null')
  AND EXISTS (SELECT 1 FROM resources WHERE id = 7 AND name = 'it''s; --' AND state = 28 AND target_state = 28 AND term_time = 1220004200000 AND ops_enabled = 0 AND creator_dn = '/CN=O''Brien' AND start_time = 1220000000000 AND groupsize = 1);
SELECT changes();

-- 4. Deletes from vm_customization: any number of rows.
-- Not every release has the table: that it is missing is no error.
DELETE FROM vm_customization
WHERE vmid = 7
  AND EXISTS (SELECT 1 FROM association_entries WHERE association = 'public' AND ipaddress = '192.168.0.2' AND used = 0)
  AND NOT EXISTS (SELECT 1 FROM default_scheduler_current_tasks WHERE id = 7)
  AND NOT EXISTS (SELECT 1 FROM default_scheduler_pending_ensemb WHERE id = 7)
  AND NOT EXISTS (SELECT 1 FROM pilot_slots WHERE vmid = 7)
  AND EXISTS (SELECT 1 FROM vm_partitions WHERE vmid = 7 AND image = 'file://a')
  AND EXISTS (SELECT 1 FROM vm_partitions WHERE vmid = 7 AND image = 'file://b')
  AND EXISTS (SELECT 1 FROM vm_deployment WHERE vmid = 7 AND requested_shutdown = 2 AND min_duration = 3600 AND ind_physmem = 64)
  AND EXISTS (SELECT 1 FROM vms WHERE id = 7 AND network = 'eth0;public;A2:AA:BB:00:00:02;Bridged;AllocateAndConfigure;192.168.0.2;192.168.0.1;192.168.0.255;255.255.255.0;192.168.0.1;pub02;null;null;null;null')
  AND EXISTS (SELECT 1 FROM resources WHERE id = 7 AND name = 'it''s; --' AND state = 28 AND target_state = 28 AND term_time = 1220004200000 AND ops_enabled = 0 AND creator_dn = '/CN=O''Brien' AND start_time = 1220000000000 AND groupsize = 1);
SELECT changes();

-- 5. Deletes from file_copy: any number of rows.
-- Not every release has the table: that it is missing is no error.
DELETE FROM file_copy
WHERE vmid = 7
  AND EXISTS (SELECT 1 FROM association_entries WHERE association = 'public' AND ipaddress = '192.168.0.2' AND used = 0)
  AND NOT EXISTS (SELECT 1 FROM default_scheduler_current_tasks WHERE id = 7)
  AND NOT EXISTS (SELECT 1 FROM default_scheduler_pending_ensemb WHERE id = 7)
  AND NOT EXISTS (SELECT 1 FROM pilot_slots WHERE vmid = 7)
  AND EXISTS (SELECT 1 FROM vm_partitions WHERE vmid = 7 AND image = 'file://a')
  AND EXISTS (SELECT 1 FROM vm_partitions WHERE vmid = 7 AND image = 'file://b')
  AND EXISTS (SELECT 1 FROM vm_deployment WHERE vmid = 7 AND requested_shutdown = 2 AND min_duration = 3600 AND ind_physmem = 64)
  AND EXISTS (SELECT 1 FROM vms WHERE id = 7 AND network = 'eth0;public;A2:AA:BB:00:00:02;Bridged;AllocateAndConfigure;192.168.0.2;192.168.0.1;192.168.0.255;255.255.255.0;192.168.0.1;pub02;null;null;null;null')
  AND EXISTS (SELECT 1 FROM resources WHERE id = 7 AND name = 'it''s; --' AND state = 28 AND target_state = 28 AND term_time = 1220004200000 AND ops_enabled = 0 AND creator_dn = '/CN=O''Brien' AND start_time = 1220000000000 AND groupsize = 1);
SELECT changes();

-- 6. Deletes from vm_partitions: 1 row.
DELETE FROM vm_partitions
WHERE vmid = 7 AND image = 'file://a'
  AND EXISTS (SELECT 1 FROM association_entries WHERE association = 'public' AND ipaddress = '192.168.0.2' AND used = 0)
  AND NOT EXISTS (SELECT 1 FROM default_scheduler_current_tasks WHERE id = 7)
  AND NOT EXISTS (SELECT 1 FROM default_scheduler_pending_ensemb WHERE id = 7)
  AND NOT EXISTS (SELECT 1 FROM pilot_slots WHERE vmid = 7)
  AND EXISTS (SELECT 1 FROM vm_deployment WHERE vmid = 7 AND requested_shutdown = 2 AND min_duration = 3600 AND ind_physmem = 64)
  AND EXISTS (SELECT 1 FROM vms WHERE id = 7 AND network = 'eth0;public;A2:AA:BB:00:00:02;Bridged;AllocateAndConfigure;192.168.0.2;192.168.0.1;192.168.0.255;255.255.255.0;192.168.0.1;pub02;null;null;null;null')
  AND EXISTS (SELECT 1 FROM resources WHERE id = 7 AND name = 'it''s; --' AND state = 28 AND target_state = 28 AND term_time = 1220004200000 AND ops_enabled = 0 AND creator_dn = '/CN=O''Brien' AND start_time = 1220000000000 AND groupsize = 1)
  AND EXISTS (SELECT 1 FROM vm_partitions WHERE vmid = 7 AND image = 'file://b');
SELECT changes();

-- 7. Deletes from vm_partitions: 1 row.
DELETE FROM vm_partitions
WHERE vmid = 7 AND image = 'file://b'
  AND EXISTS (SELECT 1 FROM association_entries WHERE association = 'public' AND ipaddress = '192.168.0.2' AND used = 0)
  AND NOT EXISTS (SELECT 1 FROM default_scheduler_current_tasks WHERE id = 7)
  AND NOT EXISTS (SELECT 1 FROM default_scheduler_pending_ensemb WHERE id = 7)
  AND NOT EXISTS (SELECT 1 FROM pilot_slots WHERE vmid = 7)
  AND EXISTS (SELECT 1 FROM vm_deployment WHERE vmid = 7 AND requested_shutdown = 2 AND min_duration = 3600 AND ind_physmem = 64)
  AND EXISTS (SELECT 1 FROM vms WHERE id = 7 AND network = 'eth0;public;A2:AA:BB:00:00:02;Bridged;AllocateAndConfigure;192.168.0.2;192.168.0.1;192.168.0.255;255.255.255.0;192.168.0.1;pub02;null;null;null;null')
  AND EXISTS (SELECT 1 FROM resources WHERE id = 7 AND name = 'it''s; --' AND state = 28 AND target_state = 28 AND term_time = 1220004200000 AND ops_enabled = 0 AND creator_dn = '/CN=O''Brien' AND start_time = 1220000000000 AND groupsize = 1)
  AND NOT EXISTS (SELECT 1 FROM vm_partitions WHERE vmid = 7 AND image = 'file://a');
SELECT changes();

-- 8. Deletes from vm_deployment: 1 row.
DELETE FROM vm_deployment
WHERE vmid = 7 AND requested_shutdown = 2 AND min_duration = 3600 AND ind_physmem = 64
  AND EXISTS (SELECT 1 FROM association_entries WHERE association = 'public' AND ipaddress = '192.168.0.2' AND used = 0)
  AND NOT EXISTS (SELECT 1 FROM default_scheduler_current_tasks WHERE id = 7)
  AND NOT EXISTS (SELECT 1 FROM default_scheduler_pending_ensemb WHERE id = 7)
  AND NOT EXISTS (SELECT 1 FROM pilot_slots WHERE vmid = 7)
  AND NOT EXISTS (SELECT 1 FROM vm_partitions WHERE vmid = 7)
  AND EXISTS (SELECT 1 FROM vms WHERE id = 7 AND network = 'eth0;public;A2:AA:BB:00:00:02;Bridged;AllocateAndConfigure;192.168.0.2;192.168.0.1;192.168.0.255;255.255.255.0;192.168.0.1;pub02;null;null;null;null')
  AND EXISTS (SELECT 1 FROM resources WHERE id = 7 AND name = 'it''s; --' AND state = 28 AND target_state = 28 AND term_time = 1220004200000 AND ops_enabled = 0 AND creator_dn = '/CN=O''Brien' AND start_time = 1220000000000 AND groupsize = 1);
SELECT changes();

-- 9. Deletes from vms: 1 row.
DELETE FROM vms
WHERE id = 7 AND network = 'eth0;public;A2:AA:BB:00:00:02;Bridged;AllocateAndConfigure;192.168.0.2;192.168.0.1;192.168.0.255;255.255.255.0;192.168.0.1;pub02;null;null;null;null'
  AND EXISTS (SELECT 1 FROM association_entries WHERE association = 'public' AND ipaddress = '192.168.0.2' AND used = 0)
  AND NOT EXISTS (SELECT 1 FROM default_scheduler_current_tasks WHERE id = 7)
  AND NOT EXISTS (SELECT 1 FROM default_scheduler_pending_ensemb WHERE id = 7)
  AND NOT EXISTS (SELECT 1 FROM pilot_slots WHERE vmid = 7)
  AND NOT EXISTS (SELECT 1 FROM vm_partitions WHERE vmid = 7)
  AND NOT EXISTS (SELECT 1 FROM vm_deployment WHERE vmid = 7)
  AND EXISTS (SELECT 1 FROM resources WHERE id = 7 AND name = 'it''s; --' AND state = 28 AND target_state = 28 AND term_time = 1220004200000 AND ops_enabled = 0 AND creator_dn = '/CN=O''Brien' AND start_time = 1220000000000 AND groupsize = 1);
SELECT changes();

-- 10. Deletes from resources: 1 row.
DELETE FROM resources
WHERE id = 7 AND name = 'it''s; --' AND state = 28 AND target_state = 28 AND term_time = 1220004200000 AND ops_enabled = 0 AND creator_dn = '/CN=O''Brien' AND start_time = 1220000000000 AND groupsize = 1
  AND EXISTS (SELECT 1 FROM association_entries WHERE association = 'public' AND ipaddress = '192.168.0.2' AND used = 0)
  AND NOT EXISTS (SELECT 1 FROM default_scheduler_current_tasks WHERE id = 7)
  AND NOT EXISTS (SELECT 1 FROM default_scheduler_pending_ensemb WHERE id = 7)
  AND NOT EXISTS (SELECT 1 FROM pilot_slots WHERE vmid = 7)
  AND NOT EXISTS (SELECT 1 FROM vm_partitions WHERE vmid = 7)
  AND NOT EXISTS (SELECT 1 FROM vm_deployment WHERE vmid = 7)
  AND NOT EXISTS (SELECT 1 FROM vms WHERE id = 7);
SELECT changes();

COMMIT;
