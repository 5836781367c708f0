"""Scenarios of the failure catalogue, F01 to F33, beside those in make.py."""
from __future__ import annotations

import re

from capture import Site
from scene import (
    BIG, FIRST, GONE, MIX, SIX, Looks, accounting, big_world, block, block_rows, clock, ledger, newer, one_lease,
    orphan, pilots, reserved, scenario, twice, waiting)
from world import (
    HERE, JOB_STARTED, MIB, SINKS, TIMED_OUT, Answer, Machine, World, edit, exiting, jobs_of, node_list, on,
    queued, raw, slot_of, told, told_as)

MOMS = ("gsn-wn1", "gsn-wn2", "gsn-wn3")


# --- Pilots -----------------------------------------------------------------------------------------------------------


@scenario
def pilot_hangs() -> tuple[Looks, Site]:
    """F07: the pilot waits for an answer over HTTP that never comes; its job exits for minutes."""
    job = exiting(MIX[0])
    world = World(jobs=[job]).lease(reserved(7, job))
    world["gsn-wn1"].answers["node.pilots"] = Answer(pilots(slot_of(job)))
    return twice(world, apart=100), Site()


@scenario
def pilot_outlives_job() -> tuple[Looks, Site]:
    """F07: the same, after its MOM gave up: the job is gone, the pilot was told to end and hangs."""
    world = World().lease(orphan(7, 41, "P4", node="gsn-wn1"))
    real = (HERE / "parsers/node/pilots/2.10-ps-lock-and-logs.txt").read_bytes()
    log = real[real.index(b"==> /tmp/workspace-pilot-0aa5d8a6"):]
    log = log[:log.index(b"2026-11-22 20:57:07,934 INFO @1476")]
    log = edit(log, ("0aa5d8a6-1c52-4a0e-9a8f-4c1b5e0f1a02", f"{GONE}07"), ("2026-11-22 20:57:", "2026-11-22 19:30:"),
               ("Sun Nov 22 20:57:03", "Sun Nov 22 19:30:03"))
    world["gsn-wn1"].answers["node.pilots"] = Answer(pilots(f"{GONE}07") + b"\n" + log)
    return twice(world), Site()


@scenario
def pilots_overlap() -> tuple[Looks, Site]:
    """F10: two live leases on gsn-wn1; another pilot's restore gave dom0 the memory of one of them."""
    world = World(jobs=[MIX[0], MIX[1]]).lease(reserved(7, MIX[0])).lease(reserved(8, MIX[1]))
    world["gsn-wn1"].take(-64)
    return twice(world), Site()


@scenario
def leases_too_many() -> tuple[Looks, Site]:
    """F10: three leases of 64 MiB on gsn-wn3, where dom0 can lend 162."""
    jobs = [told_as(MIX[number], "exec_host", f"gsn-wn3/{number}") for number in range(3)]
    world = World(jobs=jobs)
    for number, job in enumerate(jobs, 7):
        world.lease(reserved(number, job))
    return twice(world), Site()


@scenario
def guests_destroyed() -> tuple[Looks, Site]:
    """F13: the pilot of machine 8 found too little memory free at its end, and destroyed machine 7's guest too."""
    world = World(jobs=[MIX[0]]).lease(reserved(7, MIX[0]), guest=False)
    return twice(world.lease(orphan(8, 41, "P6", node="gsn-wn1"))), Site()


@scenario
def guests_destroyed_told() -> tuple[Looks, Site]:
    """F13: the same, and the service was told whom it destroyed: machine 7 is Corrupted, its slot is not terminal."""
    world = World(jobs=[MIX[0]]).lease(reserved(7, MIX[0], state=38), guest=False)
    return twice(world.lease(orphan(8, 41, "P6", node="gsn-wn1"))), Site()


