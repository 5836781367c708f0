-- cursor.reset file=pilotnotifications.txt
-- One transaction of the main database, WorkspacePersistenceDB.
-- Run it while the service is stopped, and keep a copy of the database before.
-- Above each statement stands how many rows it must change. Has one changed another number, write ROLLBACK in the
-- place of COMMIT: the rows have moved since they were looked at, and the plan is to be made anew.

AUTOCOMMIT OFF;
SET SCHEMA "NIMBUS";

-- 1. Sets position in pilot_notification_position: 1 row.
UPDATE pilot_notification_position SET position = 0
WHERE position = 48210;

COMMIT;
