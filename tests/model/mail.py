# SPDX-License-Identifier: BSD-2-Clause
"""The decision for relaying, as the independent model takes it.

Written from the text of the contract (sections 4b.2 to 4b.7 and the manual), never from the C
sources. Steps and names are the text's.
"""

import csv
import ipaddress
import os
from collections import namedtuple

from policy import FOREVER, Nets, net_of, qualified, tenant_of

WAYS = ("auth587", "line25", "auth25", "pop25")
CUSTOMARY = {"auth587": "person", "auth25": "person", "line25": "line", "pop25": "pop"}
UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
CODES = {
    "relay-line": "250", "relay-auth": "250", "relay-pop": "250",
    "relay-not-this-line": "554 5.7.1", "relay-need-auth": "554 5.7.1",
    "relay-pop-expired": "554 5.7.1", "relay-closed-25": "554 5.7.1",
    "sender-not-yours": "553 5.7.1", "sender-not-confirmed": "550 5.7.1",
    "account-held": "250", "account-stopped": "535 5.7.8", "first-password": "535 5.7.8",
    "abroad-closed": "550 5.7.1",
}

Stage = namedtuple("Stage", "since order services action limits window")
Network = namedtuple("Network", "country kind")
Peer = namedtuple("Peer", "service told abroad kind")  # service None: elsewhere
Answer = namedtuple("Answer", "verdict reason way peer service code limits window")


def seconds(text):
    return int(text[:-1]) * UNITS[text[-1]]


def matches(pattern, domain):
    """`*` stands for one label."""
    labels, wanted = domain.lower().split("."), pattern.lower().split(".")
    return len(labels) == len(wanted) and all(w in ("*", l) for w, l in zip(wanted, labels))


