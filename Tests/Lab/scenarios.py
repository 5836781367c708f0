"""What is done to the lab, and what trueup must find then: rule, node and amount. Standard library only."""
from __future__ import annotations

import json
import sys
from pathlib import Path

from lab import ROOMY, TIGHT, Lab, compare
from torque import PID

SCENARIOS = {}
NODE_SOURCES = (
    "node.clock", "node.memory", "node.pilots", "node.residue", "pilot.settings", "torque.mom", "xen.balloon", "xen.info",
    "xen.list", "xen.store")


def scenario(play):
    SCENARIOS[play.__name__.replace("_", "-")] = play
    return play


def unseen(node: str, *sources: str) -> tuple:
    """These sources of a node, of which nothing came."""
    return tuple((source, node, "failed") for source in sources)


# --- What happened, for more than one scenario ----------------------------------------------------------------------


def forget(lab: Lab, node: str) -> None:
    """A pilot is killed and its guest destroyed; 64 MiB of dom0's are left."""
    lab.lease(node)
    lab.nodes[node].ssh(f"kill -KILL $(cat {PID}); xl destroy wrksp-7")
    lab.head.tell([])


def drifted(lab: Lab) -> None:
    """xl takes 3 MiB of dom0 for a guest, and the pilot gives back what it took itself."""
    node = lab.nodes[TIGHT]
    node.ssh("echo 'autoballoon=\"on\"' >> /etc/xen/xl.conf")
    lab.lease(TIGHT)
    node.ssh("xl destroy wrksp-7")
    lab.end_pilot(TIGHT)
    lab.head.tell([])


def given_up(lab: Lab) -> None:
    """dom0 is asked back to 882 MiB while a guest has the memory, and the guest goes when its driver sleeps."""
    lab.set_dom0(TIGHT, 882 - 64)
    lab.guest(TIGHT, "held")
    lab.nodes[TIGHT].ssh("xl mem-set 0 882; sleep 20; xl destroy held")


# --- Scenarios ------------------------------------------------------------------------------------------------------


@scenario
def idle(lab: Lab) -> None:
    """Nothing runs, and nothing is found."""
    lab.expect(0)


@scenario
def preflight(lab: Lab) -> None:
    """Both nodes are fit for a trial of one slot each, and so is the site: GO."""
    lab.expect_go()


@scenario
def leased(lab: Lab) -> None:
    """A guest of 64 MiB, the memory that its pilot took from dom0, its job and its rows: all agree."""
    lab.lease(ROOMY)
    lab.expect(0)


@scenario
def told(lab: Lab) -> None:
    """What a repair tells TORQUE and a node, told by hand: it has the effect that it has on real ones, and nothing is found."""
    job, head, note = lab.lease(ROOMY).job, lab.head, 'trueup <5966b6f2> & "more"'
    lab.record(ROOMY, "wrksp-7")
    lab.expect_node(ROOMY, 882 - 64, "wrksp-7")
    head.run("pbsnodes", "-o", ROOMY, "-N", note)
    lab.expect_nodes({ROOMY: ("offline", note, [job])})
    head.run("qdel", "-W", "30", job)
    head.await_state(job, "C")
    lab.await_end(ROOMY)
    lab.expect_node(ROOMY, 882, "wrksp-7")
    lab.nodes[ROOMY].ssh("/opt/workspace/bin/workspace-control --remove --deleteall --name wrksp-7")
    lab.expect_node(ROOMY, 882)
    lab.expect_nodes({ROOMY: ("offline", note, [])})
    head.run("pbsnodes", "-c", ROOMY, "-N", "")
    lab.expect_nodes({})
    lab.lease(ROOMY)
    head.run("qdel", "-p", job)
    lab.expect_jobs({})
    lab.expect_nodes({ROOMY: ("free", "", [job])})
    head.run("momctl", "-h", ROOMY, "-c", job)
    lab.expect_nodes({})
    lab.nodes[ROOMY].ssh(f"kill -KILL $(cat {PID}) && xl destroy wrksp-7")
    lab.set_dom0(ROOMY, 882)
    head.tell([])
    lab.expect(0)


