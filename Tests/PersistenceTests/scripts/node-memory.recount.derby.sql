-- node-memory.recount node=gsn-wn1 available_kib=851968
-- One transaction of the main database, WorkspacePersistenceDB.
-- Run it while the service is stopped, and keep a copy of the database before.
-- Above each statement stands how many rows it must change. Has one changed another number, write ROLLBACK in the
-- place of COMMIT: the rows have moved since they were looked at, and the plan is to be made anew.

AUTOCOMMIT OFF;
SET SCHEMA "NIMBUS";

-- 1. Sets available_memory in resourcepool_entries: 1 row.
UPDATE resourcepool_entries SET available_memory = 832
WHERE resourcepool = 'pool1' AND hostname = 'GSN-WN1.example.org' AND maximum_memory = 1024 AND available_memory = 512
  AND EXISTS (SELECT 1 FROM vms WHERE id = 7)
  AND EXISTS (SELECT 1 FROM vms WHERE id = 9)
  AND EXISTS (SELECT 1 FROM vm_deployment WHERE vmid = 7 AND requested_shutdown = 2 AND min_duration = 3600 AND ind_physmem = 64)
  AND EXISTS (SELECT 1 FROM vm_deployment WHERE vmid = 9 AND requested_shutdown = 2 AND min_duration = 3600 AND ind_physmem = 128)
  AND NOT EXISTS (SELECT 1 FROM vms WHERE node = 'GSN-WN1.example.org' AND id <> 7 AND id <> 9);

COMMIT;
