#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""frames.py --policy P --seed N --count M --side S --out F.pcap [--stats]

Random frames directed at the corners of a policy and of the packet formats.
The same seed gives the same file. --stats prints to stderr how often each
verdict and reason is reached, as the model sees it.
"""

import argparse
import collections
import random
import struct
import sys

import build
from decide import Decider
from model import records
from policy import Policy
from targets import Targets, packed

HEADER = struct.pack("<IHHIIII", 0xA1B2C3D4, 2, 4, 0, 0, 262144, 1)
PROTOCOL = {"4in4": (4, 4), "6in4": (4, 41), "4in6": (6, 4), "6in6": (6, 41)}
KINDS = tuple(PROTOCOL)
RUN = 1 / 48  # how often the record time jumps: changing it costs the programs much


class Maker:
    """Makes frames for one policy and side from one seed."""

    def __init__(self, policy, seed, side):
        self.rng = random.Random(f"{seed}/{side}")
        self.upstream = side == "upstream"
        self.targets = Targets(policy, self.rng)
        self.kinds = sorted(self.targets.endpoints)
        self.moment = self.rng.choice(self.targets.moments)

    def pick(self, groups):
        r = self.rng.random
        group = groups[int(r() * len(groups))]
        return group[int(r() * len(group))]

    def ends(self, line, peer):
        """(source, destination) as this side sees them; now and then the other way round."""
        if self.upstream != (self.rng.random() < 0.02):
            return peer, line
        return line, peer

    def packet(self, family, line, peer, protocol, body):
        source, destination = self.ends(line, peer)
        make = build.ipv4 if family == 4 else build.ipv6
        return make(self.rng, source, destination, protocol, body)

    def plain(self, family, line=None):
        line = line or self.pick(self.targets.lines[family])
        peer = self.pick(self.targets.peers[family])
        protocol, body = build.transport(self.rng, self.upstream)
        if family == 4 and self.targets.shared and self.rng.random() < 0.3:
            line, port = self.rng.choice(self.targets.shared)
            at = 2 if self.upstream else 0
            body = body[:at] + port.to_bytes(2, "big") + body[at + 2:]
        if self.rng.random() < 0.004:
            body += self.rng.randbytes(self.rng.choice((1400, 3000, 4100, 8900)))
        return self.packet(family, line, peer, protocol, body)

    def tunnelled(self):
        """(outer family, packet): in a named tunnel mostly, else in one nearly named."""
        rng = self.rng
        r = rng.random()
        kind = rng.choice(self.kinds) if self.kinds and r < 0.9 else rng.choice(KINDS)
        outer, protocol = PROTOCOL[kind]
        inner_family = 4 if protocol == 4 else 6
        named = self.targets.endpoints.get(kind)
        endpoint = rng.choice(named) if named else self.pick(self.targets.peers[outer])
        if r < 0.04:
            width = len(endpoint) * 8
            endpoint = packed(int.from_bytes(endpoint, "big") + rng.choice((-1, 1)), width)
        elif r < 0.06 and self.kinds:
            other = [e for k in self.kinds if PROTOCOL[k][0] == outer
                     for e in self.targets.endpoints[k]]
            endpoint = rng.choice(other) if other else endpoint
        inner = self.plain(inner_family)
        if r > 0.97:                             # a second level
            wrapper = rng.choice((4, 6))
            ends = self.pick(self.targets.lines[wrapper]), self.pick(self.targets.peers[wrapper])
            inner = self.packet(wrapper, *ends, 4 if inner_family == 4 else 41, inner)
            protocol = 4 if wrapper == 4 else 41
        line = self.pick(self.targets.lines[outer])
        if 0.06 < r < 0.14:                      # an outer first fragment, cut in the inner header
            inner = inner[:rng.randrange(52)]
            if outer == 6:
                inner = bytes((protocol, 0, 0, 1)) + rng.randbytes(4) + inner
                protocol = 44
            packet = clean(outer, *self.ends(line, endpoint), protocol, inner)
            return outer, packet if outer == 6 else packet[:6] + b"\x20" + packet[7:]
        if 0.14 < r < 0.5:                       # an outer header without surprises
            return outer, clean(outer, *self.ends(line, endpoint), protocol, inner)
        return outer, self.packet(outer, line, endpoint, protocol, inner)

    def frame(self):
        rng = self.rng
        r = rng.random()
        if r < (0.22 if self.kinds else 0.04):
            family, packet = self.tunnelled()
        else:
            family = 4 if rng.random() < 0.45 else 6
            packet = self.plain(family)
        n = rng.random()
        if 0.05 < n < 0.08:                      # one byte changed
            at = rng.randrange(min(len(packet), 80))
            packet = packet[:at] + bytes((rng.getrandbits(8),)) + packet[at + 1:]
        frame = build.link(rng, family, packet)
        if n < 0.05:                             # cut anywhere
            return frame[:rng.randrange(len(frame) + 1)]
        if n > 0.85:                             # padding
            if n < 0.95:
                return frame.ljust(60 + int(n * 1000) % 5, b"\0")
            return frame + rng.randbytes(1 + int(n * 1000) % 50)
        return frame

    def record(self):
        if self.rng.random() < RUN:
            self.moment = self.rng.choice(self.targets.moments)
        frame = self.frame()
        return struct.pack("<IIII", *self.moment, len(frame), len(frame)) + frame


def clean(family, source, destination, protocol, body):
    """An IP header with nothing odd about it."""
    if family == 4:
        return struct.pack("!BBHIBBH", 0x45, 0, 20 + len(body), 0, 64, protocol,
                           0) + source + destination + body
    return struct.pack("!IHBB", 0x60000000, len(body), protocol, 64) + source + destination + body


def pcap(policy, seed, count, side):
    """The bytes of a pcap file of count frames."""
    maker = Maker(policy, seed, side)
    return HEADER + b"".join([maker.record() for _ in range(count)])


def shares(policy, data, side, hook="xdp"):
    """Counter of (verdict, reason) over a pcap file's bytes."""
    decider = Decider(policy, hook, side)
    answers = (decider.frame(frame, seconds) for seconds, frame in records(data))
    return collections.Counter((a.verdict, a.reason) for a in answers)


def table(counts):
    total = sum(counts.values()) or 1
    rows = [f"{v:7}{r:26}{n:9}{n / total:9.3%}" for (v, r), n in sorted(counts.items())]
    return "\n".join(rows)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--policy", required=True)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=10000)
    parser.add_argument("--side", choices=("subscriber", "upstream"), default="subscriber")
    parser.add_argument("--out", required=True)
    parser.add_argument("--stats", action="store_true")
    args = parser.parse_args()
    policy = Policy(args.policy)
    data = pcap(policy, args.seed, args.count, args.side)
    with open(args.out, "wb") as stream:
        stream.write(data)
    if args.stats:
        print(table(shares(policy, data, args.side)), file=sys.stderr)


if __name__ == "__main__":
    main()
