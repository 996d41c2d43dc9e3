#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""What is seen of a frame: which line, which peer, and whether its ports are 25 or hidden.

see() ends in one of two ways: a reason under which the frame passes at once
(a str), or a Seen, which decide.py takes through the four steps. Nothing here
looks at who the addresses belong to; only the named tunnels come from the policy.

Lengths are the IP header's: whatever the frame holds beyond them is padding, and
a packet inside a tunnel ends where the outer one says.
"""

from collections import namedtuple

OTHER_PORT = "other-port"
MALFORMED = "malformed"
LATER = "later-fragment"
SHORT = "short-fragment"
HIDDEN = "hidden-transport"

# hides: None (its port is 25), SHORT or HIDDEN; peer, port None: not in the packet
Seen = namedtuple("Seen", "hides line peer port", defaults=(None,))  # port: of that address

TAGS = {0x8100, 0x88A8, 0x9100}
PPPOE_SESSION = 0x8864
ETHERTYPES = {0x0800: 4, 0x86DD: 6}
PPP_PROTOCOLS = {0x0021: 4, 0x0057: 6}
TCP = 6
TUNNELS = {(4, 4): "4in4", (4, 41): "6in4", (6, 4): "4in6", (6, 41): "6in6"}
INNER = {4: 4, 41: 6}
PEERS = {(4, False): (16, 4), (4, True): (12, 4), (6, False): (24, 16), (6, True): (8, 16)}
WALKED = {0, 43, 44, 51, 60, 135, 139, 140}
FRAGMENT = 44
AUTHENTICATION = 51
MOST_HEADERS = 8
PORT = 25


class Eye:
    """One way of looking: hook xdp or tc, side subscriber or upstream, named tunnels."""

    def __init__(self, tunnels, hook="xdp", side="subscriber"):
        self.tunnels = tunnels
        self.tc = hook == "tc"
        self.upstream = side == "upstream"

    def see(self, frame):
        version, start = network_layer(frame)
        if version == 4:
            return self._ipv4(frame, start, len(frame), None)
        if version == 6:
            return self._ipv6(frame, start, len(frame), None)
        return OTHER_PORT

    def _ipv4(self, frame, start, limit, line):
        if limit - start < 20 or frame[start] >> 4 != 4:
            return MALFORMED
        header = (frame[start] & 15) * 4
        total = frame[start + 2] << 8 | frame[start + 3]
        if total == 0 and self.tc:
            total = limit - start
        if header < 20 or total < header or start + total > limit:
            return MALFORMED
        end = start + total
        body = start + header
        source, destination = frame[start + 12:start + 16], frame[start + 16:start + 20]
        word = frame[start + 6] << 8 | frame[start + 7]
        offset, more = word & 0x1FFF, word & 0x2000
        protocol = frame[start + 9]
        if protocol != TCP:
            # of fragments only those of TCP are looked at, so a tunnel's are not
            if line is None and not offset and not more:
                return self._tunnel(frame, 4, protocol, body, end, (source, destination), False)
            return OTHER_PORT
        if offset:
            return LATER
        hides = None
        if end - body < 4:
            if not more:
                return MALFORMED
            hides = SHORT
        return self._ports(frame, body, hides, line, source, destination)

    def _ipv6(self, frame, start, limit, line):
        if limit - start < 40 or frame[start] >> 4 != 6:
            return MALFORMED
        end = start + 40 + (frame[start + 4] << 8 | frame[start + 5])
        if end > limit:
            return MALFORMED
        source, destination = frame[start + 8:start + 24], frame[start + 24:start + 40]
        kind, at, hides, first = walk(frame, start + 40, end, frame[start + 6])
        if kind in (MALFORMED, LATER):
            return kind
        if not hides and kind != TCP:
            if line is None:
                ends = (source, destination)
                return self._tunnel(frame, 6, kind, at, end, ends, first)
            return OTHER_PORT
        if not hides and end - at < 4:
            if not first:
                return MALFORMED
            hides = HIDDEN
        return self._ports(frame, at, hides, line, source, destination)

    def _tunnel(self, frame, outer, protocol, start, end, ends, first):
        """One level down, if the policy names this tunnel; any other is the line's own business."""
        line, endpoint = (ends[1], ends[0]) if self.upstream else ends
        if (TUNNELS.get((outer, protocol)), endpoint) not in self.tunnels:
            return OTHER_PORT
        version = INNER[protocol]
        if first and end - start < (20 if version == 4 else 40):
            # RFC 7112: the inner header belongs to the chain; its peer may still be in it
            at, size = PEERS[version, self.upstream]
            peer = frame[start + at:start + at + size] if end - start >= at + size else None
            return Seen(HIDDEN, line, peer)
        look = self._ipv4 if version == 4 else self._ipv6
        return look(frame, start, end, line)

    def _ports(self, frame, at, hides, line, source, destination):
        if self.upstream:
            source, destination, port, own = destination, source, at, at + 2
        else:
            port, own = at + 2, at
        if not hides and (frame[port] << 8 | frame[port + 1]) != PORT:
            return OTHER_PORT
        if line is not None:
            return Seen(hides, line, destination)
        own = None if hides else frame[own] << 8 | frame[own + 1]
        return Seen(hides, source, destination, own)


def network_layer(frame):
    """(4 or 6, where it begins), or (None, 0) if the frame carries no IP we look at."""
    size = len(frame)
    if size < 14:
        return None, 0
    kind, at = frame[12] << 8 | frame[13], 14
    tags = 0
    while kind in TAGS:
        tags += 1
        if tags > 3 or size < at + 4:
            return None, 0
        kind, at = frame[at + 2] << 8 | frame[at + 3], at + 4
    if kind == PPPOE_SESSION:
        if size < at + 8:
            return None, 0
        return PPP_PROTOCOLS.get(frame[at + 6] << 8 | frame[at + 7]), at + 8
    return ETHERTYPES.get(kind), at


def walk(frame, at, end, kind):
    """The IPv6 headers: (what follows or a reason, where, hides, is a first fragment)."""
    first = False
    count = 0
    while kind in WALKED:
        count += 1
        if count > MOST_HEADERS:
            return kind, at, HIDDEN, first
        size = 8
        if at + 8 <= end:
            if kind == AUTHENTICATION:
                size = (frame[at + 1] + 2) * 4
            elif kind != FRAGMENT:
                size = (frame[at + 1] + 1) * 8
        if at + size > end:
            return (kind, at, HIDDEN, first) if first else (MALFORMED, at, None, first)
        if kind == FRAGMENT:
            word = frame[at + 2] << 8 | frame[at + 3]
            if word >> 3:
                return LATER, at, None, first
            first = first or bool(word & 1)
        kind, at = frame[at], at + size
    return kind, at, None, first
