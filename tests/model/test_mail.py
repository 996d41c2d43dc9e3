# SPDX-License-Identifier: BSD-2-Clause
"""The decision for relaying, on mail sections small enough to think through."""

import os
import tempfile
import unittest

from mail import Mail
from policy import Policy

TEXT = """\
op25b: 1
timezone: Asia/Tokyo
include: [tenant.yaml]
services:
  - {id: dyn, addressing: dynamic, pools: [198.51.100.0/25], port25: []}
  - {id: fix, addressing: fixed, pools: [198.51.100.128/25], port25: []}
  - {id: cgn, addressing: shared, pools: [192.0.2.0/28], port25: []}
mail:
  domains: [example.net, "*.example.net"]
  ways:
    auth587: [{services: [fix], action: count}]
    line25:
      - {services: [dyn, cgn], action: allow}
      - {from: 2027-04-01, services: [dyn], action: count, limits: small}
      - {from: 2027-06-01, services: [dyn], action: allow}
      - {from: 2027-06-01, services: [any], action: refuse}
    auth25:
      - {services: [any], action: count, limits: person}
      - {from: 2027-04-01, services: [elsewhere], action: refuse}
    pop25:
      - {services: [elsewhere, fix], action: allow, window: 10m}
      - {from: 2027-04-01, services: [fix], action: refuse}
  senders: {own: line, foreign: confirmed}
  limits:
    person:
      account: {burst: 100, hour: 300, day: 1000}
      line: {burst: 50, hour: 60, day: 70}
      message: 40
    small: {line: {burst: 10, hour: 30, day: 100}, message: 10, at_limit: refuse}
    server: {account: {burst: 200, hour: 200, day: 200}, message: 100, at_limit: hold}
    new: {account: {burst: 60, hour: 400, day: 60}, message: 50}
    abroad: {account: {burst: 20, hour: 50, day: 100}, message: 20}
  new_account: {for: 7d, limits: new}
  server_accounts: {limits: server, senders: any}
  abroad: {action: refuse, limits: abroad, customer_opens: 7d}
  home: [JP]
  networks_from: [networks.csv]
"""
TENANT = """\
tenant: t
services:
  - {id: dyn, addressing: dynamic, pools: [203.0.113.0/28], port25: []}
mail:
  domains: [t.example]
  ways:
    line25: [{services: [dyn, fix], action: allow}]
    pop25: [{services: [elsewhere], action: allow, window: 5m, limits: abroad}]
  senders: {own: any, foreign: any}
  first_password: {send_from: nowhere}
"""
NETWORKS = """\
prefix,country,asn,kind
203.0.113.64/26,US,1,
203.0.113.96/28,JP,1,shared
203.0.113.112/28,JP,1,hosting
203.0.113.128/28,,1,
"""
DYN, FIX, CGN, TENANTS = "198.51.100.7", "198.51.100.200", "192.0.2.1", "203.0.113.1"
HOME, ABROAD, NAT, RACK, UNSAID = ("203.0.113.200", "203.0.113.65", "203.0.113.97",
                                   "203.0.113.113", "203.0.113.130")


class Case(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        with tempfile.TemporaryDirectory() as folder:
            for name, text in (("p.yaml", TEXT), ("tenant.yaml", TENANT),
                               ("networks.csv", NETWORKS)):
                with open(os.path.join(folder, name), "w", encoding="utf-8") as stream:
                    stream.write(text)
            cls.policy = Policy(os.path.join(folder, "p.yaml"))
            cls.mail = Mail(cls.policy)

    def ask(self, peer, port, words="", sender="a@example.net", at="2027-03-01", tenant=None):
        return self.mail.decide(tenant, self.policy.moment(at), peer, 0, port, set(words.split()),
                                sender)

    def says(self, expected, *args, **named):
        """expected: verdict reason way."""
        answer = self.ask(*args, **named)
        self.assertEqual([answer.verdict, answer.reason, answer.way], expected.split())
        return answer


class Ways(Case):
    def test_ways(self):
        """the port and AUTH name the way; without AUTH the line's, if it has one in force"""
        self.says("allow relay-auth auth587", DYN, 587, "auth owned")
        self.says("allow relay-auth auth587", DYN, 465, "auth owned")
        self.says("count relay-auth auth25", DYN, 25, "auth owned")
        self.says("allow relay-line line25", DYN, 25, "owned")
        self.says("allow relay-pop pop25", HOME, 25, "window owned")
        self.says("allow relay-pop pop25", FIX, 25, "window owned")

    def test_auth_needs_tls(self):
        """587 wants TLS and AUTH, and so does 25 with AUTH"""
        self.says("refuse relay-need-auth auth587", DYN, 587)
        self.says("refuse relay-need-auth auth587", DYN, 587, "auth-without-tls owned")
        self.says("refuse relay-need-auth auth25", DYN, 25, "auth-without-tls owned")

    def test_stages(self):
        """the latest stage that holds the peer; equal dates: the later in the file"""
        limits = self.says("count relay-line line25", DYN, 25, "owned", at="2027-04-01").limits
        self.assertEqual(limits, (("small",), None, (10, 30, 100), 10, "refuse", False))
        self.says("allow relay-line line25", DYN, 25, "owned", at="2027-03-31T23:59:59+09:00")
        self.says("refuse relay-closed-25 line25", DYN, 25, "owned", at="2027-06-01")
        self.says("refuse relay-closed-25 auth25", HOME, 25, "auth owned", at="2027-04-01")
        self.says("count relay-auth auth25", DYN, 25, "auth owned", at="2027-04-01")
        self.says("count relay-auth auth587", FIX, 587, "auth owned")

    def test_closed(self):
        """who has no way in hears why: a line, a stranger, one whose window ended"""
        self.says("refuse relay-not-this-line pop25", FIX, 25, "window", at="2027-04-01")
        self.says("refuse relay-pop-expired pop25", FIX, 25)
        self.says("refuse relay-pop-expired pop25", HOME, 25)
        self.says("refuse relay-need-auth pop25", ABROAD, 25, "window owned")
        self.says("refuse relay-not-this-line pop25", TENANTS, 25)

    def test_shared(self):
        """on a shared address whose line can't be told neither the line nor a window counts"""
        self.says("refuse relay-not-this-line line25", CGN, 25)
        self.says("allow relay-auth auth587", CGN, 587, "auth owned")

    def test_without_section(self):
        """no section, no way in"""
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "p.yaml")
            with open(path, "w", encoding="utf-8") as stream:
                stream.write("op25b: 1\n")
            mail = Mail(Policy(path))
        for port, words in ((587, {"auth", "owned"}), (25, {"auth", "owned"}), (25, {"window"})):
            self.assertEqual(mail.decide(None, 0, HOME, 0, port, words, "").verdict, "refuse")


