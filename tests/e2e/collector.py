# SPDX-License-Identifier: BSD-2-Clause
"""A collector of the test's own in a namespace with loopback alone, and NASes that speak to it.

It runs without privileges, as its unit has it. NASes are addresses of 127.0.0.0/8, ::1, and
192.0.2.1, which the collector listens on too.
"""
import hmac
import os
import pathlib
import select
import socket
import sqlite3
import struct
import subprocess
import time

import gateway
import radius
import unprivileged
from unprivileged import NOBODY

UNIT = pathlib.Path(__file__).parents[2] / "packaging/op25b-radiusd.service"
SECRET = "s3cret of both"
START, STOP, INTERIM = 1, 2, 3
STATUS_SERVER = 12
FILE = """op25b_collector: 1
listen: ["0.0.0.0", "::"]
store: {store}
clients:
  - {{name: bng, from: [127.0.0.1, "::1", 192.0.2.1], secret_file: {folder}/secret}}
  - {{name: other, from: [127.0.0.2], secret_file: {folder}/secret}}
  - {{name: strict, from: [127.0.0.3], secret_file: {folder}/secret,
     message_authenticator: required}}
socket: {folder}/control.sock
"""


def attributes(session, address, status=START, nas="bng"):
    """Of a session that has an address."""
    return [(40, radius.u32(status)), (44, session.encode()), (1, b"user-" + session.encode()),
            (32, nas.encode()), (8, radius.packed(address))]


class Nas:
    """One socket of a NAS."""

    def __init__(self, source="127.0.0.1", target="127.0.0.1", secret=SECRET, port=1813):
        family = socket.AF_INET6 if ":" in source else socket.AF_INET
        self.target = target
        self.maker = radius.Maker(1, secret.encode())
        self.socket = socket.socket(family, socket.SOCK_DGRAM)
        self.socket.bind((source, 0))
        # Connected: an answer from another address is not received.
        self.socket.connect((target, port))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def packet(self, session, address, status=START, identifier=0, more=()):
        """A genuine packet."""
        return self.maker.seal(identifier, attributes(session, address, status) + list(more))

    def probe(self, identifier):
        """A Status-Server (RFC 5997)."""
        head = struct.pack("!BBH", STATUS_SERVER, identifier, 38) + os.urandom(16)
        field = bytes([radius.SIGNATURE, 18])
        return head + field + hmac.new(self.maker.secret, head + field + bytes(16), "md5").digest()

    def receive(self, seconds):
        """The next answer, or None."""
        if not select.select([self.socket], [], [], seconds)[0]:
            return None
        try:
            return self.socket.recv(5000)
        except ConnectionRefusedError:
            return None

    def ask(self, packet, seconds=60):
        """The answer to a packet, sent again each second; None: there is none."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            try:
                self.socket.send(packet)
            except ConnectionRefusedError:
                pass
            answer = self.receive(min(1, seconds))
            if answer and answer[1] == packet[1]:
                return answer
        return None


class Bed(unprivileged.Bed):
    """The collector, its folder and its namespace."""

    name = "op25b-collector"

    def __init__(self):
        super().__init__()
        self.store = self.folder / "state/sessions.db"
        self.group = None  # besides its own

    def furnish(self):
        (self.folder / "state").mkdir()
        self.write("secret", SECRET + "\n", 0o400)
        self.write_file(FILE)
        for path in (self.folder, self.folder / "state"):
            os.chown(path, NOBODY, NOBODY)

    def write_file(self, text):
        """The collector file."""
        return self.write("collector.yaml", text.format(folder=self.folder, store=self.store))

    def command(self, *arguments):
        """op25b-radiusd as its unit runs it."""
        groups = f"--groups={self.group}" if self.group else "--clear-groups"
        users = []
        if "\nPrivateUsers=yes\n" in UNIT.read_text(encoding="utf-8"):
            users = ["unshare", f"--map-user={NOBODY}", f"--map-group={NOBODY}"]
        return ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", groups,
                "--bounding-set=-all", "--inh-caps=-all", "--no-new-privs", *users,
                str(gateway.BIN / "op25b-radiusd"),
                "--collector", str(self.folder / "collector.yaml"), *arguments]

    def start(self):
        """Until it is ready."""
        with self.ear() as ear:
            self.process = subprocess.Popen(
                self.command(), stdout=self.output, stderr=self.output,
                env={**os.environ, "NOTIFY_SOCKET": ear.getsockname()})
            said = ear.recv(4096).decode()
            assert said.startswith("READY=1\n"), said

    def reload(self, text=None):
        """Have it read its file again, changed to this text. Returns what it said at last."""
        if text is not None:
            self.write_file(text)
        return super().reload()

    def client(self, name="bng"):
        """What is counted of one client."""
        return next(one for one in self.ask()["clients"] if one["name"] == name)

    def sessions(self):
        """Ids of all sessions in the store."""
        database = sqlite3.connect(f"file:{self.store}?mode=ro", uri=True)
        try:
            return {row[0] for row in database.execute("SELECT session FROM session")}
        finally:
            database.close()


class Load:
    """Starts of ever new sessions from one socket, many under way at once."""

    def __init__(self, tag, nas, window=64):
        self.nas = nas
        self.tag = tag
        self.window = window
        self.sent = 0
        self.under_way = {}  # identifier: session, packet
        self.answered = set()
        self.again = 0

    def send(self, packet):
        """Whether somebody listens or not."""
        try:
            self.nas.socket.send(packet)
        except ConnectionRefusedError:
            pass

    def step(self, patience=0.5):
        """Send what the window has room for, and take in what was answered; in silence, again."""
        free = [number for number in range(256) if number not in self.under_way]
        while len(self.under_way) < self.window:
            session = f"{self.tag}-{self.sent}"
            packet = self.nas.packet(session, f"10.{self.sent >> 16 & 255}.{self.sent >> 8 & 255}."
                                     f"{self.sent & 255}", identifier=free.pop())
            self.under_way[packet[1]] = session, packet
            self.sent += 1
            self.send(packet)
        answer = self.nas.receive(patience)
        if not answer:
            self.again += len(self.under_way)
            for _, packet in self.under_way.values():
                self.send(packet)
        while answer:
            if answer[1] in self.under_way:
                self.answered.add(self.under_way.pop(answer[1])[0])
            answer = self.nas.receive(0)
