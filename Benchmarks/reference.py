#!/usr/bin/env python3
"""The job of `trueup audit --capture CAPTURE`, as a straight Python program does it with its standard library.

Usage: reference.py CAPTURE [RULES]

It reads the same capture (tomllib, xml.etree, json, sqlite3 in memory with executemany), fills the same columns of the same
tables of Rules/schema.sql, runs the same rules' queries and, for each finding, its `rests_on` and the guards of its repairs.
It prints how many findings each rule has. It does less than trueup: it trusts its sources, keeps no place of a record in its
source, no hash of a row, and no defect; and it reads only the forms that the reference site has.
"""

import json
import os
import re
import sqlite3
import sys
import time
import tomllib
import xml.etree.ElementTree as ElementTree

STATES = (
    "Unstaged StagingIn Unpropagated Propagating PropagatingToStart PropagatingToPause Propagated Starting Started Serializing"
    " Serialized Pausing Paused Reboot ShuttingDown ReadyingForTransport ReadyForTransport StagingOut StagedOut"
    " CancellingStagingIn CancellingUnpropagated CancellingPropagating CancellingPropagatingToStart"
    " CancellingPropagatingToPause CancellingAtVMM CancellingReadyingForTransport CancellingReadyForTransport"
    " CancellingStagingOut Destroying"
).split()
COMMON = ("observation", "ambiguous")
UNITS = {"b": 1 / 1024, "kb": 1, "mb": 1024, "gb": 1024 * 1024}


def fill(database, table, columns, rows):
    """Adds rows, each a tuple that begins with its observation."""
    names = ", ".join(COMMON + columns)
    places = "?, 0" + ", ?" * len(columns)
    database.executemany(f"INSERT INTO {table} ({names}) VALUES ({places})", rows)


def short(name):
    return name.lower().split(".", 1)[0] if name else None


def seconds(text):
    total = 0
    for part in text.split(":"):
        total = total * 60 + int(part)
    return total


def memory(text):
    number = text.rstrip("bkmgBKMG")
    return int(int(number) * UNITS[text[len(number) :].lower()])


def kibibytes(text):
    count, unit = text.split()
    return int(count) * {"KiB": 1, "MiB": 1024, "GiB": 1024 * 1024}[unit]


# TORQUE

JOB_COLUMNS = (
    "id", "number", "server", "name", "owner", "account", "queue", "state", "substate", "session", "exit_status", "created_ms",
    "modified_ms", "eligible_ms", "started_ms", "completed_ms", "walltime_s", "memory_kib", "nodes_requested", "exec_host",
    "output_path", "output_name", "in_pilot_logs",
)


def number(text):
    return None if text is None else int(text)


def moment(text):
    return None if text is None else int(text) * 1000


def job_rows(observation, job, allocations):
    told = {child.tag: child.text for child in job}
    resources = job.find("Resource_List")
    asked = {child.tag: child.text for child in resources} if resources is not None else {}
    identifier = told["Job_Id"]
    first, _, server = identifier.partition(".")
    owner, path, host = told.get("Job_Owner"), told.get("Output_Path"), told.get("exec_host")
    folder, _, name = path.partition(":")[2].rpartition("/")
    if host:
        shares = {}
        for place in host.split("+"):
            node = place.split("/", 1)[0]
            shares[node] = shares.get(node, 0) + 1
        allocations.extend((observation, identifier, short(node), count) for node, count in shares.items())
    return (
        observation, identifier, first, short(server), told.get("Job_Name"), owner, owner.split("@", 1)[0], told.get("queue"),
        told.get("job_state"), number(told.get("substate")), number(told.get("session_id")), number(told.get("exit_status")),
        moment(told.get("ctime")), moment(told.get("mtime")), moment(told.get("etime")), moment(told.get("start_time")),
        moment(told.get("comp_time")), seconds(asked["walltime"]) if "walltime" in asked else None,
        memory(asked["mem"]) if "mem" in asked else None, asked.get("nodes"), host, path, name or None,
        int(folder.rsplit("/", 1)[-1] == "pilot-logs"),
    )


