"""Kills and starves trueup while it repairs, and looks at what it leaves behind.

    faults.py --trueup PROGRAM [--kills N] [--seed N]

A site of stand-ins (Tests/ScenarioTests/stand-ins) on which queued pilots were deleted, each leaving a slot, a machine and an
address in the service's database. Every fault is followed by `trueup resume` or a new repair without it; then the database
must hold machine 7 alone, and the journal one outcome for each step of each run. Nothing may crash or hang.

Exit status: 0 all as it should be, 1 not.
"""
from __future__ import annotations

import argparse
import os
import random
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SCENARIO = ROOT / "Fixtures/slot-gone/capture"
STAND_INS = ROOT / "Tests/ScenarioTests/stand-ins"
DEADLINE = 60

SETTINGS = """
[sources]
absent = ["db.accounting", "torque.server", "torque.settings", "xen.store", "xen.balloon", "node.memory", "node.clock",
  "node.residue"]
required = []

[torque]
accounting = ""

[nodes]
transport = "local"
command_deadline = "5 s"

[look]
wait = "1 s"
sample_interval = "1 s"

[look.settle]
slot-without-job = "20 ms"
machine-expired = "20 ms"

[database]
engine = "sqlite"
main = "{database}"

[service]
process = "no process has this in its command line"

[repair]
state = "{state}"
"""


def rows(number: int) -> str:
    """The rows of one machine whose pilot was deleted before it ran."""
    text = (ROOT / "Tests/Faults/abandoned-machine.sql").read_text()
    for word, value in {"NUMBER": number, "HEX": f"{number:02X}", "TWELVE": f"{number:012d}", "JOB": number + 1000}.items():
        text = text.replace(word, str(value))
    return text


class Site:
    """A live site of stand-ins, whole again before each fault."""

    def __init__(self, folder: Path, program: str, machines: int) -> None:
        self.folder, self.program = folder, program
        self.database, self.state = folder / "main.sqlite", folder / "state"
        self.pristine = folder / "pristine.sqlite"
        shutil.copytree(SCENARIO / "1", folder / "bytes")
        (folder / "temporary").mkdir()
        script = (folder / "bytes/main.sql").read_text()
        ghosts = "".join(rows(number) for number in range(10, machines + 8))
        with sqlite3.connect(self.pristine) as connection:
            connection.executescript(script.replace(
                "COMMIT;", f"{ghosts}UPDATE default_scheduler_workspid SET id = {machines + 7};COMMIT;"))
        site = (SCENARIO / "site.toml").read_text().split("[sources]")[0]
        (folder / "site.toml").write_text(
            site + SETTINGS.replace("{database}", str(self.database)).replace("{state}", str(self.state)))
        self.restore()
        self.full = len(self.left())
        self.environment = {
            "PATH": f"{STAND_INS}:/usr/bin:/bin", "TRUEUP_SITE_BYTES": str(folder / "bytes"),
            "TMPDIR": str(folder / "temporary")}

    def restore(self) -> None:
        shutil.rmtree(self.state, ignore_errors=True)
        for name in ("main.sqlite", "main.sqlite-wal", "main.sqlite-shm", "main.sqlite-journal"):
            (self.folder / name).unlink(missing_ok=True)
        shutil.copy(self.pristine, self.database)

    def command(self, *words: str) -> list[str]:
        rules = [] if words[0] in ("journal",) else ["--rules", str(ROOT / "Rules")]
        return [self.program, words[0], "--site", str(self.folder / "site.toml"), *words[1:], *rules]

    def run(self, *words: str, limit=None) -> subprocess.CompletedProcess:
        """Runs it to its end; what it may use is set by `limit` in the child."""
        return subprocess.run(
            self.command(*words), env=self.environment, stdin=subprocess.DEVNULL, capture_output=True, text=True,
            timeout=DEADLINE, preexec_fn=limit)

    def repair(self, limit=None) -> subprocess.CompletedProcess:
        return self.run("repair", "--apply", "-y", "--max-repairs", "1000", limit=limit)

    def left(self) -> list[int]:
        with sqlite3.connect(self.database, timeout=10) as connection:
            return [number for (number,) in connection.execute("SELECT vmid FROM pilot_slots ORDER BY vmid")]

    def finish(self) -> list[str]:
        """Goes on without the fault until nothing is left to do; what is wrong then."""
        said = self.run("resume")
        if said.returncode not in (0, 1, 4, 5, 8, 9, 12, 13) and "nothing to resume" not in said.stderr:
            return [f"resume ended with {said.returncode}: {said.stderr[-400:]}"]
        if self.left() != [7]:
            again = self.repair()
            if self.left() != [7]:
                return [f"the repair ended with {again.returncode}: {again.stdout[-600:]} {again.stderr[-400:]}"]
        return self.odd()

    def odd(self) -> list[str]:
        """What of the rows and the journal is not as it should be."""
        wrong = []
        with sqlite3.connect(self.database) as connection:
            for table in ("resources", "vms", "vm_deployment", "pilot_slots"):
                column = "vmid" if table != "resources" and table != "vms" else "id"
                found = [number for (number,) in connection.execute(f"SELECT {column} FROM {table}")]
                if found != [7]:
                    wrong.append(f"{table} has {found[:5]}")
            if connection.execute("PRAGMA integrity_check").fetchone() != ("ok",):
                wrong.append("the service's database is damaged")
        journal = self.state / "journal.sqlite"
        if not journal.exists():
            return wrong + ["there is no journal"]
        with sqlite3.connect(journal) as connection:
            if connection.execute("PRAGMA integrity_check").fetchone() != ("ok",):
                wrong.append("the journal is damaged")
            doubled = connection.execute(
                "SELECT run, step, count(*) FROM entry WHERE event = 'outcome' GROUP BY run, step HAVING count(*) <> 1").fetchall()
            missing = connection.execute(
                "SELECT DISTINCT run, step FROM entry e WHERE event = 'intent' AND NOT EXISTS (SELECT 1 FROM entry o "
                "WHERE o.run = e.run AND o.step = e.step AND o.event = 'outcome')").fetchall()
            if doubled:
                wrong.append(f"told twice: {doubled[:3]}")
            if missing:
                wrong.append(f"begun and never told how it ended: {missing[:3]}")
        return wrong


