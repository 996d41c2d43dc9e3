# SPDX-License-Identifier: BSD-2-Clause
"""The steps of the decision and the reading of dates, on a policy small enough to think through."""

import ipaddress
import os
import tempfile
import unittest
from struct import pack

from decide import Decider
from hand import FROM25, TCP25, chain, eth, ip4, ip6
from policy import Policy, line_behind

TEXT = """\
op25b: 1
timezone: Asia/Tokyo
mail_servers:
  - {id: relay, addresses: [192.0.2.25], offers: [relay]}
  - {id: mx, addresses: [192.0.2.10], offers: [mx]}
destinations:
  - {id: carriers, addresses: [203.0.113.128/25]}
services:
  - id: dyn
    addressing: dynamic
    pools: [198.51.100.0/24, {prefix: "2001:db8:1000::/40", line: 56}]
    port25:
      - {from: 2027-02-01, action: count, to: [carriers], except: [relay]}
      - {from: 2027-03-01, action: refuse, how: unreachable, to: [carriers], except: [relay]}
      - {from: 2027-04-01, action: allow}
      - {from: 2027-04-01, action: refuse, how: reset, except: [relay]}
      - {from: 2027-06-01, action: allow}
  - {id: fix, addressing: fixed, pools: [203.0.113.0/26], port25: []}
lines:
  - {id: L-1, service: fix, prefixes: [198.51.100.8/29]}
  - {id: L-2, service: dyn, prefixes: [198.51.100.10/32, 203.0.113.0/29]}
  - {id: L-3, service: dyn, prefixes: [203.0.113.32/27]}
exemptions:
  - {id: X-1, lines: [L-2], from: 2027-04-10, until: 2027-04-20}
  - {id: X-2, prefixes: [203.0.113.32/28], from: 2027-04-10, until: 2027-04-20T12:00:00+09:00}
holds:
  - {id: H-1, lines: [L-1], from: 2027-05-01, until: 2027-05-02, how: notice}
  - {id: H-2, prefixes: [203.0.113.32/27], from: 2027-04-15, until: 2027-04-15, how: reset}
  - {id: H-3, prefixes: [192.0.2.99/32], from: 2027-01-01, how: drop}
"""
SHARED = """\
op25b: 1
services:
  - id: dyn
    addressing: dynamic
    pools: ["2001:db8::/40"]
    port25: [{from: 2027-03-01T00:00:00Z, action: refuse, how: reset}]
  - {id: fix, addressing: fixed, port25: []}
  - id: map
    addressing: shared
    unknown_line: count
    pools: [{prefix: 192.0.2.0/24, map: {v6: "2001:db8::/40", ea: 16}}]
    port25: [{from: 2027-03-01T00:00:00Z, action: refuse, how: reset}]
lines: [{id: M-1, service: fix, prefixes: ["2001:db8:12:3400::/56"]}]
"""
FOREIGN, CARRIER, RELAY, MX = "203.0.113.77", "203.0.113.200", "192.0.2.25", "192.0.2.10"
DYN, FIX = "198.51.100.77", "198.51.100.9"


class Case(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.policy = cls.load(TEXT)

    @staticmethod
    def load(text):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "p.yaml")
            with open(path, "w", encoding="utf-8") as stream:
                stream.write(text)
            return Policy(path)

    def at(self, when, src, dst, expected, side="subscriber", packet=None):
        """expected: verdict reason how service, and line if it matters; `-` for null."""
        policy = self.policy
        if packet is None:
            packet = ip4(TCP25, src, dst) if side == "subscriber" else ip4(FROM25, dst, src)
        got = Decider(policy, "xdp", side).frame(eth(packet), policy.moment(when))
        words = expected.split()
        self.assertEqual([f or "-" for f in got[:len(words)]], words)