class Accounts(Case):
    def test_abroad(self):
        """closed until the customer opens it; what is not known to be abroad is at home"""
        self.says("refuse abroad-closed auth587", ABROAD, 587, "auth owned")
        answer = self.says("allow relay-auth auth587", ABROAD, 587, "auth owned opened-abroad")
        self.assertEqual(answer.limits, (("person", "abroad"), (20, 50, 100), (50, 60, 70), 20,
                                         "defer", False))
        for peer in (HOME, UNSAID, NAT, RACK):
            self.says("allow relay-auth auth587", peer, 587, "auth owned")

    def test_limits(self):
        """the way's set, or the servers'; the stricter with a new account's; buckets divided if
        slow"""
        self.assertEqual(self.ask(DYN, 587, "auth owned new").limits,
                         (("person", "new"), (60, 300, 60), (50, 60, 70), 40, "defer", False))
        self.assertEqual(self.ask(DYN, 587, "auth owned server").limits,
                         (("server",), (200, 200, 200), None, 100, "hold", False))
        self.assertEqual(self.ask(DYN, 587, "auth owned slow").limits,
                         (("person",), (10, 30, 100), (50, 60, 70), 40, "defer", True))
        self.assertIsNone(self.ask(DYN, 25, "owned").limits)

    def test_states(self):
        """stopped: no login; held: taken and held, by an account only"""
        self.says("refuse account-stopped auth587", DYN, 587, "auth owned stopped")
        self.says("hold account-held auth587", DYN, 587, "auth owned held")
        self.says("refuse sender-not-yours auth587", DYN, 587, "auth held")
        self.says("allow relay-line line25", DYN, 25, "owned held")

    def test_first_password(self):
        """it sends from its own line, or from nowhere"""
        self.says("refuse first-password auth587", DYN, 587, "auth owned first-password")
        self.says("allow relay-auth auth587", DYN, 587, "auth owned first-password own-line")
        self.says("refuse first-password auth587", DYN, 587,
                  "auth owned first-password own-line", tenant="t")

    def test_windows(self):
        """from peers that the stage names, never shared, hosting or abroad, held or stopped"""
        self.assertEqual(self.ask(HOME, 25).window, 600)
        self.assertEqual(self.ask(FIX, 25).window, 600)
        self.assertEqual(self.ask(FIX, 25, at="2027-04-01").window, 0)
        for peer in (DYN, CGN, ABROAD, NAT, RACK):
            self.assertEqual(self.ask(peer, 25).window, 0)
        for state in ("held", "stopped", "first-password"):
            self.assertEqual(self.ask(HOME, 25, state).window, 0)


class Senders(Case):
    def test_accounts(self):
        """own addresses of their owner, foreign ones when confirmed, <> always; servers: any"""
        self.says("refuse sender-not-yours auth587", DYN, 587, "auth", "A@Sub.Example.NET")
        self.says("refuse sender-not-confirmed auth587", DYN, 587, "auth", "a@b.sub.example.net")
        self.says("allow relay-auth auth587", DYN, 587, "auth owned", "a@elsewhere.example")
        self.says("allow relay-auth auth587", DYN, 587, "auth", "")
        self.says("allow relay-auth auth587", DYN, 587, "auth server", "a@example.net")

    def test_lines(self):
        """line25: own addresses of accounts tied to the line; foreign ones are free"""
        self.says("refuse sender-not-yours line25", DYN, 25)
        self.says("allow relay-line line25", DYN, 25, "owned")
        self.says("allow relay-line line25", DYN, 25, "", "a@elsewhere.example")
        self.says("allow relay-line line25", DYN, 25, "", "")
        self.says("allow relay-line line25", TENANTS, 25, "", "a@t.example", tenant="t")

    def test_pop(self):
        """pop25: an address of the account whose window it is, never <>"""
        self.says("refuse sender-not-yours pop25", HOME, 25, "window")
        self.says("refuse sender-not-yours pop25", HOME, 25, "window owned", "")
        self.says("allow relay-pop pop25", HOME, 25, "window owned", "a@elsewhere.example")


class Tenants(Case):
    def test_tenants(self):
        """a tenant names the root's services and limits, and other lines are elsewhere to it"""
        self.says("allow relay-line line25", FIX, 25, "", tenant="t")
        answer = self.says("allow relay-pop pop25", HOME, 25, "window owned", tenant="t")
        self.assertEqual((answer.limits[0], answer.window), (("abroad",), 300))
        self.assertEqual(self.ask(TENANTS, 25).service, "t/dyn")
        self.says("allow relay-auth auth587", ABROAD, 587, "auth owned", tenant="t")
        self.says("refuse relay-need-auth pop25", ABROAD, 25, "window owned", tenant="t")
