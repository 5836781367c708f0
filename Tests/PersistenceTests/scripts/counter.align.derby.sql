-- counter.align machine=13
-- One transaction of the main database, WorkspacePersistenceDB.
-- Run it while the service is stopped, and keep a copy of the database before.
-- Above each statement stands how many rows it must change. Has one changed another number, write ROLLBACK in the
-- place of COMMIT: the rows have moved since they were looked at, and the plan is to be made anew.

AUTOCOMMIT OFF;
SET SCHEMA "NIMBUS";

-- 1. Sets id in default_scheduler_workspid: 1 row.
UPDATE default_scheduler_workspid SET id = 13
WHERE id = 5
  AND NOT EXISTS (SELECT 1 FROM resources WHERE id > 13)
  AND NOT EXISTS (SELECT 1 FROM pilot_slots WHERE vmid > 13);

COMMIT;
