"""The running lab: how its site is brought into a state, and what is expected of trueup then. Standard library only."""
from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

from head import Head, Lease
from nodes import DOM0, LabError, Node
from torque import PID

LOCK = "/tmp/workspace-pilot.lock"
MEMORY = "/sys/devices/system/xen_memory/xen_memory0"
# With 1152 MiB Xen has room beside dom0; with 896 MiB it has 1 MiB, and every guest's memory is dom0's.
ROOMY, TIGHT = "gsn-wn1", "gsn-wn2"
SIZES = {ROOMY: 1152, TIGHT: 896}
TRIES = 5
SLOW = "the clock may have been read at either end of it"  # of rule clock-skew

# Deadlines are long, since an emulated node is slow.
SITE = """\
name = "lab"

[pilot]
account = "globus"

[torque]
bin = "{folder}/bin"
accounting = ""
momctl = true

[nodes]
ssh_config = "{folder}/ssh_config"
pilot_lock = "{lock}"
pilot_program = "/etc/workspacepilot.conf"
connect_timeout = "15 s"
command_deadline = "10 s"
deadline = "90 s"

[database]
engine = "sqlite"
main = "{folder}/main.sqlite"

[service]
process = "org.globus.wsrf.container"

[sources]
absent = ["db.accounting"]
"""


