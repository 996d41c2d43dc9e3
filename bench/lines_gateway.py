# SPDX-License-Identifier: BSD-2-Clause
"""Rows h.*: from a Start to packets being judged by it; i.*: what a million sessions take."""
import contextlib
import json
import os
import re
import statistics
import subprocess
import time

import lines_bed as bed
import collector
import gateway

RATE = 5000
POLICY = """op25b: 1
timezone: UTC
services:
  - {id: dynamic, addressing: dynamic, pools: [10.0.0.0/8, 11.0.0.0/8],
     port25: [{from: 2026-01-01, action: refuse, how: drop}]}
  - {id: open, addressing: dynamic, port25: [{from: 2026-01-01, action: allow}]}
sessions:
  line_id: [User-Name]
  rules: [{match: {class: open}, service: open}]
"""
# tc would be taken on a veth; the program of XDP can be run on a packet from outside.
GATEWAY = gateway.GATEWAY.replace("side: subscriber}}", "side: subscriber, hook: xdp}}") \
    + "sessions: {{store: {store}, user: nobody}}\n"


def known(status, lines):
    """Whether so many prefixes are held, and all is in force that the store has."""
    said = status["sessions"]
    return said["state"] == "following" and said["lag"]["changes"] == 0 \
        and said["held"] and said["held"]["prefixes"] >= lines


@contextlib.contextmanager
def following(store):
    """op25bd that follows the store, in force and up to date."""
    with gateway.Bed() as gate:
        os.chmod(gate.folder, 0o755)
        gate.write("gateway.yaml", GATEWAY.format(folder=gate.folder, store=store))
        gate.start()
        answer = gate.apply(POLICY)
        assert answer.get("ok", True), answer
        gate.until_status("the store followed", lambda status: known(status, 0))
        yield gate


def program(gate):
    """The number of the program that op25bd has on the line's side."""
    return re.search(r"prog/xdp id (\d+)", gate.ip("gw", "-d", "link", "show", "sub0"))[1]


def enforced(row, seconds, repeats, limit, store):
    """Latencies of a sample of Starts of new lines."""
    p50, p99, longest, answers = [], [], [], []
    with bed.ours(store) as own, following(own.store) as gate:
        # The first session of its prefix length has the tables built anew; that is once.
        bed.load("start", bed.OURS, lines=1000, first=15000000, **{"class": "open"})
        gate.until_status("the first sessions", lambda status: known(status, 1000))
        for i in range(repeats):
            output = subprocess.run(
                [str(gateway.BIN / "bench-enforced"), program(gate), str(bed.OURS),
                 collector.SECRET, str(RATE), str(seconds), str(i * 2000000)],
                check=True, stdout=subprocess.PIPE).stdout
            said = json.loads(output)
            bed.note(f"  {said}")
            assert said["answered"] == said["sent"] and said["skipped"] == 0, said
            assert said["a_second"] > 0.95 * RATE, said
            p50.append(said["p50_ms"])
            p99.append(said["p99_ms"])
            longest.append(said["longest_ms"])
            answers.append(said["answer_p99_ms"])
    bed.report(row, "ms", f"p99 at {RATE:,} changes a second at most {limit} ms",
                     statistics.median(p99) <= limit, p99, {},
                     {"p50, ms": p50, "longest, ms": longest, "answer p99, ms": answers})


def resident(pid):
    """MiB of RAM of a process."""
    with open(f"/proc/{pid}/status", encoding="ascii") as text:
        return int(re.search(r"VmRSS:\s+(\d+)", text.read())[1]) / 1024


def sizes(lines, store):
    """MiB of each process and of the store, seconds of a restart."""
    with bed.ours(store) as own, following(own.store) as gate:
        bed.load("start", bed.OURS, lines=lines, under_way=bed.UNDER_WAY)
        status = gate.until_status("all sessions", lambda s: known(s, lines) and s, 600)
        reader = int(gateway.run("pgrep", "-P", str(gate.daemon.pid)).split()[0])
        size = {"op25b-radiusd": resident(own.process.pid), "op25bd": resident(gate.daemon.pid),
                "reader": resident(reader), "store": status["sessions"]["bytes"] / 2 ** 20}
        gate.kill()
        begin = time.monotonic()
        gate.start()
        gate.until_status("all sessions again", lambda s: known(s, lines), 1200)
        size["restart"] = time.monotonic() - begin
        bed.note(f"  {store or 'SQLite'}: {size}")
    return size


def sessions(row, lines):
    """RAM and store at so many sessions, on both engines."""
    sqlite = sizes(lines, None)
    postgresql = sizes(lines, os.environ["OP25B_TEST_POSTGRESQL"])
    names = ("op25b-radiusd", "op25bd", "reader")
    beside = {f"{name}, MiB": [sqlite[name]] for name in names}
    beside |= {"SQLite file, MiB": [sqlite["store"]], "PostgreSQL, MiB": [postgresql["store"]],
               "op25bd's restart, SQLite, s": [sqlite["restart"]],
               "op25bd's restart, PostgreSQL, s": [postgresql["restart"]]}
    bed.report(row, "MiB", "is told, no aim", True, [sum(sqlite[name] for name in names)],
                     {}, beside)
