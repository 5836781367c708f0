#!/usr/bin/env python3
"""Builds the capture of every scenario from real bytes: `python3 Fixtures/make.py [NAME...]`.

A scenario is a function here or in the four files beside it; its name with dashes is its folder. What it edits in the
real bytes is written there and nowhere else, so these files are the record of the edits that `story.md` tells in words.
Running it again writes the same bytes. `--openpbs FOLDER` writes all of them there as OpenPBS would have told of them.
Standard library only.
"""
from __future__ import annotations

import re
import sys
from dataclasses import replace
from pathlib import Path

sys.dont_write_bytecode = True  # this folder holds fixtures only

import embedded  # noqa: F401 - each of the four registers its scenarios
import failures  # noqa: F401
import incidents  # noqa: F401
import phases  # noqa: F401
from openpbs import Retold
from capture import Site, write
from scene import (
    BIG, FIRST, GONE, MIX, ODD, SCENARIOS, SIX, Looks, big_world, one_lease, orphan, reserved, scenario, storm,
    storm_slots, twice, waiting)
from world import (
    HERE, SERVER, TIMED_OUT, Answer, Guest, Machine, World, begun, check_forms, completed, domain_list,
    edit, exiting, jobs_of, on, queued, raw, slot_of, told, told_as, with_slot)
from xen3 import proc_balloon, xm_info, xm_list


# --- Nothing is wrong -----------------------------------------------------------------------------------------------


@scenario
def idle() -> tuple[Looks, Site]:
    world = World()
    world.answers["torque.settings"] = Answer(raw("torque/idle-print-server.txt"))
    return twice(world), Site()


@scenario
def under_load() -> tuple[Looks, Site]:
    """The real mix of pilots and ordinary jobs, with a pilot that waits beside them."""
    late = with_slot(queued(told_as(MIX[4], "Job_Id", "17.gridsn.example.org")), GONE + "17")
    late = edit(late, ("<hashname>4.", "<hashname>17."), ("STDIN.e4", "STDIN.e17"))
    world = World(addresses=10)
    world.answers["torque.jobs"] = Answer(edit(raw("torque/mix-qstat-f-x.xml"), ("</Data>", late.decode() + "</Data>")))
    world.answers["torque.nodes"] = Answer(raw("torque/mix-pbsnodes-x.xml"))
    world.lease(reserved(7, MIX[0])).lease(reserved(8, MIX[1], phase="P3"), guest=False)
    world.lease(reserved(9, MIX[2], phase="paused"), state="--p---")
    world.lease(reserved(10, MIX[3], phase="shut down"), guest=False)
    world.lease(reserved(11, MIX[4])).lease(reserved(12, MIX[5], mib=128))
    world.machines += [waiting(13, late), orphan(14, 9, "P6", node="gsn-wn2")]
    return twice(world), Site()


@scenario
def pool_mode() -> tuple[Looks, Site]:
    world = World(unasked={"torque.jobs", "torque.nodes"})
    for number, node in ((7, "gsn-wn1"), (8, "gsn-wn2")):
        world.machines.append(Machine(number, "P4", node=node))
        world[node].run(f"wrksp-{number}")
    world.rows["resourcepools"] = [("pool1", 1204300000000)]
    world.rows["resourcepool_entries"] = [
        ("pool1", name, "*", 253, 253 - 64 * len(world[name].guests)) for name in ("gsn-wn1", "gsn-wn2", "gsn-wn3")]
    absent = ("db.accounting", "torque.jobs", "torque.nodes")
    return twice(world), Site(mode="pool", absent=absent)


@scenario
def ensemble_pending() -> tuple[Looks, Site]:
    world = one_lease()
    ensemble = GONE + "90"
    for number in (14, 15):
        world.machines.append(Machine(number, "P1"))
        waits = (ensemble, None, number, 600, 64, "public")
        world.rows.setdefault("default_scheduler_pending_ensemb", []).append(waits)
    return twice(world), Site()


@scenario
def no_balloons() -> tuple[Looks, Site]:
    world = World(jobs=[MIX[0]], machines=[reserved(7, MIX[0])])
    world["gsn-wn1"].run("wrksp-7")
    return twice(world), Site(balloons=False)


