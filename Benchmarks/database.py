#!/usr/bin/env python3
"""Races the reading of a table of 100,000 rows in PostgreSQL against psql's \\copy of the same columns, as a ratio of wall
times, the start of each program included. Prints Markdown. Exits with 1 when the rows differ or the target is missed.

Usage: database.py --reader BINARY [--runs N] [--rows N]

The server is that of the tests. Each run of the one is paired with one of the other right behind it, and the median of the
pairs' ratios counts, so that a busy machine is as busy for both.
"""

import argparse
import pathlib
import statistics
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
SERVER = ROOT / "Tests/servers/postgres.sh"
TARGET = 1.5
# Those of the columns that the reader asks for.
COLUMNS = (
    "id, name, state, target_state, term_time, ops_enabled, creator_dn, start_time, ensembleid, groupid, groupsize"
)


def psql(server, database, command):
    return ["psql", "-X", "-q", "-h", server["SOCKET"], "-p", server["PORT"], "-U", "owner", "-d", database,
            "-v", "ON_ERROR_STOP=1", "-c", command]


def fill(server, rows):
    """A new database with the tables of the service, and machines in one of them."""
    schema = (ROOT / "Fixtures/tp2.2.sql").read_text().replace("BLOB", "BYTEA")
    machines = f"""
        INSERT INTO resources SELECT n, 'machine-' || n, 8, 8, 1220000000000 + n, 1, '/C=CA/O=Grid/CN=Owner ' || n % 100,
          1220000000000, 1, md5(n::text)::uuid, NULL, 1, 1, 0, NULL FROM generate_series(1, {rows}) n"""
    subprocess.run(psql(server, "postgres", "DROP DATABASE IF EXISTS bench"), check=True, stderr=subprocess.DEVNULL)
    subprocess.run(psql(server, "postgres", "CREATE DATABASE bench"), check=True)
    for statement in (schema, machines, "VACUUM ANALYZE resources"):
        subprocess.run(psql(server, "bench", statement), check=True)


def run(command):
    began = time.perf_counter()
    printed = subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout
    return time.perf_counter() - began, printed


def lines(printed):
    """The rows of the table, from a dump or from \\copy."""
    text = printed.decode()
    if text.startswith("--"):
        text = text.split("COPY public.resources", 1)[1].split("\n", 1)[1].split("\n\\.\n", 1)[0]
    return sorted(text.splitlines())


def race(contenders, runs):
    """The wall times of each in alternated runs, after one of each that warms up; and what they printed."""
    walls = {name: [] for name in contenders}
    printed = {}
    for turn in range(runs + 1):
        for name, command in contenders.items():
            wall, printed[name] = run(command)
            if turn > 0:
                walls[name].append(wall)
    return walls, printed


def main():
    parser = argparse.ArgumentParser(description="Races the reading of PostgreSQL against psql.")
    parser.add_argument("--reader", required=True, help="the release binary of read-postgresql")
    parser.add_argument("--runs", type=int, default=15)
    parser.add_argument("--rows", type=int, default=100_000)
    options = parser.parse_args()
    told = subprocess.run([SERVER, "start"], check=True, stdout=subprocess.PIPE, text=True).stdout
    server = dict(line.split("=", 1) for line in told.split())
    try:
        fill(server, options.rows)
        contenders = {
            "trueup": [options.reader, f"host={server['SOCKET']} port={server['PORT']} user=owner dbname=bench"],
            "psql": psql(server, "bench", f"\\copy (SELECT {COLUMNS} FROM resources) TO STDOUT"),
        }
        walls, printed = race(contenders, options.runs)
    finally:
        subprocess.run([SERVER, "stop"], check=True)
    rows = {name: lines(text) for name, text in printed.items()}
    if rows["trueup"] != rows["psql"] or len(rows["psql"]) != options.rows:
        sys.exit("the rows differ")
    ratios = sorted(ours / theirs for ours, theirs in zip(walls["trueup"], walls["psql"]))
    ratio = statistics.median(ratios)
    times = " : ".join(f"{statistics.median(walls[name]) * 1000:.0f} ms" for name in contenders)
    print(f"| {options.rows:,} rows of PostgreSQL, wall time | target |\n| --- | --- |")
    print(f"| trueup : psql \\copy, {ratio:.2f} ({ratios[0]:.2f} to {ratios[-1]:.2f}; {times}) | {TARGET} |\n")
    if ratio > TARGET:
        sys.exit(f"Missed: {TARGET} times psql's wall time: {ratio:.2f}")


if __name__ == "__main__":
    main()
