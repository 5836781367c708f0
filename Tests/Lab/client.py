"""A client of the lab's service, for trials: a machine is asked for, and told to go. One at a time.

    client.py FOLDER deploy NODE        prints the job of its pilot
    client.py FOLDER running NODE       ends with 0 once the guest runs
    client.py FOLDER destroy NODE JOB   the guest goes first, and then the pilot, as the service has it
"""
from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from head import Head, Lease
from lab import SIZES
from torque import PID

GUEST = "wrksp-7"


def ssh(folder: Path, node: str, command: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        ["ssh", "-F", folder / "ssh_config", node, command], stdin=subprocess.DEVNULL, capture_output=True, timeout=60)


def deploy(folder: Path, head: Head, node: str) -> int:
    lease = Lease(node)
    head.tell([lease])
    # The guest is made once the pilot has its memory, and nobody waits for that.
    done = ssh(folder, node, (
        f"setsid /usr/bin/python {lease.pilot} < /dev/null > /dev/null 2>&1 & echo $! > {PID};"
        " memory=/sys/devices/system/xen_memory/xen_memory0; wanted=$(($(cat $memory/info/current_kb) - 65536));"
        f" (for i in $(seq 150); do [ $(cat $memory/info/current_kb) -le $wanted ] && break; sleep 0.1; done;"
        f" exec xl create -q -e /guest/slot.cfg 'name=\"{GUEST}\"') < /dev/null > /dev/null 2>&1 &"))
    print(lease.job)
    return done.returncode


def running(folder: Path, head: Head, node: str) -> int:
    return ssh(folder, node, f"xl list {GUEST}").returncode


def destroy(folder: Path, head: Head, node: str, job: str) -> int:
    ssh(folder, node, f"/opt/workspace/bin/workspace-control --remove --deleteall --name {GUEST}")
    head.run("qdel", "-W", "30", job)
    head.await_state(job, "C")
    head.tell([])
    return 0


if __name__ == "__main__":
    place = Path(sys.argv[1])
    actions = {action.__name__: action for action in (deploy, running, destroy)}
    sys.exit(actions[sys.argv[2]](place, Head(place, list(SIZES), is_new=False), *sys.argv[3:]))
