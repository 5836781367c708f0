"""Scenarios of what befell other checkers (M01 to M28)."""
from __future__ import annotations

from capture import Site
from scene import (
    FIRST, GONE, MIX, Looks, ledger, one_lease, orphan, reserved, scenario, twice, waiting)
from world import Answer, Machine, World, begun, edit, on, queued, raw


@scenario
def list_without_domain_0() -> tuple[Looks, Site]:
    """M04: `xl list` of gsn-wn2 prints its head, exits with 0, and has no domain at all."""
    job = on(MIX[0], "gsn-wn2")
    world = World(jobs=[job]).lease(reserved(7, job, "gsn-wn2"))
    head = raw("xen/idle-xl-list.txt").splitlines(keepends=True)[0]
    world["gsn-wn2"].answers["xen.list"] = Answer(head)
    return twice(world), Site()


@scenario
def list_empty_once() -> tuple[Looks, Site]:
    """M05: one empty list of domains between two good ones."""
    good = one_lease()
    bad = good.copy()
    bad["gsn-wn1"].answers["xen.list"] = Answer()
    return [(FIRST, good), (FIRST + 75, bad), (FIRST + 150, good)], Site()


@scenario
def born_between_reads() -> tuple[Looks, Site]:
    """M08: the job was submitted after the jobs were read and before the database was."""
    job = queued(MIX[1])
    before, after = one_lease(), one_lease()
    after.jobs.append(job)
    for world in (before, after):
        world.machines.append(waiting(8, job))
    return [(FIRST, before), (FIRST + 75, after)], Site()


@scenario
def died_between_reads() -> tuple[Looks, Site]:
    """M08: in the last look the machine was destroyed after the jobs were read and before the nodes were."""
    before = one_lease()
    after = World(jobs=[MIX[0]])
    return [(FIRST, before), (FIRST + 75, after)], Site()


@scenario
def recycled_job_number() -> tuple[Looks, Site]:
    """M09: job 6 of machine 8 was lost; TORQUE counts again, and 6 is now alice's."""
    world = World(jobs=[MIX[6]], machines=[orphan(8, 6)])
    return twice(world), Site()


@scenario
def recycled_domid() -> tuple[Looks, Site]:
    """M09: domid 5 of gsn-wn2 was an ownerless guest in the first look; in the second it is a healthy machine's."""
    before = World()
    before["gsn-wn2"].take(64).run("wrksp-3", domid=5)
    job = begun(on(MIX[0], "gsn-wn2"), FIRST + 40)
    after = World(jobs=[job]).lease(reserved(8, job, "gsn-wn2", started=FIRST + 42), domid=5, serial=1)
    return [(FIRST, before), (FIRST + 75, after)], Site()


@scenario
def reset_between_looks() -> tuple[Looks, Site]:
    """M09: the database was reset between the looks; machine 1 is another one, and its job was deleted too."""
    before = World(machines=[orphan(1, 42)], last_machine=1)
    after = World(machines=[Machine(1, "P1", f"{GONE}99", "57.gridsn.example.org")], last_machine=1)
    return [(FIRST, before), (FIRST + 75, after)], Site()


@scenario
def reset_between_trials() -> tuple[Looks, Site]:
    """The database was reset between two trials, and its ids begin again; TORQUE and the nodes are clean."""
    world = World(jobs=[MIX[0]], last_machine=1).lease(reserved(1, MIX[0]))
    world.answers["db.accounting"] = ledger((1, FIRST - 90000, 0), (2, FIRST - 90000, 0), (1, FIRST - 100, 1))
    return twice(world), Site(absent=())


@scenario
def unknown_state() -> tuple[Looks, Site]:
    """M10: machine 7 is in a state that no release known here has."""
    world = World(jobs=[MIX[0]]).lease(reserved(7, MIX[0], state=77), guest=False)
    world.machines.append(orphan(8, 42))
    return twice(world), Site()


@scenario
def poison_row() -> tuple[Looks, Site]:
    """M11: machine 9's row has text where its state should be; machine 8's slot is lost all the same."""
    world = one_lease()
    job = queued(MIX[1])
    world.jobs.append(job)
    world.machines += [orphan(8, 42), waiting(9, job)]
    text = edit(world.database(), ("INSERT INTO resources VALUES(9,'ttylinux',0,",
                                   "INSERT INTO resources VALUES(9,'ttylinux','zer\x01',"))
    world.answers["db.main"] = Answer(text)
    return twice(world), Site()


@scenario
def mended_between_looks() -> tuple[Looks, Site]:
    """M15: 64 MiB were missing in the first look, and are back in the second."""
    before = World()
    before["gsn-wn1"].take(64)
    return [(FIRST, before), (FIRST + 75, World())], Site()


@scenario
def balloon_creeps() -> tuple[Looks, Site]:
    """M22: dom0's balloon moves by one page in 75 s, with 253 MiB free."""
    before, after = World(), World()
    before["gsn-wn1"].current_kib, before["gsn-wn1"].free = 850000, 304
    after["gsn-wn1"].current_kib, after["gsn-wn1"].free = 850004, 304
    return [(FIRST, before), (FIRST + 75, after)], Site()


@scenario
def nodes_disagree() -> tuple[Looks, Site]:
    """M26: slot and machine are on gsn-wn1, job and guest on gsn-wn2."""
    job = on(MIX[0], "gsn-wn2")
    world = World(jobs=[job], machines=[reserved(7, job, "gsn-wn1")])
    world["gsn-wn2"].take(64).run("wrksp-7")
    return twice(world), Site()


@scenario
def recycled_pilot_number() -> tuple[Looks, Site]:
    """M09: as recycled-job-number, and job 0 is now the pilot of machine 7, which runs."""
    world = one_lease()
    world.machines.append(orphan(8, 0))
    return twice(world), Site()
