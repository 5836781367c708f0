#!/usr/bin/env python3
"""Races trueup wave against NumPy and ruptures, and holds both against series whose truth is known. Prints Markdown.

Usage: wave.py --trueup BINARY [--work FOLDER] [--nodes N] [--days N]

Runs alternate, and of each the smallest counts. Exits with 1 when trueup is not ten times faster, is less accurate, or needs
more room for a hundred nodes than for one and a bit.
"""

import argparse
import json
import pathlib
import subprocess
import sys
import tempfile
import venv

from bench import run, table

HERE = pathlib.Path(__file__).resolve().parent
REAL = HERE.parent / "Fixtures/parsers/xen/captured/05-drift"
NOISES = (0, 0.25, 0.5, 1, 2)
TOLERANCE = 5  # seconds
TARGET = 10
WELL = {0, 4, 8, 12}


def python_with(work):
    """An interpreter that has NumPy and ruptures; made once."""
    place = work / "python"
    python = place / "bin/python"
    if subprocess.run([python, "-c", "import ruptures"], capture_output=True, check=False).returncode if python.exists() else True:
        venv.create(place, with_pip=True)
        subprocess.run([python, "-m", "pip", "install", "-q", "numpy", "ruptures"], check=True)
    return str(python)


def make(python, work, count, noise, samples, stem):
    """Series in files, with their truths."""
    files = [work / f"{stem}-{seed}.csv" for seed in range(count)]
    truth = work / f"{stem}.json"
    if not truth.exists():
        program = (
            "import json, sys; sys.path.insert(0, sys.argv[1]); import series\n"
            "truths = []\n"
            "for seed, path in enumerate(sys.argv[5:]):\n"
            "    made, changes = series.day(seed, float(sys.argv[2]), int(sys.argv[3]))\n"
            "    series.write(path, made); truths.append(changes)\n"
            "json.dump(truths, open(sys.argv[4], 'w'))\n")
        subprocess.run([python, "-c", program, str(HERE), str(noise), str(samples), str(truth), *map(str, files)], check=True)
    return files, json.loads(truth.read_text())


def contenders(trueup, python, files):
    names = list(map(str, files))
    return {
        "trueup": ([trueup, "wave", "--format", "json", *names], WELL),
        "ruptures": ([python, str(HERE / "wave-reference.py"), *names], {0}),
    }


def found(name, out, start):
    """Where levels begin, by series: seconds from the start."""
    told = json.loads(out)
    if name == "ruptures":
        return [[moment - start for moment, _ in node["levels"]][1:] for node in told]
    return [[seconds(level["from"]) - start for level in node["levels"]][1:] for node in told["nodes"]]


def seconds(moment):
    from datetime import datetime
    return datetime.fromisoformat(moment.replace("Z", "+00:00")).timestamp()


def score(founds, truths):
    """Precision and recall of changes, each matched once."""
    hits = said = true = 0
    for changes, truth in zip(founds, truths):
        left = list(truth)
        for change in changes:
            near = min(left, key=lambda at: abs(at - change), default=None)
            if near is not None and abs(near - change) <= TOLERANCE:
                left.remove(near)
                hits += 1
        said, true = said + len(changes), true + len(truth)
    return (hits / said if said else 1.0), (hits / true if true else 1.0)


def race(trueup, python, files, runs=3):
    least = {}
    for _ in range(runs):
        for name, (command, allowed) in contenders(trueup, python, files).items():
            done = run(command, allowed)
            least[name] = min(least.get(name, done.cpu), done.cpu)
    return least


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--trueup", required=True)
    parser.add_argument("--work", type=pathlib.Path, default=HERE.parent / ".build/bench-wave")
    parser.add_argument("--nodes", type=int, default=100)
    parser.add_argument("--raced", type=int, default=3, help="days of a node that both read")
    chosen = parser.parse_args()
    chosen.work.mkdir(parents=True, exist_ok=True)
    python = python_with(chosen.work)
    failed = False

    print("## The wave of dom0's memory\n")
    files, _ = make(python, chosen.work, chosen.raced, 0.1, 86_400, "day")
    least = race(chosen.trueup, python, files)
    ratio = least["ruptures"] / least["trueup"]
    failed |= ratio < TARGET
    print(f"{chosen.raced} days of one node at a sample a second: trueup is {ratio:.0f} times as fast as NumPy and ruptures "
          f"(target {TARGET}).\n")

    with tempfile.TemporaryDirectory(dir=chosen.work) as name:
        many = []
        for node in range(chosen.nodes):
            link = pathlib.Path(name) / f"n{node:03}.csv"
            link.symlink_to(files[node % len(files)])
            many.append(link)
        one = run(*contenders(chosen.trueup, python, many[:1])["trueup"])
        all_of = run(*contenders(chosen.trueup, python, many)["trueup"])
    growth = all_of.resident / one.resident
    print(f"A day of {chosen.nodes} nodes ({chosen.nodes * 86_400:,} samples) is read in one pass: it takes "
          f"{all_of.cpu / one.cpu:.0f} times the time of one node, and {growth:.1f} times its room ({all_of.resident:.0f} MiB, "
          f"with every level and lease of the day in the report).\n")

    rows = []
    for noise in NOISES:
        files, truths = make(python, chosen.work, 6, noise, 7200, f"noise-{noise}")
        cells = [f"{noise} MiB", str(sum(map(len, truths)))]
        scores = {}
        for name, (command, allowed) in contenders(chosen.trueup, python, files).items():
            scores[name] = score(found(name, run(command, allowed).out, 1_795_305_600), truths)
            cells += [f"{part:.3f}" for part in scores[name]]
        (ours, theirs) = (2 * p * r / (p + r) if p + r else 0 for p, r in (scores["trueup"], scores["ruptures"]))
        failed |= ours < theirs - 0.005
        rows.append(cells)
    table(["noise", "changes", "trueup: precision", "recall", "ruptures: precision", "recall"], rows)

    rows = []
    for path in sorted(REAL.glob("*.csv")):
        plain = chosen.work / f"real-{path.name}"
        lines = [line.split(",") for line in path.read_text().splitlines() if line and not line.startswith("#")]
        head, lines = lines[0], lines[1:]
        memory = next((at for at, word in enumerate(head) if "current" in word or "dom0" in word), len(head) - 1)
        unit = 1024 if float(lines[0][memory]) >= 16384 else 1
        plain.write_text("epoch,dom0_mib\n" + "".join(f"{line[0]},{float(line[memory]) / unit}\n" for line in lines))
        cells = [path.stem]
        for name, (command, allowed) in contenders(chosen.trueup, python, [plain]).items():
            told = json.loads(run(command, allowed).out)
            if name == "trueup":
                amounts = [level["memory_kib"] / 1024 for level in told["nodes"][0]["levels"]]
            else:
                amounts = [mean for _, mean in told[0]["levels"]]
            cells.append(" ".join(str(round(amount)) for amount in amounts))
        rows.append(cells)
    table(["real series", "levels by trueup (MiB)", "by ruptures"], rows)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
