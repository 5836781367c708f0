"""What scenarios are made with: their register, and the pieces that most of them have. Standard library only."""
from __future__ import annotations

import re
from datetime import datetime, timezone

from world import TABLES, Answer, Machine, Node, World, edit, jobs_of, literal, raw, slot_of, told

FIRST = 1795375860  # 2026-11-22T19:31:00Z: the pilots of raw/torque/mix-qstat-f-x.xml run since 19:29:32
ODD = 1795377520  # 2026-11-22T19:58:40Z: after the jobs of raw/torque/odd-qstat-f-x.xml were submitted
SIX = 1795377340  # 2026-11-22T19:55:40Z: after the pilots of raw/torque/six-qstat-f-x.xml were started
BIG = {"gsn-wn1": 2048, "gsn-wn2": 2048, "gsn-wn3": 2048}  # room for the twelve pilots a node of the storm
GONE = "5b0c9b1e-7a52-4e0c-9d3a-0000000000"  # slots whose jobs no longer exist end in two digits

MIX = jobs_of("torque/mix-qstat-f-x.xml")
SCENARIOS = {}

Looks = list[tuple[int, World]]


def scenario(build):
    SCENARIOS[build.__name__.replace("_", "-")] = build
    return build


def twice(world: World, first: int = FIRST, apart: int = 75) -> Looks:
    """Two looks at a world that stands still."""
    return [(first, world), (first + apart, world)]


def reserved(number: int, job: bytes, node: str | None = None, **about) -> Machine:
    """A started machine in the slot of a real pilot job, on the job's node if no other is told."""
    host = node or told(job, "exec_host").split("/")[0]
    return Machine(number, about.pop("phase", "P4"), slot_of(job), told(job, "Job_Id"), host, **about)


def waiting(number: int, job: bytes) -> Machine:
    """A machine whose pilot has not been heard of."""
    return Machine(number, "P1", slot_of(job), told(job, "Job_Id"))


def orphan(number: int, job: int, phase: str = "P1", **about) -> Machine:
    """A machine in a slot whose job no longer exists."""
    return Machine(number, phase, f"{GONE}{number:02d}", f"{job}.gridsn.example.org", **about)


def big_world() -> World:
    return World(nodes=[Node(name, mib) for name, mib in BIG.items()], addresses=34)


def one_lease() -> World:
    """The simplest site at work: one pilot on gsn-wn1, its machine started."""
    world = World(jobs=[MIX[0]])
    return world.lease(reserved(7, MIX[0]))


def block(members: list[tuple[int, str | None, dict]], job: bytes) -> list[Machine]:
    """The machines of one block, each with its node, or None where its pilot has not been heard of."""
    return [Machine(number, "P4" if node else "P1", slot_of(job), told(job, "Job_Id"), node, group=slot_of(job),
                    **{"started": int(told(job, "start_time")) + 2, **about}) for number, node, about in members]


def block_rows(machines: list[Machine]) -> dict[str, list[tuple]]:
    """The rows that a block has beside those of its machines."""
    group = machines[0].slot
    return {"pilot_groups": [(group, machine.number) for machine in machines],
            "groupresources": [(group, "/C=CA/O=Grid/CN=Test")]}


def clock(booted: float, ahead: float = 0, boot: int = 1) -> Answer:
    """A node's clock, uptime and boot, in the form of parsers/node/clock/date-and-files.txt."""
    def tell(now: float) -> bytes:
        return (f"{now + ahead:.9f}\n\n==> /proc/uptime <==\n{now - booted:.2f} {1.9 * (now - booted):.2f}\n\n"
                "==> /proc/sys/kernel/random/boot_id <==\n"
                f"5c7a2a39-8a4f-4a67-9d0b-2d5f1d1f4a{boot:02x}\n").encode()
    return Answer(at=tell)


def accounting(number: int, node: str, started: int, seconds: int, exit_status: int) -> bytes:
    """The accounting of a pilot that ran and ended by itself: job 17 of the storm, elsewhere and at another time."""
    ended = started + seconds
    lines = [line for line in raw("torque/storm-accounting.log").splitlines(keepends=True)
             if re.match(rb"[^;]*;[QSE];17\.", line)]
    log = edit(
        b"".join(lines), (";17.", f";{number}."), ("gsn-wn1/0", f"{node}/0"), ("end=1795375918", f"end={ended}"),
        ("Exit_status=271", f"Exit_status={exit_status}"), ("1795375892", str(started)),
        ("11/22/2026 19:31:32", written(started)), ("11/22/2026 19:31:58", written(ended)))
    return log


