# SPDX-License-Identifier: BSD-2-Clause
"""Single SYNs as Ethernet frames, plain or inside what a line may wrap them in."""
import socket
import struct

MAC = bytes.fromhex("020000000001")


def checksum(data):
    """RFC 1071."""
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return ~total & 0xffff


def ipv4(source, address, protocol, payload):
    """An IPv4 packet."""
    ends = socket.inet_aton(source) + socket.inet_aton(address)
    head = struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(payload), 0, 0, 64, protocol, 0)
    return head[:10] + struct.pack("!H", checksum(head + ends)) + ends + payload


def ipv6(source, address, protocol, payload):
    """An IPv6 packet."""
    return struct.pack("!IHBB", 6 << 28, len(payload), protocol, 64) + socket.inet_pton(
        socket.AF_INET6, source) + socket.inet_pton(socket.AF_INET6, address) + payload


def syn(source, address, sport=40000, flags=2, seq=1, ack=1):
    """A SYN to port 25, or another segment."""
    kind, make = (socket.AF_INET6, ipv6) if ":" in source else (socket.AF_INET, ipv4)
    ends = socket.inet_pton(kind, source) + socket.inet_pton(kind, address)
    tcp = struct.pack("!HHIIBBHHH", sport, 25, seq, ack if flags & 16 else 0, 0x50, flags, 1024,
                      0, 0)
    total = checksum(ends + struct.pack("!HH", 6, len(tcp)) + tcp)
    return make(source, address, 6, tcp[:16] + struct.pack("!H", total) + tcp[18:])


def frame(mac, packet, wrap=None):
    """As Ethernet carries it: plain; in a VLAN, wrap="vlan"; in a PPPoE session, wrap="pppoe"."""
    kind = b"\x86\xdd" if packet[0] >> 4 == 6 else b"\x08\x00"
    if wrap == "vlan":
        kind = b"\x81\x00\x00\x05" + kind
    elif wrap == "pppoe":
        inner = b"\x00\x57" if packet[0] >> 4 == 6 else b"\x00\x21"
        kind = b"\x88\x64" + struct.pack("!BBHH", 0x11, 0, 7, len(packet) + 2) + inner
    return mac + MAC + kind + packet