class Lab:
    """The nodes, the head node and the program that is tried on them."""

    def __init__(self, folder: Path, trueup: Path, nodes: list[Node]) -> None:
        self.folder, self.trueup = folder, trueup
        self.nodes = {node.name: node for node in nodes}
        self.head = Head(folder, list(SIZES))
        listed = [f'\n[[node]]\nname = "{name}"\ndom0 = "{DOM0} MiB"\n' for name in SIZES]
        (folder / "site.toml").write_text(SITE.format(folder=folder, lock=LOCK) + "".join(listed))

    def rest(self) -> None:
        """Puts everything back: no job, no machine, no guest, dom0 with all of its memory."""
        self.head.tell([])
        for node in self.nodes.values():
            node.set_clock()
            node.ssh(
                "kill -CONT $(cat /run/xenconsoled.pid);"
                f" for file in {PID} /run/holder.pid; do kill -KILL $(cat $file) 2> /dev/null; rm -f $file; done;"
                " sed -i '/^autoballoon=/d' /etc/xen/xl.conf; rm -rf /opt/workspace/persistence/* /opt/workspace/secureimages/*;"
                " for id in $(xenstore-list /local/domain); do [ $id = 0 ] || xl destroy $id; done; true")
            node.until("[ $(xl list | wc -l) = 2 ]")
            self.set_dom0(node.name, DOM0)

    def set_dom0(self, name: str, mib: int) -> None:
        """Has dom0 take or give memory, and waits until it has. Asking for less first wakes a driver that gave up."""
        self.nodes[name].ssh(f"xl mem-set 0 {mib - 1}; xl mem-set 0 {mib}")
        self.nodes[name].until(f"[ $(cat {MEMORY}/info/current_kb) = {mib * 1024} ]")

    def lease(self, name: str) -> Lease:
        """A pilot that has its memory, and the machine's guest in it."""
        lease, node = Lease(name), self.nodes[name]
        self.head.tell([lease])
        node.ssh(f"setsid /usr/bin/python {lease.pilot} < /dev/null > /dev/null 2>&1 & echo $! > {PID}")
        node.until(f"[ $(cat {MEMORY}/info/current_kb) = {(DOM0 - 64) * 1024} ]")
        self.guest(name, "wrksp-7")
        return lease

    def end_pilot(self, name: str) -> None:
        """Has the pilot give the memory back and end, and waits until dom0 has it."""
        self.nodes[name].ssh(f"kill -TERM $(cat {PID})")
        self.await_end(name)

    def await_end(self, name: str) -> None:
        """Until a pilot that was told to end has, and dom0 has what it was given."""
        self.nodes[name].until(
            f"[ ! -d /proc/$(cat {PID}) ] && [ $(cat {MEMORY}/info/current_kb) = $(cat {MEMORY}/target_kb) ]")

    def guest(self, name: str, domain: str) -> None:
        self.nodes[name].ssh(f"xl create -q -e /guest/slot.cfg 'name=\"{domain}\"'")

    def record(self, name: str, domain: str) -> None:
        """What workspace-control keeps of a guest that it has made: a record, and its image."""
        self.nodes[name].ssh(f"cd /opt/workspace && echo > persistence/{domain} && mkdir secureimages/{domain}")

    def hold_lock(self, name: str) -> None:
        """Somebody has the lock that pilots take around reading and setting memory, and keeps it."""
        self.nodes[name].ssh(
            f"setsid flock --no-fork {LOCK} sleep 3600 < /dev/null > /dev/null 2>&1 & echo $! > /run/holder.pid")
        self.nodes[name].until(f"! flock --nonblock {LOCK} true")

    # --- What trueup says -----------------------------------------------------------------------------------------

    def call(self, *command: str) -> subprocess.CompletedProcess[str]:
        """Its journal is in the lab's folder and nowhere else on this machine."""
        return subprocess.run(
            [self.trueup, *command, "--site", self.folder / "site.toml"], stdin=subprocess.DEVNULL, capture_output=True,
            env=os.environ | {"TRUEUP_REPAIR_STATE": f"{self.folder}/state"}, timeout=900, text=True)

    def run(self, exit_status: int, *command: str) -> str:
        """What a command of trueup prints, which must end so: `lab.run(1, "repair", "--apply", "-y")`; with 8 besides where a
        busy machine told its time slowly (`ask`)."""
        done = self.call(*command)
        found = done.returncode & ~8 if SLOW in done.stdout else done.returncode
        if found != exit_status:
            compare(f"exit status of {' '.join(command)}, which said\n{done.stdout}{done.stderr}", exit_status, found)
        return done.stdout

    def last_run(self) -> str:
        """The number of the last run in the journal."""
        return self.run(0, "journal").split("\n")[0].split()[0]

    def ask(self, *command: str) -> str:
        """What trueup prints of the lab, of which looking changes nothing; its exit status is in the report. It is asked again
        where a node took a second and more to tell its time, as one does on a busy machine: that its clock can't be told to a
        second is right then, and no scenario is about it."""
        for _ in range(TRIES):
            done = self.call(*command)
            if not done.stdout:
                raise LabError(f"trueup ended with status {done.returncode}: {done.stderr}")
            if SLOW not in done.stdout:
                return done.stdout
        raise LabError(f"this machine is too busy: {TRIES} times a node took more than a second to tell its time")

    def expect_go(self) -> None:
        table = self.ask("preflight")
        if "\nGO" not in table:
            raise AssertionError(table)
        print(table, flush=True)

    def expect(self, exit_status: int, *findings: tuple, unseen: tuple = ()) -> None:
        """Audits, and compares: status, rule and node of every finding with these columns of it, and the sources of nodes
        that were not wholly seen, each with its node and coverage."""
        report = json.loads(self.ask("audit", "--format", "json"))
        columns = {finding[:3]: finding[3] for finding in findings}
        found = []
        for each in all_of(report["findings"]):
            key = (each["status"]["word"], each["rule"], each["node"])
            found.append((*key, {name: each["columns"].get(name) for name in columns.get(key, each["columns"])}))
        gaps = {(each["what"], each["node"], each["coverage"]) for each in report["sources"]
                if each["node"] and each["coverage"] not in ("complete", "superseded")}
        compare("findings", sorted(findings, key=str), sorted(found, key=str))
        compare("exit status", exit_status, report["exit_status"])
        compare("unseen sources", sorted(unseen), sorted(gaps))

    # --- What is the case, whatever trueup says -------------------------------------------------------------------

    def expect_node(self, name: str, dom0: int, *guests: str) -> None:
        """dom0 has this many MiB, to the KiB, and these guests run."""
        kib, *rows = self.nodes[name].ssh(f"cat {MEMORY}/info/current_kb && xl list").splitlines()
        found = [row.rsplit(None, 5)[0] for row in rows[1:]]
        compare(f"dom0 and the guests of {name}", (dom0 * 1024, ["Domain-0", *guests]), (int(kib), found))

    def expect_jobs(self, jobs: dict[str, str]) -> None:
        """These jobs are listed, with these states."""
        compare("jobs", jobs, self.head.jobs_shown())

    def expect_nodes(self, nodes: dict[str, tuple[str, str, list[str]]]) -> None:
        """In TORQUE's list these nodes have this state, note and jobs of their MOMs; the others are free and have none."""
        compare("nodes", {name: ("free", "", []) for name in SIZES} | nodes, self.head.nodes_shown())


def compare(what: str, expected: object, found: object) -> None:
    if expected != found:
        raise AssertionError(f"{what}\n  expected {expected}\n  found    {found}")


def all_of(findings: list[dict]) -> list[dict]:
    return [each for finding in findings for each in [finding, *all_of(finding["explains"])]]
