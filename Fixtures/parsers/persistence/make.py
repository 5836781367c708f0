#!/usr/bin/env python3
"""Writes the database fixtures of this folder: one invented site, in the layout of several releases, as the programs
print it that a site would copy its database with.

  make.py sqlite            with sqlite3 on the PATH
  make.py postgresql DSN    with psql and pg_dump; DSN is an empty database
  make.py derby JARS        with java; JARS is the class path of Derby 10.4's derby.jar and derbytools.jar

The layout is that of the service's schema at each release; the rows are this project's.
"""
import os, subprocess, sys, tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
T0 = 1220000000000
LATEST = 2.99  # stands for 2.10, which no number says
INT, SMALL, BIG, REAL, FLOAT, BLOB = "INT", "SMALLINT", "BIGINT", "REAL", "FLOAT", "BLOB"
UUID, TEXT = "CHAR(36)", "VARCHAR(%d)"


def layout(release):
    """The tables of a release that tell of slots and machines, as (name, type) in order."""
    later = lambda since, *columns: [c for c in columns if release >= since]
    memory = REAL if release >= 2.5 else INT
    dn = ("creator_dn", TEXT % 512)
    return {
        "resources": [("id", INT), ("name", TEXT % 100), ("state", SMALL), ("target_state", SMALL),
            ("term_time", BIG), ("ops_enabled", SMALL), dn, ("start_time", BIG), ("vmm_access_ok", SMALL),
            ("ensembleid", UUID), ("groupid", UUID), ("groupsize", INT), ("last_in_group", SMALL)]
            + later(2.0, ("launch_index", INT), ("error_fault", BLOB))
            + later(2.7, ("client_token", TEXT % 64), ("charge_ratio", "DOUBLE PRECISION")),
        "groupresources": [("groupid", UUID), dn],
        "vms": [("id", INT), ("name", TEXT % 128), ("node", TEXT % 128), ("prop_required", SMALL),
            ("unprop_required", SMALL), ("network", TEXT % 1024), ("kernel_parameters", TEXT % 128),
            ("vmm", TEXT % 32), ("vmm_version", TEXT % 32), ("assocs_needed", TEXT % 256)]
            + later(2.2, ("md_user_data", TEXT % 30720))
            + later(2.7, ("preemptable", SMALL), ("credential_name", TEXT % 128)),
        "vm_partitions": [("vmid", INT), ("image", TEXT % 128), ("imagemount", TEXT % 128), ("readwrite", SMALL),
            ("rootdisk", SMALL), ("blankspace", INT), ("prop_required", SMALL), ("unprop_required", SMALL)]
            + later(2.0, ("alternate_unprop", TEXT % 128)),
        "vm_deployment": [("vmid", INT), ("requested_state", SMALL), ("requested_shutdown", SMALL),
            ("min_duration", INT), ("ind_physmem", INT)] + later(2.5, ("ind_physcpu", INT)),
        "associations": [("association", TEXT % 128), ("dns", TEXT % 32), ("file_time", BIG)],
        "association_entries": [("association", TEXT % 128), ("ipaddress", TEXT % 32), ("mac", TEXT % 32),
            ("hostname", TEXT % 128), ("gateway", TEXT % 32), ("broadcast", TEXT % 32),
            ("subnetmask", TEXT % 32), ("used", SMALL)],
        "default_scheduler_current_tasks": [("id", INT), ("shutdown_time", BIG), ("shutdown", SMALL)],
        "default_scheduler_workspid": [("id", INT)],
        "default_scheduler_pending_ensemb": [("coschedid", UUID), ("groupid", UUID), ("id", INT),
            ("min_duration", INT), ("ind_physmem", INT), ("assocs_needed", TEXT % 256)],
        "resourcepool_entries": [("resourcepool", TEXT % 128), ("hostname", TEXT % 128),
            ("associations", TEXT % 512), ("maximum_memory", memory), ("available_memory", memory)]
            + later(2.6, ("active", SMALL)) + later(2.7, ("preemptable_memory", REAL)),
        "pilot_slots": [("id", UUID), ("vmid", INT), ("pending", SMALL), ("terminal", SMALL),
            ("lrmhandle", TEXT % 128), ("duration", BIG), ("partofgroup", SMALL), ("pendingremove", SMALL),
            ("nodename", TEXT % 128)],
        "pilot_groups": [("groupid", UUID), ("vmid", INT)],
        "pilot_notification_position": [("position", BIG)],
        "counter": [("id", SMALL), ("pending", INT)],
        "notification_position": [("position", BIG)],
    }


