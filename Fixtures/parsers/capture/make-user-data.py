"""Makes user-data.sqlite: the tables with user data, in small pages, with values that overflow them and deleted rows."""
import os
import sqlite3
import sys

path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "user-data.sqlite") if len(sys.argv) < 2 else sys.argv[1]
if os.path.exists(path):
    os.remove(path)
database = sqlite3.connect(path)
database.execute("pragma page_size = 1024")
database.execute("vacuum")
database.executescript("""
CREATE TABLE resources (id INT NOT NULL PRIMARY KEY, name VARCHAR(100) NOT NULL);
CREATE TABLE vms (id INT NOT NULL PRIMARY KEY, name VARCHAR(128) NOT NULL, node VARCHAR(128),
  prop_required SMALLINT NOT NULL, unprop_required SMALLINT NOT NULL, network VARCHAR(1024),
  kernel_parameters VARCHAR(128), vmm VARCHAR(32), vmm_version VARCHAR(32), assocs_needed VARCHAR(256),
  md_user_data VARCHAR(30720));
CREATE TABLE async_requests_vms (async_id VARCHAR(512) NOT NULL, id INT NOT NULL, md_user_data VARCHAR(30720));
CREATE INDEX byname ON vms(name);
""")
values = [None, "short PLANTED-SECRET-1", "long " + "PLANTED-SECRET-2 " * 400, "\u00e9\nPLANTED-SECRET-3"]
for i in range(60):
    database.execute("insert into resources values (?, ?)", (i, "m%d" % i))
    database.execute(
        "insert into vms values (?, ?, ?, 0, 0, 'NONE', NULL, 'Xen', '3', NULL, ?)",
        (i, "machine-%d" % i, "wn%d" % i, values[i % 4]))
    database.execute(
        "insert into async_requests_vms values (?, ?, ?)", ("a%d" % i, i, "PLANTED-SECRET-4" if i % 2 else None))
database.commit()
for i in range(20, 60, 3):
    database.execute("delete from vms where id = ?", (i,))
database.execute("update vms set md_user_data = 'PLANTED-SECRET-5' where id = 2")
database.commit()