def elements(path, tag):
    """Each element of that name, and nothing of it afterwards, so that a large file does not stay in memory."""
    parse = ElementTree.iterparse(path, events=("start", "end"))
    _, root = next(parse)
    for event, element in parse:
        if event == "end" and element.tag == tag:
            yield element
            root.clear()


def read_jobs(database, observation, path):
    jobs, allocations = [], []
    for job in elements(path, "Job"):
        jobs.append(job_rows(observation, job, allocations))
    fill(database, "lrms_job", JOB_COLUMNS, jobs)
    fill(database, "lrms_allocation", ("job", "node", "processors"), allocations)


def read_nodes(database, observation, path):
    nodes, jobs = [], []
    for element in elements(path, "Node"):
        told = {child.tag: child.text for child in element}
        name = told["name"]
        node = short(name)
        words = told["state"].split(",")
        status = dict(pair.split("=", 1) for pair in (told.get("status") or "").split(",") if "=" in pair)
        nodes.append((
            observation, node, name, told["state"], int("down" in words or "state-unknown" in words), int("offline" in words),
            number(told.get("np")), told.get("properties"), told.get("note"), moment(status.get("rectime")), status.get("jobs"),
        ))
        shares = {}
        for place in (told.get("jobs") or "").split(", "):
            if place:
                job = place.split("/", 1)[1]
                shares[job] = shares.get(job, 0) + 1
        jobs.extend((observation, node, job, count) for job, count in shares.items())
    fill(
        database, "lrms_node",
        ("node", "name", "state", "is_down", "is_offline", "processors", "properties", "note", "status_ms", "status_jobs"), nodes,
    )
    fill(database, "lrms_node_job", ("node", "job", "processors"), jobs)


# Xen

MACHINE = re.compile(r"(?:wrksp|workspace)-(0|[1-9][0-9]*)\Z")


def read_list(observation, node, text, rows):
    lines = text.splitlines()
    if not lines or not lines[0].startswith("Name"):
        raise ValueError(f"no list of domains from {node}")
    for line in lines[1:]:
        name, domid, size, vcpus, state, cpu = line.rsplit(None, 5)
        machine = MACHINE.match(name)
        rows.append((
            observation, node, int(domid), None if name == "(null)" else name, int(size) * 1024, int(vcpus), state,
            int(state[0] == "r"), int(state[1] == "b"), int(state[2] == "p"), int(state[3] == "s"), int(state[4] == "c"),
            int(state[5] == "d"), float(cpu), int(machine[1]) if machine else None,
        ))


def read_long(observation, node, text, rows, interfaces):
    for domain in json.loads(text):
        domid, config = domain["domid"], domain["config"]
        created, built = config["c_info"], config["b_info"]
        target = built.get("target_memkb")
        if target is not None and domid == 0 and "video_memkb" not in built:
            target += 1
        rows.append((observation, node, domid, created.get("name"), created.get("uuid"), target, built.get("max_memkb")))
        for position, nic in enumerate(config.get("nics", [])):
            interfaces.append((
                observation, node, domid, position, nic["mac"].lower() if "mac" in nic else None, nic.get("bridge"), nic.get("ip"),
                nic.get("vifname"),
            ))


DOM0_MEMORY = re.compile(r"\bdom0_mem=(\S+)")


def dom0_size(text):
    return int(text[:-1]) * {"K": 1, "M": 1024, "G": 1024 * 1024}[text[-1].upper()]


def read_info(observation, node, text, rows):
    told = {}
    for line in text.splitlines():
        key, _, value = line.partition(":")
        told[key.rstrip()] = value.strip()
    boot = maximum = None
    found = DOM0_MEMORY.search(told["xen_commandline"])
    for part in found[1].split(",") if found else []:
        if part.startswith("max:"):
            maximum = dom0_size(part[4:])
        elif not part.startswith("min:"):
            boot = dom0_size(part)
    rows.append((
        observation, node, told["xen_version"], int(told["total_memory"]) * 1024, int(told["free_memory"]) * 1024,
        int(told["outstanding_claims"]) * 1024, told["xen_commandline"], boot, maximum,
    ))