@scenario
def dom0_cascade() -> tuple[Looks, Site]:
    """F24: two slots are lost on gsn-wn3; each pilot sent there since has failed, and left an orphan."""
    world = World()
    world["gsn-wn3"].take(128)
    log = b""
    for number in (8, 9, 10):
        world.machines.append(orphan(number, 30 + number, "P6", node="gsn-wn3", state=30, is_scheduled=False))
        log += accounting(30 + number, "gsn-wn3", FIRST - 600 + 60 * (number - 7), 4, 4)
    world.answers["torque.accounting"] = Answer(log)
    return twice(world), Site()


@scenario
def pilot_unconfigured() -> tuple[Looks, Site]:
    """F29: gsn-wn2 has an external configuration without the lock file's key; three pilots ended there with 2."""
    world = World(machines=[orphan(number, 30 + number) for number in (8, 9, 10)])
    log = b"".join(accounting(30 + number, "gsn-wn2", FIRST - 600 + 60 * (number - 7), 1, 2) for number in (8, 9, 10))
    world.answers["torque.accounting"] = Answer(log)
    whole = (HERE / "parsers/node/settings/site.conf").read_bytes()
    old = edit(whole, ("lockfile: /tmp/workspace-pilot.lock\n", ""), ("dom0_mem: 882", "dom0_mem: 418"))
    world["gsn-wn1"].answers["pilot.settings"] = Answer(whole)
    world["gsn-wn2"].answers["pilot.settings"] = Answer(old)
    world["gsn-wn3"].answers["pilot.settings"] = Answer(edit(whole, ("dom0_mem: 882", "dom0_mem: 418")))
    return twice(world), Site()


@scenario
def lease_overrun() -> tuple[Looks, Site]:
    """F30: the lease ended long ago, by every clock; service and MOM have both stood still since."""
    world = one_lease()
    return twice(world, JOB_STARTED + 900, apart=170), Site()


@scenario
def preempted_overdue() -> tuple[Looks, Site]:
    """P6 of which the deadline has passed for minutes: the sweeper does not sweep."""
    world = World(machines=[orphan(9, 40, "P6", node="gsn-wn2", started=FIRST - 598 - 300)])
    return twice(world, apart=170), Site()


@scenario
def over_restored() -> tuple[Looks, Site]:
    """F25: 64 MiB were given back by hand, and then once more by the pilot, of which dom0 can have none."""
    world = World()
    node = world["gsn-wn1"]
    node.target_kib += 64 * MIB
    return twice(world), Site()


@scenario
def restored_too_early() -> tuple[Looks, Site]:
    """F25, earlier: memory was given back by hand while the pilot of machine 7 lives."""
    world = one_lease()
    world["gsn-wn1"].take(-64)
    return twice(world), Site()


# --- TORQUE -----------------------------------------------------------------------------------------------------------


@scenario
def kill_delay_default() -> tuple[Looks, Site]:
    """F06 foretold: TORQUE 2.5.13 with its defaults, and pilots with theirs."""
    world = World()
    world.answers["torque.settings"] = Answer(raw("torque/idle-print-server.txt"))
    for name in MOMS:
        world.answers[f"torque.mom of {name}"] = Answer(raw(f"torque/idle-momctl-d3-{name[4:]}.txt"))
    return twice(world), Site()


@scenario
def ready() -> tuple[Looks, Site]:
    """kill_delay_default, after somebody has seen to it: nothing stands against the next trial."""
    (began, world), (again, _) = kill_delay_default()[0]
    set_up = edit(raw("torque/idle-print-server.txt"), ("set server mom_job_sync", "set server kill_delay = 15\nset server mom_job_sync"))
    world.answers["torque.settings"] = Answer(set_up)
    pilot = edit((HERE / "parsers/node/settings/site.conf").read_bytes(), ("earlywaitratio = 0.5", "earlywaitratio = 0.3"))
    for place, node in enumerate(world.nodes):
        node.answers["node.clock"] = clock(FIRST - 86400, boot=place)
        node.answers["pilot.settings"] = Answer(edit(pilot, ("dom0_mem: 882", f"dom0_mem: {node.dom0}")))
    return [(began, world), (again, world)], Site()


