"""TORQUE of the lab, since Debian has none: each of its commands prints what 2.5.13 printed (Fixtures/raw), of what is in the
server's and the MOMs' books now, and those that write change the books as they were measured to. Standard library only.

    torque.py FOLDER COMMAND [ARGUMENT...]
"""
from __future__ import annotations

import fcntl
import json
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from getopt import gnu_getopt
from html import escape
from pathlib import Path
from typing import TextIO

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "Fixtures"))
from world import completed, edit, exiting, job_list, node_list, raw, told  # noqa: E402

KEPT = 60  # seconds for which a job that ended is listed: keep_completed of the settings
MOM_LIMIT = 16  # seconds that momctl waits for a MOM that hangs, as measured
PID = "/run/pilot.pid"  # on the node: the one process of the job that its MOM runs


def write_books(folder: Path, jobs: list[bytes], nodes: list[str]) -> None:
    """The server lists these jobs from now on, each node's MOM those that run there, and no node is offline."""
    records = {told(job, "Job_Id"): job.decode() for job in jobs}
    moms = {node: [job for job, record in records.items() if node_of(record) == node] for node in nodes}
    with locked(folder) as file:
        rewrite(file, {"jobs": records, "moms": moms, "offline": [], "notes": {}})


@contextmanager
def locked(folder: Path) -> Iterator[TextIO]:
    with (folder / "books.json").open("a+") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.seek(0)
        yield file


def rewrite(file: TextIO, books: dict) -> None:
    file.truncate(0)
    json.dump(books, file)


@contextmanager
def books_of(folder: Path) -> Iterator[dict]:
    """The books, and nobody else's until it is done with them. What has been listed for long enough is gone from them."""
    with locked(folder) as file:
        books = json.load(file)
        for job, record in list(books["jobs"].items()):
            if int(told(record.encode(), "comp_time") or time.time()) < time.time() - KEPT:
                del books["jobs"][job]
        yield books
        rewrite(file, books)


def node_of(record: str) -> str:
    return told(record.encode(), "exec_host").split("/")[0]


def records(books: dict) -> list[bytes]:
    return [record.encode() for record in books["jobs"].values()]


def complain(text: str) -> None:
    print(text, file=sys.stderr)


def on_node(folder: Path, node: str, command: str, limit: float) -> str | None:
    """What a command prints there; None if the node does not answer."""
    try:
        return subprocess.run(
            ["ssh", "-F", folder.parent / "ssh_config", node, command], stdin=subprocess.DEVNULL, capture_output=True,
            timeout=limit, text=True, check=True).stdout
    except subprocess.SubprocessError:
        return None


# --- The commands ---------------------------------------------------------------------------------------------------


def qmgr(folder: Path, arguments: list[str]) -> int:
    """`-c 'print server'`: jobs are killed 15 s after they were told to end."""
    settings = edit(raw("torque/idle-print-server.txt"), (
        "set server mom_job_sync", "set server kill_delay = 15\nset server mom_job_sync"))
    sys.stdout.buffer.write(settings)
    return 0


def qstat(folder: Path, arguments: list[str]) -> int:
    """`-B -f`, `-f -x`, `-f -x JOB...`"""
    options, ids = gnu_getopt(arguments, "Bfx")
    with books_of(folder) as books:
        unknown = [job for job in ids if job not in books["jobs"]]
        listed = [record for record in records(books) if not ids or told(record, "Job_Id") in ids]
    for job in unknown:
        complain(f"qstat: Unknown Job Id {job}")
    if ("-B", "") in options:
        server = raw("../parsers/torque/server/2.5.txt")
        sys.stdout.buffer.write(edit(server, ("total_jobs = 0", f"total_jobs = {len(listed)}")))
    else:
        sys.stdout.buffer.write(job_list(listed))
    return 153 if unknown else 0


