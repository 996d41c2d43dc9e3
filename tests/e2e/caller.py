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

    def __init__(self):
        super().__init__()
        self.met = collections.Counter()
        self.over = threading.Event()

    def call(self, address):
        with socket.socket() as client:
            client.settimeout(10)
            client.bind((LINE, 0))
            error = client.connect_ex((address, 25))
        self.met[address, errno.errorcode.get(error, "open")] += 1

    def run(self):
        gateway.set_namespace("op25b-d-line")
        while not self.over.is_set():
            self.call(FOREIGN)
            self.call(RELAY)
