#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Rows n.*: what a line meets that connects to a port 25 that is closed with a notice.

usage: bench/notices.py [--quick] ROW; prints one JSON line, of the form of bench/row.h.

Each way of answering has a gateway of its own, all of them stand at once, and they take turns. A
call is measured from connect() to the last octet of the greeting, by the caller; one that is told
nothing counts as PATIENCE, so that who is not served makes a row worse, not better.
"""
import contextlib
import os
import pathlib
import re
import statistics
import sys
import tempfile

import lines_bed  # first: it says where the modules of the tests are
import gateway
import notice_bed as bed
import notice_rivals as rivals

PATIENCE = 5  # seconds
OTHERS = {"lines": 16, "rate": 50, "under_way": 512, "patience": PATIENCE}
FLOOD = 20000  # connections a second
SYNS = 100000  # a second
# Of a door. Since January 2025 (tcp: allow a connection when sk_max_ack_backlog is zero) the kernel
# turns to cookies with one more than that half-open; each other CPU may be adding one meanwhile.
BACKLOG = 128
HALF_OPEN = BACKLOG + os.cpu_count()
ANSWERS = "answers: {rate: 100000, burst: 1000000}\n"
CONNECTIONS = 4096  # at a time, by default
MEMORY = 8000000 // 1024  # KiB that op25b-noticed(8) says it takes at most with so many


class Ours(bed.Bed):
    """op25bd and op25b-noticed; hook and limit of answers as in the gateway file, or by default."""

    def __init__(self, prefix, hook="", answers=""):
        super().__init__(prefix)
        self.hook, self.answers = hook, answers
        self.before = None  # settings of the gateway's network

    def set_up(self):
        """Have it answer."""
        self.before = self.sysctls()
        self.begin()

    def __exit__(self, *error):
        if error[0] is None:
            self.nothing_passed()
        super().__exit__(*error)

    def configure(self, more=None, hook=None):
        super().configure(more, hook)
        file = self.folder / "gateway.yaml"
        text = re.sub("(?m)^answers: .*\n", self.answers, file.read_text(encoding="utf-8"))
        file.write_text(text, encoding="utf-8")

    def pids(self):
        """Of the responder."""
        return [self.responder.pid]

    def memory(self):
        """KiB of the responder, at most."""
        return bed.most_resident(self.responder.pid)


MAKE = {
    "op25b": lambda _: Ours("op25b-n0"),
    "op25b-on-xdp": lambda _: Ours("op25b-n1", hook="xdp"),
    "op25b-resets-all": lambda _: Ours("op25b-n2", answers=ANSWERS),
    "tproxy-op25b-noticed": lambda _: rivals.Tproxy("op25b-n3"),
    "nft-redirect-postfix": lambda programs: rivals.Postfix("op25b-n4", programs),
    "nft-limit-postfix": lambda programs: rivals.Postfix("op25b-n5", programs, limited=True),
}


@contextlib.contextmanager
def ways(*names):
    """Gateways by the name of the way they answer."""
    with contextlib.ExitStack() as stack:
        folder = pathlib.Path(stack.enter_context(tempfile.TemporaryDirectory()))
        folder.chmod(0o755)
        programs = rivals.unpack(folder)
        gateways = {name: stack.enter_context(MAKE[name](programs)) for name in names}
        for one in gateways.values():
            one.set_up()
        yield gateways


def report(row, unit, aim, met, found, beside):
    """found: samples by way, ours first."""
    own = found.pop("op25b")
    lines_bed.report(row, unit, aim, met, own, found, beside)


def add(lists, values):
    """Each value to the list of its name."""
    for name, value in values.items():
        lists.setdefault(name, []).append(value)


def greeting(row, seconds, repeats):
    """Idle: each way alone with one caller."""
    found, beside = {}, {}
    paced = {"lines": 250, "rate": 200, "under_way": 200, "seconds": seconds}
    with ways("op25b", "op25b-on-xdp", "tproxy-op25b-noticed", "nft-redirect-postfix") as gateways:
        for _ in range(repeats):
            for name, one in gateways.items():
                said = {family: one.calls(*bed.LINES[family], patience=PATIENCE, **paced)
                        for family in bed.LINES}
                add(found, {name: max(each["p99_ms"] for each in said.values())})
                add(beside, {f"{name} {family} {part}, ms": each[f"{part}_ms"]
                             for family, each in said.items() for part in ("p50", "p99")})
            said = gateways["op25b"].calls(bed.RESET, bed.LINES["v4"][1], patience=0.5, **paced)
            add(beside, {f"how: reset, v4 {part}, ms": said[f"reset_{part}_ms"]
                         for part in ("p50", "p99")})
    report(row, "ms", "p99 from SYN to the greeting's end at most 20 ms, v4 and v6",
           statistics.median(found["op25b"]) <= 20, found, beside)


def flooded(one, seconds):
    """Others' calls while one line floods; what both met, and what the gateway held."""
    flooding = one.caller("call", bed.FLOODER, bed.LINES["v4"][1], rate=FLOOD, hold=1,
                          patience=0.5, under_way=16000, seconds=seconds + 1)
    with bed.Watch(one) as watch:
        others = one.calls(*bed.LINES["v4"], seconds=seconds, **OTHERS)
    return others, bed.result(flooding), watch.most


