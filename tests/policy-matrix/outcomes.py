# SPDX-License-Identifier: BSD-2-Clause
"""What a use of mail comes to, told by `op25b explain` and the table of outcomes alone.

The table stands here a second time, read from the contract of the pages; what refuses is asked of
the command line, today and on the policy's later dates.
"""
import datetime
import functools
import ipaddress
import json
import subprocess

import yaml

import pages

USES = ("browser", "own-server", "hosting-server", "other-server", "home-server", "device",
        "submission")
OPEN = {"browser": "ok-browser", "submission": "ok-already-submission"}
OWN = {"own-server": "relay", "hosting-server": "hosting"}
# Somebody else's, in no list of an example; the judge has an address of its own.
FOREIGN = {4: "203.0.113.240", 6: "2001:db8:ffff::25"}


class Policy:
    """An example policy with its included files: what questions need of it, no more."""

    def __init__(self, path):
        self.path = path
        self.docs = []
        self._read(path, "")

    def _read(self, path, tenant):
        doc = yaml.safe_load(path.read_text())
        tenant = doc.get("tenant", tenant)
        self.docs.append((tenant, doc))
        for pattern in doc.get("include", []):
            for found in sorted(path.parent.glob(pattern)):
                self._read(found, tenant)

    def entries(self, section):
        """(tenant, entry) of a section, the root's first."""
        return [(tenant, entry) for tenant, doc in self.docs for entry in doc.get(section, [])]

    def services(self):
        return [(tenant, service) for tenant, service in self.entries("services")]

    def servers(self, tenant, offer, family):
        """Addresses of the tenant's servers that offer something, else of the root's."""
        mine = [entry for of, entry in self.entries("mail_servers")
                if of == tenant and offer in entry["offers"]]
        if not mine and tenant:
            return self.servers("", offer, family)
        networks = [ipaddress.ip_network(text) for entry in mine for text in entry["addresses"]]
        return [str(network.network_address) for network in networks if network.version == family]

    def groups(self, family):
        """An address of each group of destinations."""
        for _, entry in self.entries("destinations"):
            for text in entry["addresses"]:
                network = ipaddress.ip_network(text)
                if network.version == family:
                    yield str(network.network_address)

    def dates(self):
        """The instants at which rules begin."""
        return sorted({pages.instant(str(rule["from"])) for _, service in self.services()
                       for rule in service["port25"]})


def pool_address(pool, nth=5):
    network = ipaddress.ip_network(pool["prefix"] if isinstance(pool, dict) else pool)
    return str(network.network_address + nth)


@functools.lru_cache(maxsize=None)
def explain(path, at, src, dst):
    """(verdict, reason, service) of TCP to port 25."""
    when = datetime.datetime.fromtimestamp(at, datetime.timezone.utc).strftime("%Y-%m-%dT%H:%MZ")
    done = subprocess.run([f"{pages.BIN}/op25b", "explain", "--policy", str(path), "--at", when,
                           "--src", src, "--dst", dst, "--json"], stdout=subprocess.PIPE,
                          text=True, timeout=60, check=False)
    record = json.loads(done.stdout)
    return record["verdict"], record["reason"], record["service"]


def is_refused(policy, at, src, peers):
    return any(explain(policy.path, at, src, peer)[0] == "refuse" for peer in peers)


def will_be_refused(policy, at, src, peers):
    return any(is_refused(policy, later, src, peers) for later in policy.dates() if later > at)


def outcome_of(policy, at, src, use, tenant):
    """The outcome's id; None where the provider has no such server of the family."""
    family = ipaddress.ip_address(src).version
    others = [FOREIGN[family], *policy.groups(family)]
    if use in OPEN:
        return OPEN[use]
    peers = policy.servers(tenant, OWN[use], family) if use in OWN else [FOREIGN[family]]
    if not peers:
        return None
    peer = next((one for one in peers if is_refused(policy, at, src, [one])), peers[0])
    verdict, reason, _ = explain(policy.path, at, src, peer)
    if verdict == "pass" and use not in OWN and is_refused(policy, at, src, others):
        return "affected-some-destinations"
    if verdict == "refuse":
        return "suspect" if reason == "hold" else f"affected-{use}"
    if verdict == "count":
        return "ok-counted"
    sure = {"not-a-subscriber": "cannot-tell-elsewhere", "exemption": "ok-exempt",
            "designated-server": "ok-designated"}
    if reason in sure:
        return sure[reason]
    if will_be_refused(policy, at, src, peers if use in OWN else others):
        return "ok-until-start"
    if use in OWN and (is_refused(policy, at, src, others) or
                       will_be_refused(policy, at, src, others)):
        return "ok-designated"
    return "ok-line"