def crashed(ended: subprocess.CompletedProcess) -> list[str]:
    """Signals that a program ends itself by, and words of a runtime that gave up."""
    if ended.returncode < 0 and ended.returncode != -signal.SIGKILL:
        return [f"ended by signal {-ended.returncode}: {ended.stderr[-300:]}"]
    return ["it crashed: " + ended.stderr[-300:]] if "Fatal error" in ended.stderr else []


def kills(site: Site, count: int, numbers: random.Random) -> list[str]:
    """SIGKILL at random moments of audits and repairs."""
    site.restore()
    began = time.monotonic()
    site.repair()
    whole = time.monotonic() - began
    wrong, places = [], Counter()
    for number in range(count):
        site.restore()
        words = ["audit"] if number % 4 == 3 else ["repair", "--apply", "-y", "--max-repairs", "1000"]
        process = subprocess.Popen(
            site.command(*words), env=site.environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL, start_new_session=True)
        time.sleep(numbers.uniform(0, whole * 1.05))
        process.kill()
        process.wait()
        left = site.left()
        if words == ["audit"]:
            places["audits"] += 1
            if len(left) != site.full or site.state.exists():
                wrong.append(f"kill {number}: an audit changed something")
            continue
        places["before" if len(left) == site.full else "after" if left == [7] else "within"] += 1
        wrong += [f"kill {number} with {len(left)} slots left: {odd}" for odd in site.finish()]
    print(f"  {dict(places)} of a repair of {whole:.2f} s")
    return wrong


def starved(site: Site, what: str, limit, words=("",)) -> list[str]:
    """A repair with too little of something: it must say so, and be finished when there is enough."""
    site.restore()
    ended = site.repair(limit)
    wrong = crashed(ended)
    if site.left() != [7] and ended.returncode & 1 and not ended.returncode & 4:
        wrong.append(f"it claims that all is repaired (exit status {ended.returncode})")
    if site.left() != [7] and ended.returncode == 0:
        wrong.append("exit status 0, and not all is repaired")
    if site.left() != [7] and not any(word in ended.stderr + ended.stdout for word in words):
        wrong.append(f"it does not say why: {ended.stderr[-300:]}")
    wrong += site.finish()
    return [f"{what}: {odd}" for odd in wrong]