def filled(one):
    """All connections held, by as many lines and more. Returns the most there was of memory, and of
    sockets."""
    with bed.Watch(one) as watch:
        said = one.calls(*bed.LINES["v4"], lines=60000, rate=4000, hold=1, patience=4,
                         under_way=2 * CONNECTIONS, seconds=2)
    assert said["noticed"] >= CONNECTIONS and said["reset"] > 0, said
    return one.memory(), watch.most["sockets"]


def flood(row, seconds, repeats):
    """One line opens connections as fast as it can."""
    found, beside = {}, {}
    with ways("op25b", "op25b-resets-all", "tproxy-op25b-noticed", "nft-redirect-postfix",
              "nft-limit-postfix") as gateways:
        for _ in range(repeats):
            for name, one in gateways.items():
                others, said, most = flooded(one, seconds)
                add(found, {name: others["p99_ms"]})
                part = {kind: 100 * said[kind] / said["made"]
                        for kind in ("noticed", "reset", "silent")}
                add(beside, {
                    f"{name}: others told, %": 100 * others["noticed"] / others["made"],
                    f"{name}: flood, /s": said["a_second"],
                    f"{name}: of it told, %": part["noticed"],
                    f"{name}: of it reset, %": part["reset"],
                    f"{name}: of it unanswered, %": part["silent"],
                    f"{name}: sockets": most["sockets"],
                    f"{name}: connections tracked": most["tracked"],
                    f"{name}: processes, KiB": one.memory()})
        memory, sockets = filled(gateways["op25b"])
    add(beside, {"op25b: KiB, all connections held": memory,
                        "op25b: sockets, all connections held": sockets,
                        "op25b: these sockets, KiB": sockets * bed.socket_size() / 1024})
    met = statistics.median(found["op25b"]) <= 200 and memory <= MEMORY \
        and min(beside["op25b: others told, %"]) == 100 \
        and statistics.median(beside["op25b: flood, /s"]) >= 0.95 * FLOOD
    report(row, "ms", f"others' p99 at most 200 ms while one line opens {FLOOD:,} a second;"
           f" {MEMORY} KiB at most", met, found, beside)


def spoofed(row, seconds, repeats):
    """SYNs of lines that nobody is."""
    found, beside = {}, {}
    with ways("op25b", "nft-redirect-postfix") as gateways:
        for _ in range(repeats):
            for name, one in gateways.items():
                syns = one.spoof(rate=SYNS, seconds=seconds + 1)
                with bed.Watch(one) as watch:
                    others = one.calls(*bed.LINES["v4"], seconds=seconds, **OTHERS)
                reached = bed.result(syns)["a_second"]
                add(found, {name: others["p99_ms"]})
                add(beside, {
                    f"{name}: SYNs, /s": reached,
                    f"{name}: others told, %": 100 * others["noticed"] / others["made"],
                    f"{name}: half-open": watch.most["half_open"],
                    f"{name}: cookies": watch.cookies,
                    f"{name}: connections tracked": watch.most["tracked"]})
        ours = gateways["op25b"]
        changed = {key for key, value in ours.sysctls().items() if ours.before.get(key) != value}
    beside["op25b: sysctls changed"] = [len(changed)]
    met = statistics.median(found["op25b"]) <= 200 and not changed \
        and max(beside["op25b: half-open"]) <= HALF_OPEN \
        and min(beside["op25b: cookies"]) > 0
    report(row, "ms", f"others' p99 at most 200 ms, at most {HALF_OPEN} half-open, then cookies",
           met, found, beside)


def served(row, seconds, repeats):
    """As many as can be told: the gateway on one CPU, the callers on the other."""
    found, beside = {}, {}
    with ways("op25b", "op25b-on-xdp", "tproxy-op25b-noticed", "nft-redirect-postfix") as gateways:
        for _ in range(repeats):
            for name, one in gateways.items():
                bed.on_one_cpu(one, one.pids(), 1)
                said = one.calls(*bed.LINES["v4"], lines=60000, under_way=64, seconds=seconds,
                                 patience=PATIENCE, cpu=0)
                add(found, {name: said["noticed_a_second"]})
                add(beside, {f"{name}: told, %": 100 * said["noticed"] / said["made"],
                                    f"{name}: p99, ms": said["p99_ms"]})
    own = statistics.median(found["op25b"])
    best = statistics.median(found["nft-redirect-postfix"])
    report(row, "/s", "at least 5 times nft-redirect-postfix", own >= 5 * best, found, beside)


ROWS = {"n.greeting": greeting, "n.flood": flood, "n.spoofed": spoofed, "n.served": served}


def main():
    """One row."""
    tempfile.tempdir = "/tmp"  # others than root look for things in there
    gateway.enter()
    ROWS[sys.argv[-1]](sys.argv[-1], *((2, 1) if "--quick" in sys.argv else (10, 3)))


if __name__ == "__main__":
    main()