def read_balloon(observation, node, text, finished, rows):
    told = {}
    for line in text.splitlines():
        path, _, value = line.partition(":")
        told[path.rsplit("/", 1)[-1]] = int(value)
    rows.append((observation, node, finished, told["current_kb"], told["target_kb"], told["low_kb"] + told["high_kb"]))


# The service's database


def flag(column):
    return f"{column} <> 0"


NONZERO = "nullif({}, 0)".format


def read_database(database, observation, path):
    with open(path, encoding="utf-8") as file:
        dump = sqlite3.connect(":memory:")
        dump.executescript(file.read())

    def copy(table, columns, query, convert=lambda row: row):
        fill(database, table, columns, ((observation,) + tuple(convert(row)) for row in dump.execute(query)))

    def slot(row):
        first, _, server = row[4].partition(".")
        return row[:5] + (first, short(server), *row[5:8], short(row[8]))

    copy(
        "db_slot",
        (
            "id", "machine", "is_pending", "is_terminal", "job", "job_number", "job_server", "duration_s", "is_part_of_group",
            "is_pending_remove", "node",
        ),
        "SELECT id, vmid, pending, terminal, lrmhandle, duration, partofgroup, pendingremove, nodename FROM pilot_slots", slot,
    )
    copy("db_slot_group", ("id", "machine"), "SELECT groupid, vmid FROM pilot_groups")

    def machine(row):
        state, target = row[2], row[3]
        return row[:3] + (STATES[state], int(29 <= state <= 58), target, STATES[target]) + row[4:]

    copy(
        "db_machine",
        (
            "id", "name", "state", "state_name", "is_corrupted", "target_state", "target_state_name", "term_ms", "is_ops_enabled", "owner",
            "started_ms", "ensemble_id", "group_id", "group_size",
        ),
        f"SELECT id, name, state, target_state, {NONZERO('term_time')}, ops_enabled, creator_dn, {NONZERO('start_time')}, ensembleid,"
        " groupid, groupsize FROM resources", machine,
    )
    interfaces = []

    def virtual_machine(row):
        network = row[2]
        if network.lower() != "none":
            for position, interface in enumerate(network.split(";;")):
                fields = [None if field in ("", "null") else field for field in interface.split(";")]
                mac = None if fields[2] in (None, "ANY") else fields[2].lower()
                interfaces.append((observation, row[0], position, fields[1], mac, fields[4], fields[5], fields[10]))
        return row[0], short(row[1]), network

    copy("db_vm", ("machine", "node", "network"), "SELECT id, node, network FROM vms", virtual_machine)
    fill(database, "db_nic", ("machine", "position", "association", "mac", "method", "address", "hostname"), interfaces)
    copy(
        "db_deployment", ("machine", "requested_shutdown", "duration_s", "memory_kib"),
        "SELECT vmid, requested_shutdown, min_duration, ind_physmem * 1024 FROM vm_deployment",
    )
    copy("db_partition", ("machine", "image"), "SELECT vmid, image FROM vm_partitions")
    copy(
        "db_address", ("association", "address", "mac", "hostname", "is_used"),
        "SELECT association, ipaddress, lower(mac), hostname, used FROM association_entries",
    )
    copy(
        "db_schedule", ("machine", "shutdown_ms", "is_done"),
        f"SELECT id, {NONZERO('shutdown_time')}, shutdown FROM default_scheduler_current_tasks",
    )
    copy(
        "db_ensemble_pending", ("ensemble_id", "machine", "duration_s", "memory_kib"),
        "SELECT coschedid, id, min_duration, ind_physmem * 1024 FROM default_scheduler_pending_ensemb",
    )
    copy(
        "db_node", ("pool", "node", "maximum_kib", "available_kib"),
        "SELECT resourcepool, hostname, maximum_memory * 1024, available_memory * 1024 FROM resourcepool_entries",
    )
    for name, query in (
        ("last_machine", "SELECT id FROM default_scheduler_workspid"),
        ("pilot_notification_position", "SELECT position FROM pilot_notification_position"),
        ("notification_position", "SELECT position FROM notification_position"),
    ):
        copy("db_counter", ("name", "value"), query, lambda row: (name, row[0]))
    dump.close()


