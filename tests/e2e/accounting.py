# SPDX-License-Identifier: BSD-2-Clause
"""What accounting attributes mean for op25b, worked out a second time, from FreeRADIUS's view."""
import calendar
import ipaddress
import re
import time

ESCAPE = re.compile(rb"\\([0-7]{3}|.)", re.S)
LETTERS = {b"n": b"\n", b"r": b"\r", b"t": b"\t"}
STATUS = {"Start": 1, "Stop": 2, "Interim-Update": 3, "Alive": 3, "Accounting-On": 7,
          "Accounting-Off": 8}
MASKS = {str(ipaddress.ip_network(f"0.0.0.0/{n}").netmask): n for n in range(1, 33)}
NO_ADDRESS = {"0.0.0.0", "255.255.255.255", "255.255.255.254", "::"}
DAYS_30 = 30 * 86400


def records(text):
    """The records of a detail file, each a list of (name, value as printed)."""
    for block in text.split(b"\n\n"):
        lines = [line for line in block.split(b"\n") if line.startswith(b"\t")]
        if lines:
            yield [tuple(part.strip() for part in line.split(b" = ", 1)) for line in lines]


def octets(value):
    """The octets behind a printed string or 0x…"""
    if value.startswith(b"0x"):
        return bytes.fromhex(value[2:].decode())
    if value.startswith(b'"'):
        return ESCAPE.sub(
            lambda m: bytes([int(m[1], 8)]) if len(m[1]) == 3 else LETTERS.get(m[1], m[1]),
            value[1:-1])
    return value


def shown(value):
    """As op25b writes a text."""
    if all(0x20 <= octet <= 0x7e for octet in value):
        return value.decode()
    return "0x" + value.hex()


class Reading:
    """One record of a detail file, as op25b ought to have it."""

    def __init__(self, record, habits, now):
        self.record = record
        self.habits = habits
        self.now = now
        self.told = set()
        self.doubtful = set()
        self.unread = 0
        self.nets = []

    def first(self, name):
        """The text of an attribute's first occurrence that is not empty."""
        for key, value in self.record:
            if key == name.encode() and octets(value):
                return shown(octets(value))
        return ""

    def number(self, name, raw):
        """The first that is a number; where malformed FreeRADIUS prints octets."""
        for key, value in self.record:
            if key == name.encode() and not value.startswith(b"0x"):
                return value.decode().strip('"')
            assert key != raw.encode() or len(octets(value)) != 4, (key, value)
        return None

    def net(self, text):
        """Take in an address or prefix."""
        net = ipaddress.ip_network(text, strict=False)
        family = net.version
        if family == 6 and net.subnet_of(ipaddress.ip_network("::ffff:0:0/96")):
            return self.bad(6)
        if str(net.network_address) not in NO_ADDRESS:
            self.told.add(family)
            self.nets.append(net)
        return None

    def bad(self, family):
        """An attribute of addresses that is none."""
        self.doubtful.add(family)
        self.unread += 1

    def v4(self):
        """Framed-IP-Address, and the mask where the client's habit is to mean it."""
        found = [value.decode() for key, value in self.record if key == b"Framed-IP-Address"]
        masks = [value.decode() for key, value in self.record if key == b"Framed-IP-Netmask"]
        for key, value in self.record:
            if key == b"Attr-8" or (key == b"Attr-9" and "netmask" in self.habits):
                self.bad(4)
            assert key not in (b"Attr-8", b"Attr-9") or len(octets(value)) != 4, value
        found = [text for text in found if text not in NO_ADDRESS]
        length = 32
        if "netmask" in self.habits:
            for mask in masks:
                if mask not in MASKS and mask != "0.0.0.0":
                    self.bad(4)
            length = next((MASKS[mask] for mask in masks if mask in MASKS), 32)
        if found:
            self.told.add(4)
            net = ipaddress.ip_network(f"{found[0]}/{length}", strict=False)
            self.nets.append(net)

    def v6(self):
        """The attributes of IPv6, and the vendors'."""
        for key, value in self.record:
            name = key.decode()
            if name in ("Framed-IPv6-Prefix", "Delegated-IPv6-Prefix", "Framed-IPv6-Address",
                        "Alc-Ipv6-Address"):
                if value.startswith(b"0x"):
                    self.bad(6)
                else:
                    self.net(value.decode())
            elif name in ("Attr-97", "Attr-123", "Attr-168", "Attr-26.6527.99"):
                self.bad(6)
            elif name == "Framed-IPv6-Route" and "route" in self.habits:
                self.route(octets(value))
            elif name == "Attr-26.4874.164":
                self.told.add(4)

    def route(self, value):
        """Framed-IPv6-Route: its first word."""
        word = value.split(b" ")[0]
        try:
            net = ipaddress.ip_network(word.decode("ascii"), strict=False)
        except ValueError:
            return self.bad(6)
        return self.net(str(net)) if net.version == 6 else self.bad(6)

    def nas(self):
        """Who speaks."""
        names = [self.first("NAS-Identifier")]
        for name in ("NAS-IP-Address", "NAS-IPv6-Address"):
            names += [value.decode() for key, value in self.record
                      if key == name.encode() and not value.startswith(b"0x")]
        return next((name for name in names if name), "client")

    def when(self):
        """When it happened."""
        date = self.number("Event-Timestamp", "Attr-55")
        stamp = date and calendar.timegm(time.strptime(date, "%b %d %Y %H:%M:%S UTC"))
        delay = int(self.number("Acct-Delay-Time", "Attr-41") or 0)
        if date and 0 <= self.now - stamp <= DAYS_30:
            return stamp
        return self.now - delay if delay <= DAYS_30 else self.now

    def fields(self):
        """The names and values that acct-server prints, or None for what is of no use."""
        status = STATUS.get(self.number("Acct-Status-Type", "Attr-40"))
        session = self.first("Acct-Session-Id")
        if not status or (not session and status < 7):
            return None
        self.v4()
        self.v6()
        outer = {net for net in self.nets
                 if not any(net != other and net.version == other.version and net.subnet_of(other)
                            for other in self.nets)}
        told = self.told | ({4, 6} if "released" in self.habits else set())
        return {
            "status": str(status), "nas": self.nas(), "session": session,
            "user": self.first("User-Name"), "class": self.first("Class"),
            "filter": self.first("Filter-Id"),
            "pool": self.first("Framed-Pool") or self.first("Framed-IPv6-Pool"),
            "time": str(self.when()), "unread": str(self.unread), "left_out": "0",
            "told": "".join(str(family) for family in sorted(told - self.doubtful)),
            "prefixes": " ".join(str(net) for net in sorted(
                outer, key=lambda net: (net.version, net.network_address, net.prefixlen))),
        }
