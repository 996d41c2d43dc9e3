# SPDX-License-Identifier: BSD-2-Clause
"""A name server that answers as it is told, with whatever bytes: for who asks name servers."""
import struct
import threading

A, MX, AAAA = 1, 15, 28
NO_ERROR, SERVER_FAILS, NO_NAME = 0, 2, 3


def labels(name):
    """A name as RFC 1035 3.1 has it."""
    return b"".join(bytes([len(part)]) + part.encode("latin-1")
                    for part in name.split(".") if part) + b"\0"


def exchanger(preference, name):
    """The data of an MX record."""
    return struct.pack(">H", preference) + labels(name)


class NameServer:
    """records: {(name, type): [data, ...]}; codes: {name: code}; a name in `silent` gets no answer,
    one in `strange` these bytes behind the head of an answer. It owns the UDP socket."""

    def __init__(self, bound):
        self.socket = bound
        self.records, self.codes, self.silent, self.strange = {}, {}, set(), {}
        threading.Thread(target=self.serve, daemon=True).start()

    def close(self):
        """No more answers."""
        self.socket.close()

    def serve(self):
        while True:
            try:
                query, client = self.socket.recvfrom(4096)
                answer = self.answer(query)
                if answer:
                    self.socket.sendto(answer, client)
            except OSError:
                return

    def answer(self, query):
        """What a query is answered; None: nothing."""
        name, at = [], 12
        while query[at]:
            name.append(query[at + 1:at + 1 + query[at]].decode("latin-1"))
            at += 1 + query[at]
        name, kind = ".".join(name).lower(), struct.unpack(">H", query[at + 1:at + 3])[0]
        question = query[12:at + 5]
        if name in self.silent:
            return None
        known = any(name == owner for owner, _ in self.records)
        code = self.codes.get(name, NO_ERROR if known or name in self.strange else NO_NAME)
        data = self.records.get((name, kind), [])
        head = query[:2] + struct.pack(">5H", 0x8180 | code, 1, len(data), 0, 0) + question
        if name in self.strange:
            return query[:2] + struct.pack(">5H", 0x8180, 1, 3, 0, 0) + question + \
                self.strange[name]
        return head + b"".join(b"\xc0\x0c" + struct.pack(">HHIH", kind, 1, 60, len(one)) + one
                               for one in data)