@scenario
def balloon_left(lab: Lab) -> None:
    """The pilot was killed, its guest destroyed and its job forgotten; dom0 never had its memory back."""
    forget(lab, ROOMY)
    lab.expect(4, ("confirmed", "balloon-not-restored", ROOMY, {"missing_kib": 64 * 1024, "quanta": 1}))


@scenario
def drift(lab: Lab) -> None:
    """Xen had 1 MiB free: to start the guest, xl took 3 MiB more of dom0 than the pilot knew, and never gave them back."""
    drifted(lab)
    lab.expect(4, ("confirmed", "balloon-drift", TIGHT, {"drift_kib": 3 * 1024}))


@scenario
def orphan(lab: Lab) -> None:
    """A guest with a machine's name runs, and there is no machine, no slot and no job."""
    lab.guest(ROOMY, "wrksp-7")
    lab.expect(4, ("confirmed", "domain-without-machine", ROOMY, {"domain": "wrksp-7", "memory_kib": 64 * 1024}))


@scenario
def dying(lab: Lab) -> None:
    """A destroyed domain whose console daemon hangs: it has its last page still, and is never gone."""
    lab.guest(ROOMY, "wrksp-7")
    lab.nodes[ROOMY].ssh("kill -STOP $(cat /run/xenconsoled.pid); xl destroy wrksp-7")
    lab.expect(4, ("confirmed", "domain-dying", ROOMY, {"domain": "(null)"}))


@scenario
def gave_up(lab: Lab) -> None:
    """dom0 was asked back to 882 MiB while guests held the memory: its driver gave up and sleeps, now that there is some."""
    given_up(lab)
    lab.expect(4, ("confirmed", "balloon-target-unreached", TIGHT, {"target_kib": 882 * 1024}))


@scenario
def lock_held(lab: Lab) -> None:
    """Somebody holds the pilots' lock. Looking takes no lock, so it neither waits for it nor fails."""
    lab.hold_lock(ROOMY)
    lab.expect(0)


@scenario
def restored(lab: Lab) -> None:
    """64 MiB that a killed pilot forgot: shown, given back, taken back again by an undo, and given back for good."""
    forget(lab, ROOMY)
    shown = lab.run(4, "repair")
    print(shown, flush=True)
    lab.expect_node(ROOMY, 882 - 64)
    print(lab.run(1, "repair", "--apply", "-y"), flush=True)
    lab.expect_node(ROOMY, 882)
    lab.expect_nodes({})
    lab.expect(0)
    print(lab.run(0, "undo", lab.last_run(), "--apply"), flush=True)
    lab.expect_node(ROOMY, 882 - 64)
    lab.expect_nodes({})
    lab.run(1, "repair", "--apply", "-y")
    lab.expect_node(ROOMY, 882)
    lab.expect(0)


@scenario
def drift_restored(lab: Lab) -> None:
    """3 MiB that xl took more than the pilot knew are given back."""
    drifted(lab)
    lab.run(1, "repair", "--apply", "-y")
    lab.expect_node(TIGHT, 882)
    lab.expect_nodes({})
    lab.expect(0)


@scenario
def orphan_destroyed(lab: Lab) -> None:
    """A guest of nobody's is destroyed, and only where that was allowed."""
    lab.guest(ROOMY, "wrksp-7")
    lab.run(4, "repair", "--apply", "-y")
    lab.expect_node(ROOMY, 882, "wrksp-7")
    lab.run(1, "repair", "--apply", "-y", "--allow-destroy")
    lab.expect_node(ROOMY, 882)
    lab.expect_nodes({})
    lab.expect(0)


@scenario
def woken(lab: Lab) -> None:
    """A driver that gave up is woken, now that there is memory."""
    given_up(lab)
    lab.run(1, "repair", "--apply", "-y")
    lab.expect_node(TIGHT, 882)
    lab.expect_nodes({})
    lab.expect(0)