def written(moment: int) -> str:
    """A moment as the accounting log writes it; the server's zone is UTC."""
    return datetime.fromtimestamp(moment, timezone.utc).strftime("%m/%d/%Y %H:%M:%S")


def ledger(*rows: tuple[int, int, int]) -> Answer:
    """The accounting database: machine, beginning in seconds, and whether the lease is outstanding."""
    columns = ("uuid CHAR(36) NOT NULL PRIMARY KEY, workspaceid INT NOT NULL, creator_dn VARCHAR(512) NOT NULL, "
               "creation_time FLOAT NOT NULL, requested_duration INT NOT NULL, active SMALLINT NOT NULL, "
               "elapsed_minutes FLOAT")
    lines = ["PRAGMA foreign_keys=OFF;", "BEGIN TRANSACTION;", f"CREATE TABLE deployments ({columns});"]
    for place, (machine, began, active) in enumerate(rows):
        row = (f"0d5b7c1e-3a52-4e0c-9d3a-0000000000{place:02d}", machine, "/C=CA/O=Grid/CN=Test", began * 1000.0, 10,
               active, None if active else 10.0)
        lines.append(f"INSERT INTO deployments VALUES({','.join(map(literal, row))});")
    return Answer(("\n".join(lines + ["COMMIT;"]) + "\n").encode())


def newer(world: World) -> World:
    """The service of 2.8 or later: more columns in three tables."""
    more = {"resources": (", client_token VARCHAR(64), charge_ratio DOUBLE NOT NULL", ",NULL,1.0"),
            "vms": (", preemptable SMALLINT, credential_name VARCHAR(128)", ",0,NULL"),
            "vm_deployment": (", ind_physcpu INT", ",1")}
    world.tables = {table: columns + more.get(table, ("",))[0] for table, columns in TABLES.items()}
    text = world.database().decode()
    for table, (_, values) in more.items():
        text = re.sub(rf"(INSERT INTO {table} VALUES\(.*)\);", rf"\1{values});", text)
    world.answers["db.main"] = Answer(text.encode())
    return world


def pilot_command(slot: str) -> str:
    """The command line of a pilot of TP2.2."""
    return (f"/usr/bin/python /opt/workspacepilot.py --reserveslot -i {slot} -c https://gridsn:8443/pilot "
            "-m 64 -d 598 -g 8")


def pilots(*slots: str) -> bytes:
    """`ps -eo pid,ppid,user,lstart,args` with a pilot for each slot."""
    text = "    PID    PPID USER                      STARTED COMMAND\n"
    for place, slot in enumerate(slots):
        text += f"   {2217 + place}    2209 globus   Sun Nov 22 19:29:32 2026 {pilot_command(slot)}\n"
    return text.encode()


def storm_slots(file: str = "torque/storm-slots.txt") -> dict[int, tuple[str, str]]:
    """Job number -> (job, slot), as qsub printed them."""
    rows = [line.split()[:2] for line in raw(file).decode().splitlines()]
    return {int(job.split(".")[0]): (job, slot) for job, slot in rows}


def storm(look: str, alive: set[int], lost: dict[int, str]) -> World:
    """The storm's site. Pilots not alive have told the service so; `lost` ones did not end as they should.

    What was lost of a job: `guest`, its guest still runs; `told`, so it does, and the service was told; `memory`, only
    dom0's memory is gone.
    """
    world = big_world()
    world.unasked = {"xen.long"}
    for what, file in (("torque.jobs", "qstat-f-x"), ("torque.nodes", "pbsnodes-x")):
        world.answers[what] = Answer(raw(f"torque/storm-{look}-{file}.xml"))
    for number, (job, slot) in storm_slots().items():
        node = "gsn-wn1" if number < 29 else "gsn-wn2" if number < 41 else "gsn-wn3"
        how = lost.get(number, "guest" if number in alive else "")
        phase = "P4" if how in ("guest", "memory") else "P6"
        machine = Machine(number, phase, slot, job, node, started=1795375894)
        world.lease(machine, guest=how == "guest")
        if how == "told":
            world[node].take(64).run(f"wrksp-{number}")
    return world
