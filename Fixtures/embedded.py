"""The site as the service is installed: an embedded Derby database that only the service can read, and its text files.

The lines are those of `DBAccountingPersistence.java` (the list), `DelayedAccountingFileLogger.java` (the events) and
`Lager.java`, `DBAccountingAdapter.java` and `PilotSlotManagement.java` (the log), TP2.2. Standard library only.
"""
from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timezone

from capture import Site
from scene import BIG, MIX, Looks, orphan, pilots, reserved, scenario, storm, twice, waiting
from world import DN, HOME, JOB_STARTED, Answer, Machine, World, on, queued, slot_of

UNREADABLE = Answer(failure="only the service itself can read its embedded Derby database", seconds=0.0,
                    command=["ls", f"{HOME}/WorkspacePersistenceDB", f"{HOME}/WorkspaceAccountingDB"])


def local(moment: int) -> str:
    """As Java's `DateFormat` writes it in English; the service's zone is UTC."""
    time = datetime.fromtimestamp(moment, timezone.utc)
    return f"{time:%b} {time.day}, {time.year} {time.hour % 12 or 12}:{time:%M:%S %p}"


def lease(number: int) -> str:
    """The ledger's key for a machine."""
    return f"9e1f4c22-6a0d-4b7e-8c55-0000000000{number:02d}"


@dataclass
class Service:
    """What the service writes beside its database."""

    listed: list[str] = field(default_factory=list)
    events: list[str] = field(default_factory=list)
    log: list[str] = field(default_factory=list)

    def event(self, at: int, source: str, machine: int, text: str) -> None:
        time = datetime.fromtimestamp(at, timezone.utc)
        self.log.append(f"{time:%Y-%m-%d %H:%M:%S},120 INFO  {source} [ServiceThread-14,run:99] "
                        f"[NIMBUS-EVENT][id-{machine}]: {text}")

    def create(self, number: int, at: int, is_written: bool = True) -> Service:
        """A lease begins; `is_written` False where the two files are not written any more."""
        if is_written:
            self.listed.append(
                f'dn="{DN}", minutes=10, uuid="{lease(number)}", eprkey={number}, creation="{local(at)}"')
            self.events.append(f'CREATED: time="{local(at)}", uuid="{lease(number)}", eprkey={number}, dn="{DN}", '
                               "requestMinutes=10, charge=10")
        self.event(at, "dbdefault.DBAccountingAdapter", number,
                   f"accounting: ownerDN = '{DN}', minutesRequested = 10, minutes reserved = 10, "
                   f"uuid = '{lease(number)}'")
        return self

    def remove(self, number: int, at: int, is_written: bool = True) -> Service:
        """A lease ends."""
        if is_written:
            self.listed = [line for line in self.listed if f"eprkey={number}," not in line]
            self.events.append(
                f'REMOVED: time="{local(at)}", uuid="{lease(number)}", eprkey={number}, dn="{DN}", charge=1')
        self.event(at, "dbdefault.DBAccountingAdapter", number,
                   f"accounting: ownerDN = '{DN}', minutesElapsed = 1, real usage = 1, uuid = '{lease(number)}'")
        return self

    def reserve(self, machine: Machine) -> Service:
        """A pilot reports that it has the memory."""
        at = machine.started
        self.event(at, "pilot.PilotSlotManagement", machine.number,
                   f"Pilot '{machine.slot}' reserved for VM {machine.number} @ host '{machine.node}'.  Started at: "
                   f"{local(at)}.  VM running time ends at: {local(machine.deadline)}.  Slot will end itself at "
                   f"approximately: {local(machine.deadline + 4)}")
        return self

    def preempt(self, machine: Machine, at: int) -> Service:
        """A pilot says that it was told to end."""
        self.event(at, "pilot.PilotSlotManagement", machine.number,
                   f"Pilot '{machine.slot}' @ host '{machine.node}' is being preempted early. Cancelling vm "
                   f"#{machine.number} || Notification sent @ {local(at)} -- GMT offset 0 || Now: {local(at)} -- GMT "
                   "offset 0 || Difference in seconds is 0 which means we will run shutdown-trash now (difference < "
                   "than now + 10 seconds.")
        return self

    def beside(self, world: World) -> World:
        """The site with these files, and without its database."""
        world.answers["db.main"] = world.answers["db.accounting"] = UNREADABLE
        given = {"db.reservations": self.listed, "db.events": self.events, "db.events as log": sorted(self.log)}
        for what, lines in given.items():
            world.answers[what] = Answer("".join(line + "\n" for line in lines).encode())
        return world


@scenario
def embedded_healthy() -> tuple[Looks, Site]:
    """Two machines run, one waits for its pilot, one was preempted and waits for its deadline."""
    jobs, late = [MIX[0], on(MIX[1], "gsn-wn2")], queued(MIX[2])
    machines = [*map(reserved, (7, 8), jobs), orphan(9, 39, "P6", node="gsn-wn3")]
    world, service = World(jobs=[*jobs, late]), Service()
    for machine in machines:
        world.lease(machine)
        service.create(machine.number, machine.started - 20).reserve(machine)
    service.preempt(machines[2], JOB_STARTED + 40)
    world.machines.append(waiting(10, late))
    service.create(10, JOB_STARTED + 50)
    for machine in machines[:2]:
        world[machine.node].answers["node.pilots"] = Answer(pilots(machine.slot))
    world["gsn-wn3"].answers["node.pilots"] = Answer(pilots())
    return twice(service.beside(world)), Site(absent=())


@scenario
def embedded_storm() -> tuple[Looks, Site]:
    """storm-after on such a site; beside it machine 50 was destroyed, and its guest on gsn-wn3 was not."""
    lost = {17: "guest", 18: "guest", 19: "memory", 29: "told"}
    world, service = storm("after", set(), lost), Service()
    for machine in world.machines:
        service.create(machine.number, machine.started - 20)
    for machine in world.machines:
        service.reserve(machine)
    for place, machine in enumerate(world.machines):
        if lost.get(machine.number) not in ("guest", "memory"):
            service.preempt(machine, 1795375951 + 3 * place)
    gone = Machine(50, "P4", lease(50), "50.gridsn.example.org", "gsn-wn3", started=1795375700)
    service.create(50, 1795375680).reserve(gone).remove(50, 1795375990)
    world["gsn-wn3"].take(64).run("wrksp-50")
    return twice(service.beside(world), 1795376015), Site(dom0=BIG, absent=())


@scenario
def embedded_reservations_stale() -> tuple[Looks, Site]:
    """The service writes its two files no more. Machine 5 was destroyed since, and not its guest; 8 was started."""
    old = Machine(5, "P4", slot_of(MIX[2]), "5.gridsn.example.org", "gsn-wn2", started=JOB_STARTED - 600)
    jobs = [MIX[0], on(MIX[1], "gsn-wn3")]
    kept, new = map(reserved, (7, 8), jobs)
    world, service = World(jobs=jobs), Service()
    service.create(5, old.started - 20).reserve(old).create(7, kept.started - 20).reserve(kept)
    service.remove(5, JOB_STARTED + 30, is_written=False)
    service.create(8, JOB_STARTED + 40, is_written=False).reserve(new)
    world.lease(kept).lease(new)
    world["gsn-wn2"].take(64).run("wrksp-5")
    return twice(service.beside(world)), Site(absent=())
