#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Addresses and moments worth trying, taken from a policy: at and around every boundary.

Only lists are made here, once per file of frames; frames.py draws from them.
Addresses are bytes. An empty family gets plain foreign addresses instead.
"""

FOREIGN4 = bytes([203, 0, 113])
FOREIGN6 = bytes.fromhex("20010db8ffff") + bytes(8)


def packed(number, width):
    return (number % (1 << width)).to_bytes(width // 8, "big")


def around(net, rng, inside=24, line=None):
    """First, last, one before, one after, some inside; with `line`, edges of some lines too."""
    size = 1 << (net.width - net.length)
    first, last = net.value, net.value + size - 1
    numbers = [first, last, first - 1, last + 1]
    numbers += [first + rng.randrange(size) for _ in range(inside)]
    if line is not None and line >= net.length:
        unit = 1 << (net.width - line)
        for _ in range(6):
            begin = first + rng.randrange(size // unit) * unit
            numbers += [begin, begin + unit - 1, begin - 1]
    return [packed(n, net.width) for n in numbers]


class Targets:
    def __init__(self, policy, rng):
        self.lines = {4: [], 6: []}   # groups of addresses: a group first, then an address of it
        self.peers = {4: [], 6: []}
        self.endpoints = {}           # kind -> endpoints named
        for pool in policy.pools:
            self._group(self.lines, pool.net, rng, pool.line)
        for line in policy.lines:
            self._group(self.lines, line.net, rng)
        by_id = {}
        for line in policy.lines:
            by_id.setdefault(line.id, []).append(line.net)
        for window in policy.holds + policy.exemptions:
            nets = list(window.nets)
            for name in window.lines:
                nets += by_id.get(name, [])
            for net in nets:
                self._group(self.lines, net, rng)
        for table in (policy.servers, policy.destinations):
            for nets in table.values():
                for net in nets:
                    self._group(self.peers, net, rng)
        for kind, endpoint in sorted(policy.tunnels):
            self.endpoints.setdefault(kind, []).append(endpoint)
        foreign = {4: [FOREIGN4 + bytes([rng.randrange(256)]) for _ in range(32)]
                   + [rng.randbytes(4) for _ in range(32)],
                   6: [FOREIGN6 + rng.randbytes(2) for _ in range(32)]
                   + [rng.randbytes(16) for _ in range(32)]}
        for family in (4, 6):
            self.lines[family].append(foreign[family])
            self.peers[family] += [foreign[family]] * max(1, len(self.peers[family]))
            self.peers[family].append(rng.choice(self.lines[family]))
        mapped = [bytes(10) + b"\xff\xff" + a for g in self.lines[4] + self.peers[4] for a in g[:2]]
        self.lines[6].append(mapped)
        self.peers[6].append(mapped)
        self.shared = [pair for pool in policy.pools if pool.map
                       for pair in behind(pool, self.lines[6], rng)]
        self.moments = moments(policy, rng)

    @staticmethod
    def _group(table, net, rng, line=None):
        table[4 if net.width == 32 else 6].append(around(net, rng, line=line))


def behind(pool, groups, rng):
    """(shared address, port) of the IPv6 addresses of a pool's map, at the edges of its sets."""
    rule, out = pool.map, []
    size = 1 << (128 - rule.v6.length)
    psid_length = rule.ea - (32 - pool.net.length)
    for address in (a for group in groups for a in group):
        offset = int.from_bytes(address, "big") - rule.v6.value
        if not 0 <= offset < size:
            continue
        bits = offset >> (128 - rule.v6.length - rule.ea)
        rest = 16 - rule.offset - psid_length
        first = rng.randrange(1 << rule.offset) if rng.random() < 0.5 else min(1, rule.offset)
        psid = bits & ((1 << psid_length) - 1)
        port = (first << psid_length | psid) << rest
        port += rng.choice((0, (1 << rest) - 1, rng.randrange(1 << rest)))
        out.append((packed(pool.net.value + (bits >> psid_length), 32), port))
    return out


def moments(policy, rng):
    """(seconds, microseconds): just before, at and after each date, and far from all."""
    out = []
    dates = policy.moments or [1_800_000_000]
    for date in dates:
        out += [(date - 1, 999_999), (date, 0), (date, rng.randrange(1_000_000)), (date + 1, 0)]
        out += [(date + sign * 86_400 * rng.randrange(1, 20), 7) for sign in (1, -1)]
    out += [(dates[0] - 10_000_000, 0), (dates[-1] + 10_000_000, 0)] * (1 + len(dates) // 2)
    return out
