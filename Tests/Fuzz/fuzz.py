#!/usr/bin/env python3
"""Fuzzes the doors one after another and prints what came of it: docs/fuzzing.md.

The doors are those that the program lists. The seeds are the fixtures; what grew out of them stays in the folder of the
corpus, and the next run goes on from there.
"""
import argparse, concurrent.futures, hashlib, os, pathlib, re, sqlite3, subprocess, sys, time, tomllib

root = pathlib.Path(__file__).resolve().parents[2]
# Longer inputs show no more and take longer; what costs more than its length allows is seen at this one.
BYTES = 32768
HANG_SECONDS = 20
MEMORY_MB = 1024


def outputs_of_captures():
    """(kind, bytes) of all that the scenarios' captures hold."""
    for manifest in sorted(root.glob("Fixtures/*/capture/manifest.toml")):
        try:
            rounds = tomllib.loads(manifest.read_text()).get("round", [])
        except (tomllib.TOMLDecodeError, UnicodeDecodeError):
            continue
        for observation in (o for r in rounds for o in r.get("observation", [])):
            file = manifest.parent / observation.get("stdout", "none")
            if file.is_file():
                yield observation["what"], file.read_bytes()


def outputs_of_parsers():
    """What the parsers' own fixtures hold, whosever they are: another's output is a good seed too."""
    for file in sorted(root.glob("Fixtures/parsers/**/*")):
        if file.is_file() and file.suffix not in (".md", ".py", ".rc"):
            yield file.read_bytes()
    for script in sorted(root.glob("Fixtures/parsers/persistence/*.sqlite-dump.sql")):
        database = sqlite3.connect(":memory:")
        database.executescript("PRAGMA page_size = 512; " + script.read_text())
        yield database.serialize()


def files(*patterns):
    return [file.read_bytes() for pattern in patterns for file in sorted(root.glob(pattern))]


def seeds(doors, known):
    parsers, captures = list(outputs_of_parsers()), {}
    for kind, output in outputs_of_captures():
        captures.setdefault(kind, []).append(output)
    # The first byte tells the kind. A parser's fixture is given to all that are redacted in a way of their own.
    redacted = ("torque.jobs", "db.main", "pilot.settings", "service.settings", "xen.info")
    documents = {
        "redaction": [bytes([known.index(kind)]) + output
                      for kind, outputs in [*captures.items(), *((kind, parsers) for kind in redacted)]
                      for output in outputs],
        "site.toml": files("Fixtures/*/capture/site.toml"),
        "rule.toml": files("Rules/*.toml", "Rules/preflight/*.toml"),
        "authority.toml": files("Rules/authority.toml"),
        "schema.sql": files("Rules/schema.sql"),
        "manifest.toml": files("Fixtures/*/capture/manifest.toml"),
        "trial.toml": files("docs/trials/*.toml"),
        "series.csv": files("Fixtures/parsers/xen/captured/05-drift/*.csv"),
    }
    for folder in root.glob("Tests/Fuzz/seeds/*"):
        documents.setdefault(folder.name, []).extend(file.read_bytes() for file in sorted(folder.iterdir()))
    return {door: documents.get(door) or captures.get(door, []) + parsers for door in doors}


def keep(folder, contents):
    folder.mkdir(parents=True, exist_ok=True)
    for content in contents:
        (folder / hashlib.sha1(content).hexdigest()).write_bytes(content)
    return folder


def fuzz(program, door, inputs, work, seconds):
    corpus = keep(work / "corpus" / door, [])
    found = keep(work / "found" / door, [])
    before = set(found.iterdir())
    log = work / "log" / door
    log.parent.mkdir(exist_ok=True)
    # Swift's own account of a crash is of no use beside the sanitizer's, and asks questions. Where each block of memory came
    # from costs a third of the time; the input that was found tells it when it is run again.
    environment = dict(
        os.environ, TRUEUP_FUZZ_DOOR=door, SWIFT_BACKTRACE="enable=no",
        ASAN_OPTIONS="quarantine_size_mb=16:malloc_context_size=1")
    start = time.monotonic()
    with log.open("wb") as output:
        status = subprocess.run(
            [program, f"-max_total_time={seconds}", f"-max_len={BYTES}", f"-timeout={HANG_SECONDS}",
             f"-rss_limit_mb={MEMORY_MB}", f"-artifact_prefix={found}/", "-print_final_stats=1", "-reload=0",
             corpus, keep(work / "seeds" / door, inputs)],
            env=environment, stdin=subprocess.DEVNULL, stdout=output, stderr=output).returncode
    text = log.read_text(errors="replace")
    told = dict(re.findall(r"^stat::(\w+):\s+(\d+)", text, re.M))
    # A run that ends with a crash counts nothing; its last line of progress does.
    progress = re.findall(r"^#(\d+)\s.* rss: (\d+)Mb", text, re.M) or [("0", "0")]
    took = time.monotonic() - start
    executions = int(told.get("number_of_executed_units", progress[-1][0]))
    peak_mb = int(told.get("peak_rss_mb", progress[-1][1]))
    crashes = sorted(set(found.iterdir()) - before)
    line = (f"{door:18} {executions:>11} {executions / took:>7.0f}/s {took:>6.0f} s "
            f"{len(list(corpus.iterdir())):>7} {peak_mb:>5} MB  {len(crashes)}")
    print(line, *[f"\n  {crash.relative_to(root)}" for crash in crashes], flush=True)
    with (work / "runs.txt").open("a") as runs:
        runs.write(line + "\n")
    if status and not crashes:
        print(f"  ended with status {status}: {log.relative_to(root)}", flush=True)
    return status == 0


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", required=True, help="the fuzzer that was built")
    parser.add_argument("--seconds", type=int, default=300, help="for each door")
    parser.add_argument("--jobs", type=int, default=1, help="doors at the same time")
    parser.add_argument("doors", nargs="*", help="all, if none is named")
    options = parser.parse_args()
    environment = {name: value for name, value in os.environ.items() if name != "TRUEUP_FUZZ_DOOR"}
    known = subprocess.run([options.program], env=environment, capture_output=True, text=True, check=True).stdout.split()
    if unknown := [door for door in options.doors if door not in known]:
        sys.exit(f"no such door: {' '.join(unknown)}; there are {' '.join(known)}")
    work = root / ".build" / "fuzz"
    chosen = seeds(options.doors or known, known)
    print(f"{'door':18} {'executions':>11} {'rate':>9} {'time':>8} {'corpus':>7} {'memory':>8}  crashes", flush=True)
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        runs = [pool.submit(fuzz, options.program, door, inputs, work, options.seconds) for door, inputs in chosen.items()]
        sys.exit(0 if all([run.result() for run in runs]) else 1)


if __name__ == "__main__":
    main()
