# SPDX-License-Identifier: BSD-2-Clause
"""All cells on one bed: starts them a few at a time, passes on what arrives at the mail host, and
gathers what each saw.

A figure begins where a person sends. So a fast cell sends when no program is being started, and
few at once; one that waits for time-outs of half a minute and more may send at any time.
"""
import collections
import json
import os
import selectors
import subprocess
import sys
import time

from effects import bed as bed_module
from effects import box, images

PREPARING, SENDING = 4, 2  # cells at once
READY_IN = 300  # seconds that a program has to start on a busy machine
LEAVES = 20  # seconds after which a cell that saw nothing makes room for the next
SLOW = "drop"
MAILS = 10  # of a dual-stack cell: some servers choose the family by lot


class Cell:
    """A program on a line of its own."""

    def __init__(self, number, program, way, kind):
        self.number, self.program, self.way, self.kind = number, program, way, kind
        self.token = f"op25b-effects-{number}"
        self.process = self.result = self.begun = self.sent = self.name = None
        self.sources, self.delivered = [], []

    def tell(self, word):
        """A line to its process, which may have ended."""
        try:
            self.process.stdin.write(f"{word}\n".encode())
            self.process.stdin.flush()
        except BrokenPipeError:
            pass

    def record(self, tries):
        """All that is known of it, for JSON and the report."""
        begin = self.result["begin"]
        mine = [(round(when - begin, 2), to, port) for source, to, port, when in tries
                if source in self.sources and when >= begin]
        return {"program": self.program.name, "way": self.way, "kind": self.kind,
                **{key: value for key, value in self.result.items() if key not in
                   ("say", "begin")},
                "delivered": [(round(mail["at"] - begin, 2), mail["source"])
                              for mail in self.delivered],
                "attempts": len({end[1:] for end in mine}), "tries": mine}


def cells_of(chosen, ways, dual):
    """The slow ones first. dual: also the servers' lines with refused IPv6 beside open IPv4."""
    wanted = [(program, way, "v4") for way in ways for program in chosen]
    if dual:
        wanted += [(program, way, "dual") for way in ways for program in chosen
                   if program.is_server and way != bed_module.OPEN]
    wanted.sort(key=lambda one: one[1] != SLOW)
    return [Cell(number, *one) for number, one in enumerate(wanted)]


class Run:
    """All cells on one bed. window: seconds that a program is given; quick: a server's cell ends
    at the first sign."""

    def __init__(self, bed, trees, cells, window, quick):
        self.bed, self.trees, self.cells = bed, trees, cells
        self.window, self.quick = window, quick
        self.by_token = {cell.token: cell for cell in cells}
        self.selector = selectors.DefaultSelector()
        self.mx = None
        self.key, self.certificate = bed.certificate()
        self.waiting, self.ready = collections.deque(cells), collections.deque()
        self.preparing, self.sending = set(), set()
        self.open = len(cells)

    def spawn(self, netns, order, module="cell"):
        """A process in a box of its own; what it says is read as it comes."""
        process = subprocess.Popen(
            box.command(self.bed.netns(netns), "/usr/bin/python3", "-m", f"effects.{module}"),
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.bed.log,
            cwd=box.LAB)
        process.stdin.write(json.dumps({
            **order, "scratch": f"{self.bed.folder}/scratch",
            "certificate": self.certificate}).encode() + b"\n")
        process.stdin.flush()
        return process

    def listen(self, process, heard):
        """Calls heard(message, or None at the end) for each line that a process says."""
        pending = bytearray()

        def read():
            data = os.read(process.stdout.fileno(), 1 << 20)
            pending.extend(data)
            while b"\n" in pending:
                line, _, rest = bytes(pending).partition(b"\n")
                pending[:] = rest
                heard(json.loads(line))
            if not data:
                self.selector.unregister(process.stdout)
                heard(None)
        self.selector.register(process.stdout, selectors.EVENT_READ, read)

    def turn(self, seconds):
        """Takes what comes within that time, once."""
        for key, _ in self.selector.select(seconds):
            key.data()

    # ---- the mail host -------------------------------------------------------------------------

    def start_mx(self):
        """Returns when it serves."""
        served = []
        self.mx = self.spawn("far", {"tree": self.trees["mx"], "key": self.key}, "mx")

        def heard(message):
            if message is None:
                raise images.Unavailable("the internet's mail host ended: see the log")
            if message["say"] == "ready":
                served.append(True)
            else:
                self.arrived(message)
        self.listen(self.mx, heard)
        while not served:
            self.turn(60)

    def arrived(self, mail):
        """A mail came to the mail host: whose was it?"""
        cell = self.by_token.get((mail["token"] or "").rpartition("-")[0])
        if cell:
            cell.delivered.append(mail)
            cell.tell("delivered")

    # ---- the cells -----------------------------------------------------------------------------

    def start(self, cell):
        """Makes its line and starts its program, which waits for the word."""
        self.preparing.add(cell)
        cell.begun = time.monotonic()
        cell.name, cell.sources = self.bed.line(cell.number, cell.way, cell.kind == "dual")
        cell.process = self.spawn(cell.name, {
            "program": cell.program.name, "kind": cell.kind, "token": cell.token,
            "tree": self.trees[cell.program.tree], "window": self.window, "quick": self.quick,
            "mails": MAILS if cell.kind == "dual" else 1})
        self.listen(cell.process, lambda message: self.heard(cell, message))

    def heard(self, cell, message):
        """What a cell said."""
        if message is None:
            self.ended(cell)
        elif message["say"] == "ready":
            self.preparing.discard(cell)
            self.ready.append(cell)
        elif message["say"] == "seen":
            self.sending.discard(cell)
        else:
            cell.result = message

    def ended(self, cell):
        """Its process is over."""
        cell.process.wait()
        self.bed.end_line(cell.name)
        self.open -= 1
        self.preparing.discard(cell)
        self.sending.discard(cell)
        outcome = cell.result["outcome"] if cell.result else "FAILED, see the log"
        print(f"{self.open} to go: {cell.program.name}, {cell.way}, {cell.kind}: {outcome}",
              file=sys.stderr, flush=True)

    def go(self, cell):
        """The word to send."""
        cell.sent = time.monotonic()
        cell.tell("go")

    def all(self):
        """Runs every cell to its end."""
        while self.open:
            while self.waiting and len(self.preparing) < PREPARING:
                self.start(self.waiting.popleft())
            for cell in [cell for cell in self.ready if cell.way == SLOW]:
                self.ready.remove(cell)
                self.go(cell)
            now = time.monotonic()
            self.sending = {cell for cell in self.sending if now < cell.sent + LEAVES}
            while self.ready and not self.preparing and len(self.sending) < SENDING:
                cell = self.ready.popleft()
                self.sending.add(cell)
                self.go(cell)
            for cell in self.preparing:
                if now > cell.begun + READY_IN:
                    cell.process.kill()
            self.turn(1)

    def close(self):
        """Ends what still runs."""
        for process in [self.mx, *(cell.process for cell in self.cells)]:
            if process:
                process.kill()
                process.wait()
