"""Scenarios of the phases of a lease in which nothing is wrong."""
from __future__ import annotations

from capture import Site
from scene import (
    FIRST, MIX, Looks, block, block_rows, orphan, reserved, scenario, twice, waiting)
from world import MIB, Guest, World, begun, completed, exiting, jobs_of

PURGED = 1795376405  # 2026-11-22T19:40:05Z: when raw/torque/mom-killed-qstat-f-x.xml was taken


def reserving(job: bytes) -> World:
    """A pilot has just begun: its memory leaves dom0, and the service has not heard of it."""
    world = World(jobs=[job], machines=[waiting(7, job)])
    node = world["gsn-wn1"]
    node.target_kib -= 64 * MIB
    node.current_kib = 866304
    return world


@scenario
def reserving_first() -> tuple[Looks, Site]:
    """P2 in the first look, P4 in the second."""
    job = begun(MIX[0], FIRST - 1)
    after = World(jobs=[job]).lease(reserved(7, job, started=FIRST + 1))
    return [(FIRST, reserving(job)), (FIRST + 75, after)], Site()


@scenario
def reserving_last() -> tuple[Looks, Site]:
    """P1 in the first look, P2 in the second."""
    job = begun(MIX[0], FIRST - 1)
    return [(FIRST - 75, World(machines=[orphan(14, 9, "P6", node="gsn-wn2")])),
            (FIRST, reserving(job).lease(orphan(14, 9, "P6", node="gsn-wn2")))], Site()


@scenario
def owner_paused() -> tuple[Looks, Site]:
    """P7: one machine is paused by its owner, one is shut down."""
    world = World(jobs=[MIX[0], MIX[1]])
    world.lease(reserved(7, MIX[0], phase="paused"), state="-bp---")
    world.lease(reserved(8, MIX[1], phase="shut down"), guest=False)
    return twice(world), Site()


@scenario
def held_until_deadline() -> tuple[Looks, Site]:
    """P6: three preempted machines hold all three addresses; the last deadline passed seconds ago."""
    started = FIRST + 76 - 598
    world = World(addresses=3, machines=[
        orphan(number, job, "P6", node=node, started=started)
        for number, job, node in ((7, 40, "gsn-wn1"), (8, 41, "gsn-wn2"), (9, 42, "gsn-wn3"))])
    return twice(world), Site()


@scenario
def block_partly_reserved() -> tuple[Looks, Site]:
    """P11: the real job 82 on two nodes; one pilot has reported, the other not yet."""
    job = jobs_of("torque/mom-killed-qstat-f-x.xml")[82]
    machines = block([(12, "gsn-wn1", {}), (13, None, {})], job)
    world = World(jobs=[job], rows=block_rows(machines))
    for machine in machines:
        world.lease(machine)
    world["gsn-wn2"].take(64)
    return twice(world, PURGED), Site()


@scenario
def block_leaving() -> tuple[Looks, Site]:
    """P5 of a block: one member's slot waits for the other, a guest is shutting down, the job exits."""
    job = jobs_of("torque/mom-killed-qstat-f-x.xml")[82]
    about = {"state": 24, "target": 28}
    machines = block([(12, "gsn-wn1", {**about, "leaving": True, "lacks": ("resources", "vms", "vm_partitions",
                                                                           "vm_deployment")}),
                      (13, "gsn-wn2", about)], job)
    before = World(jobs=[exiting(job)], machines=machines, rows=block_rows(machines))
    before["gsn-wn1"].current_kib = 850000
    before["gsn-wn2"].take(64).guests.append(Guest("wrksp-13", 4, 12, "---s-d", listed_long=False))
    after = World(jobs=[completed(job, 271, PURGED + 6)], rows=block_rows(machines))
    return [(PURGED, before), (PURGED + 75, after)], Site()


@scenario
def guest_too_young() -> tuple[Looks, Site]:
    """The machine became Started between the reading of the guests and that of the database."""
    job = begun(MIX[0], FIRST + 60)
    before = World(jobs=[], machines=[])
    after = World(jobs=[job]).lease(reserved(7, job, started=FIRST + 62), guest=False)
    return [(FIRST, before), (FIRST + 75, after)], Site()