class Steps(Case):
    def test_service(self):
        """the longest prefix of lines gives the service, then the pool, else not-a-subscriber"""
        self.at("2027-04-05", DYN, FOREIGN, "refuse foreign-server reset dyn -")
        self.at("2027-04-05", FIX, FOREIGN, "pass unrestricted - fix L-1")
        self.at("2027-04-05", "198.51.100.10", FOREIGN, "refuse foreign-server reset dyn L-2")
        self.at("2027-04-05", "198.51.100.16", FOREIGN, "refuse foreign-server reset dyn")
        self.at("2027-04-05", "203.0.113.7", FOREIGN, "refuse foreign-server reset dyn")
        self.at("2027-04-05", "203.0.113.8", FOREIGN, "pass unrestricted - fix")
        self.at("2027-04-05", "198.51.101.0", FOREIGN, "pass not-a-subscriber - -")

    def test_unknown(self):
        """a line of a shared pool is unknown, unless `lines` has it"""
        self.policy = self.load(TEXT.replace("id: dyn\n    addressing: dynamic",
                                             "id: dyn\n    addressing: shared"))
        self.at("2027-04-05", DYN, FOREIGN, "refuse foreign-server reset dyn unknown")
        self.at("2027-04-05", "198.51.100.10", FOREIGN, "refuse foreign-server reset dyn L-2")
        self.at("2027-04-05", "198.51.101.0", FOREIGN, "pass not-a-subscriber - - -")

    def test_shared(self):
        """a port of a shared address is a line's, as in RFC 7597 appendix A, or nobody's"""
        self.policy = self.load(SHARED)
        own = "pass unrestricted - fix M-1"
        for port in (1232, 1235, 2256, 63696, 64723):
            self.port(port, own)
        for port in (1231, 1236, 64719, 65535):
            self.port(port, "refuse foreign-server reset dyn -")
        for port in (0, 1, 0x34, 25, 1023):
            self.port(port, "count foreign-server - map unknown")
        told = line_behind(self.policy.pools[-1], bytes([192, 0, 2, 18]), 1232)
        self.assertEqual(told, ipaddress.ip_address("2001:db8:12:3400:0:c000:212:34").packed)
        self.at("2027-04-05", "192.0.2.18", FOREIGN, "count short-fragment - map unknown",
                packet=ip4(TCP25[:3], "192.0.2.18", FOREIGN, word=0x2000))
        self.at("2027-04-05", "192.0.2.18", FOREIGN, own, "upstream",
                ip4(pack("!HH", 25, 1232) + bytes(16), FOREIGN, "192.0.2.18"))

    def port(self, port, expected):
        packet = ip4(pack("!HH", port, 25) + bytes(16), "192.0.2.18", FOREIGN)
        self.at("2027-04-05", None, None, expected, packet=packet)

    def test_hold(self):
        """a hold refuses with its own how, even to designated servers; upstream it drops"""
        self.at("2027-05-01", FIX, RELAY, "refuse hold notice fix")
        self.at("2027-05-01", FIX, RELAY, "refuse hold drop fix", "upstream")
        self.at("2027-05-02T23:59:59+09:00", FIX, RELAY, "refuse hold notice fix")
        self.at("2027-05-03", FIX, RELAY, "pass unrestricted - fix")
        self.at("2027-05-01", "198.51.100.10", RELAY, "pass designated-server - dyn")
        self.at("2027-05-01", "192.0.2.99", RELAY, "pass not-a-subscriber - -")

    def test_exemption(self):
        """an exemption passes while it lasts, and a hold goes before it"""
        self.at("2027-04-09T14:59:59Z", "198.51.100.10", FOREIGN, "refuse foreign-server reset dyn")
        self.at("2027-04-09T15:00:00Z", "198.51.100.10", FOREIGN, "pass exemption - dyn")
        self.at("2027-04-20T23:59:59", "203.0.113.3", FOREIGN, "pass exemption - dyn")
        self.at("2027-04-21", "203.0.113.3", FOREIGN, "refuse foreign-server reset dyn")
        self.at("2027-04-15", "203.0.113.33", FOREIGN, "refuse hold reset dyn")
        self.at("2027-04-20T11:59:59", "203.0.113.33", FOREIGN, "pass exemption - dyn")
        self.at("2027-04-20T12:00:00", "203.0.113.33", FOREIGN, "refuse foreign-server reset dyn")

    def test_rules(self):
        """the rule in force with the latest date whose `to` holds the peer rules"""
        self.at("2027-01-31T23:59:59", DYN, CARRIER, "pass before-start - dyn")
        self.at("2027-02-01", DYN, CARRIER, "count foreign-server - dyn")
        self.at("2027-02-01", DYN, FOREIGN, "pass other-destination - dyn")
        self.at("2027-03-01", DYN, CARRIER, "refuse foreign-server unreachable dyn")
        self.at("2027-03-01", DYN, RELAY, "pass other-destination - dyn")
        self.at("2027-04-01", DYN, CARRIER, "refuse foreign-server reset dyn")
        self.at("2027-06-01", DYN, CARRIER, "pass unrestricted - dyn")

    def test_servers(self):
        """a spared server passes, another of the provider's own is designated-server-closed"""
        self.at("2027-04-01", DYN, RELAY, "pass designated-server - dyn")
        self.at("2027-04-01", DYN, MX, "refuse designated-server-closed reset dyn")
        self.at("2027-04-01", DYN, RELAY, "pass designated-server - dyn", "upstream")
        self.at("2027-04-01", DYN, MX, "refuse reverse-path drop dyn", "upstream")
        self.at("2027-02-01", DYN, CARRIER, "count reverse-path - dyn", "upstream")

    def test_hidden(self):
        """a packet that hides its ports takes the same steps without `except`; a hold is a hold"""
        short = ip4(b"", DYN, RELAY, word=0x2000)
        self.at("2027-04-01", DYN, RELAY, "refuse short-fragment drop dyn", packet=short)
        self.at("2027-06-01", DYN, RELAY, "pass unrestricted - dyn", packet=short)
        self.at("2027-02-01", DYN, RELAY, "pass other-destination - dyn", packet=short)
        short = ip4(b"", DYN, CARRIER, word=0x2000)
        self.at("2027-02-01", DYN, CARRIER, "count short-fragment - dyn", packet=short)
        deep = ip6(chain(9), following=60)
        self.at("2027-04-01", DYN, MX, "refuse hidden-transport drop dyn", packet=deep)
        back = ip6(chain(9), "2001:db8:ffff::1", "2001:db8:10ff::1", following=60)
        self.at("2027-04-01", DYN, MX, "refuse hidden-transport drop dyn", "upstream", back)
        held = ip4(b"", FIX, RELAY, word=0x2000)
        self.at("2027-05-01", FIX, RELAY, "refuse hold drop fix", packet=held)

    def test_reverse_path_off(self):
        """with reverse_path off nothing is looked at on the upstream side"""
        self.policy = self.load(TEXT + "reverse_path: off\n")
        self.at("2027-05-01", FIX, FOREIGN, "pass other-port - -", "upstream")
        self.at("2027-05-01", FIX, FOREIGN, "pass other-port - -", "upstream", ip4(first=0x44))
        self.at("2027-05-01", FIX, FOREIGN, "refuse hold notice fix")


