#!/usr/bin/env python3
"""Races a look at 1,000 nodes against `xargs -P64` that runs the same commands and keeps what they print, and tells what
nodes cost that hang. Prints Markdown. Exits with 1 when something is missing or a target is missed.

Usage: nodes.py --trueup BINARY [--runs N] [--nodes N]

The nodes are this machine: their commands are stand-ins, by the name of the node. Each run of the one is paired with one of
the other right behind it, and the median of the pairs' ratios counts, so that a busy machine is as busy for both. Linux gives
each session the same share of a busy machine, and trueup gives each command one: so xargs gives each node one, too.
"""

import argparse
import collections
import os
import pathlib
import shlex
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import tomllib

ROOT = pathlib.Path(__file__).resolve().parent.parent
RAW = ROOT / "Fixtures/raw/xen"
AT_ONCE = 64
TARGETS = {"xargs": 1.3, "hung": 1.5}
# What is not asked: TORQUE, the database, what only a real dom0 has, and the list of processes, which would be this
# machine's 64 times at once.
ABSENT = ["torque.jobs", "torque.nodes", "torque.server", "torque.settings", "db.main", "db.accounting", "node.pilots",
          "xen.balloon"]
GIVEN_UP = 5
Run = collections.namedtuple("Run", "wall cpu")
STAND_IN = """#!/bin/sh
case $TRUEUP_NODE:${{0##*/}} in hangs*:xl-list) trap '' TERM; exec sleep 1000 ;; esac
exec cat {file}
"""


class Ground:
    """A folder with the stand-ins; what a run keeps goes into it and is removed with the next."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.kept = self.folder / "kept"
        bin_folder = self.folder / "bin"
        bin_folder.mkdir()
        self.write(bin_folder / "xl", '#!/bin/sh\nexec "${0%/*}/xl-$1"\n')
        for name, file in {"xl-info": "idle-xl-info.txt", "xl-list": "idle-xl-list.txt",
                           "xenstore-ls": "forgotten-xenstore-ls.txt"}.items():
            self.write(bin_folder / name, STAND_IN.format(file=shlex.quote(str(RAW / file))))
        self.environment = os.environ | {"PATH": f"{bin_folder}:{os.environ['PATH']}"}

    @staticmethod
    def write(file, text):
        file.write_text(text)
        file.chmod(0o755)

    def site(self, nodes, deadline):
        """A site of these nodes, asked over no way at all; one that takes longer than the deadline is given up."""
        file = self.folder / "site.toml"
        file.write_text(
            f"[sources]\nabsent = {ABSENT}\nrequired = []\n[torque]\naccounting = \"\"\n[nodes]\ntransport = \"local\"\n"
            f"concurrency = {AT_ONCE}\ndeadline = \"{deadline} s\"\ncommand_deadline = \"60 s\"\n[database]\nengine = \"none\"\n"
            + "".join(f"[[node]]\nname = \"{node}\"\n" for node in nodes))
        return file

    def capture(self, trueup, nodes, deadline=120):
        return [trueup, "capture", "--single-look", "--site", str(self.site(nodes, deadline)), "-o", str(self.kept)]

    def run(self, command, given="", allowed=(0,)):
        """Runs a command to its end. Gives the wall time and the processor's, of all that it waited for."""
        shutil.rmtree(self.kept, ignore_errors=True)
        with tempfile.TemporaryFile("w+") as stdin, tempfile.TemporaryFile("w+") as stderr:
            stdin.write(given)
            stdin.seek(0)
            began = time.perf_counter()
            child = subprocess.Popen(command, stdin=stdin, stdout=subprocess.DEVNULL, stderr=stderr, env=self.environment)
            _, status, usage = os.wait4(child.pid, 0)
            wall = time.perf_counter() - began
            child.returncode = os.waitstatus_to_exitcode(status)
            stderr.seek(0)
            if child.returncode not in allowed:
                sys.exit(f"{command[0]} ended with {child.returncode}: {stderr.read()[-2000:]}")
        return Run(wall, usage.ru_utime + usage.ru_stime)

    def observations(self):
        return tomllib.loads((self.kept / "manifest.toml").read_text())["round"][0]["observation"]


