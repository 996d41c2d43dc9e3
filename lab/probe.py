#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""The two ends of the lab's connections.

probe.py serve PORT...                 listen on every address, greet, until killed
probe.py connect SRC DST PORT MS       one TCP connection; prints "connected MS" or "ERRNO MS"
probe.py told SRC DST PORT MS          what it is told: the codes of the greeting, or after a 220
                                       "220 then" and the code of the reply to EHLO
probe.py page SRC HOST PORT USE        what the pages say of a line that wants to mail so:
                                       "affected MS", in Japanese and English alike
probe.py answer SRC SPORT DST DPORT    send one SYN-ACK as if SRC:SPORT had been asked (spoofing)
probe.py await SRC SPORT MS            wait for such a segment; prints "arrived MS" or "nothing MS"
"""

import errno
import html.parser
import http.client
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


def reply(stream):
    """The last line of the next reply, without its text: "554 5.7.1", "220"."""
    while (line := stream.readline().decode())[3:4] == "-":
        pass
    code, enhanced = line[:3], line[4:].split(" ")[0]
    return f"{code} {enhanced}" if enhanced.replace(".", "").isdigit() else code


def converse(client):
    """What a server says first, and to EHLO if it is asked to go on; takes leave."""
    stream = client.makefile("rwb")
    result = reply(stream) or "closed"
    if result == "220":
        stream.write(b"EHLO client.example\r\n")
        stream.flush()
        result = f"220 then {reply(stream)[:3]}"
    if result[:3] != "421":  # that is the end
        stream.write(b"QUIT\r\n")
        stream.flush()
    return result


def attempt(src, dst, port, ms, then):
    """Connects; prints what `then` makes of it, or the error, and after how long."""
    client = socket.socket(family(dst), socket.SOCK_STREAM)
    client.bind((src, 0))
    client.settimeout(int(ms) / 1000)
    begin = time.monotonic()
    try:
        client.connect((dst, int(port)))
        result = then(client)
    except TimeoutError:
        result = "timeout"
    except OSError as error:
        result = errno.errorcode.get(error.errno, str(error.errno))
    print(result, round((time.monotonic() - begin) * 1000, 1))


def told(*ends):
    attempt(*ends, converse)


def connect(*ends):
    attempt(*ends, lambda client: "connected")


class Verdict(html.parser.HTMLParser):
    """What a page says of a use of mail; of "" what it says first."""

    def __init__(self, use):
        super().__init__()
        self.use, self.said = use, None

    def handle_starttag(self, tag, attrs):
        """The first element that speaks of it."""
        found = dict(attrs)
        if "data-verdict" in found and self.use in ("", found.get("data-use")):
            self.said = self.said or found["data-verdict"]


def page(src, host, port, use):
    begin = time.monotonic()
    said = []
    for language in ("ja", "en"):
        client = http.client.HTTPConnection(host, int(port), timeout=30, source_address=(src, 0))
        client.request("GET", f"/{language}/line")
        reader = Verdict(use)
        reader.feed(client.getresponse().read().decode())
        said.append(reader.said or "nothing")
    print(said[0] if said[0] == said[1] else f"{said[0]}/{said[1]}",
          round((time.monotonic() - begin) * 1000, 1))


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
        {"connect": connect, "told": told, "page": page, "answer": answer,
         "await": await_segment}[verb](*arguments)
