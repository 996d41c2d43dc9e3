# SPDX-License-Identifier: BSD-2-Clause
"""Small captures for the tests of the command line: pcap and pcapng files of TCP SYNs, as bytes."""
import ipaddress
import struct

ETHERNET, RAW, LINUX_SLL = 1, 101, 113


def tcp(src, dst, sport, dport):
    """An IP packet with a TCP SYN."""
    src, dst = ipaddress.ip_address(src), ipaddress.ip_address(dst)
    segment = struct.pack("!HHIIBBHHH", sport, dport, 1, 0, 5 << 4, 2, 65535, 0, 0)
    if src.version == 4:
        return struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(segment), 0, 0, 64, 6, 0) \
            + src.packed + dst.packed + segment
    return struct.pack("!IHBB", 6 << 28, len(segment), 6, 64) + src.packed + dst.packed + segment


def tunnel(src, dst, packet):
    """An IPv6 packet with an IP packet in it."""
    following = {4: 4, 6: 41}[packet[0] >> 4]
    return struct.pack("!IHBB", 6 << 28, len(packet), following, 64) \
        + ipaddress.ip_address(src).packed + ipaddress.ip_address(dst).packed + packet


def ethernet(packet):
    kind = {4: 0x0800, 6: 0x86dd}[packet[0] >> 4]
    return bytes.fromhex("020000000002020000000001") + struct.pack("!H", kind) + packet


def pcapng(frames):
    """Simple Packet Blocks, which have no time."""
    def block(kind, body):
        body += bytes(-len(body) % 4)
        return struct.pack("<II", kind, len(body) + 12) + body + struct.pack("<I", len(body) + 12)

    out = [block(0x0a0d0d0a, struct.pack("<IHHq", 0x1a2b3c4d, 1, 0, -1)),
           block(1, struct.pack("<HHI", ETHERNET, 0, 262144))]
    return b"".join(out + [block(3, struct.pack("<I", len(frame)) + frame) for frame in frames])


def pcap(records, link=ETHERNET, length=None):
    """records: (seconds, frame). length: what the records say the frames were on the wire."""
    out = [struct.pack("<IHHiIII", 0xa1b2c3d4, 2, 4, 0, 0, 262144, link)]
    for seconds, frame in records:
        out.append(struct.pack("<IIII", seconds, 0, len(frame), length or len(frame)) + frame)
    return b"".join(out)
