# SPDX-License-Identifier: BSD-2-Clause
"""Lines that open far more connections than they may, and hold what they get."""
import collections
import select
import socket
import threading

import gateway

WINDOW = 64  # connections that wait for an answer at a time


class Storm(threading.Thread):
    """Connects count times from its sources in turn; each is told, reset or lost at the end."""

    def __init__(self, bed, sources, address, count):
        super().__init__()
        self.namespace = f"{bed.prefix}-line"
        self.sources, self.address, self.count = sources, address, count
        self.met = collections.Counter()
        self.held = []
        self.waiting = {}
        self.ready = None
        self.over = threading.Event()

    def run(self):
        gateway.set_namespace(self.namespace)
        with select.epoll() as self.ready:
            begun = 0
            while (begun < self.count or self.waiting) and not self.over.is_set():
                while begun < self.count and len(self.waiting) < WINDOW:
                    self.begin(self.sources[begun % len(self.sources)])
                    begun += 1
                for number, _ in self.ready.poll(1):
                    self.meet(number)

    def begin(self, source):
        """One connection."""
        client = socket.socket(socket.AF_INET6 if ":" in source else socket.AF_INET)
        client.setblocking(False)
        client.bind((source, 0))
        client.connect_ex((self.address, 25))
        self.waiting[client.fileno()] = client
        self.ready.register(client, select.EPOLLIN)

    def meet(self, number):
        """What became of it."""
        client = self.waiting.pop(number)
        self.ready.unregister(client)
        try:
            word = client.recv(3).decode() or "closed"
        except OSError:
            word = "reset"
        self.met[word] += 1
        if word.isdigit():
            self.held.append(client)
        else:
            client.close()

    def end(self):
        """Nothing is held any more."""
        self.over.set()
        self.join()
        for client in [*self.held, *self.waiting.values()]:
            client.close()

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.end()
