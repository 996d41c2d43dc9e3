# SPDX-License-Identifier: BSD-2-Clause
"""A line that never stops trying."""
import collections
import errno
import socket
import threading

import gateway
from gateway import FOREIGN, LINE, RELAY


class Caller(threading.Thread):
    """A line that connects without pause; a thread has a network namespace of its own."""

    def __init__(self, prefix="op25b-d", calls=((LINE, FOREIGN), (LINE, RELAY))):
        super().__init__()
        self.namespace = f"{prefix}-line"
        self.calls = calls
        self.met = collections.Counter()
        self.over = threading.Event()

    def call(self, source, address):
        with socket.socket() as client:
            client.settimeout(10)
            client.bind((source, 0))
            error = client.connect_ex((address, 25))
        self.met[source, address, errno.errorcode.get(error, "open")] += 1

    def run(self):
        gateway.set_namespace(self.namespace)
        while not self.over.is_set():
            for call in self.calls:
                self.call(*call)
