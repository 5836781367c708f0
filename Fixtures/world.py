"""What a site is like at one moment, and what its sources print of it.

A `World` is nodes, jobs, machines and addresses. `World.observations` renders it as the bytes that the commands would
have printed. Jobs, node lists, domains and memory figures are cut out of real output in `raw/` and edited by exact
replacement: an edit that finds nothing to replace stops the run, so no scenario can silently lose its point. Only the
database has no real bytes behind it: its tables are those of TP2.2 (`workspace_service_derby_schema.sql`), as the
`.dump` of the sqlite3 shell writes them. Standard library only.
"""
from __future__ import annotations

import copy
import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

HERE = Path(__file__).resolve().parent
MIB = 1024
SERVER = "gridsn.example.org"
XEN_OWN = 16  # MiB that Xen keeps of a machine: 1151 - 882 - 253 in raw/xen
SPARE = 253  # MiB that Xen has free on an idle node there
MEMORY = "/sys/devices/system/xen_memory/xen_memory0"
JOB_STARTED = 1795375772  # start_time of the pilots in raw/torque/mix-qstat-f-x.xml
DN = "/C=CA/O=Grid/CN=Test"
HOME = "/opt/nimbus/services/var/nimbus"
SINKS = f"{HOME}/msg-sinks"


def raw(name: str) -> bytes:
    """The bytes of a file of a real run."""
    return (HERE / "raw" / name).read_bytes()


def edit(record: bytes, *changes: tuple[str, str]) -> bytes:
    """Replaces each first text by the second, wherever it is; it must be there."""
    for old, new in changes:
        if old.encode() not in record:
            raise SystemExit(f"nothing to replace: {old!r}")
        record = record.replace(old.encode(), new.encode())
    return record


# --- TORQUE -------------------------------------------------------------------------------------------------------


def jobs_of(name: str) -> dict[int, bytes]:
    """The job records of a real `qstat -f -x`, by number."""
    found = re.findall(rb"<Job><Job_Id>(\d+)\..*?</Job>", raw(name), re.S)
    records = re.findall(rb"<Job>.*?</Job>", raw(name), re.S)
    return {int(number): record for number, record in zip(found, records) if b"[]" not in record[:40]}


def told(record: bytes, element: str) -> str:
    """The text of a job's element, empty where it has none."""
    match = re.search(rb"<%s>(.*?)</%s>" % (element.encode(), element.encode()), record, re.S)
    return match.group(1).decode() if match else ""


def told_as(record: bytes, element: str, text: str) -> bytes:
    """A job with another text in an element."""
    return edit(record, (f"<{element}>{told(record, element)}</{element}>", f"<{element}>{text}</{element}>"))


def without(record: bytes, *elements: str) -> bytes:
    """A job without these elements, where it has them."""
    for element in elements:
        record = re.sub(rb"<%s>.*?</%s>" % (element.encode(), element.encode()), b"", record, flags=re.S)
    return record


def on(record: bytes, node: str) -> bytes:
    """A running job, on another node."""
    return told_as(record, "exec_host", f"{node}/0")


def queued(record: bytes) -> bytes:
    """A running job as it was before it started: what 2.5.13 shows of a queued one that never ran."""
    record = without(
        record, "exec_host", "resources_used", "session_id", "comment", "start_time", "Walltime", "start_count")
    return told_as(told_as(record, "job_state", "Q"), "substate", "10")


def exiting(record: bytes) -> bytes:
    """A running job whose MOM is about to end it."""
    return told_as(told_as(record, "job_state", "E"), "substate", "50")


def completed(record: bytes, exit_status: int, at: int) -> bytes:
    """A job that has ended and is still shown, in the form of the completed ones in raw/torque/storm-after."""
    record = told_as(told_as(without(record, "Walltime"), "job_state", "C"), "substate", "59")
    record = edit(record, ("</etime>", f"</etime><exit_status>{exit_status}</exit_status>"))
    return edit(record, ("<fault_tolerant>", f"<comp_time>{at}</comp_time><fault_tolerant>"))


def begun(record: bytes, at: int) -> bytes:
    """A running job that was submitted and started at another time."""
    return edit(record, (told(record, "start_time"), str(at)))


def slot_of(record: bytes) -> str:
    """The slot that a pilot job is for: the last part of its output's path."""
    return told(record, "Output_Path").rsplit("/", 1)[-1]