def same_commands(ground, trueup):
    """A shell's script that does for the node $1 what a look does, and keeps what is printed."""
    ground.run(ground.capture(trueup, ["wn0"]))
    commands = [one["command"] for one in ground.observations()]
    lines = [f"{shlex.join(command)} >$1.{place}.out 2>$1.{place}.err" for place, command in enumerate(commands)]
    return "export TRUEUP_NODE=$1\ncd " + shlex.quote(str(ground.kept)) + "\n" + "\n".join(lines) + "\n", len(commands)


def race(ground, trueup, count, runs):
    nodes = [f"wn{number}" for number in range(count)]
    script, commands = same_commands(ground, trueup)
    xargs = ["sh", "-c", f'mkdir "$1" && exec xargs -P{AT_ONCE} -n1 setsid sh -c "$2" sh', "sh", str(ground.kept), script]
    pairs = []
    for turn in range(runs + 1):
        ours = ground.run(ground.capture(trueup, nodes))
        seen = ground.observations()
        if len(seen) != count * commands or any(one.get("exit") != 0 for one in seen):
            sys.exit(f"of {count * commands} commands {sum(one.get('exit') == 0 for one in seen)} were seen")
        theirs = ground.run(xargs, given="\n".join(nodes))
        if len(list(ground.kept.glob("*.out"))) != count * commands:
            sys.exit("xargs did not run all commands")
        if turn > 0:
            pairs.append((ours, theirs))
    return pairs, commands


def hung(ground, trueup, runs):
    pairs = []
    for _ in range(runs):
        both, lost = [], []
        for count in (AT_ONCE, 1):
            nodes = [f"hangs{number}" for number in range(count)]
            both.append(ground.run(ground.capture(trueup, nodes, deadline=GIVEN_UP), allowed=(8,)))
            lost.append(sum("failure" in one for one in ground.observations()) / count)
        if lost[0] != lost[1] or not lost[0]:
            sys.exit(f"each of {AT_ONCE} nodes lost {lost[0]} commands, and one lost {lost[1]}")
        pairs.append(tuple(both))
    return pairs


def told(pairs, field):
    """The median of the ratios, and in words with their range and the medians of the times."""
    times = [(getattr(ours, field), getattr(theirs, field)) for ours, theirs in pairs]
    ratios = sorted(ours / theirs for ours, theirs in times)
    middle = statistics.median(ratios)
    first, second = (statistics.median(one) for one in zip(*times))
    return middle, f"{middle:.2f} ({ratios[0]:.2f} to {ratios[-1]:.2f}; {first:.1f} s : {second:.1f} s)"


def main():
    parser = argparse.ArgumentParser(description="Races a look at many nodes against xargs.")
    parser.add_argument("--trueup", required=True, help="the release binary")
    parser.add_argument("--runs", type=int, default=7)
    parser.add_argument("--nodes", type=int, default=1000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="trueup-nodes-") as folder:
        ground = Ground(folder)
        trueup = str(pathlib.Path(options.trueup).resolve())
        look, commands = race(ground, trueup, options.nodes, options.runs)
        hang = hung(ground, trueup, min(3, options.runs))
    missed = []
    print("| the median of paired runs | wall time | target | processor time |\n| --- | --- | --- | --- |")
    for name, what, pairs in (
        ("xargs", f"{options.nodes:,} nodes of {commands} commands, a capture : `xargs -P{AT_ONCE}`", look),
        ("hung", f"{AT_ONCE} nodes that hang : one, each given up after {GIVEN_UP} s", hang),
    ):
        ratio, words = told(pairs, "wall")
        print(f"| {what} | {words} | {TARGETS[name]} | {told(pairs, 'cpu')[1]} |")
        if ratio > TARGETS[name]:
            missed.append(f"Missed: {what}: {ratio:.2f}, and should be {TARGETS[name]}")
    print()
    sys.exit("\n".join(missed) or 0)


if __name__ == "__main__":
    main()