# The snapshot


class Clock:
    """Says on standard error what took how long."""

    def __init__(self):
        self.began = time.perf_counter()

    def lap(self, name):
        now = time.perf_counter()
        print(f"timing {name} {now - self.began:.3f} s", file=sys.stderr)
        self.began = now


def statements(schema):
    """The statements of the schema, by their first word but one: TABLE, INDEX, VIEW."""
    kinds = {"TABLE": [], "INDEX": [], "VIEW": []}
    text = "\n".join(line.split("--", 1)[0] for line in schema.splitlines())
    for statement in text.split(";"):
        if statement.strip():
            kinds[statement.split()[1]].append(statement)
    return kinds


def load(database, capture, manifest, clock):
    """Reads each observation. Returns when the last was read, in ms."""
    domains, configs, interfaces, hosts, samples, observations = [], [], [], [], [], []
    names = set()
    files = [entry for look in manifest["round"] for entry in look["observation"]]
    for index, entry in enumerate(files, start=1):
        path, what, node = os.path.join(capture, entry["stdout"]), entry["what"], short(entry["node"])
        if os.path.getsize(path) != entry["bytes"]:
            raise ValueError(f"{path} has been cut")
        finished = round(entry["finished"].timestamp() * 1000)
        observations.append((
            index, 1, what, node, " ".join(entry["command"]), round(entry["started"].timestamp() * 1000), finished, entry["exit"], "",
            "complete", None,
        ))
        if node:
            names.add(node)
            with open(path, encoding="utf-8") as file:
                text = file.read()
        if what == "torque.jobs":
            read_jobs(database, index, path)
        elif what == "torque.nodes":
            read_nodes(database, index, path)
        elif what == "db.main":
            read_database(database, index, path)
        elif what == "xen.list":
            read_list(index, node, text, domains)
        elif what == "xen.long":
            read_long(index, node, text, configs, interfaces)
        elif what == "xen.info":
            read_info(index, node, text, hosts)
        elif what == "xen.balloon":
            read_balloon(index, node, text, finished, samples)
        if index <= 3:
            clock.lap(f"parse and load {what}")
    clock.lap("parse xen.*")
    fill(
        database, "vmm_domain",
        (
            "node", "domid", "name", "memory_kib", "vcpus", "state", "is_running", "is_blocked", "is_paused", "is_shutdown", "is_crashed",
            "is_dying", "cpu_time_s", "machine",
        ), domains,
    )
    fill(database, "vmm_domain_config", ("node", "domid", "name", "uuid", "target_kib", "maximum_kib"), configs)
    fill(database, "vmm_vif", ("node", "domid", "position", "mac", "bridge", "address", "vifname"), interfaces)
    fill(
        database, "vmm_host",
        ("node", "version", "total_kib", "free_kib", "claims_kib", "command_line", "dom0_memory_kib", "dom0_maximum_kib"), hosts,
    )
    fill(database, "memory_sample", ("node", "at_ms", "current_kib", "target_kib", "balloon_kib"), samples)
    database.executemany("INSERT INTO observation VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", observations)
    clock.lap("load xen.*")
    return max(observation[6] for observation in observations), names