ACCOUNTING = lambda release: {"deployments": [("uuid", UUID), ("workspaceid", INT), ("creator_dn", TEXT % 512),
    ("creation_time", "DOUBLE PRECISION"), ("requested_duration", INT), ("active", SMALL),
    ("elapsed_minutes", "DOUBLE PRECISION")] + ([("cpu_cores", INT), ("memory", INT)] if release >= 2.5 else [])}

UUIDS = {n: "5b0c9b1e-7a52-4e0c-9d3a-00000000%04d" % n for n in (7, 8, 9, 10, 11)}
OWNER = "/C=CA/O=Grid/CN=Test O'Brien"


def rows(table, release):
    nic = lambda last: ("eth0;public;A2:AA:BB:00:00:0%d;Bridged;AllocateAndConfigure;192.168.0.%d;192.168.0.1;"
        "192.168.0.255;255.255.255.0;192.168.0.1;pub0%d;null;null;null;null" % (last, last, last))
    machine = lambda n, state, term, ops, start: {"id": n, "name": "ttylinux", "state": state, "target_state": 8,
        "term_time": term, "ops_enabled": ops, "creator_dn": OWNER, "start_time": start, "vmm_access_ok": 1,
        "groupsize": 1, "last_in_group": 1, "launch_index": 0, "charge_ratio": 1.0}
    slot = lambda n, pending, terminal, job, node: {"id": UUIDS[n], "vmid": n, "pending": pending,
        "terminal": terminal, "lrmhandle": job, "duration": 3602, "partofgroup": 0, "pendingremove": 0,
        "nodename": node}
    vm = lambda n, node, network: {"id": n, "name": "ttylinux", "node": node, "prop_required": 0,
        "unprop_required": 0, "network": network, "vmm": "Xen", "vmm_version": "3", "assocs_needed": "public",
        "md_user_data": "#!/bin/sh\necho 'this is; nobody''s (business)'\n" if n == 8 else None, "preemptable": 0}
    return {
        "resources": [machine(7, 8, T0 + 4200000, 1, T0), machine(8, 0, 0, 0, 0),
            machine(9, 38, T0 + 9000000, 0, T0)],
        "vms": [vm(7, "gsn-wn1", nic(2)), vm(8, None, nic(3)), vm(9, "gsn-wn2", nic(4) + ";;" + nic(5))],
        "vm_partitions": [{"vmid": n, "image": "file://ttylinux", "imagemount": "sda1", "readwrite": 1,
            "rootdisk": 1, "blankspace": 0, "prop_required": 0, "unprop_required": 0} for n in (7, 8, 9)],
        "vm_deployment": [{"vmid": n, "requested_state": 8, "requested_shutdown": 2, "min_duration": 3600,
            "ind_physmem": 64, "ind_physcpu": 1} for n in (7, 8, 9)],
        "associations": [{"association": "public", "dns": "192.168.0.1", "file_time": 1204300000000}],
        "association_entries": [{"association": "public", "ipaddress": "192.168.0.%d" % n,
            "mac": "A2:AA:BB:00:00:0%d" % n, "hostname": "pub0%d" % n, "gateway": "192.168.0.1",
            "broadcast": "192.168.0.255", "subnetmask": "255.255.255.0", "used": 1 if n < 6 else 0}
            for n in (2, 3, 4, 5, 6)],
        "default_scheduler_current_tasks": [{"id": 7, "shutdown_time": T0 + 3600000, "shutdown": 0},
            {"id": 9, "shutdown_time": T0 + 8400000, "shutdown": 0}],
        "default_scheduler_workspid": [{"id": 11}],
        "default_scheduler_pending_ensemb": [{"coschedid": UUIDS[11], "id": 11, "min_duration": 60,
            "ind_physmem": 128, "assocs_needed": "public"}],
        "resourcepool_entries": [] if release < 2.5 else [{"resourcepool": "pool1", "hostname": "gsn-wn3",
            "associations": "*", "maximum_memory": 2048.0, "available_memory": 1984.0, "active": 1,
            "preemptable_memory": None}],
        "pilot_slots": [slot(7, 0, 0, "41.gridsn", "gsn-wn1"), slot(8, 1, 0, "42.gridsn.example.org", None),
            slot(9, 0, 1, "40.GridSN", "gsn-wn2.example.org")],
        "pilot_groups": [{"groupid": UUIDS[10], "vmid": 3}, {"groupid": UUIDS[10], "vmid": 4}],
        "pilot_notification_position": [{"position": 1234}],
        "counter": [{"id": 1, "pending": 0}],
        "notification_position": [{"position": 0}],
        "deployments": [{"uuid": UUIDS[n], "workspaceid": n, "creator_dn": OWNER,
            "creation_time": float(T0 - 20000 + n), "requested_duration": 60, "active": 0 if n == 10 else 1,
            "elapsed_minutes": 12.5 if n == 10 else None, "cpu_cores": 1, "memory": 64} for n in (7, 8, 9, 10)],
    }.get(table, [])


