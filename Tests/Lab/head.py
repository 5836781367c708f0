"""The head node of the lab: TORQUE's commands (torque.py) and the service's database. Standard library only."""
from __future__ import annotations

import re
import sqlite3
import subprocess
import sys
import time
from html import unescape
from pathlib import Path

import torque  # which makes the modules of Fixtures known
from scene import MIX, reserved
from world import World, begun, on, slot_of, told


class Lease:
    """A pilot job that runs on a node, and the machine number 7 in its slot."""

    def __init__(self, node: str) -> None:
        now = int(time.time())
        self.record = begun(on(MIX[0], node), now)
        self.job = told(self.record, "Job_Id")
        self.slot = slot_of(self.record)
        self.machine = reserved(7, self.record, started=now)

    @property
    def pilot(self) -> str:
        return f"/opt/workspacepilot.py --reserveslot -i {self.slot} -c https://gridsn:8443/pilot -m 64 -d 598 -g 8"


class Head:
    """What the batch server and the database tell: at first, that there is nothing."""

    def __init__(self, folder: Path, nodes: list[str], is_new: bool = True) -> None:
        self.nodes = nodes
        self.torque = folder / "torque"
        self.bin = folder / "bin"
        self.database = folder / "main.sqlite"
        if not is_new:
            return
        self.torque.mkdir()
        self.bin.mkdir()
        program = Path(torque.__file__).resolve()
        for name in torque.COMMANDS:
            command = self.bin / name
            command.write_text(f"#!/bin/sh\nexec '{sys.executable}' -B '{program}' '{self.torque}' {name} \"$@\"\n")
            command.chmod(0o755)
        self.tell([])

    def tell(self, leases: list[Lease]) -> None:
        """The jobs and the machines that there are from now on; all nodes are in the batch system's hands."""
        torque.write_books(self.torque, [lease.record for lease in leases], self.nodes)
        dump = World(machines=[lease.machine for lease in leases]).database().decode()
        self.database.unlink(missing_ok=True)
        with sqlite3.connect(self.database) as database:
            database.executescript(dump.replace("BEGIN TRANSACTION;", "").replace("COMMIT;", ""))
        database.close()

    def run(self, *command: str) -> str:
        """What one of TORQUE's commands prints, on either stream; their exit statuses tell little."""
        done = subprocess.run(
            [self.bin / command[0], *command[1:]], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            text=True)
        return done.stdout

    def jobs_shown(self) -> dict[str, str]:
        """The jobs that are listed, with their states."""
        jobs = re.findall("<Job>.*?</Job>", self.run("qstat", "-f", "-x"))
        return {told(job.encode(), "Job_Id"): told(job.encode(), "job_state") for job in jobs}

    def await_state(self, job: str, state: str, limit: float = 60) -> None:
        deadline = time.monotonic() + limit
        while (shown := self.jobs_shown().get(job)) != state:
            if time.monotonic() > deadline:
                raise AssertionError(f"job {job} is {shown} and not {state} after {limit} s")
            time.sleep(0.2)

    def nodes_shown(self) -> dict[str, tuple[str, str, list[str]]]:
        """Each node's state, its note, and the jobs that its MOM has told of."""
        shown = {}
        for node in re.findall("<Node>.*?</Node>", self.run("pbsnodes", "-x")):
            name, state, note = (unescape(told(node.encode(), element)) for element in ("name", "state", "note"))
            shown[name] = state, note, re.search(",jobs=([^,]*),", node).group(1).split()
        return shown