def with_slot(record: bytes, slot: str) -> bytes:
    """A pilot job for another slot."""
    return edit(record, (slot_of(record), slot))


def job_list(jobs: list[bytes]) -> bytes:
    """`qstat -f -x` of TORQUE 2.5.13, which prints nothing at all when there are no jobs."""
    return b"<Data>" + b"".join(jobs) + b"</Data>\n" if jobs else b""


def node_list(jobs: list[bytes], now: int) -> bytes:
    """`pbsnodes -x`: the idle node list with the running jobs in its books."""
    text = raw("torque/idle-pbsnodes-x.xml")
    for node in ("gsn-wn1", "gsn-wn2", "gsn-wn3"):
        here = [told(job, "Job_Id") for job in jobs if told(job, "exec_host").startswith(node + "/")
                and told(job, "job_state") in "RE"]
        if not here:
            continue
        held = ", ".join(f"{slot}/{job}" for slot, job in enumerate(here))
        start = text.index(b"<name>" + node.encode())
        head, record = text[:start], text[start:]
        record = record.replace(b"<status>", f"<jobs>{held}</jobs><status>".encode(), 1)
        text = head + record.replace(b",jobs=,", f",jobs={' '.join(here)},".encode(), 1)
    return re.sub(rb"rectime=\d+", b"rectime=%d" % (now - 12), text)


# --- Xen ----------------------------------------------------------------------------------------------------------


@dataclass
class Guest:
    """A domain other than 0."""

    name: str
    domid: int
    mib: int = 64
    state: str = "-b----"
    listed_long: bool = True  # `xl list -l` leaves a dying one out
    serial: int = 0  # of its uuid, where another domain has the same number


