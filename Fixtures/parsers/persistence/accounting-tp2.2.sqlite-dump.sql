PRAGMA foreign_keys=OFF;
BEGIN TRANSACTION;
CREATE TABLE deployments (uuid CHAR(36), workspaceid INT, creator_dn VARCHAR(512), creation_time DOUBLE PRECISION, requested_duration INT, active SMALLINT, elapsed_minutes DOUBLE PRECISION);
INSERT INTO deployments VALUES('5b0c9b1e-7a52-4e0c-9d3a-000000000007',7,'/C=CA/O=Grid/CN=Test O''Brien',1219999980007.0,60,1,NULL);
INSERT INTO deployments VALUES('5b0c9b1e-7a52-4e0c-9d3a-000000000008',8,'/C=CA/O=Grid/CN=Test O''Brien',1219999980008.0,60,1,NULL);
INSERT INTO deployments VALUES('5b0c9b1e-7a52-4e0c-9d3a-000000000009',9,'/C=CA/O=Grid/CN=Test O''Brien',1219999980009.0,60,1,NULL);
INSERT INTO deployments VALUES('5b0c9b1e-7a52-4e0c-9d3a-000000000010',10,'/C=CA/O=Grid/CN=Test O''Brien',1219999980010.0,60,0,12.5);
COMMIT;
