-- slot.end slot=5b0c9b1e-7a52-4e0c-9d3a-000000000012 machine=12 job=45.gridsn
-- One transaction of the main database, WorkspacePersistenceDB.
-- Run it while the service is stopped, and keep a copy of the database before.
-- Above each statement stands how many rows it must change. Has one changed another number, write ROLLBACK in the
-- place of COMMIT: the rows have moved since they were looked at, and the plan is to be made anew.

AUTOCOMMIT OFF;
SET SCHEMA "NIMBUS";

-- 1. Deletes from pilot_slots: 1 row.
DELETE FROM pilot_slots
WHERE id = '5b0c9b1e-7a52-4e0c-9d3a-000000000012' AND vmid = 12 AND pending = 1 AND terminal = 0 AND lrmhandle = '45.gridsn' AND duration = 62 AND partofgroup = 1 AND pendingremove = 0 AND nodename IS NULL
  AND NOT EXISTS (SELECT 1 FROM resources WHERE id = 12)
  AND NOT EXISTS (SELECT 1 FROM resources WHERE id = 13);

COMMIT;
