#!/usr/bin/env python3
"""Tells from how many nodes on a tree of ClusterShell's pays: a look at many nodes over OpenSSH, over one clush, and over a
clush that asks through gateways. Prints Markdown. Exits with 1 when something of a node is missing.

Usage: tree.py --trueup BINARY [--runs N] [--nodes N,...] [--at-once N,...] [--client MS]

The nodes are stand-ins behind a stand-in for `ssh`: it takes 150 ms to connect and 250 ms to answer as a node does, with the
bytes that one gave before. Of the head's processor it takes `--client` milliseconds beside what starting it takes (4.5 ms): the
real one has keys to exchange. A gateway is ClusterShell's own, behind the same `ssh`, and what it starts takes nothing of the
kind. All gateways are on this machine, where a site's have processors of their own: many at once take longer here than there.
"""

import argparse
import os
import pathlib
import socket
import statistics
import sys
import tempfile

import nodes as single

CONNECT, ANSWER = 0.15, 0.25
BELOW_ONE_GATEWAY = 100
SSH = r"""#!/bin/sh
# OpenSSH, as far as a look needs it: options, an address, and a command.
while [ $# -gt 0 ]; do
  case $1 in
  -O) exit 0 ;;
  -o | -F | -l) shift 2 ;;
  --) shift; break ;;
  -*) shift ;;
  *) break ;;
  esac
done
shift
case $* in
*ClusterShell.Gateway*)
  export TRUEUP_GATEWAY=1
  sleep CONNECT
  exec sh -c "$*" ;;
esac
turn=0
[ "$TRUEUP_GATEWAY" ] || while [ $turn -lt TURNS ]; do turn=$((turn + 1)); done
# What stands before each mark is made of two halves that the script holds.
rest=${*#*secret=\"}
secret=${rest%%\"\"*}
rest=${rest#*\"\"}
secret=$secret${rest%% *}\ u
sleep WHOLE
mark=$(printf '\036%s' "$secret")
sed "s/^@/$mark/" "$TRUEUP_ANSWER"
{ printf '%s\n' "$mark"; MARKS } >&2
"""


class Cluster(single.Ground):
    """Nodes behind the stand-in, and the ways to them."""

    def __init__(self, folder, trueup, client):
        super().__init__(folder)
        self.trueup = trueup
        self.answer = self.folder / "answer"
        self.run(self.capture(trueup, ["wn0"]))
        seen = self.observations()
        self.probes = len(seen)
        text = b"@\n"
        for one in seen:
            printed = (self.kept / one["stdout"]).read_bytes() if "stdout" in one else b""
            text += printed + b"@ 0\n"
        self.answer.write_bytes(text)
        marks = "printf '%s 0\\n'" + ' "$mark"' * self.probes
        script = SSH.replace("CONNECT", str(CONNECT)).replace("WHOLE", str(CONNECT + ANSWER)).replace("MARKS", marks + ";")
        script = script.replace("TURNS", str(int(client * self.turns())))
        ways = self.folder / "ways"
        ways.mkdir()
        self.write(ways / "ssh", script)
        self.environment |= {"PATH": f"{ways}:{self.environment['PATH']}", "TRUEUP_ANSWER": str(self.answer),
                             # Debian's, which has ClusterShell, and not whichever comes first.
                             "CLUSTERSHELL_GW_PYTHON_EXECUTABLE": "/usr/bin/python3"}

    def turns(self):
        """How often a shell goes round its loop in a millisecond of the processor's time."""
        count = 200_000
        ran = self.run(["sh", "-c", f"turn=0; while [ $turn -lt {count} ]; do turn=$((turn + 1)); done"])
        return count / 1000 / ran.cpu

    def look(self, count, transport, at_once, gateways=0):
        """Looks once. The processor's time is the head's: clush ends its gateways and does not wait for them."""
        names = [f"wn{number}" for number in range(count)]
        site = self.site(names, 300)
        options = []
        if gateways:
            routes = [f"{socket.gethostname().split('.')[0]}: gw[0-{gateways - 1}]"]
            share = -(-count // gateways)
            routes += [f"gw{gateway}: wn[{gateway * share}-{min(count, (gateway + 1) * share) - 1}]"
                       for gateway in range(gateways) if gateway * share < count]
            topology = self.folder / "topology.conf"
            topology.write_text("[Main]\n" + "\n".join(routes) + "\n")
            options = ["--topology", str(topology)]
        text = site.read_text().replace('"local"', f'"{transport}"').replace(
            f"concurrency = {single.AT_ONCE}", f"concurrency = {at_once}")
        listed = ", ".join(f'"{option}"' for option in options)
        site.write_text(text.replace("[nodes]\n", f"[nodes]\nclush_options = [{listed}]\n"))
        ran = self.run([self.trueup, "capture", "--single-look", "--site", str(site), "-o", str(self.kept)])
        seen = self.observations()
        whole = sum(one.get("exit") == 0 for one in seen)
        if whole != count * self.probes:
            sys.exit(f"of {count * self.probes} commands {whole} were seen over {transport} with {gateways} gateways: "
                     f"{next(one for one in seen if one.get('exit') != 0)}")
        return ran


def main():
    parser = argparse.ArgumentParser(description="Tells from how many nodes on a tree pays.")
    parser.add_argument("--trueup", required=True, help="the release binary")
    parser.add_argument("--runs", type=int, default=1)
    parser.add_argument("--nodes", default="100,500,2000")
    parser.add_argument("--at-once", default="64,256")
    parser.add_argument("--client", type=float, default=10, help="milliseconds of the head's processor for a connection")
    options = parser.parse_args()
    at_once = [int(number) for number in options.at_once.split(",")]
    ways = [("ssh", "ssh", number, False) for number in at_once] + [("clush", "clush", number, False) for number in at_once]
    ways.append(("tree", "clush", at_once[0], True))
    print("| nodes | way | at once | wall | to the first | processor of the head |")
    print("| --- | --- | --- | --- | --- | --- |")
    with tempfile.TemporaryDirectory(prefix="trueup-tree-") as folder:
        cluster = Cluster(folder, str(pathlib.Path(options.trueup).resolve()), options.client)
        for count in map(int, options.nodes.split(",")):
            first = None
            gathered = {way: [] for way in ways}
            for _ in range(options.runs):
                for way in ways:
                    gateways = -(-count // BELOW_ONE_GATEWAY) if way[3] else 0
                    gathered[way].append(cluster.look(count, way[1], way[2], gateways))
            for way in ways:
                wall, head = (statistics.median(column) for column in zip(*gathered[way]))
                first = first or wall
                name = f"{way[0]}, {-(-count // BELOW_ONE_GATEWAY)} gateways" if way[3] else way[0]
                print(f"| {count:,} | {name} | {way[2]} | {wall:.1f} s | {wall / first:.2f} | {head:.1f} s |",
                      flush=True)


if __name__ == "__main__":
    main()
