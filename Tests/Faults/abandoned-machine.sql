INSERT INTO resources VALUES(NUMBER,'ttylinux',0,8,0,0,'/C=CA/O=Grid/CN=Test',0,1,NULL,NULL,1,1,0,NULL);
INSERT INTO vms VALUES(NUMBER,'ttylinux',NULL,0,0,'eth0;public;A2:AA:BB:00:01:HEX;Bridged;AllocateAndConfigure;192.168.1.NUMBER;192.168.0.1;192.168.0.255;255.255.255.0;192.168.0.1;pubNUMBER;null;null;null;null',NULL,'Xen','3','public',NULL);
INSERT INTO vm_partitions VALUES(NUMBER,'file://ttylinux','sda1',1,1,0,0,0,NULL);
INSERT INTO vm_deployment VALUES(NUMBER,8,2,598,64);
INSERT INTO association_entries VALUES('public','192.168.1.NUMBER','A2:AA:BB:00:01:HEX','pubNUMBER','192.168.0.1','192.168.0.255','255.255.255.0',1);
INSERT INTO pilot_slots VALUES('5b0c9b1e-7a52-4e0c-9d3a-TWELVE',NUMBER,1,0,'JOB.gridsn.example.org',602,0,0,NULL);
