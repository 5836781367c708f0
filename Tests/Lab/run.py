"""Boots the lab, plays the scenarios and says what trueup found wrongly. docs/lab.md tells what is needed.

    run.py --trueup PROGRAM [--stay] [SCENARIO...]

Exit status: 0 all as expected, 1 a scenario was not, 2 the lab itself failed.
"""
from __future__ import annotations

import argparse
import signal
import sys
import tempfile
import time
from pathlib import Path

from image import image
from lab import SIZES, Lab
from nodes import LabError, boot
from scenarios import SCENARIOS


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Real Xen nodes in QEMU, broken on purpose, under trueup's eyes.")
    parser.add_argument("--trueup", required=True, help="the program under test")
    parser.add_argument("--stay", action="store_true", help="only boot, say how the lab is reached, and stay until Ctrl-C")
    parser.add_argument("scenarios", nargs="*", metavar="SCENARIO", help=", ".join(SCENARIOS))
    chosen = parser.parse_args()
    if unknown := [name for name in chosen.scenarios if name not in SCENARIOS]:
        parser.error(f"no such scenario: {', '.join(unknown)}; there are: {', '.join(SCENARIOS)}")
    return chosen


def play(lab: Lab, names: list[str]) -> bool:
    """Plays scenarios in their own order, since the last one leaves a node broken. False if one was not as expected."""
    failed = False
    for name in [name for name in SCENARIOS if name in names]:
        began = time.monotonic()
        lab.rest()
        try:
            SCENARIOS[name](lab)
            outcome = "ok    "
        except AssertionError as error:
            outcome, failed = "FAILED", True
            print(error, flush=True)
        print(f"{outcome}  {name:<16} {time.monotonic() - began:4.0f} s  {SCENARIOS[name].__doc__}", flush=True)
    return not failed


def main() -> int:
    chosen = arguments()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(2))
    with tempfile.TemporaryDirectory(prefix="trueup-lab-") as name:
        folder = Path(name)
        try:
            made, began = image(), time.monotonic()
            nodes = boot(folder, made, SIZES)
            print(f"two nodes with a real Xen, up after {time.monotonic() - began:.0f} s", flush=True)
            lab = Lab(folder, Path(chosen.trueup).resolve(), nodes)
            if chosen.stay:
                print(f"ssh -F {folder}/ssh_config {nodes[0].name}\n{chosen.trueup} audit --site {folder}/site.toml", flush=True)
                signal.pause()
            return 0 if play(lab, chosen.scenarios or list(SCENARIOS)) else 1
        except LabError as error:
            print(f"the lab failed: {error}", file=sys.stderr)
            return 2
        except KeyboardInterrupt:
            return 2


if __name__ == "__main__":
    sys.exit(main())