@scenario
def killed_at_once() -> tuple[Looks, Site]:
    """F06 foretold: TORQUE 6 kills what it ends within a millisecond."""
    world = World()
    for what, file in (("torque.jobs", "six-qstat-f-x.xml"), ("torque.nodes", "six-pbsnodes-x.xml")):
        world.answers[what] = Answer(raw(f"torque/{file}"))
    for name in MOMS:
        world.answers[f"torque.mom of {name}"] = Answer(raw(f"torque/six-momctl-d3-{name[4:]}.txt"))
    for number, job in jobs_of("torque/six-qstat-f-x.xml").items():
        if "pilot-logs" in told(job, "Output_Path"):
            world.lease(reserved(number, job, started=int(told(job, "start_time")) + 2))
    return twice(world, SIX), Site()


@scenario
def jobs_purged() -> tuple[Looks, Site]:
    """F09: jobs 84 and 85 were purged with their MOM alive; it has them, and their pilots go on. Real bytes."""
    world = big_world()
    for what, file in (("torque.jobs", "qstat-f-x.xml"), ("torque.nodes", "pbsnodes-x.xml")):
        world.answers[what] = Answer(raw(f"torque/purged-{file}"))
    for name in MOMS:
        world.answers[f"torque.mom of {name}"] = Answer(raw(f"torque/purged-momctl-d3-{name[4:]}.txt"))
    for number, job in jobs_of("torque/purged-qstat-f-x.xml").items():
        world.lease(reserved(number, job, started=int(told(job, "start_time")) + 2, seconds=3598))
    slots = [line.split()[:2] for line in raw("torque/purged-slots.txt").decode().splitlines()]
    for job, slot in slots[:2]:
        world.lease(Machine(int(job.split(".")[0]), "P4", slot, job, "gsn-wn3", started=1795377120, seconds=1798))
    rows = [line for line in raw("torque/purged-ps.txt").splitlines(keepends=True)
            if any(slot.encode() in line for _, slot in slots)]
    world["gsn-wn3"].answers["node.pilots"] = Answer(b"".join(rows), command=["ps", "-ef"])
    return twice(world, 1795377130, apart=140), Site(dom0=BIG)


@scenario
def mom_forgot() -> tuple[Looks, Site]:
    """The MOM of gsn-wn1 lost job 1 from its books (`momctl -c`); the server and the pilot go on."""
    world = World(jobs=[MIX[0], MIX[1]]).lease(reserved(7, MIX[0])).lease(reserved(8, MIX[1]))
    books = raw("torque/mix-momctl-d3-wn1.txt").splitlines(keepends=True)
    kept = [line for line in books if not line.startswith(b"job[") or line.startswith(b"job[0.")]
    world.answers["torque.mom of gsn-wn1"] = Answer(b"".join(kept))
    return twice(world, apart=110), Site()


def down(nodes: bytes, *names: str) -> bytes:
    """A node list in which these are down, with the status that they last told."""
    for name in names:
        nodes = edit(nodes, (f"<name>{name}</name><state>free<", f"<name>{name}</name><state>down<"))
    return nodes


@scenario
def node_crashed() -> tuple[Looks, Site]:
    """F08: gsn-wn3 is gone from the network; TORQUE lists it as down and its job as running."""
    job = on(MIX[0], "gsn-wn3")
    world = World(jobs=[job]).lease(reserved(7, job, "gsn-wn3"))
    world.answers["torque.nodes"] = Answer(down(node_list([job], FIRST - 200), "gsn-wn3"))
    for what in ("xen.list", "xen.long", "xen.info", "xen.balloon"):
        world["gsn-wn3"].answers[what] = TIMED_OUT
    return twice(world, apart=180), Site()