@scenario
def node_names() -> tuple[Looks, Site]:
    """Each source spells gsn-wn1 in its own way."""
    job = told_as(MIX[0], "exec_host", "GSN-WN1.gridsn.example.org/0")
    world = World(jobs=[job]).lease(reserved(7, MIX[0]))
    world.machines[0].node = "GSN-WN1"
    nodes = edit(raw("torque/idle-pbsnodes-x.xml"), ("<name>gsn-wn1<", "<name>gsn-wn1.gridsn.example.org<"))
    world.answers["torque.nodes"] = Answer(re.sub(rb"rectime=\d+", b"rectime=%d" % (FIRST - 12), nodes))
    world["gsn-wn1"].name = "Gsn-Wn1"
    return twice(world), Site()


@scenario
def older_service() -> tuple[Looks, Site]:
    """TP1.3.1: other columns, another prefix of domain names."""
    world = World(jobs=[MIX[0]]).lease(reserved(7, MIX[0]), prefix="workspace-")
    columns = {"resources": (13, ", launch_index INT, error_fault BLOB"), "vms": (10, ", md_user_data VARCHAR(30720)"),
               "vm_partitions": (8, ", alternate_unprop VARCHAR(128)")}
    text = world.database().decode()
    for table, (width, ending) in columns.items():
        text = text.replace(ending + ");", ");", 1)
        text = re.sub(rf"(INSERT INTO {table} VALUES\((?:[^,]*,){{{width - 1}}}[^,]*?),[^\n]*\);", r"\1);", text)
    staging = "CREATE TABLE staging (id INT NOT NULL, staged SMALLINT);\n"
    text = re.sub(r"CREATE TABLE vm_customization .*\n", staging, text)
    world.answers["db.main"] = Answer(text.encode())
    return twice(world), Site()


@scenario
def torque_six() -> tuple[Looks, Site]:
    """6.1: an XML declaration, ranges in exec_host, and no blanks in the nodes' books."""
    world = World()
    world.answers["torque.jobs"] = Answer(raw("torque/six-qstat-f-x.xml"))
    world.answers["torque.nodes"] = Answer(raw("torque/six-pbsnodes-x.xml"))
    jobs = jobs_of("torque/six-qstat-f-x.xml")
    for number in storm_slots("torque/six-slots.txt"):
        world.lease(reserved(number, jobs[number], started=int(told(jobs[number], "start_time")) + 2))
    return twice(world, SIX), Site()


@scenario
def older_xen() -> tuple[Looks, Site]:
    """Xen 3.0.3: `xm`, guests of 63 MiB, and pages that back ends took out of dom0 for good."""
    world = one_lease()
    world.unasked = {"xen.long"}
    for node, driver in zip(world.nodes, (3840, 2816, 0)):
        node.guests = [Guest(guest.name, guest.domid, 63) for guest in node.guests]
        node.current_kib = node.target_kib - driver
        node.answers["xen.list"] = Answer(xm_list(node), command=["xm", "list"])
        node.answers["xen.info"] = Answer(xm_info(node), command=["xm", "info"])
        node.answers["xen.balloon"] = Answer(proc_balloon(node, driver), command=["cat", "/proc/xen/balloon"])
    return twice(world), Site()


@scenario
def destroy_in_motion() -> tuple[Looks, Site]:
    """P5: its slot's row went first, then guest and job, then its own rows."""
    before = World(jobs=[exiting(MIX[0])], machines=[Machine(7, "P4", node="gsn-wn1", state=24, target=28)])
    before["gsn-wn1"].current_kib = 850000
    after = World(jobs=[completed(MIX[0], 271, FIRST + 6)])
    return [(FIRST, before), (FIRST + 75, after)], Site()


@scenario
def balloon_moving() -> tuple[Looks, Site]:
    """dom0 gets its memory back while it is looked at."""
    before, after = World(), World()
    before["gsn-wn1"].current_kib, before["gsn-wn1"].free = 850000, 304
    after["gsn-wn1"].current_kib, after["gsn-wn1"].free = 881664, 274
    return [(FIRST, before), (FIRST + 75, after)], Site()


# --- The three pictures of the study ----------------------------------------------------------------------------------


@scenario
def deficit_64() -> tuple[Looks, Site]:
    return twice(forgotten()), Site()


def forgotten() -> World:
    """gsn-wn1 as it really was after 64 MiB had been forgotten; the figures made here must be those of that run."""
    world = World()
    node = world["gsn-wn1"].take(64)
    memory = raw("xen/forgotten-memory.txt")
    node.answers["xen.list"] = Answer(raw("xen/forgotten-xl-list.txt"))
    node.answers["xen.long"] = Answer(raw("xen/forgotten-xl-list-l.json"))
    node.answers["xen.store"] = Answer(raw("xen/forgotten-xenstore-ls.txt"))
    edit(memory, (f"target_kb {node.target_kib}\n", ""), (f"free_memory            : {node.free_mib}\n", ""))
    return world