class Mail:
    """The mail sections of a policy."""

    def __init__(self, policy):
        self.policy = policy
        self.sets, self.sections = {}, {}
        found = [(t, f, d["mail"]) for t, f, d in policy.documents if d.get("mail")]
        for tenant, _, section in found:
            for name, limits in (section.get("limits") or {}).items():
                self.sets[qualified(tenant, name)] = limits
        for tenant, folder, section in found:
            self.sections[tenant] = Section(self, tenant, folder, section)
        root = self.sections.get(None)
        for section in self.sections.values():
            if root:
                section.home = section.home if section.home is not None else root.home
                section.networks = section.networks or root.networks

    def name(self, tenant, name):
        own = qualified(tenant, name)
        if own in self.sets:
            return own
        return name if name in self.sets else None

    def peer(self, tenant, address, port):
        """Step 1 of the decision on packets; a tenant sees no other tenant."""
        policy = self.policy
        line, found, _ = policy.whose(address, port)
        if found and tenant and tenant_of(found.service) not in (None, tenant):
            found = None
        if found:
            shared = policy.services[found.service].addressing == "shared"
            return Peer(found.service, bool(line) or not shared, False, "")
        section = self.sections.get(tenant)
        network = section.networks.find(address) if section and section.networks else None
        if network is None:
            return Peer(None, True, False, "")
        abroad = bool(network.country) and network.country not in (section.home or [])
        return Peer(None, True, abroad, network.kind)

    def decide(self, tenant, now, address, peer_port, port, facts, sender):
        """address: text; facts: the words that hold; sender: an address, "" for <>."""
        packed = ipaddress.ip_address(address).packed
        section, peer = self.sections.get(tenant), self.peer(tenant, packed, peer_port)
        way = self._way(section, now, peer, port, facts)
        stage = section.stage(way, peer, now) if section else None
        reason = (_login(section, facts) or _entry(section, way, stage, peer, facts)
                  or _abroad(section, peer, facts) or _sender(section, way, facts, sender))
        verdict = "refuse"
        sets = []
        if not reason:
            reason = {"line25": "relay-line", "pop25": "relay-pop"}.get(way, "relay-auth")
            verdict = "count" if stage and stage.action == "count" else "allow"
            sets = self._sets(section, way, stage, peer, facts)
            if way != "line25" and "held" in facts:
                verdict, reason = "hold", "account-held"
        where = "line" if peer.service else "abroad" if peer.abroad else "elsewhere"
        return Answer(verdict, reason, way, where, peer.service, CODES[reason],
                      self._join(section, sets, way != "line25" and "slow" in facts),
                      window(section, now, peer, facts))

    @staticmethod
    def _way(section, now, peer, port, facts):
        # 4b.4 step 1
        if port != 25:
            return "auth587"
        if "auth" in facts or "auth-without-tls" in facts:
            return "auth25"
        if section and peer.service and section.stage("line25", peer, now):
            return "line25"
        return "pop25"

    def _sets(self, section, way, stage, peer, facts):
        sets, account = [], way != "line25"
        servers = section.servers
        if account and "server" in facts and servers is not None and servers.get("limits"):
            sets.append(self.name(section.tenant, servers["limits"]))
        elif stage and stage.limits:
            sets.append(self.name(section.tenant, stage.limits))
        else:
            sets.append(self.name(section.tenant, CUSTOMARY[way]))
        if account and "new" in facts and section.new:
            sets.append(self.name(section.tenant, section.new["limits"]))
        if account and peer.abroad and section.abroad and section.abroad.get("limits"):
            sets.append(self.name(section.tenant, section.abroad["limits"]))
        return [s for s in sets if s]

    def _join(self, section, names, slow):
        """The strictest of the sets: (names, account, line, message, at_limit, slow) or None."""
        if not names:
            return None
        sets = [self.sets[n] for n in names]
        keys = {}
        for key in ("account", "line"):
            buckets = [[int(s[key][k]) for k in ("burst", "hour", "day")] for s in sets
                       if s.get(key)]
            keys[key] = tuple(min(column) for column in zip(*buckets)) if buckets else None
        message = min(int(s["message"]) for s in sets)
        for bucket in keys.values():
            if bucket:
                message = min(message, bucket[0], bucket[2])
        if slow and keys["account"]:
            factor = int(section.stolen.get("slow_factor") or 10)
            keys["account"] = tuple(max(n // factor, 1) for n in keys["account"])
        return (tuple(names), keys["account"], keys["line"], message,
                sets[0].get("at_limit") or "defer", slow)


class Section:
    def __init__(self, mail, tenant, folder, section):
        policy = mail.policy
        self.tenant = tenant
        self.domains = section["domains"]
        self.ways = {way: [self._stage(policy, order, entry) for order, entry
                           in enumerate((section.get("ways") or {}).get(way) or [])]
                     for way in WAYS}
        senders = section.get("senders") or {}
        self.own, self.foreign = senders.get("own") or "owner", senders.get("foreign") or "refuse"
        self.new = section.get("new_account")
        self.servers = section.get("server_accounts")
        self.first = (section.get("first_password") or {}).get("send_from") or "own-line"
        self.abroad = section.get("abroad")
        self.home = section.get("home")
        self.stolen = section.get("stolen") or {}
        self.networks = None
        for name in section.get("networks_from") or []:
            self.networks = self.networks or Nets()
            with open(os.path.join(folder, name), encoding="utf-8", newline="") as stream:
                for row in csv.reader(stream):
                    if row and not row[0].startswith("#") and row[0] != "prefix":
                        prefix, country, _, kind = (field.strip() for field in row)
                        self.networks.add(net_of(prefix), Network(country, kind))

    def _stage(self, policy, order, entry):
        names = entry.get("services") or ["any"]
        services = set()
        for name in names:
            if name in ("any", "elsewhere"):
                services.add(name)
            else:
                services.add(policy.service_named(self.tenant, name))
        since = policy.moment(entry["from"]) if entry.get("from") else -FOREVER
        window_text = entry.get("window")
        return Stage(since, order, services, entry["action"], entry.get("limits"),
                     seconds(window_text) if window_text else 0)

    def stage(self, way, peer, now):
        # 4b.4 step 2
        held = [s for s in self.ways[way] if s.since <= now and
                ("any" in s.services or (peer.service or "elsewhere") in s.services)]
        return max(held, key=lambda s: (s.since, s.order), default=None)

    def is_own(self, address):
        domain = address.rsplit("@", 1)[1]
        return any(matches(pattern, domain) for pattern in self.domains)


def first_password_stops(section, facts):
    return "first-password" in facts and not (section.first == "own-line"
                                              and "own-line" in facts)


def may_pop(peer):
    # 4b.5: never for shared or hosting networks, nor abroad; 4b.3: nor for a line not told
    return peer.told and not peer.abroad and peer.kind == ""


def window(section, now, peer, facts):
    stage = section.stage("pop25", peer, now) if section else None
    if (not stage or stage.action == "refuse" or not may_pop(peer) or "held" in facts
            or "stopped" in facts or first_password_stops(section, facts)):
        return 0
    return stage.window


def _login(section, facts):
    if "auth" not in facts and "auth-without-tls" not in facts:
        return None
    if "stopped" in facts:
        return "account-stopped"
    if section and first_password_stops(section, facts):
        return "first-password"
    return None


def _entry(section, way, stage, peer, facts):
    stranger = "relay-not-this-line" if peer.service else "relay-need-auth"
    lets = stage is not None and stage.action != "refuse"
    if way == "auth587":
        if not section:
            return stranger
        return None if "auth" in facts else "relay-need-auth"
    if way == "auth25":
        if not lets:
            return "relay-closed-25"
        return None if "auth" in facts else "relay-need-auth"
    if way == "line25":
        if not lets:
            return "relay-closed-25"
        return None if peer.told else "relay-not-this-line"
    if not lets or not may_pop(peer):
        return stranger
    return None if "window" in facts else "relay-pop-expired"


def _abroad(section, peer, facts):
    logged_in = "auth" in facts or "auth-without-tls" in facts
    if not logged_in or not peer.abroad or not section.abroad:
        return None
    opened = section.abroad.get("customer_opens") and "opened-abroad" in facts
    return "abroad-closed" if section.abroad["action"] == "refuse" and not opened else None


def _sender(section, way, facts, sender):
    own = sender != "" and section.is_own(sender)
    owned = "owned" in facts
    if way == "pop25":                               # 4b.5
        if sender == "" or not owned or (not own and section.foreign == "refuse"):
            return "sender-not-yours"
        return None
    if sender == "":                                 # 4b.6
        return None
    if way == "line25":                              # 4b.7: `foreign` is of ways with an account
        if own and not (section.own == "any" or (section.own == "line" and owned)):
            return "sender-not-yours"
        return None
    if "server" in facts and section.servers is not None and section.servers.get(
            "senders") == "any":
        return None
    if own:
        return None if owned else "sender-not-yours"
    if section.foreign == "refuse":
        return "sender-not-yours"
    return None if section.foreign == "any" or owned else "sender-not-confirmed"