def pbsnodes(folder: Path, arguments: list[str]) -> int:
    """`-x`, `-o NODE -N NOTE`, `-c NODE -N ''`: an empty note is none. An unknown node is no failure."""
    given, names = gnu_getopt(arguments, "xocN:")
    options = dict(given)
    with books_of(folder) as books:
        for name in names:
            if name not in books["moms"]:
                complain(f"Error marking node {name} - Unknown node ")
                continue
            if options.keys() & {"-o", "-c"}:
                books["offline"] = [node for node in books["offline"] if node != name] + [name] * ("-o" in options)
            if "-N" in options:
                books["notes"][name] = options["-N"]
        if "-x" in options:
            shown = [node_record(books, node) for node in books["moms"] if not names or node in names]
            print(f"<Data>{''.join(shown)}</Data>")
    return 0


def node_record(books: dict, node: str) -> str:
    """A node: its jobs by the server's books, those in its status by its MOM's."""
    text = node_list(records(books), int(time.time())).decode()
    record = re.search(rf"<Node><name>{node}<.*?</Node>", text).group()
    record = re.sub(",jobs=[^,]*,", f",jobs={' '.join(books['moms'][node])},", record)
    if node in books["offline"]:
        record = record.replace("<state>free<", "<state>offline<")
    note = escape(books["notes"].get(node, ""))
    return record.replace("</status>", f"</status><note>{note}</note>") if note else record


def qdel(folder: Path, arguments: list[str]) -> int:
    """`-W DELAY JOB` has the MOM end the job, and does not wait for it; `-p JOB` forgets it and tells no one."""
    given, ids = gnu_getopt(arguments, "pW:")
    options, status = dict(given), 0
    with books_of(folder) as books:
        for job in ids:
            record = books["jobs"].get(job)
            if record is None:
                complain(f"qdel: Unknown Job Id {job}")
                status = 153
            elif "-p" in options:
                del books["jobs"][job]
            elif told(record.encode(), "job_state") != "R":
                complain(f"qdel: Request invalid for state of job {job}")
                status = 170
            else:
                books["jobs"][job] = exiting(record.encode()).decode()
                subprocess.Popen(
                    [sys.executable, "-B", __file__, folder, "end", job, node_of(record), options.get("-W", "15")],
                    stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
    return status


def end(folder: Path, arguments: list[str]) -> int:
    """What the MOM does for a qdel: SIGTERM, the delay, SIGKILL. It gives all of the delay, where a real one of 2.5.13 gives
    about 5 s of it: everything takes longer in an emulated node. One that is silent ends nothing, and the job stays."""
    job, node, delay = arguments
    ending = (
        f"pid=$(cat {PID}); kill -TERM $pid; for i in $(seq {5 * int(delay)}); do [ -d /proc/$pid ] || exit 0; sleep 0.2; done;"
        " kill -KILL $pid; exit 0")
    if on_node(folder, node, ending, int(delay) + 60) is None:
        return 1
    with books_of(folder) as books:
        record = books["jobs"].get(job, "").encode()
        if told(record, "job_state") == "E":
            books["jobs"][job] = completed(record, 271, int(time.time())).decode()
            books["moms"][node].remove(job)
    return 0


def momctl(folder: Path, arguments: list[str]) -> int:
    """`-d 3 -h NODE`, `-h NODE -c JOB`: it clears the MOM's books, ends no process, and says so of unknown jobs, too."""
    options = dict(gnu_getopt(arguments, "d:h:c:")[0])
    node = options["-h"]
    session = on_node(folder, node, f"cat {PID} 2> /dev/null || true", MOM_LIMIT)
    if session is None:
        complain(f"ERROR:    query[0] 'diag3' failed on {node} (errno=0-Success: 5-Input/output error)")
        return 0
    with books_of(folder) as books:
        if "-c" in options:
            books["moms"][node] = [job for job in books["moms"][node] if options["-c"] not in (job, "all")]
            print(f"job clear request successful on {node}")
        else:
            jobs = [f"job[{job}]  state=RUNNING  sidlist={session.strip()}" for job in books["moms"][node]]
            diagnosis = raw(f"torque/idle-momctl-d3-{node[4:]}.txt")
            none = "NOTE:  no local jobs detected"
            sys.stdout.buffer.write(edit(diagnosis, (none, "\n".join(jobs) or none)))
    return 0


COMMANDS = {run.__name__: run for run in (qmgr, qstat, pbsnodes, qdel, momctl)}

if __name__ == "__main__":
    sys.exit((COMMANDS | {"end": end})[sys.argv[2]](Path(sys.argv[1]), sys.argv[3:]))