@scenario
def slot_gone() -> tuple[Looks, Site]:
    """Three addresses, one lease, two queued pilots that were deleted."""
    world = one_lease()
    world.addresses = 3
    world.machines += [orphan(8, 42), orphan(9, 43)]
    return twice(world), Site()


@scenario
def deficit_68() -> tuple[Looks, Site]:
    world = World()
    world["gsn-wn1"].take(68)
    return twice(world), Site()


@scenario
def drift_4() -> tuple[Looks, Site]:
    world = World()
    world["gsn-wn1"].take(4)
    return twice(world), Site()


@scenario
def single_look() -> tuple[Looks, Site]:
    return [(FIRST, forgotten())], Site()


@scenario
def deficit_grows() -> tuple[Looks, Site]:
    """Another slot is lost between the looks."""
    before, after = World(), World()
    before["gsn-wn1"].take(64)
    after["gsn-wn1"].take(128)
    return [(FIRST, before), (FIRST + 75, after)], Site()


# --- A storm of thirty deletions --------------------------------------------------------------------------------------


@scenario
def storm_before() -> tuple[Looks, Site]:
    """The list of 19:31:46, 14 s after the pilots had started, stands for both looks."""
    world = storm("before", set(range(17, 47)), {})
    return twice(world, 1795375906), Site(dom0=BIG)


@scenario
def storm_during() -> tuple[Looks, Site]:
    """19:33:20, job 45 exits and 46 runs; 19:33:26, both have ended. The pilot of job 25 was killed."""
    before = storm("during1", {46}, {25: "guest"})
    before["gsn-wn3"].current_kib -= 20000  # of job 45, on its way back
    after = storm("during2", set(), {25: "guest"})
    return [(1795376000, before), (1795376006, after)], Site(dom0=BIG)


@scenario
def storm_after() -> tuple[Looks, Site]:
    """Keeps its completed jobs for 300 s, as torque.setup has it, so that both looks see them."""
    lost = {17: "guest", 18: "guest", 19: "memory", 29: "told"}
    world = storm("after", set(), lost)
    settings = edit(raw("torque/idle-print-server.txt"), ("keep_completed = 60", "keep_completed = 300"))
    world.answers["torque.settings"] = Answer(settings)
    return twice(world, 1795376015), Site(dom0=BIG)


@scenario
def completed_fades() -> tuple[Looks, Site]:
    """keep_completed ends between the looks: first a completed job, then none."""
    ended = completed(queued_pilot(), 271, FIRST - 5)
    world = World(jobs=[ended], machines=[waiting(8, ended)])
    later = world.copy()
    later.jobs = []
    return [(FIRST, world), (FIRST + 75, later)], Site()


def queued_pilot() -> bytes:
    return queued(MIX[1])


# --- TORQUE does not tell all -----------------------------------------------------------------------------------------


@scenario
def mom_killed() -> tuple[Looks, Site]:
    """The real list of 19:40:05: gsn-wn2 down, its jobs still R, job 82 on two nodes."""
    world = big_world()
    world.answers["torque.jobs"] = Answer(raw("torque/mom-killed-qstat-f-x.xml"))
    world.answers["torque.nodes"] = Answer(raw("torque/mom-killed-pbsnodes-x.xml"))
    for name in ("wn1", "wn3"):
        world.answers[f"torque.mom of gsn-{name}"] = Answer(raw(f"torque/mom-killed-momctl-d3-{name}.txt"))
    silent = raw("torque/mom-killed-momctl-d3-wn2.stderr")
    world.answers["torque.mom of gsn-wn2"] = Answer(err=silent)
    for number, job in jobs_of("torque/mom-killed-qstat-f-x.xml").items():
        hosts = dict.fromkeys(place.split("/")[0] for place in told(job, "exec_host").split("+"))
        group = slot_of(job) if len(hosts) > 1 else None
        for index, host in enumerate(hosts):
            started = int(told(job, "start_time")) + 2
            world.lease(reserved(number + 100 * index, job, host, started=started, group=group))
    return twice(world, 1795376405), Site(dom0=BIG)


