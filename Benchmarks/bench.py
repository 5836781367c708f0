#!/usr/bin/env python3
"""Races trueup on the reference site, as ratios: against the straight Python program, and against the least that any program
must do. Prints Markdown.

Usage: bench.py --trueup BINARY [--work FOLDER] [--runs N] [--nodes N]

The runs alternate, so that a machine that is busy with something else is so for all of them; of each series the smallest
counts, since noise only adds. Exits with 1 when the counts of findings differ or a target is missed.
"""

import argparse
import collections
import lzma
import os
import pathlib
import re
import statistics
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
RULES = HERE.parent / "Rules"
STAGES = ("read", "parse", "load", "index", "rules", "report")
TARGETS = {"python": 5, "resident": 400, "growth": 1.1}
DIVERGENCES_LEFT = {0, 4, 8, 12}

Run = collections.namedtuple("Run", "cpu wall resident out err")


def run(command, allowed=frozenset({0})):
    """Runs a command to its end and tells what it took, its own children included."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        began = time.perf_counter()
        child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out, stderr=err)
        _, status, usage = os.wait4(child.pid, 0)
        wall = time.perf_counter() - began
        child.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        err.seek(0)
        printed, complaints = out.read().decode(), err.read().decode()
    if child.returncode not in allowed:
        sys.exit(f"{command[0]} ended with {child.returncode}: {complaints[-2000:]}")
    return Run(usage.ru_utime + usage.ru_stime, wall, usage.ru_maxrss / 1024, printed, complaints)


def site(work, nodes):
    """The capture of the reference site, made once."""
    folder = work / f"site-{nodes}"
    if not (folder / "manifest.toml").exists():
        run([sys.executable, str(HERE / "make-site.py"), str(nodes), str(folder)])
    return folder


def contenders(trueup, capture):
    audit = [trueup, "audit", "--rules", str(RULES), "--capture", str(capture), "--format", "lines"]
    if takes_timings(trueup):
        audit.append("--timings")
    return {
        "trueup": (audit, DIVERGENCES_LEFT),
        "python": ([sys.executable, str(HERE / "reference.py"), str(capture), str(RULES)], {0}),
        "floor": (["sh", str(HERE / "floor.sh"), str(capture)], {0}),
    }


def takes_timings(trueup):
    helped = subprocess.run([trueup, "audit", "--help"], capture_output=True, text=True, check=False)
    return "--timings" in helped.stdout


def race(trueup, capture, runs, names=("trueup", "python", "floor")):
    """Each contender's runs, in alternation, after one of each that warms the file cache."""
    field = contenders(trueup, capture)
    results = {name: [] for name in names}
    for turn in range(runs + 1):
        for name in names:
            command, allowed = field[name]
            done = run(command, allowed)
            if turn > 0:
                results[name].append(done)
    return results


def counts(results):
    """Findings by rule, as each of the two programs has them."""
    lines = results["trueup"][0].out.splitlines()
    ours = collections.Counter(line.split(":", 3)[2] for line in lines)
    theirs = {}
    for line in results["python"][0].out.splitlines():
        rule, count = line.split()
        if int(count):
            theirs[rule] = int(count)
    return dict(ours), theirs


def least(runs, field):
    return min(getattr(one, field) for one in runs)


def breakdown(runs):
    """The share of each stage, of the run that took least."""
    found = dict(re.findall(r"timing (\w+) ([0-9.]+) s", min(runs, key=lambda one: one.wall).err))
    total = sum(map(float, found.values()))
    return {stage: float(found[stage]) / total for stage in STAGES if stage in found} if total else {}


def start_up(trueup):
    walls = [run([trueup, "--version"]).wall * 1000 for _ in range(50)]
    return min(walls), statistics.median(walls)


def size(trueup):
    """MiB of the static program as it is installed, without symbols, and packed as a package packs it."""
    with tempfile.TemporaryDirectory() as folder:
        installed = pathlib.Path(folder, "trueup")
        subprocess.run(["strip", "-o", installed, trueup], check=True)
        bytes_ = installed.read_bytes()
    return len(bytes_) / 2**20, len(lzma.compress(bytes_)) / 2**20


