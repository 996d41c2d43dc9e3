#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Rows g.*: accounting packets a second that are answered because they are durable; h.* and i.*.

usage: bench/lines.py [--quick] ROW; prints one JSON line, of the form of bench/row.h. Rows that
need PostgreSQL are run by tests/session/postgresql-server, which makes a server for them.
"""
import os
import statistics
import sys
import tempfile

import lines_bed as bed  # first: it says where the modules of the tests are
import collector
import gateway
import lines_gateway

POPULATION = 200000  # lines of a mix
IN_MIX = 2048        # under way: with fewer the collector's two threads wait for one another


def to_ours(mode, under_way=bed.UNDER_WAY, **options):
    """A load on the collector that runs."""
    return bed.load(mode, bed.OURS, under_way=under_way, **options)


def mix(row, seconds, repeats):
    """A real mix, of lines that are there."""
    own, rival, p99, seen = [], [], [], []
    options = {"lines": POPULATION, "seconds": seconds}
    for _ in range(repeats):
        with bed.theirs("detail"):
            rival.append(bed.load("mix", bed.THEIRS, under_way=256, **options)["a_second"])
        with bed.ours():
            to_ours("start", lines=POPULATION)
            said = to_ours("mix", IN_MIX, **options)
            own.append(said["a_second"])
            p99.append(said["p99_ms"])
    with bed.ours() as one:
        one.write_file(bed.FILE + "seen_every: 1s\n")
        assert one.reload().startswith("READY=1"), one.log()
        to_ours("start", lines=POPULATION)
        seen.append(to_ours("mix", IN_MIX, **options)["a_second"])
    bed.report(row, "/s", "at least 2 times freeradius-detail, whose file is not synced",
               statistics.median(own) >= 2 * statistics.median(rival), own,
               {"freeradius-detail": rival},
               {"answer p99, ms": p99, "each interim writes last seen, /s": seen})


def starts(row, seconds, repeats, aim, dual, kind):
    """New lines only."""
    own, rival, p99 = [], [], []
    options = {"lines": 8000000, "seconds": seconds, "dual": dual}
    at_rival = {"sqlite": 64, "postgresql": 256}[kind]
    store = os.environ["OP25B_TEST_POSTGRESQL"] if kind == "postgresql" else None
    for _ in range(repeats):
        with bed.theirs(kind):
            rival.append(bed.load("start", bed.THEIRS, under_way=at_rival, **options)["a_second"])
        if store:
            bed.psql("DROP SCHEMA IF EXISTS op25b CASCADE")
        with bed.ours(store):
            said = to_ours("start", **options)
        own.append(said["a_second"])
        p99.append(said["p99_ms"])
    median = statistics.median(own)
    bed.report(row, "/s", f"at least {aim:,} and 5 times freeradius-{kind}",
               median >= aim and median >= 5 * statistics.median(rival), own,
               {f"freeradius-{kind}": rival}, {"answer p99, ms": p99})


ROWS = {
    "g.mix": lambda row, quick: mix(row, *quick),
    "g.starts": lambda row, quick: starts(row, *quick, 12000, 0, "sqlite"),
    "g.starts-dual": lambda row, quick: starts(row, *quick, 7000, 1, "sqlite"),
    "g.starts-pg": lambda row, quick: starts(row, *quick, 20000, 0, "postgresql"),
    "h.enforced": lambda row, quick: lines_gateway.enforced(row, *quick, 50, None),
    "h.enforced-pg": lambda row, quick: lines_gateway.enforced(
        row, *quick, 200, os.environ["OP25B_TEST_POSTGRESQL"]),
    "i.sessions1M": lambda row, quick: lines_gateway.sessions(row, 1000000),
    "i.sessions10M": lambda row, quick: lines_gateway.sessions(row, 10000000),
}


def main():
    """One row."""
    row = sys.argv[-1]
    tempfile.tempdir = "/tmp"  # the collector has no rights in TMPDIR
    collector.Bed.name = f"op25b-bench-{os.getpid()}-radius"
    gateway.enter()
    ROWS[row](row, (3, 1) if "--quick" in sys.argv else (10, 3))


if __name__ == "__main__":
    main()