@scenario
def node_booted_again() -> tuple[Looks, Site]:
    """F08: gsn-wn1 was rebooted after the lease began, as its clock proves."""
    world = World(jobs=[MIX[0]], machines=[reserved(7, MIX[0])])
    for place, node in enumerate(world.nodes):
        node.answers["node.clock"] = clock(FIRST - 10 if place == 0 else FIRST - 86400, boot=place)
    return twice(world, apart=90), Site()


@scenario
def server_restarted() -> tuple[Looks, Site]:
    """In the first look pbs_server has just started: every node is down, without a status."""
    after = one_lease()
    before = after.copy()
    nodes = down(node_list(before.jobs, FIRST), *MOMS)
    before.answers["torque.nodes"] = Answer(re.sub(rb"<status>.*?</status>", b"", nodes))
    return [(FIRST, before), (FIRST + 75, after)], Site()


@scenario
def server_restarting() -> tuple[Looks, Site]:
    """The same in the last look."""
    (_, after), (_, before) = server_restarted()[0]
    return [(FIRST, before), (FIRST + 75, after)], Site()


@scenario
def clock_ahead() -> tuple[Looks, Site]:
    """F30 foretold: gsn-wn2's clock is 95 s ahead."""
    world = one_lease()
    for place, node in enumerate(world.nodes):
        node.answers["node.clock"] = clock(FIRST - 86400, ahead=95 if place == 1 else 0, boot=place)
    return twice(world), Site()


@scenario
def node_removed() -> tuple[Looks, Site]:
    """A preempted machine is on record on a node that the site no longer has."""
    world = one_lease()
    world.machines.append(orphan(9, 40, "P6", node="gsn-wn4"))
    return twice(world), Site()


# --- Xen --------------------------------------------------------------------------------------------------------------


@scenario
def guest_foreign() -> tuple[Looks, Site]:
    """F13: a guest that is no machine of the service; a pilot's release would destroy it."""
    world = one_lease()
    world["gsn-wn2"].run("nfs-gateway", mib=128)
    return twice(world), Site()


@scenario
def guest_crashed() -> tuple[Looks, Site]:
    """F15: Xen keeps the guest that crashed. The letters are those of raw/xen/states-xl-list.txt."""
    edit(raw("xen/states-xl-list.txt"), ("---sc-", "---sc-"))
    world = World(jobs=[MIX[0]]).lease(reserved(7, MIX[0]), state="---sc-")
    return twice(world), Site()


@scenario
def guest_duplicated() -> tuple[Looks, Site]:
    """F32: two guests of one name; the one on gsn-wn2 is from before the database was reset."""
    world = one_lease()
    world["gsn-wn2"].take(64).run("wrksp-7", domid=9)
    return twice(world), Site()


@scenario
def memory_unaccounted() -> tuple[Looks, Site]:
    """F12: 150 MiB of gsn-wn2 are neither dom0's nor free nor any guest's."""
    world = one_lease()
    world["gsn-wn2"].free = world["gsn-wn2"].free_mib - 150
    return twice(world), Site()


def left_behind(world: World, machines: dict[str, tuple[int, int]], folders: bool = True) -> None:
    """What each node still has of a machine, by the last number of its address; without folders, its DHCP entry alone."""
    real = (HERE / "parsers/node/residue/tp2.2-find-and-dhcp.txt").read_bytes()
    head = real[real.index(b"==> /etc/dhcpd.conf <=="):real.index(b"host pub02")]
    entry = real[real.index(b"host pub02"):real.index(b"host pub04")].rstrip()
    for node in ("gsn-wn1", "gsn-wn2", "gsn-wn3"):
        names, own = ["persistence", "secureimages", "mnt", "logs"], b""
        if node in machines:
            machine, last = machines[node]
            names += [f"persistence/wrksp-{machine}", f"secureimages/wrksp-{machine}"]
            own = edit(entry, ("pub02", f"pub{last:02d}"), ("A2:AA:BB:00:00:02", f"A2:AA:BB:00:00:{last:02X}"),
                       ("fixed-address 192.168.0.2;", f"fixed-address 192.168.0.{last};"))
        text = "".join(f"/opt/workspace/{name}\n" for name in names) + "\n" if folders else ""
        world[node].answers["node.residue"] = Answer(text.encode() + head + own + b"\n")


