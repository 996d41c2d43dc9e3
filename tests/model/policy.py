#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""The policy as the independent model reads it.

Loads a *valid* policy file (includes, tenants, lines_from, anchors, dates) and
answers what is in force at a moment. It finds no errors: that is the work of
`op25b check`. It must know nothing of the C sources: it stands beside them so
that a mistake has to be made twice to stay unseen.

Every YAML scalar is read as a string (BaseLoader); PyYAML's own idea of dates
would lose the difference between a bare date and a date with a time.
"""

import bisect
import csv
import datetime
import glob
import ipaddress
import os
import zoneinfo
from collections import namedtuple

import yaml

LOADER = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
FOREVER = 1 << 62

Net = namedtuple("Net", "width value length")  # width 32 or 128; value: network as a number
Pool = namedtuple("Pool", "net line service map")
Map = namedtuple("Map", "v6 ea offset")  # of a pool whose addresses are shared
Line = namedtuple("Line", "net id service")
Rule = namedtuple("Rule", "since order action how spared to")  # to None: any peer
Window = namedtuple("Window", "id lines nets since until how")  # an exemption or a hold
Service = namedtuple("Service", "id tenant addressing rules unknown_line servers")


def net_of(text):
    net = ipaddress.ip_network(text)
    return Net(net.max_prefixlen, int(net.network_address), net.prefixlen)


class Nets:
    """A set of prefixes with values; the longest prefix that holds an address wins."""

    def __init__(self, pairs=()):
        self.tables = {32: {}, 128: {}}
        for net, value in pairs:
            self.add(net, value)
        self.order = {}

    def add(self, net, value):
        shift = net.width - net.length
        self.tables[net.width].setdefault(shift, {})[net.value >> shift] = value
        self.order = {}

    def find(self, address):
        """address: 4 or 16 bytes. The value of the longest prefix, or None."""
        width = len(address) * 8
        table = self.tables[width]
        order = self.order.get(width)
        if order is None:
            order = self.order[width] = sorted(table)
        number = int.from_bytes(address, "big")
        for shift in order:
            value = table[shift].get(number >> shift)
            if value is not None:
                return value
        return None

    def __contains__(self, address):
        return self.find(address) is not None


class State:
    """What is in force between two neighbouring dates."""

    def __init__(self, policy, now):
        in_force = [w for w in policy.holds if w.since <= now < w.until]
        exempt = [w for w in policy.exemptions if w.since <= now < w.until]
        self.hold_lines, self.hold_nets = _windows(in_force)
        self.exempt_lines, self.exempt_nets = _windows(exempt)
        self.rules = {}
        for service in policy.services.values():
            rules = [r for r in service.rules if r.since <= now]
            rules.sort(key=lambda r: (r.since, r.order), reverse=True)
            self.rules[service.id] = rules
        self.cache = {}


def _windows(windows):
    lines, nets = {}, []
    for window in windows:
        for line in window.lines:
            lines.setdefault(line, window)
        for net in window.nets:
            nets.append((Nets([(net, True)]), window))
    return lines, nets


class Policy:
    def __init__(self, path):
        self.zone = datetime.timezone.utc
        self.reverse_path = "refuse"
        self.services, self.pools, self.lines = {}, [], []
        self.exemptions, self.holds = [], []
        self.tunnels = set()         # (kind, endpoint bytes)
        self.servers = {}            # qualified id -> [Net]
        self.destinations = {}
        self.line_id = ["User-Name"]
        self.session_rules = []      # ({key: [value]}, service)
        self.documents = []          # (tenant or None, folder, mapping)
        self._read(path)
        for _, _, document in self.documents:
            if document.get("timezone"):
                self.zone = zoneinfo.ZoneInfo(document["timezone"])
            self.reverse_path = document.get("reverse_path") or self.reverse_path
        for tenant, folder, document in self.documents:
            self._names(tenant, document)
        for tenant, folder, document in self.documents:
            self._services(tenant, document)
        for tenant, folder, document in self.documents:
            self._lines(tenant, folder, document)
        for tenant, folder, document in self.documents:
            self.exemptions += self._window_list(tenant, document, "exemptions")
            self.holds += self._window_list(tenant, document, "holds")
        for tenant, folder, document in self.documents:
            self._sessions(tenant, document.get("sessions") or {})
        self.line_nets = Nets((line.net, line) for line in self.lines)
        self.pool_nets = Nets((pool.net, pool) for pool in self.pools)
        moments = {r.since for s in self.services.values() for r in s.rules}
        for window in self.exemptions + self.holds:
            moments |= {window.since, window.until}
        self.moments = sorted(m for m in moments if -FOREVER < m < FOREVER)
        self._states = {}

    def at(self, now):
        """The State of a moment (seconds since 1970; a fraction changes nothing)."""
        index = bisect.bisect_right(self.moments, now)
        state = self._states.get(index)
        if state is None:
            state = self._states[index] = State(self, now)
        return state

    def moment(self, text, end=False):
        """A date or a date with time as seconds; end: a bare date includes its day."""
        if len(text) == 10:
            day = datetime.date.fromisoformat(text)
            if end:
                day += datetime.timedelta(days=1)
            when = datetime.datetime(day.year, day.month, day.day, tzinfo=self.zone)
        else:
            when = datetime.datetime.fromisoformat(text)
            if when.tzinfo is None:
                when = when.replace(tzinfo=self.zone)
        return int(when.timestamp())

    def _read(self, path, tenant=None):
        with open(path, encoding="utf-8") as stream:
            document = yaml.load(stream, LOADER) or {}
        tenant = document.get("tenant") or tenant
        folder = os.path.dirname(os.path.abspath(path))
        self.documents.append((tenant, folder, document))
        for pattern in document.get("include") or []:
            for name in sorted(glob.glob(os.path.join(folder, pattern))):
                self._read(name, tenant)

    def _names(self, tenant, document):
        for server in document.get("mail_servers") or []:
            nets = [net_of(a) for a in server.get("addresses") or []]
            self.servers[qualified(tenant, server["id"])] = nets
        for group in document.get("destinations") or []:
            nets = [net_of(a) for a in group.get("addresses") or []]
            self.destinations[qualified(tenant, group["id"])] = nets
        for tunnel in document.get("tunnels") or []:
            endpoint = ipaddress.ip_address(tunnel["endpoint"]).packed
            self.tunnels.add((tunnel["kind"], endpoint))

    def _services(self, tenant, document):
        # "any of mail_servers" means the root's and the tenant's own
        own = [i for i in self.servers if tenant_of(i) in (None, tenant)]
        servers = Nets((net, i) for i in own for net in self.servers[i])
        for entry in document.get("services") or []:
            name = qualified(tenant, entry["id"])
            rules = [self._rule(tenant, order, rule)
                     for order, rule in enumerate(entry.get("port25") or [])]
            self.services[name] = Service(name, tenant, entry["addressing"], rules,
                                          entry.get("unknown_line"), servers)
            for pool in entry.get("pools") or []:
                if isinstance(pool, str):
                    pool = {"prefix": pool}
                net = net_of(pool["prefix"])
                line = int(pool.get("line") or (32 if net.width == 32 else 64))
                self.pools.append(Pool(net, line, name, map_of(pool.get("map"))))

    def _rule(self, tenant, order, rule):
        spared = Nets()
        for name in rule.get("except") or []:
            for found in self._resolve(tenant, name, self.servers):
                for net in self.servers[found]:
                    spared.add(net, found)
        to = None
        if "to" in rule:
            to = Nets()
            for name in rule["to"]:
                for found in self._resolve(tenant, name, self.destinations):
                    for net in self.destinations[found]:
                        to.add(net, found)
        return Rule(self.moment(rule["from"]), order, rule["action"], rule.get("how"), spared, to)

    def service_named(self, tenant, name):
        return self._resolve(tenant, name, self.services)[0]

    def whose(self, address, port):
        """(line or None, line or pool or None, the address that a shared port told or None)"""
        line = self.line_nets.find(address)
        found = line or self.pool_nets.find(address)
        if found is None or line or found.map is None or port is None:
            return line, found, None
        behind = line_behind(found, address, port)
        if behind is not None:
            told = self.line_nets.find(behind)
            pool = self.pool_nets.find(behind)
            if told or pool:
                return told, told or pool, behind
        return line, found, None

    @staticmethod
    def _resolve(tenant, name, known):
        """`x` is the tenant's own or the root's, `T/x` a tenant's, `*/x` every tenant's."""
        if name.startswith("*/"):
            return [i for i in known if tenant_of(i) and i.endswith(name[1:])]
        own = qualified(tenant, name)
        return [own] if own in known else [name]

    def _lines(self, tenant, folder, document):
        rows = []
        for line in document.get("lines") or []:
            rows += [(line["id"], line["service"], p) for p in line.get("prefixes") or []]
        for name in document.get("lines_from") or []:
            with open(os.path.join(folder, name), encoding="utf-8", newline="") as stream:
                rows += [[f.strip() for f in row] for row in csv.reader(stream)
                         if row and not row[0].startswith("#")]
        for name, service, prefix in rows:
            service = self._resolve(tenant, service, self.services)[0]
            self.lines.append(Line(net_of(prefix), qualified(tenant, name), service))

    def _sessions(self, tenant, sessions):
        self.line_id = sessions.get("line_id") or self.line_id
        for rule in sessions.get("rules") or []:
            match = {key: [value] if isinstance(value, str) else value
                     for key, value in rule["match"].items()}
            service = self._resolve(tenant, rule["service"], self.services)[0]
            self.session_rules.append((match, service))

    def _window_list(self, tenant, document, key):
        known = {line.id for line in self.lines}
        windows = []
        for entry in document.get(key) or []:
            lines = [self._resolve(tenant, i, known)[0] for i in entry.get("lines") or []]
            nets = [net_of(p) for p in entry.get("prefixes") or []]
            since = self.moment(entry["from"]) if entry.get("from") else -FOREVER
            until = self.moment(entry["until"], end=True) if entry.get("until") else FOREVER
            windows.append(Window(entry["id"], lines, nets, since, until,
                                  entry.get("how") or "drop"))
        return windows


def map_of(rule):
    if rule is None:
        return None
    return Map(net_of(rule["v6"]), int(rule["ea"]), int(rule.get("psid_offset", 6)))


def line_behind(pool, address, port):
    """The IPv6 address (16 bytes) of the line that has this port of a shared address, or None."""
    rule = pool.map
    bits = f"{port:016b}"
    if port == 0 or (rule.offset and "1" not in bits[:rule.offset]):
        return None
    own = f"{int.from_bytes(address, 'big'):032b}"
    psid = bits[rule.offset:][:rule.ea - (32 - pool.net.length)]
    prefix = f"{rule.v6.value:0128b}"[:rule.v6.length]
    end_user = (prefix + own[pool.net.length:] + psid).ljust(80, "0")
    return int(end_user + own + psid.rjust(16, "0"), 2).to_bytes(16, "big")


def qualified(tenant, name):
    return f"{tenant}/{name}" if tenant else name


def tenant_of(name):
    return name.split("/", 1)[0] if "/" in name else None
