# SPDX-License-Identifier: BSD-2-Clause
"""A provider's lines that come and go: accounting that is sent until it is acknowledged, and who
holds which address once all of it was.

Each address is a chain of its own: its next packet leaves only when the one before was
acknowledged, so that what holds at the end does not depend on which packets were lost or doubled.
"""
import hashlib
import random
import selectors
import socket
import threading
import time

import gateway
import radius  # finds bng, the lab's
from bng import prefix, seal, u32

START, STOP, INTERIM = 1, 2, 3
RESPONSE = 5
USER_NAME, CLASS, SESSION, STATUS, TIME, NAS = 1, 25, 44, 40, 55, 32
ADDRESS, DELEGATED = 8, 123
AGAIN = 0.5  # seconds until a packet is sent again


class Chain:
    """One address and the delegated prefix that goes with it."""

    def __init__(self, number, begin):
        self.number = number
        self.v4 = f"10.1.{number // 250 + 1}.{number % 250 + 1}"
        self.v6 = f"2001:db8:1:{number:x}::/64"
        self.clock = begin
        self.session = 0
        self.holder = None  # user name and class of who holds both
        self.sent_at = 0
        self.due = 0
        self.packet = None
        self.then = None
        self.stays = False

    def next(self, pick):
        """Think of the next thing that happens, and what holds after it."""
        self.clock += pick.randrange(1, 4)
        if self.holder and pick.random() < 0.3:
            return STOP, self.holder, None
        if self.holder and pick.random() < 0.4:
            return INTERIM, self.holder, self.holder
        # A new session, with or without the Stop of the one before.
        self.session += 1
        who = (f"user{pick.randrange(10**6)}", pick.choice(("fixed", "mobile", "")))
        return START, who, who


class Lines(threading.Thread):
    """All chains: 256 to a socket, and the sockets to the servers in turn."""

    def __init__(self, namespace, servers, secret, chains=200, rest=0.0,
                 first=0):
        super().__init__()
        self.namespace = namespace
        self.servers = servers
        self.pick = random.Random(25)
        self.rest = rest  # seconds at most between two packets of a chain
        self.secret = secret
        begin = int(time.time()) - 20 * 86400
        self.chains = [Chain(number, begin) for number in range(first, first + chains)]
        self.draining = threading.Event()  # no more of what could follow
        self.over = threading.Event()  # enough, whatever is under way
        self.acknowledged = 0
        self.failure = None

    def open_line(self, address):
        """One more line, which logs in at once as "fixed" and stays."""
        chain = Chain(self.chains[-1].number + 1, self.chains[0].clock)
        chain.v4 = address
        chain.next = lambda _: (START, ("always", "fixed"), ("always", "fixed"))
        chain.stays = True
        self.chains.append(chain)

    def compose(self, chain, number):
        """The next packet of a chain, with its place among 256 as its identifier."""
        status, (user, mark), chain.then = chain.next(self.pick)
        attributes = [
            (STATUS, u32(status)), (NAS, f"bng{chain.number % 3}".encode()),
            (SESSION, f"{chain.number}-{chain.session}".encode()), (USER_NAME, user.encode()),
            (TIME, u32(chain.clock)), (ADDRESS, radius.packed(chain.v4)),
            (DELEGATED, prefix(chain.v6))]
        if mark:
            attributes.append((CLASS, mark.encode()))
        chain.packet = seal(number % 256, attributes, self.secret)

    def run(self):
        try:
            gateway.set_namespace(self.namespace)
            with selectors.DefaultSelector() as ears:
                self.talk(ears)
        except Exception as error:  # pylint: disable=broad-except
            self.failure = error

    def talk(self, ears):
        """Until drained."""
        sockets = []
        for at in range((len(self.chains) + 255) // 256):
            out = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            out.connect(self.servers[at % len(self.servers)])
            out.setblocking(False)
            ears.register(out, selectors.EVENT_READ, at)
            sockets.append(out)
        try:
            while self.turn(ears, sockets) and not self.over.is_set():
                pass
        finally:
            for out in sockets:
                out.close()

    def turn(self, ears, sockets):
        """One look at every chain. False: all is acknowledged, and no more is to come."""
        busy = not self.draining.is_set()
        for number, chain in enumerate(self.chains):
            over = self.draining.is_set() or (chain.stays and chain.holder)
            if not chain.packet and not over and time.monotonic() >= chain.due:
                self.compose(chain, number)
                chain.sent_at = 0
            if not chain.packet:
                continue
            busy = True
            if time.monotonic() - chain.sent_at > AGAIN:
                chain.sent_at = time.monotonic()
                self.send(sockets[number // 256], chain.packet)
        for key, _ in ears.select(0.05):
            self.receive(key.fileobj, key.data)
        return busy

    @staticmethod
    def send(out, packet):
        """Nobody may listen at the moment."""
        try:
            out.send(packet)
        except OSError:
            pass

    def receive(self, ear, at):
        """Take acknowledgements off a socket."""
        while True:
            try:
                answer = ear.recv(4096)
            except BlockingIOError:
                return
            except OSError:  # nobody listens
                continue
            number = at * 256 + answer[1]
            chain = self.chains[number] if number < len(self.chains) else None
            if chain and chain.packet and self.answers(answer, chain.packet):
                chain.packet = None
                chain.holder = chain.then
                chain.due = time.monotonic() + self.rest * self.pick.random()
                self.acknowledged += 1

    def answers(self, answer, request):
        """Whether this is the acknowledgement of that packet."""
        signed = answer[:4] + request[4:20] + answer[20:] + self.secret
        return answer[0] == RESPONSE and hashlib.md5(signed).digest() == answer[4:20]

    def drain(self):
        """No more; returns when all that was sent is acknowledged."""
        self.draining.set()
        self.join()
        if self.failure:
            raise self.failure