@scenario
def residue() -> tuple[Looks, Site]:
    """F26: machine 3 was ended with `xl destroy`; its record, its image and its DHCP entry are still on gsn-wn2."""
    world = one_lease()
    left_behind(world, {"gsn-wn1": (7, 2), "gsn-wn2": (3, 5)})
    return twice(world), Site()


@scenario
def destroy_cut() -> tuple[Looks, Site]:
    """F19, earlier: the service died before it reached the node, and the pilot was killed; the guest still runs."""
    world = World(machines=[Machine(15, "P4", node="gsn-wn2", state=24, target=28)])
    world["gsn-wn2"].take(64).run("wrksp-15")
    return twice(world, apart=160), Site()


@scenario
def guest_without_control() -> tuple[Looks, Site]:
    """F14 on nodes without workspace-control: the guest is destroyed bare, and its DHCP entry taken out after it."""
    world = one_lease()
    world["gsn-wn2"].take(64).run("wrksp-3")
    left_behind(world, {"gsn-wn1": (7, 2), "gsn-wn2": (3, 5)}, folders=False)
    return twice(world), Site(workspace_control=False)


# --- The database -----------------------------------------------------------------------------------------------------


@scenario
def address_unmarked() -> tuple[Looks, Site]:
    """F17: machine 7's address is marked free."""
    world = one_lease()
    world.unused.add("192.168.0.2")
    return twice(world), Site()


@scenario
def address_twice() -> tuple[Looks, Site]:
    """F17, later: the address was leased again."""
    world = World(jobs=[MIX[0], MIX[1]]).lease(reserved(7, MIX[0]))
    return twice(world.lease(reserved(8, MIX[1], address="192.168.0.2"))), Site()


@scenario
def pool_drift() -> tuple[Looks, Site]:
    """F18: gsn-wn2's memory was given back in the books though machine 8 still has it."""
    world = World(unasked={"torque.jobs", "torque.nodes"})
    for number, node in ((7, "gsn-wn1"), (8, "gsn-wn2")):
        world.machines.append(Machine(number, "P4", node=node))
        world[node].run(f"wrksp-{number}")
    world.rows["resourcepools"] = [("pool1", 1204300000000)]
    left = {"gsn-wn1": 189, "gsn-wn2": 253, "gsn-wn3": 253}
    world.rows["resourcepool_entries"] = [("pool1", name, "*", 253, left[name]) for name in left]
    return twice(world), Site(mode="pool", absent=("db.accounting", "torque.jobs", "torque.nodes"))


@scenario
def undead() -> tuple[Looks, Site]:
    """F20: 2.8 can't destroy machine 7, since workspace-control has no record of its guest."""
    world = World(jobs=[MIX[0]]).lease(reserved(7, MIX[0], state=-128, target=-128))
    return twice(newer(world)), Site()


@scenario
def block_stuck() -> tuple[Looks, Site]:
    """F21: both machines of job 82's block are gone; the second slot was bound to a machine that no longer exists."""
    job = jobs_of("torque/mom-killed-qstat-f-x.xml")[82]
    nothing = ("resources", "vms", "vm_partitions", "vm_deployment", "default_scheduler_current_tasks")
    machines = block([(12, "gsn-wn1", {"lacks": nothing, "leaving": True, "address": "192.168.1.1"}),
                      (13, "gsn-wn2", {"lacks": nothing, "address": "192.168.1.2"})], job)
    world = World(jobs=[job], rows=block_rows(machines))
    for machine in machines:
        world.lease(machine, guest=False)
    return twice(world, 1795376405), Site()


