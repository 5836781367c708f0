-- address.mark association=public address=192.168.0.4
-- One transaction of the main database, WorkspacePersistenceDB.
-- Run it while the service is stopped, and keep a copy of the database before.
-- Above each statement stands how many rows it must change. Has one changed another number, write ROLLBACK in the
-- place of COMMIT: the rows have moved since they were looked at, and the plan is to be made anew.

BEGIN ISOLATION LEVEL SERIALIZABLE;
SET LOCAL standard_conforming_strings = on;
SET LOCAL search_path = nimbus, "NIMBUS";

-- 1. Sets used in association_entries: 1 row.
UPDATE association_entries SET used = 1
WHERE association = 'public' AND ipaddress = '192.168.0.4' AND used = 0
  AND EXISTS (SELECT 1 FROM vms WHERE id = 9 AND network = 'eth0;public;A2:AA:BB:00:00:04;Bridged;AllocateAndConfigure;192.168.0.4;192.168.0.1;192.168.0.255;255.255.255.0;192.168.0.1;pub04;null;null;null;null');

COMMIT;