@scenario
def out_of_reach(lab: Lab) -> None:
    """dom0 goes for 882 MiB, and a guest of somebody else's has what it lacks: that is told, and nobody's memory is touched."""
    forget(lab, TIGHT)
    lab.guest(TIGHT, "held")
    lab.nodes[TIGHT].ssh("xl mem-set 0 882; sleep 35")
    starved = ("confirmed", "balloon-target-unreached", TIGHT, {})
    lab.expect(4, starved, ("confirmed", "domain-foreign", TIGHT, {"domain": "held"}))
    said = lab.run(4, "repair", "--apply", "-y")
    if "starved, Xen has less free than it needs" not in said:
        raise AssertionError(f"it does not tell why:\n{said}")
    if "held" not in lab.nodes[TIGHT].ssh("xl list"):
        raise AssertionError("the guest is gone")
    lab.expect(4, starved, ("confirmed", "domain-foreign", TIGHT, {"domain": "held"}))


@scenario
def lock_respected(lab: Lab) -> None:
    """While a pilot holds the lock nothing is set; the repair says so, and does it once the lock is free."""
    forget(lab, ROOMY)
    lab.hold_lock(ROOMY)
    said = lab.run(12, "repair", "--apply", "-y")
    if "holds " not in said:
        raise AssertionError(f"it does not name the holder:\n{said}")
    lab.expect_node(ROOMY, 882 - 64)
    lab.expect_nodes({})
    lab.nodes[ROOMY].ssh("kill -KILL $(cat /run/holder.pid); rm /run/holder.pid")
    lab.run(1, "repair", "--apply", "-y")
    lab.expect_node(ROOMY, 882)
    lab.expect_nodes({})


@scenario
def trial(lab: Lab) -> None:
    """Four deployments of a guest of 64 MiB, removed by the client: each is seen in dom0's memory, and all of it comes back."""
    client = [sys.executable, "-B", str(Path(__file__).with_name("client.py")), str(lab.folder)]
    commands = {
        "deploy": [*client, "deploy", "{node}"], "running": [*client, "running", "{node}"],
        "remove": [*client, "destroy", "{node}", "{id}"]}
    plan = lab.folder / "trial.toml"
    plan.write_text(
        f'name = "lab"\nnodes = "{ROOMY}"\ncount = 4\ndeployed = "25 s"\nremoved = "15 s"\nwindow = "20 s"\n'
        + 'audit_every = 2\n' + "".join(f"{key} = {json.dumps(words)}\n" for key, words in commands.items()))
    left = lab.folder / "trial"
    done = lab.call("trial", str(plan), "-o", str(left))
    print((left / "preflight.txt").read_text(), flush=True)
    compare(f"exit status of the trial, which said\n{done.stderr}", 0, done.returncode)
    print((left / "report.md").read_text(), flush=True)
    rows = [line.split(",") for line in (left / "verdicts.csv").read_text().splitlines()[1:]]
    compare("verdicts", ["success"] * 4, [row[3] for row in rows])
    if not all(row[5] for row in rows):
        raise AssertionError(f"a guest was not seen to run: {rows}")
    lab.expect_node(ROOMY, 882)
    lab.expect(0)


@scenario
def node_silent(lab: Lab) -> None:
    """A node takes connections and never answers; what is wrong with the other one is found all the same."""
    lab.guest(ROOMY, "wrksp-7")
    with lab.nodes[TIGHT].stopped():
        lab.expect(
            12, ("confirmed", "domain-without-machine", ROOMY, {"domain": "wrksp-7"}), unseen=unseen(TIGHT, *NODE_SOURCES))


@scenario
def xenstored_dead(lab: Lab) -> None:
    """The last one: only a reboot brings xenstored back. What asks it hangs for ever, and what does not still answers."""
    lab.nodes[ROOMY].ssh("kill -KILL $(cat /run/xenstored.pid)")
    lab.expect(8, unseen=unseen(ROOMY, "xen.list", "xen.store"))