@scenario
def torque_down() -> tuple[Looks, Site]:
    world = one_lease()
    world.machines.append(orphan(8, 42))
    refused = f"Cannot connect to default server host '{SERVER}' - check pbs_server daemon.\n"
    jobs = refused + f"qstat: cannot connect to server {SERVER} (errno=111) Connection refused\n"
    nodes = refused + f"pbsnodes: cannot connect to server {SERVER}, error=111 (Connection refused)\n"
    world.answers["torque.jobs"] = Answer(exit=255, err=jobs.encode())
    world.answers["torque.nodes"] = Answer(exit=1, err=nodes.encode())
    return twice(world), Site()


@scenario
def no_jobs() -> tuple[Looks, Site]:
    world = World(machines=[orphan(8, 42), orphan(9, 43), orphan(10, 40, "P6", node="gsn-wn2")])
    return twice(world), Site()


@scenario
def odd_bytes() -> tuple[Looks, Site]:
    """The pilot's record stands behind the records with the odd bytes."""
    job = begun(MIX[0], ODD - 48)
    world = World(jobs=[job]).lease(reserved(7, job, started=ODD - 46))
    world.answers["torque.jobs"] = Answer(edit(raw("torque/odd-qstat-f-x.xml"), ("</Data>", job.decode() + "</Data>")))
    return twice(world, ODD), Site()


@scenario
def odd_text() -> tuple[Looks, Site]:
    """Only `qstat -f`: a pilot before the forged lines, one behind them that has no slot, and a slot without job."""
    text = edit(raw("torque/mix-qstat-f.txt"), ("19:29:32", "19:57:52"))
    records = re.findall(rb"Job Id: .*?\n\n", text, re.S)
    world = World(jobs=[MIX[0]]).lease(reserved(7, MIX[0], started=ODD - 46))
    world.machines.append(orphan(8, 42))
    world["gsn-wn1"].take(64)
    world.answers["torque.jobs as text"] = Answer(records[0] + raw("torque/odd-qstat-f.txt") + records[1])
    return twice(world, ODD), Site()


@scenario
def forged_record() -> tuple[Looks, Site]:
    """Job 6's owner wrote a whole pilot job, and the head of another of his own, into the value of -A."""
    text = edit(raw("torque/mix-qstat-f.txt"), ("19:29:32", "19:57:52"))
    records = re.findall(rb"Job Id: .*?\n\n", text, re.S)
    head, tail = records[6].split(b"    Checkpoint", 1)
    own = head.replace(b"Job Id: 6.", b"Job Id: 777.")
    forged = head + b"    Account_Name = x\n\n" + records[2] + own + b"    Checkpoint" + tail
    world = World(jobs=[MIX[0]]).lease(reserved(7, MIX[0], started=ODD - 46))
    world.machines.append(orphan(8, 42))
    world.answers["torque.jobs as text"] = Answer(records[0] + forged)
    return twice(world, ODD), Site()


# --- A node does not tell all -----------------------------------------------------------------------------------------


@scenario
def node_silent() -> tuple[Looks, Site]:
    """ssh to gsn-wn3 does not come back."""
    world = World(jobs=[on(MIX[0], "gsn-wn3")]).lease(reserved(7, MIX[0], "gsn-wn3"))
    for what in ("xen.list", "xen.long", "xen.info", "xen.balloon"):
        world["gsn-wn3"].answers[what] = TIMED_OUT
    return twice(world, apart=180), Site()


@scenario
def xl_prints_nothing() -> tuple[Looks, Site]:
    world = World(jobs=[on(MIX[0], "gsn-wn2")]).lease(reserved(7, MIX[0], "gsn-wn2"))
    world["gsn-wn2"].answers["xen.list"] = Answer()
    return twice(world), Site()


@scenario
def xl_list_cut() -> tuple[Looks, Site]:
    """The file lost its last row; only the manifest knows that it was longer."""
    world = one_lease()
    node = world["gsn-wn1"]
    whole = domain_list(node)
    node.answers["xen.list"] = Answer(b"".join(whole.splitlines(keepends=True)[:-1]), count=len(whole))
    return twice(world), Site()


@scenario
def xenstored_dead() -> tuple[Looks, Site]:
    """What asks xenstored hangs; `xl info` and sysfs answer."""
    world = one_lease()
    for what in ("xen.list", "xen.long", "xen.store"):
        world["gsn-wn1"].answers[what] = TIMED_OUT
    return twice(world, apart=180), Site()


# --- The database is of another time ----------------------------------------------------------------------------------


