#!/usr/bin/env python3
"""Makes the reference site: a capture of one round, the same bytes for the same number of nodes, always.

Usage: make-site.py N_NODES OUT

A node has three domains (dom0 and two guests), ten jobs, two slots and five machines, so that 10,000 nodes are 100,000
jobs, 20,000 slots and 50,000 machines. Three of the five machines belong to ensembles that are not yet complete and have
no slot. The forms are those of TORQUE 2.5.13, Xen 4.17 and `sqlite3 .dump` of the TP2.2 tables, as the captured fixtures
have them. Each of the rules finds something on two of every 1,000 nodes; see `Node`.
"""

import os
import sys
import uuid

SERVER = "gridsn.example.org"
DOMAIN = "example.org"
MIB = 1024
BASELINE = 882 * MIB  # dom0 without a lease, KiB
QUANTUM = 64 * MIB
TOTAL = 1151  # MiB
XEN_OWN = 16  # MiB
PROCESSORS = 16
NOW = 1795317000  # 2026-11-22T03:10:00Z
NAMESPACE = uuid.UUID("5b0c9b1e-7a52-4e0c-9d3a-000000000000")
# Of every 500 nodes, the one on which each divergence is planted; several rules may speak of one cause.
PERIOD = 500
DRIFT, LOSS, SHORTFALL, MINIMUM, DYING, MOVED, JOB_GONE, ROWS_GONE = 10, 20, 30, 40, 50, 60, 70, 80
FOREIGN_JOB, STUCK, GUEST_GONE, SLOT_GONE, UNHEARD, WAITS_FOREVER, LEAK = 90, 100, 110, 120, 130, 140, 150

ENVIRONMENT = "x" * 4096


def slot_id(machine):
    """A UUID that looks random and is not."""
    mixed = machine * 0x9E3779B97F4A7C15F39CC0605CEDC835 & (1 << 128) - 1
    return str(uuid.UUID(int=mixed, version=4))


def mac(machine):
    return "A2:AA:BB:%02X:%02X:%02X" % (machine >> 16 & 255, machine >> 8 & 255, machine & 255)