def literal(value):
    if value is None: return "NULL"
    if isinstance(value, str): return "'" + value.replace("''", "'").replace("'", "''") + "'"
    return repr(value)


def script(tables, release, dialect):
    out = []
    for table, columns in tables.items():
        kind = lambda t: {"BLOB": "BYTEA"}.get(t, t) if dialect == "postgresql" else t
        out.append("CREATE TABLE %s (%s);" % (table, ", ".join("%s %s" % (c, kind(t)) for c, t in columns)))
        for row in rows(table, release):
            out.append("INSERT INTO %s VALUES (%s);" % (table, ", ".join(literal(row.get(c)) for c, _ in columns)))
    return "\n".join(out) + "\n"


def run(command, given=None):
    return subprocess.run(command, input=given, stdout=subprocess.PIPE, check=True, text=True).stdout


def write(name, text):
    with open(os.path.join(HERE, name), "w") as file: file.write(text)


def sqlite():
    for release, label in ((2.2, "tp2.2"), (2.5, "2.5")):
        for kind, tables in (("main", layout(release)), ("accounting", ACCOUNTING(release))):
            write("%s-%s.sqlite-dump.sql" % (kind, label),
                  run(["sqlite3", ":memory:"], script(tables, release, "sqlite") + ".dump\n"))


def postgresql(dsn):
    for kind, tables in (("main", layout(LATEST)), ("accounting", ACCOUNTING(LATEST))):
        drop = "".join("DROP TABLE IF EXISTS %s;" % t for t in list(layout(LATEST)) + ["deployments"])
        run(["psql", "-q", "-v", "ON_ERROR_STOP=1", dsn], drop + script(tables, LATEST, "postgresql"))
        write("%s-2.10.pg_dump-copy.sql" % kind, run(["pg_dump", dsn]))
        write("%s-2.10.pg_dump-inserts.sql" % kind, run(["pg_dump", "--inserts", dsn]))
        write("%s-2.10.pg_dump-data-only.sql" % kind, run(["pg_dump", "--data-only", dsn]))


def derby(jars):
    for release, label in ((1.3, "tp1.3.1"), (2.2, "tp2.2")):
        tables = layout(release)
        with tempfile.TemporaryDirectory() as folder:
            url = "jdbc:derby:site"
            ij = ["java", "-Dderby.system.home=" + folder, "-cp", jars, "org.apache.derby.tools.ij"]
            make = script(tables, release, "derby").replace("DOUBLE PRECISION", "DOUBLE")
            run(ij, "connect '%s;create=true';\n%sexit;\n" % (url, make))
            list_ = "connect '%s';\nmaximumdisplaywidth 1024;\n%sexit;\n" % (
                url, "".join("select * from %s;\n" % t for t in tables))
            path = os.path.join(folder, "list.sql")
            with open(path, "w") as file: file.write(list_)
            write("main-%s.ij-script.txt" % label, run(ij + [path]))
            if release > 2: write("main-%s.ij-stdin.txt" % label, run(ij, list_))
            if release > 2:
                write("main-%s.ij-narrow.txt" % label, run(ij, list_.replace("maximumdisplaywidth 1024;\n", "")))


{"sqlite": sqlite, "postgresql": postgresql, "derby": derby}[sys.argv[1]](*sys.argv[2:])
