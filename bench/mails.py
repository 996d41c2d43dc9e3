#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Rows m.*: what op25b-maild costs a mail server.

usage: bench/mails.py [--quick] ROW; prints one JSON line, of the form of bench/row.h.

Policy servers are asked by bench-policy, at CONNECTIONS connections, of a mail with one recipient
by each of ACCOUNTS accounts in turn. Each is asked where its manual has Postfix ask it:
op25b-maild at RCPT, DATA and END-OF-MESSAGE, the others at one of them. All stand at once and take
turns.
"""
import contextlib
import json
import statistics
import subprocess
import sys
import tempfile

import lines_bed  # first: it says where the modules of the tests are
import gateway
import mail_bed
import mail_rivals
import mail_throughput

CONNECTIONS, ACCOUNTS = 10, 1000
ALL = "RCPT,DATA,END-OF-MESSAGE"
TIMES = {"postfwd": 10, "postfwd-prefork": 10, "policyd-rate-limit": 25}


def asked(server, seconds, states=None):
    """What bench-policy says of a server."""
    states = states or server.asked
    output = subprocess.run(
        [str(gateway.BIN / "bench-policy"), server.place, f"connections={CONNECTIONS}",
         f"seconds={seconds}", f"accounts={ACCOUNTS}", f"states={states}",
         f"domain={mail_bed.DOMAIN}", "account=address"], check=True,
        stdout=subprocess.PIPE).stdout
    said = json.loads(output)
    lines_bed.note(f"  {type(server).__name__}: {states}: {said}")
    return said


@contextlib.contextmanager
def servers():
    """By name, ours first; in a network namespace of this process's own."""
    gateway.run("ip", "link", "set", "lo", "up")
    with contextlib.ExitStack() as stack:
        yield {"op25b": stack.enter_context(mail_bed.Maild(ACCOUNTS)),
               **{name: stack.enter_context(make())
                  for name, make in mail_rivals.RIVALS.items()}}


def add(lists, name, value):
    """To the list of that name."""
    lists.setdefault(name, []).append(value)


def policy(row, seconds, repeats):
    """Requests a second."""
    found, beside = {}, {}
    with servers() as all_:
        for _ in range(repeats):
            for name, server in all_.items():
                said = asked(server, seconds)
                calls = 1 + server.asked.count(",")
                add(found, name, said["a_second"])
                add(beside, f"{name}: mails, /s", said["a_second"] / calls)
                if calls == 1:
                    said = asked(server, seconds, ALL)
                    add(beside, f"{name}: asked at all three, /s", said["a_second"])
    own = found.pop("op25b")
    met = all(statistics.median(own) >= TIMES[name] * statistics.median(rival)
              for name, rival in found.items())
    lines_bed.report(row, "/s", "at least 10 times postfwd and 25 times policyd-rate-limit", met,
                     own, found, beside)


def latency(row, seconds, repeats):
    """How long a request waits for its answer, while all connections ask without a pause."""
    found, beside = {}, {}
    with servers() as all_:
        for _ in range(repeats):
            for name, server in all_.items():
                said = asked(server, seconds)
                add(found, name, said["p99_us"] / 1e3)
                for part in ("p50", "p999", "longest"):
                    add(beside, f"{name}: {part}, ms", said[f"{part}_us"] / 1e3)
    own = found.pop("op25b")
    lines_bed.report(row, "ms", f"p99 at most 1 ms at {CONNECTIONS} connections",
                     statistics.median(own) <= 1, own, found, beside)


ROWS = {"m.policy": policy, "m.latency": latency, "m.mail": mail_throughput.row}


def main():
    """One row."""
    tempfile.tempdir = "/tmp"  # others than root look for things in there
    ROWS[sys.argv[-1]](sys.argv[-1], *((2, 1) if "--quick" in sys.argv else (10, 5)))


if __name__ == "__main__":
    main()