@scenario
def block_two_jobs() -> tuple[Looks, Site]:
    """F21's tables, restored in part: the second row of job 82's block names job 81."""
    job = jobs_of("torque/mom-killed-qstat-f-x.xml")[82]
    machines = block([(12, "gsn-wn1", {}), (13, "gsn-wn2", {})], job)
    machines[1].job = "81.gridsn.example.org"
    world = World(jobs=[job], rows=block_rows(machines))
    for machine in machines:
        world.lease(machine)
    return twice(world, 1795376405), Site()


@scenario
def creation_cut() -> tuple[Looks, Site]:
    """F23: the service stopped between the slot's row and the machine's; the address was leased before both."""
    job = queued(MIX[1])
    world = one_lease()
    world.jobs.append(job)
    world.rows["pilot_slots"] = [(slot_of(job), 8, 1, 0, told(job, "Job_Id"), 602, 0, 0, None)]
    world.used.add("192.168.0.5")
    return twice(world), Site()


@scenario
def lease_half_written() -> tuple[Looks, Site]:
    """F04: the service stopped while it acted on *reserved*: the machine has begun, and no end was written."""
    world = World(jobs=[MIX[0]]).lease(reserved(7, MIX[0], lacks=("default_scheduler_current_tasks",)))
    return twice(world), Site()


@scenario
def partly_restored() -> tuple[Looks, Site]:
    """F17: a part of the database was restored from an older dump."""
    job = queued(MIX[1])
    world = one_lease()
    world.jobs.append(job)
    world.machines.append(waiting(8, job))
    world.machines[-1].lacks = ("vm_deployment",)
    world.unused.add("192.168.0.3")
    world.last_machine = 6
    return twice(world), Site()


@scenario
def flags_impossible() -> tuple[Looks, Site]:
    """A slot that was reported, from no node: an edit by hand."""
    job = on(MIX[1], "gsn-wn2")
    world = one_lease()
    world.jobs.append(job)
    world["gsn-wn2"].take(64)
    machine = waiting(8, job)
    machine.lacks = ("pilot_slots",)
    world.machines.append(machine)
    world.rows["pilot_slots"] = [(slot_of(job), 8, 0, 0, told(job, "Job_Id"), 602, 0, 0, None)]
    return twice(world), Site()


@scenario
def ledger_stale() -> tuple[Looks, Site]:
    """F27: machine 3 is gone, and its lease is still outstanding in the ledger."""
    world = one_lease()
    world.answers["db.accounting"] = ledger((7, JOB_STARTED - 20, 1), (3, JOB_STARTED - 86400, 1),
                                            (2, JOB_STARTED - 90000, 0))
    return twice(world), Site(absent=())


@scenario
def notifications_rotated() -> tuple[Looks, Site]:
    """F28: the file of the pilots' messages was rotated, the service's place in it was not."""
    world = one_lease()
    world.cursor = 4711
    sizes = f"{SINKS}/pilotnotifications.txt 118\n{SINKS}/notifications.txt 0\n"
    world.answers["db.notifications"] = Answer(sizes.encode())
    return twice(world), Site()


@scenario
def database_reset() -> tuple[Looks, Site]:
    """F32: the database was emptied as a cure, with two machines running."""
    jobs = [MIX[0], on(MIX[1], "gsn-wn2")]
    world = World(jobs=jobs, last_machine=0)
    for node, number in (("gsn-wn1", 7), ("gsn-wn2", 8)):
        world[node].take(64).run(f"wrksp-{number}")
    return twice(world), Site()


@scenario
def ids_again() -> tuple[Looks, Site]:
    """F32: after a reset number 7 was given out again; the old wrksp-7, with 128 MiB, still runs on gsn-wn2."""
    world = World(jobs=[MIX[0]]).lease(reserved(7, MIX[0], phase="P3"), guest=False)
    world["gsn-wn2"].take(128).run("wrksp-7", mib=128, domid=9)
    return twice(world), Site()
