# SPDX-License-Identifier: BSD-2-Clause
"""Plain packets for the tests, one obvious line each; nothing random."""

import ipaddress
from struct import pack

LINE4, PEER4 = "198.51.100.9", "203.0.113.7"
LINE6, PEER6 = "2001:db8:1000::9", "2001:db8:ffff::7"
TCP25 = pack("!HH", 40000, 25) + bytes(16)
FROM25 = pack("!HH", 25, 40000) + bytes(16)


def address(text):
    return ipaddress.ip_address(text).packed


def ip4(body=TCP25, src=LINE4, dst=PEER4, protocol=6, word=0, options=b"", total=None, first=None):
    size = 20 + len(options)
    total = size + len(body) if total is None else total
    first = 0x40 | size // 4 if first is None else first
    return (pack("!BBHHHBBH", first, 0, total, 1, word, 64, protocol, 0)
            + address(src) + address(dst) + options + body)


def ip6(body=TCP25, src=LINE6, dst=PEER6, following=6, length=None, first=0x60):
    length = len(body) if length is None else length
    return (pack("!BBHHBB", first, 0, 0, length, following, 64)
            + address(src) + address(dst) + body)


def eth(packet, kind=None):
    if kind is None:
        kind = 0x0800 if packet[0] >> 4 == 4 else 0x86DD
    return bytes(12) + pack("!H", kind) + packet


def tags(packet, *kinds):
    """Ethernet with the tags given, outermost first, around an IPv4 packet."""
    out = bytes(12)
    for kind in kinds:
        out += pack("!HH", kind, 7)
    return out + pack("!H", 0x0800) + packet


def pppoe(packet, protocol=0x0021, size=None):
    size = len(packet) + 2 if size is None else size
    return eth(b"\x11\x00" + pack("!HHH", 1, size & 0xFFFF, protocol) + packet, 0x8864)


def ext(following, units=0):
    return bytes((following, units)) + bytes(6 + 8 * units)


def ah(following, units=2):
    return bytes((following, units)) + bytes(units * 4 + 6)


def fragment(following, offset=0, more=0, reserved=0):
    return pack("!BBHI", following, reserved, offset << 3 | more, 1)


def chain(count, last=6):
    """`count` destination options headers, the last one naming `last`."""
    return b"".join(ext(60 if i + 1 < count else last) for i in range(count))