@dataclass
class Node:
    """A node's memory and its guests. `answers` overrides what one of its sources prints."""

    name: str
    dom0: int  # MiB that dom0 has with no lease
    current_kib: int = 0
    target_kib: int = 0
    guests: list[Guest] = field(default_factory=list)
    free: int | None = None  # MiB, where it isn't what is left over
    answers: dict[str, Answer] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.current_kib = self.current_kib or self.dom0 * MIB
        self.target_kib = self.target_kib or self.current_kib

    @property
    def total(self) -> int:
        return self.dom0 + XEN_OWN + SPARE

    @property
    def free_mib(self) -> int:
        if self.free is not None:
            return self.free
        return (self.total - XEN_OWN) - -(-self.current_kib // MIB) - sum(guest.mib for guest in self.guests)

    def take(self, mib: int = 64) -> Node:
        """A pilot takes memory from dom0, or somebody does not give it back."""
        self.current_kib -= mib * MIB
        self.target_kib = self.current_kib
        return self

    def run(self, name: str, **about) -> Node:
        """Starts a guest."""
        domid = 4 + len(self.guests)
        self.guests.append(Guest(name, **{"domid": domid, **about}))
        return self

    def observations(self) -> list[tuple[str, list[str], str, Answer]]:
        given = [
            ("xen.list", ["xl", "list"], "xl-list.txt", domain_list(self)),
            ("xen.long", ["xl", "list", "-l"], "xl-list-l.json", domain_configs(self)),
            ("xen.info", ["xl", "info"], "xl-info.txt", host_info(self)),
            ("xen.balloon", ["tail", "-n", "+1", f"{MEMORY}/target_kb", f"{MEMORY}/info/current_kb"],
             "balloon.txt", balloon(self)),
        ]
        more = {
            "xen.store": (["xenstore-ls", "-fp"], "xenstore-ls.txt"),
            "node.pilots": (["ps", "-eo", "pid,ppid,user,lstart,args"], "pilots.txt"),
            "node.clock": (["sh", "-c", "date +%s.%N; tail -n +1 /proc/uptime /proc/sys/kernel/random/boot_id"],
                           "clock.txt"),
            "node.residue": (["sh", "-c", "find /opt/workspace -maxdepth 2; tail -n +1 /etc/dhcpd.conf"],
                             "residue.txt"),
            "pilot.settings": (["cat", "/etc/workspacepilot.conf"], "pilot.conf"),
        }
        seen = [(what, command, file, self.answers.get(what, Answer(out))) for what, command, file, out in given]
        return seen + [(what, *more[what], self.answers[what]) for what in more if what in self.answers]


def domain_line(name: str, domid: int, mib: int, state: str, time: str) -> bytes:
    """A row of `xl list` 4.17, in the format of its source; `check_forms` holds it against real rows."""
    return b"%-40s %5d %5d     1     %s  %8s\n" % (name.encode(), domid, mib, state.encode(), time.encode())


def domain_list(node: Node) -> bytes:
    """`xl list`: the real head and a row a domain."""
    rows = [domain_line("Domain-0", 0, node.current_kib // MIB, "r-----", "84.7")]
    rows += [domain_line(guest.name, guest.domid, guest.mib, guest.state, "0.0") for guest in node.guests]
    return raw("xen/idle-xl-list.txt").splitlines(keepends=True)[0] + b"".join(rows)


def domain_configs(node: Node) -> bytes:
    """`xl list -l`: the two records of a real one, the guest's as often as there are guests."""
    text = raw("xen/deployed-xl-list-l.json")
    split = text.index(b"    {\n        \"domid\": 4")
    end = text.rindex(b"\n]")
    zero, guest = text[:split].rstrip(b",\n"), text[split:end]
    zero = edit(zero, ("921600", str((node.dom0 + 18) * MIB)), ("837631", str(node.target_kib - 1)))
    records = [zero] + [domain_config(guest, each) for each in node.guests if each.listed_long]
    return b",\n".join(records) + text[end:]


def domain_config(record: bytes, guest: Guest) -> bytes:
    uuid = f"7c9bd0db-b02f-41fa-a9a5-ba01b6c3{guest.serial:02x}{guest.domid:02x}"
    return edit(
        record, ('"domid": 4,', f'"domid": {guest.domid},'), ("ttylinux", guest.name),
        ("7c9bd0db-b02f-41fa-a9a5-ba01b6c3c6be", uuid), ("65536", str(guest.mib * MIB)))


def host_info(node: Node) -> bytes:
    """`xl info`: the real one with this node's figures."""
    return edit(
        raw("xen/idle-xl-info.txt"), (": n0\n", f": {node.name}\n"),
        ("total_memory           : 1151", f"total_memory           : {node.total}"),
        ("free_memory            : 253", f"free_memory            : {node.free_mib}"),
        ("dom0_mem=882M,max:882M", f"dom0_mem={node.dom0}M,max:{node.dom0}M"))


def balloon(node: Node) -> bytes:
    """The driver's figures, as `tail -n +1` of two files prints them."""
    return (f"==> {MEMORY}/target_kb <==\n{node.target_kib}\n\n"
            f"==> {MEMORY}/info/current_kb <==\n{node.current_kib}\n").encode()


def check_forms() -> None:
    """The renderers give back the very bytes of the real run that they are made from."""
    node = Node("n0", 882).take(64).run("ttylinux")
    if domain_list(node) != raw("xen/deployed-xl-list.txt"):
        raise SystemExit("xl list is not rendered as it is printed")
    long = domain_configs(node).replace(b"ba01b6c30004", b"ba01b6c3c6be")
    if long != raw("xen/deployed-xl-list-l.json"):
        raise SystemExit("xl list -l is not rendered as it is printed")
    if host_info(Node("n0", 882)) != raw("xen/idle-xl-info.txt"):
        raise SystemExit("xl info is not rendered as it is printed")


# --- The workspace service's database -------------------------------------------------------------------------------

TABLES = {
    name: " ".join(columns.split())
    for name, columns in re.findall(r"CREATE TABLE (\w+) \((.*?)\n\);", (HERE / "tp2.2.sql").read_text(), re.S)
}

STATES = {"P1": 0, "P3": 4, "P4": 8, "P6": 38, "paused": 12, "shut down": 6}


def dump(rows: dict[str, list[tuple]], tables: dict[str, str]) -> bytes:
    """The `.dump` of the sqlite3 shell, of a copy of the database."""
    lines = ["PRAGMA foreign_keys=OFF;", "BEGIN TRANSACTION;"]
    for table, columns in tables.items():
        lines.append(f"CREATE TABLE {table} ({columns});")
        lines += [f"INSERT INTO {table} VALUES({','.join(map(literal, row))});" for row in rows.get(table, [])]
    return ("\n".join(lines + ["COMMIT;"]) + "\n").encode()


def literal(value: object) -> str:
    if value is None:
        return "NULL"
    return "'" + value.replace("'", "''") + "'" if isinstance(value, str) else str(value)


@dataclass
class Machine:
    """A machine in one of the phases of a lease. `slot` None means that it has no slot."""

    number: int
    phase: str
    slot: str | None = None
    job: str = ""
    node: str | None = None
    mib: int = 64
    started: int = JOB_STARTED + 2  # the moment in its pilot's `reserved`
    seconds: int = 598
    group: str | None = None
    state: int | None = None  # where it isn't the phase's own
    target: int = 8
    is_scheduled: bool = True  # False for one that failed before it could get a deadline
    terminal: bool | None = None  # that its pilot said it ends, where it isn't the phase's own
    leaving: bool = False  # gone itself, and waiting for the rest of its block
    address: str | None = None  # where it isn't the next one of the pool
    lacks: tuple[str, ...] = ()  # tables that have lost its row

    @property
    def leased(self) -> bool:
        return self.phase != "P1" and self.is_scheduled

    @property
    def deadline(self) -> int:
        return self.started + self.seconds

    def rows(self, address: str) -> dict[str, tuple]:
        state = STATES[self.phase] if self.state is None else self.state
        last = int(address.rsplit(".", 1)[1])
        nic = (f"eth0;public;A2:AA:BB:00:00:{last:02X};Bridged;AllocateAndConfigure;{address};192.168.0.1;"
               f"192.168.0.255;255.255.255.0;192.168.0.1;pub{last:02d};null;null;null;null")
        term, start = ((self.deadline + 600) * 1000, self.started * 1000) if self.leased else (0, 0)
        enabled = int(self.leased and 0 <= state < 15)
        terminal = self.phase == "P6" if self.terminal is None else self.terminal
        rows = {
            "resources": (self.number, "ttylinux", state, self.target, term, enabled, DN, start, 1, None, self.group,
                          2 if self.group else 1, 1, 0, None),
            "vms": (self.number, "ttylinux", self.node, 0, 0, nic, None, "Xen", "3", "public", None),
            "vm_partitions": (self.number, "file://ttylinux", "sda1", 1, 1, 0, 0, 0, None),
            "vm_deployment": (self.number, 8, 2, self.seconds, self.mib),
        }
        if self.leased:
            rows["default_scheduler_current_tasks"] = (self.number, self.deadline * 1000, 0)
        if self.slot:
            rows["pilot_slots"] = (self.slot, self.number, int(self.phase == "P1"), int(terminal), self.job,
                                   self.seconds + 4, int(self.group is not None), int(self.leaving), self.node)
        return {table: row for table, row in rows.items() if table not in self.lacks}


# --- All of it ------------------------------------------------------------------------------------------------------


@dataclass
class Answer:
    """What a command printed and how it ended."""

    out: bytes = b""
    at: Callable[[float], bytes] | None = None  # makes `out` when it is run, of that moment
    exit: int = 0
    err: bytes = b""
    failure: str | None = None
    count: int | None = None  # the size that the manifest tells, where it isn't the file's
    produced: str | None = None
    seconds: float = 0.2  # that it took
    command: list[str] | None = None  # where it isn't the usual one


DOM0 = {"gsn-wn1": 882, "gsn-wn2": 418, "gsn-wn3": 418}  # MiB
TIMED_OUT = Answer(failure="timed out after 20 s", seconds=20.0)


@dataclass
class World:
    """A site at one moment."""

    nodes: list[Node] = field(default_factory=lambda: [Node(name, mib) for name, mib in DOM0.items()])
    jobs: list[bytes] = field(default_factory=list)
    machines: list[Machine] = field(default_factory=list)
    addresses: int = 4  # of the pool, beginning with 192.168.0.2; machines have the first ones
    used: set[str] = field(default_factory=set)  # marked used beside those of machines
    unused: set[str] = field(default_factory=set)  # marked free although a machine has them
    last_machine: int | None = None  # the last number given out, where it isn't that of the highest machine
    cursor: int = 0  # how far the service has read its pilots' notifications
    rows: dict[str, list[tuple]] = field(default_factory=dict)  # more rows of the database
    tables: dict[str, str] = field(default_factory=lambda: dict(TABLES))
    answers: dict[str, Answer] = field(default_factory=dict)
    unasked: set[str] = field(default_factory=set)  # sources that the collector left out

    def __getitem__(self, name: str) -> Node:
        return next(node for node in self.nodes if node.name == name)

    def copy(self) -> World:
        return copy.deepcopy(self)

    def lease(self, machine: Machine, guest: bool = True, prefix: str = "wrksp-", **about) -> World:
        """Adds a machine; where it has a node, dom0 gives it its memory and its guest runs."""
        self.machines.append(machine)
        if machine.node and machine.phase != "P6":
            self[machine.node].take(machine.mib)
            if guest:
                self[machine.node].run(f"{prefix}{machine.number}", mib=machine.mib, **about)
        return self

    def database(self) -> bytes:
        rows: dict[str, list[tuple]] = {table: [] for table in TABLES}
        taken = set(self.used)
        for place, machine in enumerate(self.machines):
            address = machine.address or f"192.168.0.{place + 2}"
            taken.add(address)
            for table, row in machine.rows(address).items():
                rows[table].append(row)
        rows["associations"] = [("public", "192.168.0.1", 1204300000000)]
        for last in range(2, 2 + max(self.addresses, len(self.machines))):
            address = f"192.168.0.{last}"
            rows["association_entries"].append((
                "public", address, f"A2:AA:BB:00:00:{last:02X}", f"pub{last:02d}", "192.168.0.1", "192.168.0.255",
                "255.255.255.0", int(address in taken - self.unused)))
        last = max([9] + [machine.number for machine in self.machines])
        rows["default_scheduler_workspid"] = [(last if self.last_machine is None else self.last_machine,)]
        rows["pilot_notification_position"], rows["notification_position"] = [(self.cursor,)], [(0,)]
        rows["counter"] = [(1, 0)]
        for table, more in self.rows.items():
            rows[table] = rows[table] + more
        return dump(rows, self.tables)

    def observations(self, now: int) -> list[tuple[str, str, list[str], str, Answer]]:
        """What is looked at, in the order of a collector: what, node, command, file, answer."""
        given = [
            ("torque.jobs", ["qstat", "-f", "-x"], "qstat.xml", job_list(self.jobs)),
            ("torque.nodes", ["pbsnodes", "-x"], "pbsnodes.xml", node_list(self.jobs, now)),
        ]
        given = [each for each in given if f"{each[0]} as text" not in self.answers and each[0] not in self.unasked]
        seen = [(what, "", command, file, self.answers.get(what, Answer(out))) for what, command, file, out in given]
        more = {
            "torque.jobs as text": (["qstat", "-f"], "qstat.txt"),
            "torque.settings": (["qmgr", "-c", "print server"], "print-server.txt"),
            "torque.accounting": (["cat", "/opt/torque/server_priv/accounting/20261122"], "accounting.log"),
        }
        for what, (command, file) in more.items():
            if what in self.answers:
                seen.append((what.split(" ")[0], "", command, file, self.answers[what]))
        for node in self.nodes:
            mom = self.answers.get(f"torque.mom of {node.name}")
            if mom:
                command = ["momctl", "-d", "3", "-h", node.name]
                seen.append(("torque.mom", node.name, command, f"{node.name}/momctl.txt", mom))
            seen += [(what, node.name, command, f"{node.name}/{file}", answer)
                     for what, command, file, answer in node.observations() if what not in self.unasked]
        dumped = self.answers.get("db.main", Answer())
        if not dumped.failure:
            dumped = replace(dumped, out=dumped.out or self.database())
        seen.append(("db.main", "", ["sqlite3", "WorkspacePersistenceDB.copy", ".dump"], "main.sql", dumped))
        more = {
            "db.accounting": (["sqlite3", "WorkspaceAccountingDB.copy", ".dump"], "accounting.sql"),
            "db.notifications": (["stat", "-c", "%n %s", f"{SINKS}/pilotnotifications.txt",
                                  f"{SINKS}/notifications.txt"], "notifications.txt"),
            "db.reservations": (["cat", f"{HOME}/current-reservations.txt"], "current-reservations.txt"),
            "db.events": (["cat", f"{HOME}/accounting-events.txt"], "accounting-events.txt"),
            "db.events as log": (["cat", "/opt/nimbus/var/services.log"], "services.log"),
        }
        return seen + [(what.split(" ")[0], "", *about, self.answers[what])
                       for what, about in more.items() if what in self.answers]