class Reading(Case):
    def test_dates(self):
        """a bare date begins and ends at midnight of the zone, summer time included"""
        berlin = self.load("op25b: 1\ntimezone: Europe/Berlin\n")
        self.assertEqual(berlin.moment("2027-03-28"), 1806188400)
        self.assertEqual(berlin.moment("2027-03-28", end=True), 1806188400 + 23 * 3600)
        self.assertEqual(berlin.moment("2027-03-28T00:00:00Z"), 1806188400 + 3600)

    def test_tenants(self):
        """tenants' ids are qualified, `*/x` is every tenant's, servers too"""
        here = os.path.join(os.path.dirname(os.path.abspath(__file__)), "policies")
        self.policy = Policy(os.path.join(here, "wholesale.yaml"))
        home, wholesale = "198.51.100.130", "198.51.100.1"
        maple, maple_mx, oak, core = "192.0.2.50", "192.0.2.51", "192.0.2.60", "192.0.2.1"
        march = "2027-03-12"
        self.at(march, wholesale, maple, "pass designated-server - bitstream")
        self.at(march, wholesale, oak, "pass designated-server - bitstream")
        self.at("2027-04-02", wholesale, oak, "refuse foreign-server unreachable bitstream")
        closed = "refuse designated-server-closed unreachable bitstream"
        self.at("2027-04-02", wholesale, core, closed)
        self.at(march, home, maple, "pass designated-server - maple/home")
        self.at(march, home, core, "pass designated-server - maple/home")
        self.at(march, home, maple_mx, "refuse designated-server-closed notice maple/home")
        self.at(march, home, oak, "refuse foreign-server notice maple/home")
        self.at("2027-05-01", "198.51.100.33", oak, "refuse foreign-server notice maple/home")
        self.at(march, "198.51.100.144", oak, "refuse hold reset maple/office")