def file_size(limit: int):
    """No file of it may grow beyond so many bytes: what a full disk is to it."""
    def apply() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
    return apply


def full_disk(site: Site) -> list[str]:
    wrong = []
    size = site.pristine.stat().st_size
    for limit in [0, 1000, 8192, 20000, 40000, 60000, size - 4096, size, size + 8192, size + 40000]:
        wrong += starved(site, f"files of {limit} bytes at most", file_size(limit), ("full", "disk", "large", "I/O"))
    return wrong


def descriptors(site: Site) -> list[str]:
    wrong = []
    for limit in [8, 12, 16, 24, 64, 1024]:
        def apply(limit: int = limit) -> None:
            resource.setrlimit(resource.RLIMIT_NOFILE, (limit, limit))
        wrong += starved(site, f"{limit} descriptors", apply, ("open files",))
    return wrong


def state_read_only(site: Site) -> list[str]:
    """A state directory that nobody can make, root included."""
    site.restore()
    text = (site.folder / "site.toml").read_text()
    try:
        (site.folder / "site.toml").write_text(text.replace(str(site.state), "/proc/sys/trueup"))
        ended = site.repair()
    finally:
        (site.folder / "site.toml").write_text(text)
    wrong = crashed(ended)
    if len(site.left()) != site.full:
        wrong.append("something was changed without a journal")
    if ended.returncode & 16 == 0 or "/proc/sys/trueup" not in ended.stderr:
        wrong.append(f"exit status {ended.returncode}: {ended.stderr[-300:]}")
    return [f"no state directory: {odd}" for odd in wrong]


def vanished(site: Site) -> list[str]:
    """The database goes away between plan and repair, and is another one, cut short, in its middle."""
    wrong = []
    plan = site.folder / "plan.json"
    for name, change in [
        ("gone", lambda: site.database.unlink()),
        ("empty", lambda: site.database.write_bytes(b"")),
        ("cut", lambda: os.truncate(site.database, site.pristine.stat().st_size // 2)),
        ("no database", lambda: site.database.write_bytes(b"x" * 8192)),
    ]:
        site.restore()
        plan.unlink(missing_ok=True)
        site.run("repair", "-o", str(plan), "--max-repairs", "1000")
        if not plan.exists():
            wrong.append(f"{name}: no plan was written")
            continue
        change()
        before = site.database.read_bytes() if site.database.exists() else None
        ended = site.run("repair", "--apply", "-y", "--max-repairs", "1000", str(plan))
        wrong += [f"{name}: {odd}" for odd in crashed(ended)]
        after = site.database.read_bytes() if site.database.exists() else None
        if before != after:
            wrong.append(f"{name}: what was found in its place was changed")
        if ended.returncode in (0, 1):
            wrong.append(f"{name}: exit status {ended.returncode}")
        shutil.copy(site.pristine, site.database)
        wrong += [f"{name}: {odd}" for odd in site.finish()]
    return [f"database {odd}" for odd in wrong]


def main() -> int:
    parser = argparse.ArgumentParser(description="Faults of our own: kills, full disks, too few descriptors.")
    parser.add_argument("--trueup", required=True, help="the program under test")
    parser.add_argument("--kills", type=int, default=100, help="how many SIGKILLs at random moments")
    parser.add_argument("--seed", type=int, default=1, help="of the moments")
    chosen = parser.parse_args()
    wrong = []
    with tempfile.TemporaryDirectory(prefix="trueup-faults-") as folder:
        site = Site(Path(folder), os.path.abspath(chosen.trueup), 12)
        for name, check in [
            (f"{chosen.kills} SIGKILLs", lambda: kills(site, chosen.kills, random.Random(chosen.seed))),
            ("a full disk", lambda: full_disk(site)),
            ("too few descriptors", lambda: descriptors(site)),
            ("no state directory", lambda: state_read_only(site)),
            ("a database that vanishes", lambda: vanished(site)),
        ]:
            found = check()
            print(f"{name}: {'as it should be' if not found else f'{len(found)} WRONG'}", flush=True)
            for odd in found:
                print(f"  {odd}")
            wrong += found
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
