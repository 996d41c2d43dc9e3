#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""The two ends of the lab's connections.

probe.py serve PORT...                 listen on every address, greet, until killed
probe.py connect SRC DST PORT MS       one TCP connection; prints "connected MS" or "ERRNO MS"
probe.py answer SRC SPORT DST DPORT    send one SYN-ACK as if SRC:SPORT had been asked (spoofing)
probe.py await SRC SPORT MS            wait for such a segment; prints "arrived MS" or "nothing MS"
"""

import errno
import selectors
import socket
import struct
import sys
import time


def family(address):
    return socket.AF_INET6 if ":" in address else socket.AF_INET


def serve(ports):
    """Greets as a mail server does and closes when the client does."""
    ready = selectors.DefaultSelector()
    for port in ports:
        listener = socket.create_server(("::", int(port)), family=socket.AF_INET6,
                                        dualstack_ipv6=True)
        listener.setblocking(False)
        ready.register(listener, selectors.EVENT_READ, True)
    print("serving", flush=True)
    while True:
        for key, _ in ready.select():
            if key.data:
                client, _ = key.fileobj.accept()
                client.sendall(b"220 lab.example ESMTP\r\n")
                ready.register(client, selectors.EVENT_READ, False)
            else:
                try:
                    gone = not key.fileobj.recv(4096)
                except OSError:
                    gone = True
                if gone:
                    ready.unregister(key.fileobj)
                    key.fileobj.close()


def connect(src, dst, port, ms):
    client = socket.socket(family(dst), socket.SOCK_STREAM)
    client.bind((src, 0))
    client.settimeout(int(ms) / 1000)
    begin = time.monotonic()
    try:
        client.connect((dst, int(port)))
        result = "connected"
    except TimeoutError:
        result = "timeout"
    except OSError as error:
        result = errno.errorcode.get(error.errno, str(error.errno))
    print(result, round((time.monotonic() - begin) * 1000, 1))


def checksum(data):
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def answer(src, sport, dst, dport):
    ends = socket.inet_aton(src) + socket.inet_aton(dst)
    tcp = struct.pack("!HHIIBBHHH", int(sport), int(dport), 1, 1, 5 << 4, 0x12, 1024, 0, 0)
    total = checksum(ends + struct.pack("!HH", socket.IPPROTO_TCP, len(tcp)) + tcp)
    tcp = tcp[:16] + struct.pack("!H", total) + tcp[18:]
    ip = struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(tcp), 0, 0, 64, socket.IPPROTO_TCP, 0) + ends
    raw = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW)
    raw.sendto(ip + tcp, (dst, 0))


def await_segment(src, sport, ms):
    raw = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_TCP)
    begin = time.monotonic()
    end = begin + int(ms) / 1000
    print("ready", flush=True)
    while (left := end - time.monotonic()) > 0:
        raw.settimeout(left)
        try:
            packet = raw.recv(2048)
        except TimeoutError:
            break
        header = (packet[0] & 15) * 4
        ports = packet[header:header + 2]
        if packet[12:16] == socket.inet_aton(src) and ports == struct.pack("!H", int(sport)):
            print("arrived", round((time.monotonic() - begin) * 1000, 1))
            return
    print("nothing", ms)


if __name__ == "__main__":
    verb, arguments = sys.argv[1], sys.argv[2:]
    if verb == "serve":
        serve(arguments)
    else:
        {"connect": connect, "answer": answer, "await": await_segment}[verb](*arguments)
