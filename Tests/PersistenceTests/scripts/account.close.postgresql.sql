-- account.close uuid=5b0c9b1e-7a52-4e0c-9d3a-00000000000a machine=7
-- One transaction of the accounting database, WorkspaceAccountingDB.
-- Run it while the service is stopped, and keep a copy of the database before.
-- Above each statement stands how many rows it must change. Has one changed another number, write ROLLBACK in the
-- place of COMMIT: the rows have moved since they were looked at, and the plan is to be made anew.

BEGIN ISOLATION LEVEL SERIALIZABLE;
SET LOCAL standard_conforming_strings = on;
SET LOCAL search_path = nimbus, "NIMBUS";

-- 1. Sets active, elapsed_minutes in deployments: 1 row.
UPDATE deployments SET active = 0, elapsed_minutes = 0
WHERE uuid = '5b0c9b1e-7a52-4e0c-9d3a-00000000000a' AND workspaceid = 7 AND creator_dn = '/CN=O''Brien' AND creation_time = 1220000000000 AND requested_duration = 60 AND active = 1;

COMMIT;
