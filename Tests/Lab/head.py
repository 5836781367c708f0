"""The head node of the lab: stand-ins for TORQUE's commands and the service's database. Standard library only.

Debian has no TORQUE. What the stand-ins print is made of real output (Fixtures/raw), of jobs that are submitted now.
"""
from __future__ import annotations

import re
import sqlite3
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "Fixtures"))
from scene import MIX, reserved  # noqa: E402
from world import World, begun, edit, job_list, node_list, on, raw, slot_of  # noqa: E402

COMMANDS = {
    "qstat": 'case $1 in -B) cat server.txt ;; *) cat jobs.xml ;; esac',
    "pbsnodes": 'sed "s/rectime=[0-9]*/rectime=$(($(date +%s) - 10))/g" nodes.xml',
    "qmgr": "cat settings.txt",
}


class Lease:
    """A pilot job that runs on a node, and the machine number 7 in its slot."""

    def __init__(self, node: str) -> None:
        now = int(time.time())
        self.job = begun(on(MIX[0], node), now)
        self.slot = slot_of(self.job)
        self.machine = reserved(7, self.job, started=now)

    @property
    def pilot(self) -> str:
        return f"/opt/workspacepilot.py --reserveslot -i {self.slot} -c https://gridsn:8443/pilot -m 64 -d 598 -g 8"


class Head:
    """What the batch server and the database tell: at first, that there is nothing."""

    def __init__(self, folder: Path) -> None:
        self.torque = folder / "torque"
        self.bin = folder / "bin"
        self.database = folder / "main.sqlite"
        self.torque.mkdir()
        self.bin.mkdir()
        for name, line in COMMANDS.items():
            command = self.bin / name
            command.write_text(f"#!/bin/sh\ncd '{self.torque}' || exit 1\n{line}\n")
            command.chmod(0o755)
        (self.torque / "settings.txt").write_bytes(raw("torque/idle-print-server.txt"))
        self.tell([])

    def tell(self, leases: list[Lease]) -> None:
        """The jobs and the machines that there are from now on."""
        jobs = [lease.job for lease in leases]
        nodes = re.sub(rb"<Node><name>gsn-wn3.*?</Node>", b"", node_list(jobs, int(time.time())))
        server = raw("../parsers/torque/server/2.5.txt")
        (self.torque / "server.txt").write_bytes(edit(server, ("total_jobs = 0", f"total_jobs = {len(jobs)}")))
        (self.torque / "jobs.xml").write_bytes(job_list(jobs))
        (self.torque / "nodes.xml").write_bytes(nodes)
        dump = World(machines=[lease.machine for lease in leases]).database().decode()
        self.database.unlink(missing_ok=True)
        with sqlite3.connect(self.database) as database:
            database.executescript(dump.replace("BEGIN TRANSACTION;", "").replace("COMMIT;", ""))
        database.close()
