-- address.free association=public address=192.168.0.3
-- One transaction of the main database, WorkspacePersistenceDB.
-- Run it while the service is stopped, and keep a copy of the database before.
-- Above each statement stands how many rows it must change. Has one changed another number, write ROLLBACK in the
-- place of COMMIT: the rows have moved since they were looked at, and the plan is to be made anew.

BEGIN IMMEDIATE;

-- 1. Sets used in association_entries: 1 row.
UPDATE association_entries SET used = 0
WHERE association = 'public' AND ipaddress = '192.168.0.3' AND used = 1
  AND NOT EXISTS (SELECT 1 FROM vms WHERE network LIKE '%;public;%;192.168.0.3;%');
SELECT changes();

COMMIT;