@scenario
def unknown_column() -> tuple[Looks, Site]:
    """2.10.1 with a column of somebody's own in resources; a queued pilot was deleted, and a guest has no machine."""
    world = one_lease()
    world.machines.append(orphan(8, 42))
    world["gsn-wn2"].run("wrksp-3")
    world.tables["resources"] += ", client_token VARCHAR(64), charge_ratio DOUBLE NOT NULL, lease_guard SMALLINT"
    text = re.sub(r"(INSERT INTO resources VALUES\(.*)\);", r"\1,NULL,1.0,0);", world.database().decode())
    world.answers["db.main"] = Answer(text.encode())
    return twice(world), Site()


@scenario
def same_dump_twice() -> tuple[Looks, Site]:
    """Both looks read the dump of 19:25."""
    world = World(machines=[orphan(8, 42)])
    world.answers["db.main"] = Answer(produced="2026-11-22T19:25:00.000Z")
    return twice(world), Site()


# --- Failures of the catalogue ----------------------------------------------------------------------------------------


@scenario
def pilot_killed() -> tuple[Looks, Site]:
    """F06: the job is gone, its guest runs, its memory is out, and the service was not told."""
    world = World().lease(orphan(7, 41, "P4", node="gsn-wn1"))
    world["gsn-wn1"].answers["node.pilots"] = Answer()
    return twice(world), Site()


@scenario
def job_purged() -> tuple[Looks, Site]:
    """F09: `qdel -p`; the pilot does not know, and goes on."""
    world = World().lease(orphan(7, 41, "P4", node="gsn-wn1"))
    head = "    PID    PPID USER                      STARTED COMMAND\n"
    command = (f"/usr/bin/python /opt/workspacepilot.py --reserveslot -i {GONE}07 -c https://gridsn:8443/pilot "
               "-m 64 -d 598 -g 8")
    row = f"   2217    2209 globus   Sun Nov 22 19:29:32 2026 {command}\n"
    world["gsn-wn1"].answers["node.pilots"] = Answer((head + row).encode())
    return twice(world), Site()


@scenario
def reserving_killed() -> tuple[Looks, Site]:
    """F02: qdel in the pilot's first second; its message says that it failed, its memory stays out."""
    world = World(machines=[orphan(10, 44, "P6", node="gsn-wn3", state=30)])
    world.machines[0].is_scheduled = False
    world["gsn-wn3"].take(64)
    return twice(world), Site()


@scenario
def node_rebooted() -> tuple[Looks, Site]:
    """F08: gsn-wn1 is back with all its memory and without the guest; TORQUE still lists the job."""
    world = World(jobs=[MIX[0]], machines=[reserved(7, MIX[0])])
    return twice(world), Site()


@scenario
def message_lost() -> tuple[Looks, Site]:
    """F03: job 17 of the storm's log, moved to gsn-wn3 and ended by its pilot with 4."""
    world = World(machines=[orphan(8, 17)])
    world["gsn-wn3"].take(64)
    lines = [line for line in raw("torque/storm-accounting.log").splitlines(keepends=True)
             if re.match(rb"[^;]*;[QSE];17\.", line)]
    log = edit(b"".join(lines), ("gsn-wn1/0", "gsn-wn3/0"), ("Exit_status=271", "Exit_status=4"),
               ("19:31:58;E;", "19:31:36;E;"), ("end=1795375918", "end=1795375896"))
    world.answers["torque.accounting"] = Answer(log)
    return twice(world, 1795375980), Site()


@scenario
def message_unprocessed() -> tuple[Looks, Site]:
    """F04: the service restarted after it took the message; the job runs."""
    job = on(MIX[0], "gsn-wn3")
    world = World(jobs=[job], machines=[waiting(8, job)])
    world["gsn-wn3"].take(64)
    return twice(world), Site()


@scenario
def guest_without_machine() -> tuple[Looks, Site]:
    """F14: rows gone, guest there."""
    world = one_lease()
    world["gsn-wn2"].take(64).run("wrksp-3")
    return twice(world), Site()


@scenario
def guest_ended() -> tuple[Looks, Site]:
    """F15: the machine's owner halted it from inside."""
    world = World(jobs=[MIX[0]]).lease(reserved(7, MIX[0]), guest=False)
    return twice(world), Site()


@scenario
def guest_misplaced() -> tuple[Looks, Site]:
    world = World(jobs=[MIX[0]]).lease(reserved(7, MIX[0]), guest=False)
    world["gsn-wn2"].run("wrksp-7")
    return twice(world), Site()