def address(machine):
    return "10.%d.%d.%d" % (machine // 62500, machine // 250 % 250, machine % 250 + 2)


def owner(machine):
    name = "Test O'Brien" if machine % 50 == 0 else "User %d" % (machine % 400)
    return "/C=CA/O=Grid/OU=phys.example.org/CN=" + name


class Node:
    """One node, and what is wrong with it."""

    def __init__(self, index):
        self.index = index
        self.name = "gsn-wn%05d" % (index + 1)
        self.fault = index % PERIOD
        self.machines = [2 * index + 1, 2 * index + 2]
        self.guests = [m for m in self.machines if not self.lacks_guest(m)]
        self.target = BASELINE - 2 * QUANTUM
        self.target -= {DRIFT: 4 * MIB, LOSS: QUANTUM, MINIMUM: 7 * QUANTUM}.get(self.fault, 0)
        self.current = self.target - (2944 if self.fault == SHORTFALL else 0)
        self.jobs = []  # (processors, job id), the server's books

    def is_first(self, machine):
        return machine == self.machines[0]

    def lacks_guest(self, machine):
        return self.is_first(machine) and self.fault in (GUEST_GONE, UNHEARD)

    @property
    def free(self):
        return TOTAL - XEN_OWN - self.current // MIB - 64 * len(self.guests)


class Site:
    def __init__(self, count):
        self.count = count
        self.nodes = [Node(index) for index in range(count)]
        for job in range(1, 10 * count + 1):
            for node, processors in self.placement(job):
                node.jobs.append((processors, job))

    def node_of(self, machine):
        return self.nodes[(machine - 1) // 2] if machine <= 2 * self.count else None

    def placement(self, job):
        """Where a job runs. Each fifth is the pilot of a slot; of the others about a third run."""
        if job % 5 == 0:
            node = self.node_of(job // 5)
            is_gone = node.fault == JOB_GONE and node.is_first(job // 5)
            return [] if is_gone else [(node, 1)]
        if state(job) != "R":
            return []
        first = job * 7919 % self.count
        share = 1 + job % 4
        if job % 4 == 3 and self.count > 1:
            return [(self.nodes[first], share), (self.nodes[(first + 1) % self.count], share)]
        return [(self.nodes[first], share)]


def state(job):
    return "RQQRCQRHQC"[job * 31 // 5 % 10] if job % 5 else "R"


# TORQUE


def job_xml(site, job, slot=None, forced_state=None):
    """One <Job>, with the elements in the order of 2.5.13. `slot` is what a pilot's output is called."""
    letter = forced_state or state(job)
    account = "globus" if slot else "user%d" % (job % 300)
    home = "/home/" + account
    identifier = "%d.%s" % (job, SERVER)
    queued = NOW - 40000 + job % 32000
    hosts = site.placement(job) if forced_state is None else []
    output = "pilot-logs/" + slot if slot else "results/run-%d.o%d" % (job % 97, job)
    nodes = "1:ppn=1:xen" if slot else "%d:ppn=%d" % (len(hosts) or 1, 1 + job % 4)
    out = [
        "<Job><Job_Id>", identifier, "</Job_Id><Job_Name>", "STDIN" if slot else "run-%d" % (job % 97),
        "</Job_Name><Job_Owner>", account, "@", SERVER, "</Job_Owner>",
    ]
    if letter in "RC" and job % 3:
        used = "<resources_used><cput>00:%02d:%02d</cput><mem>%dkb</mem><vmem>%dkb</vmem><walltime>01:%02d:11</walltime></resources_used>"
        out.append(used % (job % 60, job % 59, 9000 + job % 65536, 16000 + job % 99999, job % 60))
    out += [
        "<job_state>", letter, "</job_state><queue>batch</queue><server>", SERVER, "</server><Checkpoint>u</Checkpoint><ctime>",
        str(queued), "</ctime><Error_Path>", SERVER, ":", home, "/run.e", str(job), "</Error_Path>",
    ]
    if hosts and letter in "RC":
        places = ["%s/%d" % (n.name, p) for n, share in hosts for p in reversed(range(share))]
        out += ["<exec_host>", "+".join(places), "</exec_host>"]
    out += [
        "<Hold_Types>n</Hold_Types><Join_Path>oe</Join_Path><Keep_Files>n</Keep_Files><Mail_Points>n</Mail_Points><mtime>",
        str(queued + 30), "</mtime><Output_Path>", SERVER, ":", home, "/", output, "</Output_Path><Priority>0</Priority><qtime>",
        str(queued), "</qtime><Rerunable>False</Rerunable><Resource_List>",
        "<mem>64mb</mem>" if slot else "<mem>%dmb</mem>" % (256 << job % 4), "<neednodes>", nodes, "</neednodes><nodect>",
        str(len(hosts) or 1), "</nodect><nodes>", nodes, "</nodes><walltime>12:00:00</walltime></Resource_List>",
    ]
    if letter in "RC":
        out += ["<session_id>", str(1000 + job % 30000), "</session_id>"]
    substate = {"R": "42", "Q": "10", "H": "20", "C": "59"}[letter]
    environment = 380 if slot else 340 + job * 37 % 900
    out += [
        "<substate>", substate, "</substate><Variable_List>", ENVIRONMENT[:environment], "</Variable_List><euser>", account,
        "</euser><egroup>", account, "</egroup><hashname>", identifier, "</hashname><queue_rank>", str(job),
        "</queue_rank><queue_type>E</queue_type>",
    ]
    if letter == "R":
        out.append("<comment>Job started on Sun Nov 22 at 01:29</comment>")
    elif letter == "Q":
        out.append("<comment>Not Running: not enough of the right type of nodes &lt;xen&gt; &amp; memory available</comment>")
    out += ["<etime>", str(queued), "</etime>"]
    if letter == "C":
        out += ["<exit_status>", "271" if job % 7 == 0 else "0", "</exit_status>"]
    out += [
        "<submit_args>-j oe -r n -m n -l nodes=", nodes, " -l walltime=12:00:00 -v ", ENVIRONMENT[: 40 + job % 120], " -o ", home, "/",
        output, "</submit_args>",
    ]
    if letter in "RC":
        out += ["<start_time>", str(queued + 30), "</start_time>"]
    if letter == "R":
        out += ["<Walltime><Remaining>", str(600 + job % 40000), "</Remaining></Walltime><start_count>1</start_count>"]
    out.append("<fault_tolerant>False</fault_tolerant>")
    if letter == "C":
        out += ["<comp_time>", str(queued + 900), "</comp_time>"]
    out += ["<submit_host>", SERVER, "</submit_host></Job>"]
    return "".join(out)


def write_jobs(site, file):
    file.write("<Data>")
    for job in range(1, 10 * site.count + 1):
        if job % 5:
            file.write(job_xml(site, job))
        elif site.placement(job):
            file.write(job_xml(site, job, slot=slot_id(job // 5)))
    for node in site.nodes:
        if node.fault == FOREIGN_JOB:
            job = 10 * site.count + node.index + 1
            file.write(job_xml(site, job, slot=slot_id(9 * site.count + job), forced_state="Q"))
    file.write("</Data>\n")


def write_nodes(site, file):
    file.write("<Data>")
    for node in site.nodes:
        books, jobs, place = [], [], 0
        for processors, job in node.jobs:
            identifier = "%d.%s" % (job, SERVER)
            jobs.append(identifier)
            for _ in range(processors):
                books.append("%d/%s" % (place, identifier))
                place += 1
        memory = node.current + 131560
        status = (
            "rectime=%d,varattr=,jobs=%s,state=free,netload=%d,gres=,loadave=%.2f,ncpus=%d,physmem=%dkb,availmem=%dkb,totmem=%dkb,"
            "idletime=%d,nusers=1,nsessions=%d,sessions=%s,uname=Linux %s 2.6.18-8.el5xen #1 SMP x86_64,opsys=linux"
        ) % (
            NOW - node.index % 45, " ".join(jobs), node.index * 7, node.index % 100 / 10, PROCESSORS, memory, memory // 2, memory,
            node.index % 9999, len(jobs), " ".join(str(1000 + job % 30000) for _, job in node.jobs), node.name,
        )
        file.write(
            "<Node><name>%s</name><state>%s</state><np>%d</np><properties>xen</properties><ntype>cluster</ntype>"
            "<jobs>%s</jobs><status>%s</status><gpus>0</gpus></Node>"
            % (node.name, "job-exclusive" if place >= PROCESSORS else "free", PROCESSORS, ", ".join(books), status)
        )
    file.write("</Data>\n")


# Xen


def xl_list(node):
    row = "%-40s %5d %5d %5d     %s  %8.1f\n"
    out = ["Name                                        ID   Mem VCPUs\tState\tTime(s)\n"]
    out.append(row % ("Domain-0", 0, node.current // MIB, 1, "r-----", 5.8 + node.index % 1000))
    for machine in node.guests:
        out.append(row % ("wrksp-%d" % machine, machine % 7000 + 1, 64, 1, "-b----", machine % 500 / 10))
    if node.fault == DYING:
        out.append(row % ("(null)", 7100, 0, 1, "-bp--d", 0.0))
    return "".join(out)


DOM0 = """    {
        "domid": 0,
        "config": {
            "c_info": {
                "type": "pv",
                "name": "Domain-0"
            },
            "b_info": {
                "max_memkb": 921600,
                "target_memkb": %d,
                "sched_params": {
                    "sched": "credit2",
                    "weight": 256,
                    "cap": 0
                },
                "type.pv": {

                },
                "arch_arm": {

                },
                "arch_x86": {

                }
            }
        }
    }"""

GUEST = """    {
        "domid": %d,
        "config": {
            "c_info": {
                "type": "pv",
                "name": "wrksp-%d",
                "domid": 4294967295,
                "uuid": "%s",
                "run_hotplug_scripts": "True"
            },
            "b_info": {
                "max_vcpus": 1,
                "avail_vcpus": [
                    0
                ],
                "max_memkb": 65536,
                "target_memkb": 65536,
                "video_memkb": 0,
                "sched_params": {
                    "sched": "credit2",
                    "weight": 256,
                    "cap": 0
                },
                "claim_mode": "True",
                "kernel": "/opt/nimbus/images/vmlinuz-2.6.18-xen",
                "type.pv": {

                },
                "arch_arm": {

                },
                "arch_x86": {
                    "msr_relaxed": "False"
                }
            },
            "nics": [
                {
                    "devid": 0,
                    "mac": "%s",
                    "bridge": "xenbr0",
                    "script": "/etc/xen/scripts/vif-bridge",
                    "nictype": "vif"
                }
            ],
            "on_soft_reset": "soft_reset"
        }
    }"""


def xl_long(node):
    domains = [DOM0 % (node.target - 1)]
    for machine in node.guests:
        domains.append(GUEST % (machine % 7000 + 1, machine, slot_id(machine + (1 << 40)), mac(machine).lower()))
    return "[\n" + ",\n".join(domains) + "\n]\n\n"


XL_INFO = """host                   : %s
release                : 6.1.0-56-amd64
version                : #1 SMP PREEMPT_DYNAMIC Debian 6.1.192-2 (2026-11-16)
machine                : x86_64
nr_cpus                : 16
max_cpu_id             : 15
nr_nodes               : 1
cores_per_socket       : 8
threads_per_core       : 2
cpu_mhz                : 2596.121
hw_caps                : 0fcbf3fd:f6d8320b:ec500800:00000075:00000005:01884329:0000020c:00000000
virt_caps              : pv hvm hap gnttab-v1 gnttab-v2
total_memory           : %d
free_memory            : %d
sharing_freed_memory   : 0
sharing_used_memory    : 0
outstanding_claims     : 0
free_cpus              : 0
xen_major              : 4
xen_minor              : 17
xen_extra              : .7
xen_version            : 4.17.7
xen_caps               : xen-3.0-x86_64 hvm-3.0-x86_32 hvm-3.0-x86_32p hvm-3.0-x86_64 
xen_scheduler          : credit2
xen_pagesize           : 4096
platform_params        : virt_start=0xffff800000000000
xen_changeset          : 
xen_commandline        : xen dom0_mem=882M,max:900M console=com1 loglvl=info guest_loglvl=info
cc_compiler            : x86_64-linux-gnu-gcc (Debian 12.2.0-14+deb12u1) 12.2.0
cc_compile_by          : pkg-xen-devel
cc_compile_domain      : lists.alioth.debian.org
cc_compile_date        : Wed Nov  4 16:52:28 UTC 2026
build_id               : 151b373fd64b321593bf987fd923cd10dabadac4
xend_config_format     : 4
"""


def xl_info(node):
    return XL_INFO % (node.name, TOTAL, node.free)


SYSFS = "/sys/devices/system/xen_memory/xen_memory0/"


def balloon(node):
    figures = [
        ("info/current_kb", node.current), ("info/high_kb", 0), ("info/low_kb", BASELINE - node.current),
        ("target", node.target * 1024), ("target_kb", node.target),
    ]
    return "".join("%s%s:%d\n" % (SYSFS, name, value) for name, value in figures)


# The service's database


def interface(machine):
    return (
        "eth0;public;%s;Bridged;AllocateAndConfigure;%s;10.0.0.1;10.255.255.255;255.0.0.0;10.0.0.1;pub%d;null;null;null;null"
        % (mac(machine), address(machine), machine)
    )


TABLES = {
    "resources": "id INT, name VARCHAR(100), state SMALLINT, target_state SMALLINT, term_time BIGINT, ops_enabled SMALLINT,"
    " creator_dn VARCHAR(512), start_time BIGINT, vmm_access_ok SMALLINT, ensembleid CHAR(36), groupid CHAR(36), groupsize INT,"
    " last_in_group SMALLINT, launch_index INT, error_fault BLOB",
    "vms": "id INT, name VARCHAR(128), node VARCHAR(128), prop_required SMALLINT, unprop_required SMALLINT, network VARCHAR(1024),"
    " kernel_parameters VARCHAR(128), vmm VARCHAR(32), vmm_version VARCHAR(32), assocs_needed VARCHAR(256), md_user_data VARCHAR(30720)",
    "vm_deployment": "vmid INT, requested_state SMALLINT, requested_shutdown SMALLINT, min_duration INT, ind_physmem INT",
    "vm_partitions": "vmid INT, image VARCHAR(128), imagemount VARCHAR(128), readwrite SMALLINT, rootdisk SMALLINT, blankspace INT,"
    " prop_required SMALLINT, unprop_required SMALLINT, alternate_unprop VARCHAR(128)",
    "associations": "association VARCHAR(128), dns VARCHAR(32), file_time BIGINT",
    "association_entries": "association VARCHAR(128), ipaddress VARCHAR(32), mac VARCHAR(32), hostname VARCHAR(128), gateway VARCHAR(32),"
    " broadcast VARCHAR(32), subnetmask VARCHAR(32), used SMALLINT",
    "default_scheduler_current_tasks": "id INT, shutdown_time BIGINT, shutdown SMALLINT",
    "default_scheduler_workspid": "id INT",
    "default_scheduler_pending_ensemb": "coschedid CHAR(36), groupid CHAR(36), id INT, min_duration INT, ind_physmem INT,"
    " assocs_needed VARCHAR(256)",
    "resourcepool_entries": "resourcepool VARCHAR(128), hostname VARCHAR(128), associations VARCHAR(512), maximum_memory INT,"
    " available_memory INT",
    "pilot_slots": "id CHAR(36), vmid INT, pending SMALLINT, terminal SMALLINT, lrmhandle VARCHAR(128), duration BIGINT,"
    " partofgroup SMALLINT, pendingremove SMALLINT, nodename VARCHAR(128)",
    "pilot_groups": "groupid CHAR(36), vmid INT",
    "pilot_notification_position": "position BIGINT",
    "notification_position": "position BIGINT",
}


class Machine:
    """A row of `resources` and what belongs to it."""

    def __init__(self, site, number):
        self.number = number
        node = site.node_of(number)
        self.fault = node.fault if node and node.is_first(number) else None
        self.ensemble = None
        self.node = self.slot = self.job = None
        if node:
            self.slot = slot_id(number)
            self.job = 5 * number
            if self.fault != UNHEARD:
                self.node = node.name
            if self.fault == MOVED:
                self.node = site.nodes[(node.index + 1) % site.count].name
            self.slot_node = None if self.fault == UNHEARD else node.name + "." + DOMAIN
        elif number <= 5 * site.count:
            self.ensemble = slot_id(1 << 50 | number // 8)
            self.waits = site.nodes[(number - 1) % site.count].fault != SLOT_GONE or number > 3 * site.count
        else:
            self.slot, self.slot_node, self.job = slot_id(number), None, 20 * site.count + number
        self.is_started = self.node is not None
        self.state = 24 if self.fault == STUCK else 8 if self.is_started else 0
        self.target = 28 if self.fault == STUCK else 8


def machines(site):
    for number in range(1, 5 * site.count + 1):
        yield Machine(site, number)
    for node in site.nodes:
        if node.fault == WAITS_FOREVER:
            yield Machine(site, 5 * site.count + node.index + 1)


def rows(site):
    """Each table with its rows, in the order of the dump."""
    every = list(machines(site))
    known = [m for m in every if m.fault != ROWS_GONE]
    begun = (NOW - 7200) * 1000
    yield "resources", (
        (
            m.number, "ttylinux", m.state, m.target, begun + 43800000 if m.is_started else 0, int(m.is_started), owner(m.number),
            begun if m.is_started else 0, 1, m.ensemble, None, 1, 1, 0, None,
        )
        for m in known
    )
    yield "vms", (
        (m.number, "ttylinux", m.node, 0, 0, interface(m.number), None, "Xen", "3", "public", None if m.number % 3 else "x" * 200)
        for m in known
    )
    yield "vm_deployment", ((m.number, 8, 2, 43200, 64) for m in known)
    yield "vm_partitions", ((m.number, "file://ttylinux", "sda1", 1, 1, 0, 0, 0, None) for m in known)
    yield "associations", [("public", "10.0.0.1", 1204300000000)]
    used = {m.number for m in known}
    leaks = {6 * site.count + n.index + 1 for n in site.nodes if n.fault == LEAK}
    yield "association_entries", (
        ("public", address(n), mac(n), "pub%d" % n, "10.0.0.1", "10.255.255.255", "255.0.0.0", int(n in used or n in leaks))
        for n in range(1, 7 * site.count + 1)
    )
    yield "default_scheduler_current_tasks", ((m.number, begun + 43200000, 0) for m in known if m.is_started)
    yield "default_scheduler_workspid", [(6 * site.count,)]
    yield "default_scheduler_pending_ensemb", (
        (m.ensemble, None, m.number, 43200, 64, "public") for m in known if m.ensemble and m.waits
    )
    yield "resourcepool_entries", []
    yield "pilot_slots", (
        (m.slot, m.number, int(m.slot_node is None), 0, "%d.%s" % (m.job, SERVER), 43202, 0, 0, m.slot_node) for m in every if m.slot
    )
    yield "pilot_groups", []
    yield "pilot_notification_position", [(1234,)]
    yield "notification_position", [(0,)]


def literal(value):
    if value is None:
        return "NULL"
    if isinstance(value, int):
        return str(value)
    return "'" + value.replace("'", "''") + "'"


def write_database(site, file):
    file.write("PRAGMA foreign_keys=OFF;\nBEGIN TRANSACTION;\n")
    for table, records in rows(site):
        file.write("CREATE TABLE %s (%s);\n" % (table, TABLES[table]))
        for record in records:
            file.write("INSERT INTO %s VALUES(%s);\n" % (table, ",".join(map(literal, record))))
    file.write("COMMIT;\n")


# The capture


def write_site_file(site, path):
    with open(path, "w") as file:
        file.write('name = "reference site of %d nodes"\nmode = "pilot"\n\n' % site.count)
        file.write('[pilot]\naccount = "globus"\n\n[memory]\nquantum = "64 MiB"\ndom0_minimum = "256 MiB"\n')
        for node in site.nodes:
            file.write('\n[[node]]\nname = "%s.%s"\ndom0 = "%d KiB"\n' % (node.name, DOMAIN, BASELINE))


def entry(what, node, command, stdout, size, redacted=None):
    listed = ", ".join('"%s"' % word for word in command)
    text = (
        '\n  [[round.observation]]\n  what = "%s"\n  node = "%s"\n  command = [%s]\n  started = 2026-11-22T03:10:00.120Z\n'
        '  finished = 2026-11-22T03:10:00.480Z\n  exit = 0\n  stdout = "%s"\n  bytes = %d\n'
    ) % (what, node, listed, stdout, size)
    return text + ('  redacted = ["%s"]\n' % redacted if redacted else "")


SITE_SOURCES = [
    ("torque.jobs", ["qstat", "-f", "-x"], "1/qstat.xml", write_jobs, "Variable_List"),
    ("torque.nodes", ["pbsnodes", "-x"], "1/pbsnodes.xml", write_nodes, None),
    ("db.main", ["sqlite3", "mirror.db", ".dump"], "1/main.sql", write_database, "md_user_data"),
]
NODE_SOURCES = [
    ("xen.list", ["xl", "list"], "xl-list", xl_list),
    ("xen.long", ["xl", "list", "-l"], "xl-list-l", xl_long),
    ("xen.info", ["xl", "info"], "xl-info", xl_info),
    ("xen.balloon", ["grep", "-H", "", SYSFS + "target_kb"], "balloon", balloon),
]


def write_capture(site, out):
    os.makedirs(out + "/1")
    for _, _, folder, _ in NODE_SOURCES:
        os.mkdir("%s/1/%s" % (out, folder))
    write_site_file(site, out + "/site.toml")
    with open(out + "/manifest.toml.part", "w") as manifest:
        manifest.write('format = 1\nsite = "site.toml"\n\n[[round]]\nstarted = 2026-11-22T03:10:00.000Z\n')
        for what, command, path, write, redacted in SITE_SOURCES:
            with open("%s/%s" % (out, path), "w") as file:
                write(site, file)
                size = file.tell()
            manifest.write(entry(what, "", command, path, size, redacted))
        for node in site.nodes:
            for what, command, folder, form in NODE_SOURCES:
                path, text = "1/%s/%s" % (folder, node.name), form(node)
                with open("%s/%s" % (out, path), "w") as file:
                    file.write(text)
                manifest.write(entry(what, node.name, command, path, len(text)))
    os.rename(out + "/manifest.toml.part", out + "/manifest.toml")


if __name__ == "__main__":
    if len(sys.argv) != 3 or not sys.argv[1].isdigit() or int(sys.argv[1]) < 1:
        sys.exit("usage: make-site.py N_NODES OUT")
    write_capture(Site(int(sys.argv[1])), sys.argv[2])
