#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Logs lines in and out as a BNG does: by RADIUS accounting.

bng.py start|interim|stop SESSION [user=TEXT] [class=TEXT] [filter=TEXT] [pool=TEXT] [nas=TEXT]
       [ADDRESS|PREFIX]...

Speaks to LAB_RADIUS, address:port, with the secret LAB_RADIUS_SECRET, as `op25b lab env` prints
them. Exit code 0: it was answered, so the collector has it on its disk; 1: it was not.
"""

import hashlib
import hmac
import ipaddress
import os
import secrets
import socket
import struct
import sys
import time

REQUEST, RESPONSE = 4, 5
SIGNATURE = 80
STATUS = {"start": 1, "stop": 2, "interim": 3}
TEXTS = {"user": 1, "filter": 11, "class": 25, "nas": 32, "pool": 88}
TRIES, WAITS = 3, 5  # seconds


def u32(value):
    """A number of 4 octets."""
    return struct.pack("!I", value)


def prefix(text, octets=16):
    """The value of Framed-IPv6-Prefix and its like, with that many octets of the address."""
    net = ipaddress.ip_interface(text)
    return bytes([0, net.network.prefixlen]) + net.ip.packed[:octets]


def address(text):
    """The attribute of an address, or of a prefix of IPv6."""
    net = ipaddress.ip_interface(text)
    if net.version == 4:
        return 8, net.ip.packed
    return (168, net.ip.packed) if net.network.prefixlen == 128 else (123, prefix(text))


def seal(identifier, attributes, secret, code=REQUEST):
    """The octets of an Accounting-Request of (type, value), or of a Status-Server. A
    Message-Authenticator among them is filled in."""
    body = b"".join(bytes([kind, len(value) + 2]) + value for kind, value in attributes)
    head = bytes([code, identifier]) + struct.pack("!H", 20 + len(body))
    at = 0
    for kind, value in attributes:
        if kind == SIGNATURE:
            digest = hmac.new(secret, head + bytes(16) + body, "md5").digest()
            body = body[:at + 2] + digest + body[at + 18:]
        at += len(value) + 2
    return head + hashlib.md5(head + bytes(16) + body + secret).digest() + body


def is_answer(answer, packet, secret):
    """Whether it is the genuine answer to the packet."""
    whole = answer[:4] + packet[4:20] + answer[20:] + secret
    return (answer[:2] == bytes([RESPONSE, packet[1]]) and
            hmac.compare_digest(hashlib.md5(whole).digest(), answer[4:20]))


def ask(server, packet, secret):
    """Sends until there is an answer; whether there was one."""
    host, _, port = server.rpartition(":")
    host = host.strip("[]")
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET,
                       socket.SOCK_DGRAM) as client:
        client.connect((host, int(port)))
        client.settimeout(WAITS)
        for _ in range(TRIES):
            try:
                client.send(packet)
                if is_answer(client.recv(4096), packet, secret):
                    return True
            except (TimeoutError, ConnectionRefusedError):
                pass
    return False


def attributes_of(verb, session, words):
    """Those of one packet."""
    texts = {"nas": "lab-bng"}
    found = [(40, u32(STATUS[verb])), (44, session.encode()), (55, u32(int(time.time()))),
             (SIGNATURE, bytes(16))]
    for word in words:
        key, is_text, value = word.partition("=")
        if is_text and key not in TEXTS:
            raise ValueError(f"{word}: write one of {', '.join(TEXTS)} before the =")
        if is_text:
            texts[key] = value
        else:
            found.append(address(word))
    return found + [(TEXTS[key], value.encode()) for key, value in texts.items()]


def main():
    words = sys.argv[1:]
    if len(words) < 2 or words[0] not in STATUS:
        print(__doc__, file=sys.stderr)
        return 2
    server, secret = os.environ.get("LAB_RADIUS"), os.environ.get("LAB_RADIUS_SECRET")
    if not server or not secret:
        print('bng.py: where to? set -a; eval "$(op25b lab env)"', file=sys.stderr)
        return 2
    try:
        attributes = attributes_of(words[0], words[1], words[2:])
    except ValueError as error:
        print(f"bng.py: {error}", file=sys.stderr)
        return 2
    packet = seal(secrets.randbelow(256), attributes, secret.encode())
    if ask(server, packet, secret.encode()):
        return 0
    print(f"bng.py: no answer from {server}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
