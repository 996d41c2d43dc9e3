#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Pieces of packets, right and wrong on purpose: transports, IPv4, IPv6, link layers.

Every function takes the random source first and returns bytes. Checksums are
random: the decision must not look at them.
"""

from struct import pack

PORTS = (24, 26, 0, 587, 465, 443, 993, 0x1900, 2525, 65535)
EXTENSIONS = (0, 43, 44, 51, 60, 135, 139, 140)
OTHER_NEXT = (50, 59, 17, 58, 132, 41, 4, 47, 97, 253, 255, 45, 136)
TAGS = (0x8100, 0x88A8, 0x9100)
ODD_PPP = (0xC021, 0x8021, 0x8057, 0x00FD, 0x2145, 0x0031, 0x0121, 0x5700)


def port_of_interest(rng):
    return 25 if rng.random() < 0.8 else rng.choice(PORTS)


def transport(rng, upstream):
    """(protocol, bytes): mostly TCP with the port that counts on this side."""
    r = rng.random()
    near = port_of_interest(rng)
    far = 1024 + int(rng.random() * 64000) if r < 0.9 else 25
    ports = pack("!HH", near, far) if upstream else pack("!HH", far, near)
    if r < 0.93:
        rest = rng.randbytes(16)
        if r < 0.7:
            rest = rest[:8] + b"\x50" + rest[9:]
        return 6, ports + rest + rng.randbytes(int(rng.random() * 30))
    if r < 0.97:
        return rng.choice((17, 132, 17, 1, 58, 33, 47, 50, 51)), ports + rng.randbytes(12)
    return 6, (ports + rng.randbytes(2))[:rng.randrange(7)]


def ipv4(rng, source, destination, protocol, body):
    r = rng.random()
    ihl, options, version = 5, b"", 0x40
    if r < 0.22:
        ihl = 6 + int(r * 1000) % 10
        options = rng.randbytes(ihl * 4 - 20) if r < 0.1 else b"\x01" * (ihl * 4 - 20)
    elif r < 0.235:
        ihl = rng.randrange(5)
    elif r < 0.24:
        version = rng.randrange(16) << 4
    word = 0x4000 if r > 0.5 else 0
    f = rng.random()
    if f < 0.24:
        if f < 0.08:                            # first fragment
            word = 0x2000
        elif f < 0.15:                          # first fragment, too short for ports
            word = 0x2000
            body = body[:rng.randrange(6)]
        elif f < 0.17:                          # later fragment
            word = 0x2000 * int(f * 10000 % 2) + 1 + int(f * 1e6) % 8191
        elif f < 0.185:                         # later fragment, short
            word = rng.randrange(1, 4)
            body = body[:rng.randrange(9)]
        elif f < 0.21:                          # reserved bit, with anything
            word = 0x8000 | rng.choice((0, 0x2000, 0x4000, 0x6000, 1, 0x2001))
            body = body[:rng.randrange(12)] if f < 0.195 else body
        else:
            word = rng.getrandbits(16) & rng.getrandbits(16) & rng.getrandbits(16)
    total = 20 + len(options) + len(body)
    t = rng.random()
    if t < 0.05:
        total = (0, 0, ihl * 4 - 1, ihl * 4, ihl * 4 + 3, ihl * 4 + 4, total + 1, 65535,
                 rng.randrange(20), max(0, total - 1 - int(t * 1000)))[int(t * 200)]
    return pack("!BBHHHBBH", version | ihl, 0, total & 0xFFFF, rng.getrandbits(16), word, 64,
                protocol, rng.getrandbits(16)) + source + destination + options + body


def extension(rng, kind, following):
    if kind == 44:
        r = rng.random()
        word = 0                                 # atomic
        if r < 0.45:
            word = 1                             # first
        elif r < 0.55:
            word = rng.randrange(1, 8192) << 3 | rng.randrange(8)
        if r > 0.5:
            word |= rng.randrange(4) << 1        # reserved bits
        reserved = rng.getrandbits(8) if r > 0.2 else 0
        return pack("!BBHI", following, reserved, word & 0xFFFF, rng.getrandbits(32))
    units = 0 if rng.random() < 0.75 else rng.randrange(1, 5)
    if rng.random() < 0.01:
        units = rng.choice((31, 32, 127, 254, 255))
    size = (units + 2) * 4 if kind == 51 else (units + 1) * 8
    return bytes((following, units)) + rng.randbytes(size - 2)


def chain_depth(rng):
    r = rng.random()
    if r < 0.5:
        return 0
    if r < 0.76:
        return 1 + int(r * 100) % 3
    if r < 0.92:
        return 3 + int(r * 100) % 5
    return 8 + int(r * 1000) % 3


def ipv6(rng, source, destination, protocol, body):
    depth = chain_depth(rng)
    begin = protocol
    r = rng.random()
    if depth:
        if r < 0.06:
            protocol = rng.choice(OTHER_NEXT)
        kinds = [rng.choice(EXTENSIONS) for _ in range(depth)]
        if r > 0.5:                              # fragments in half of the chains at most
            kinds = [k if k != 44 else 60 for k in kinds]
        hiding = 0.2 < r < 0.32                  # a first fragment cut inside its chain
        if hiding:
            kinds[rng.randrange(depth)] = 44
        parts = []
        begin = protocol
        for kind in reversed(kinds):
            part = extension(rng, kind, begin)
            if hiding and kind == 44:
                part = part[:2] + b"\0\1" + part[4:]
            parts.append(part)
            begin = kind
        headers = b"".join(reversed(parts))
        body = headers + body
        if hiding:
            body = body[:8 + rng.randrange(len(headers) - 3)]
        elif r < 0.14 or r > 0.97:               # ends inside the chain, lengths agreeing
            body = body[:rng.randrange(len(headers) + 6)]
    elif r < 0.02:
        begin = rng.choice(OTHER_NEXT + EXTENSIONS)
    length = len(body)
    version = 0x60 if rng.random() > 0.01 else rng.randrange(16) << 4
    t = rng.random()
    if t < 0.03:
        length = (0, length + 1, 65535, length // 2, max(0, length - 1), 3)[int(t * 200)]
    return pack("!BBHHBB", version, 0, rng.getrandbits(16), length & 0xFFFF, begin,
                64) + source + destination + body


def link(rng, version, packet):
    """Ethernet with tags and PPPoE around a packet of a version."""
    kind = 0x0800 if version == 4 else 0x86DD
    r = rng.random()
    if r < 0.03:
        kind = rng.choice((0x0800, 0x86DD, 0x0806, 0x88CC, 0x8863, 0x9200, 0x22F0, 0x8847,
                           len(packet) & 0x5FF, 46, 0x05FF, 0x0600))
    elif r < 0.25:
        ppp = 0x0021 if version == 4 else 0x0057
        head, size = b"\x11\x00", len(packet) + 2
        if r < 0.05:
            ppp = rng.choice(ODD_PPP + (0x0021, 0x0057))
        elif r < 0.06:                           # PFC: one byte of protocol
            packet = bytes((ppp,)) + packet
            ppp = None
        elif r < 0.07:
            head = rng.randbytes(2)
        elif r < 0.08:
            size = rng.choice((0, 1, 2, size - 1, size + 1, 65535))
        packet = (head + pack("!HH", rng.getrandbits(16), size & 0xFFFF)
                  + (b"" if ppp is None else pack("!H", ppp)) + packet)
        kind = 0x8864
    t = rng.random()
    if t < 0.45:
        depth = 1 + int(t * 100) % 3 if t < 0.42 else 4
        for _ in range(depth):
            tpid = TAGS[int(rng.random() * 3)] if rng.random() > 0.01 else 0x9200
            packet = pack("!HH", rng.getrandbits(16), kind) + packet
            kind = tpid
    return b"\x02\x00\x00\x00\x25\x02\x02\x00\x00\x00\x25\x01" + pack("!H", kind) + packet