def table(header, rows):
    print("| " + " | ".join(header) + " |")
    print("|" + "|".join(" --- " for _ in header) + "|")
    for row in rows:
        print("| " + " | ".join(row) + " |")
    print()


def report(large, small, nodes, trueup):
    """Prints the tables. Gives the targets that were missed."""
    ratios = {
        (other, field): least(large[other], field) / least(large["trueup"], field)
        for other in ("python", "floor")
        for field in ("cpu", "wall")
    }
    growth = {field: least(large["trueup"], field) / least(small["trueup"], field) / 10 for field in ("cpu", "wall")}
    resident = max(one.resident for one in large["trueup"])
    print(f"Reference site of {nodes:,} nodes; the least of {len(large['trueup'])} alternated runs.\n")
    table(
        ["", "processor time", "wall time"],
        [
            ["straight Python program : trueup", f"{ratios['python', 'cpu']:.2f}", f"{ratios['python', 'wall']:.2f}"],
            ["trueup : floor (SAX over the XML, bytes of the rest)", f"{1 / ratios['floor', 'cpu']:.2f}", f"{1 / ratios['floor', 'wall']:.2f}"],
            [f"growth from {nodes // 10:,} to {nodes:,} nodes, for each node", f"{growth['cpu']:.2f}", f"{growth['wall']:.2f}"],
        ],
    )
    memory = {name: max(one.resident for one in large[name]) for name in large}
    table(["peak resident memory", "MiB"], [[name, f"{memory[name]:.0f}"] for name in memory])
    shares = breakdown(large["trueup"])
    if shares:
        table(["where trueup's time goes", "share"], [[stage, f"{share:.0%}"] for stage, share in shares.items()])
    fastest, middle = start_up(trueup)
    table(["start-up (`trueup --version`)", "ms"], [["least of 50", f"{fastest:.1f}"], ["median", f"{middle:.1f}"]])
    installed, packed = size(trueup)
    table(["the static program", "MiB"], [["installed", f"{installed:.0f}"], ["packed (xz)", f"{packed:.0f}"]])
    missed = []
    for field in ("cpu", "wall"):
        if ratios["python", field] < TARGETS["python"]:
            missed.append(f"{TARGETS['python']} times the Python program by {field}: {ratios['python', field]:.2f}")
    if resident >= TARGETS["resident"]:
        missed.append(f"less than {TARGETS['resident']} MiB resident: {resident:.0f}")
    if growth["cpu"] > TARGETS["growth"]:
        missed.append(f"growth no worse than linear: {growth['cpu']:.2f} for each node")
    return missed


def main():
    parser = argparse.ArgumentParser(description="Races trueup on the reference site, as ratios.")
    parser.add_argument("--trueup", required=True, help="the release binary")
    parser.add_argument("--work", type=pathlib.Path, default=HERE.parent / ".build-bench", help="where the sites are kept")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--nodes", type=int, default=10_000)
    options = parser.parse_args()
    if options.nodes < 2000 or options.runs < 1:
        parser.error("it takes at least 2,000 nodes, so that a tenth has every divergence, and one run")
    options.work.mkdir(parents=True, exist_ok=True)
    trueup = str(pathlib.Path(options.trueup).resolve())
    small = race(trueup, site(options.work, options.nodes // 10), options.runs)
    large = race(trueup, site(options.work, options.nodes), options.runs)
    for results in (small, large):
        ours, theirs = counts(results)
        if ours != theirs or len(ours) < 15:
            sys.exit(f"the findings differ: trueup {sorted(ours.items())}, Python {sorted(theirs.items())}")
    print(f"Findings: {sum(ours.values())} by {len(ours)} rules, the same by both programs.\n")
    missed = report(large, small, options.nodes, trueup)
    for target in missed:
        print(f"Missed: {target}")
    sys.exit(1 if missed else 0)


if __name__ == "__main__":
    main()