def configure(database, site, now, names):
    pilot, sizes = site.get("pilot", {}), site.get("memory", {})
    facts = {
        "name": site["name"], "mode": site["mode"], "service_account": pilot.get("account"),
        "quantum_kib": kibibytes(sizes.get("quantum", "64 MiB")),
        "dom0_minimum_kib": kibibytes(sizes.get("dom0_minimum", "256 MiB")),
        "tolerance_kib": kibibytes(sizes.get("tolerance", "1 MiB")), "margin_kib": kibibytes("128 MiB"),
        "grace_s": 8, "padding_s": 2, "termination_offset_s": 600, "now_ms": now, "balloons": 1, "foreign_domains": "notice",
    }
    database.execute(
        f"INSERT INTO site ({', '.join(facts)}) VALUES ({', '.join('?' * len(facts))})", tuple(facts.values()))
    nodes = [(short(node["name"]), 1, kibibytes(node["dom0"])) for node in site["node"]]
    names -= {node[0] for node in nodes}
    database.executemany("INSERT INTO node VALUES (?, ?, ?)", nodes + [(name, 0, None) for name in sorted(names)])
    spelt = {alias for node in site["node"] for alias in (node["name"].lower(), short(node["name"]))}
    database.executemany("INSERT INTO node_alias VALUES (?, ?)", [(alias, short(alias)) for alias in sorted(spelt)])


def judge(database, rule):
    """The findings of a rule: each row, what it rests on, and which of its repairs apply."""
    cursor = database.execute(rule["query"])
    columns = [column[0] for column in cursor.description]
    findings = []
    for row in cursor.fetchall():
        values = Named(zip(columns, row))
        evidence, absences = [], []
        for table, rowid, absence, node in database.execute(rule["rests_on"], values):
            if rowid is not None:
                evidence.append((table, database.execute(f"SELECT * FROM {table} WHERE rowid = ?", (rowid,)).fetchone()))
            else:
                absences.append((table, absence, node))
        steps = [
            step["do"]
            for step in rule.get("repair", [])
            if "only_if" not in step or database.execute(step["only_if"], values).fetchone()
        ]
        findings.append((values, evidence, absences, steps))
    return findings


class Named(dict):
    """The columns of a finding; one that its query does not have is NULL."""

    def __missing__(self, name):
        return None


class Steps:
    """How many instructions SQLite carries out from now on: on every machine as many, unlike its time."""

    def __init__(self, database):
        self.thousands = 0
        database.set_progress_handler(self.count, 1000)

    def count(self):
        self.thousands += 1
        return 0


def main(capture, rules):
    clock = Clock()
    with open(os.path.join(capture, "manifest.toml"), "rb") as file:
        manifest = tomllib.load(file)
    with open(os.path.join(capture, manifest["site"]), "rb") as file:
        site = tomllib.load(file)
    with open(os.path.join(rules, "schema.sql"), encoding="utf-8") as file:
        schema = statements(file.read())
    book = {}
    for name in sorted(os.listdir(rules)):
        if name.endswith(".toml") and name != "authority.toml":
            with open(os.path.join(rules, name), "rb") as file:
                book[name.removesuffix(".toml")] = tomllib.load(file)
    clock.lap("manifest, site and rules")
    database = sqlite3.connect(":memory:", isolation_level=None)
    for table in schema["TABLE"]:
        database.execute(table)
    database.execute("BEGIN")
    now, names = load(database, capture, manifest, clock)
    configure(database, site, now, names)
    for statement in schema["INDEX"] + schema["VIEW"]:
        database.execute(statement)
    database.execute("COMMIT")
    clock.lap("index")
    steps = Steps(database)
    for name, rule in book.items():
        if site["mode"] in rule["modes"]:
            print(name, len(judge(database, rule)))
    clock.lap("rules")
    print(f"steps of the rules {steps.thousands} thousand", file=sys.stderr)


if __name__ == "__main__":
    here = os.path.dirname(os.path.abspath(__file__))
    if len(sys.argv) not in (2, 3):
        sys.exit("usage: reference.py CAPTURE [RULES]")
    main(sys.argv[1], sys.argv[2] if len(sys.argv) == 3 else os.path.join(here, "..", "Rules"))