@scenario
def zombie() -> tuple[Looks, Site]:
    """The row is that of domain/xen.md section 4: one page left, no name, not in `xl list -l`."""
    world = World()
    world["gsn-wn1"].guests.append(Guest("(null)", 12, 0, "-bp--d", listed_long=False))
    return twice(world), Site()


@scenario
def balloon_starved() -> tuple[Looks, Site]:
    """Four guests have the memory that dom0 waits for; real bytes of such a node."""
    world = World()
    node = world["gsn-wn1"]
    node.current_kib, node.free = 900224, 0
    node.answers["xen.list"] = Answer(raw("xen/starved-xl-list.txt"))
    node.answers["xen.long"] = Answer(raw("xen/starved-xl-list-l.json"))
    memory = raw("xen/starved-memory.txt")
    edit(memory, ("target_kb 903168\n", ""), ("current_kb 900224\n", ""))
    return twice(world), Site()


@scenario
def balloon_gave_up() -> tuple[Looks, Site]:
    """The guests are gone, 256 MiB are free, and the driver sleeps; real figures of such a node, read every 2.5 s."""
    world = World()
    node = world["gsn-wn1"]
    node.current_kib, node.free = 900224, 256
    later = world.copy()
    loop = ["sh", "balloon-every-2s.sh"]
    node.answers["xen.balloon"] = Answer(raw("xen/gave-up-04-destroyed.txt"), seconds=24.0, command=loop)
    again = raw("xen/gave-up-05-same-target.txt").removeprefix(b"rc=0\n")
    later["gsn-wn1"].answers["xen.balloon"] = Answer(again, seconds=12.0, command=loop)
    return [(FIRST, world), (FIRST + 75, later)], Site()


@scenario
def dom0_too_small() -> tuple[Looks, Site]:
    """F24: two slots are lost on gsn-wn3, the third pilot refuses."""
    world = World()
    world["gsn-wn3"].take(128)
    return twice(world), Site()


@scenario
def address_leaked() -> tuple[Looks, Site]:
    world = one_lease()
    world.used.add("192.168.0.5")
    return twice(world), Site()


@scenario
def destroy_stuck() -> tuple[Looks, Site]:
    """F19: target Destroying, no slot, no guest, no job, memory back."""
    world = World(machines=[Machine(15, "P4", node="gsn-wn2", state=24, target=28)])
    return twice(world, apart=160), Site()


@scenario
def block_sibling() -> tuple[Looks, Site]:
    """F33: the other member of the block and all its slots are gone."""
    group = GONE + "80"
    world = World(machines=[Machine(13, "P1", group=group)])
    world.rows["pilot_groups"] = [(group, 12), (group, 13)]
    world.rows["groupresources"] = [(group, "/C=CA/O=Grid/CN=Test")]
    return twice(world), Site()


@scenario
def job_without_slot() -> tuple[Looks, Site]:
    """F22: the service's qdel failed, and it removed the rows all the same."""
    world = World(jobs=[on(MIX[0], "gsn-wn2")])
    world["gsn-wn2"].take(64)
    return twice(world), Site()


# --- Another batch system ---------------------------------------------------------------------------------------------


@scenario
def openpbs_idle() -> tuple[Looks, Site]:
    return retold(*idle())


@scenario
def openpbs_storm_after() -> tuple[Looks, Site]:
    return retold(*storm_after())


def retold(looks: Looks, site: Site) -> tuple[Looks, Site]:
    return [(began, Retold(world)) for began, world in looks], replace(site, batch="openpbs")


# Their point is a form of TORQUE's own: its text, and bytes that are no text.
TORQUES_OWN = {"odd-text", "forged-record", "odd-bytes"}


def retell(folder: Path) -> None:
    """Every scenario as OpenPBS would have told of it, for the test that holds both against each other."""
    for name, build in SCENARIOS.items():
        if name not in TORQUES_OWN and not name.startswith("openpbs-"):
            write(folder / name, *retold(*build()))


def main(names: list[str]) -> None:
    check_forms()
    if names[:1] == ["--openpbs"]:
        return retell(Path(names[1]))
    unknown = set(names) - set(SCENARIOS)
    if unknown:
        raise SystemExit(f"no such scenario: {', '.join(sorted(unknown))}")
    for name in names or SCENARIOS:
        looks, site = SCENARIOS[name]()
        write(HERE / name / "capture", looks, site)


if __name__ == "__main__":
    main(sys.argv[1:])
