#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""The decision for relaying against the model's, on random mail sections and questions.

Few services and dates, so that stages hold, overlap and end; tenants, a shared address with a
mapping rule, and networks that nest. Every reason, way, verdict and kind of peer that a policy can
bring about must have come up, or nothing was shown.
"""

import argparse
import collections
import json
import os
import random
import subprocess
import sys
import tempfile

import mail
from policy import Policy

ROOT = """\
op25b: 1
timezone: Asia/Tokyo
include: [north.yaml, south.yaml]
mail_servers:
  - {id: pop, addresses: [192.0.2.25], offers: [pop]}
services:
  - id: fibre
    addressing: dynamic
    pools: [198.51.100.0/25, {prefix: "2001:db8:1000::/40", line: 56}]
    port25: []
  - {id: fixed, addressing: fixed, pools: [198.51.100.128/26], port25: []}
  - id: map
    addressing: shared
    pools: [{prefix: 192.0.2.128/28, map: {v6: "2001:db8:2000::/40", ea: 12}}]
    port25: []
  - {id: cgn, addressing: shared, pools: [192.0.2.192/28], port25: []}
  - {id: behind, addressing: dynamic, pools: [{prefix: "2001:db8:2000::/40", line: 56}], port25: []}
lines:
  - {id: L-1, service: fixed, prefixes: [198.51.100.8/29]}
  - {id: L-2, service: cgn, prefixes: [192.0.2.200]}
"""
TENANT = """\
tenant: {name}
services:
  - {{id: fibre, addressing: dynamic, pools: [203.0.113.{net}/28], port25: []}}
"""
PEERS = ("198.51.100.7", "198.51.100.9", "198.51.100.130", "2001:db8:1012::1", "192.0.2.130",
         "192.0.2.195", "192.0.2.200", "203.0.113.1", "203.0.113.17", "203.0.113.200",
         "203.0.113.201", "203.0.113.209", "203.0.113.217", "2001:db8:ff00::1", "100.64.0.1")
NETWORKS = ("203.0.113.192/26", "203.0.113.200/29", "203.0.113.208/29", "203.0.113.201",
            "2001:db8:ff00::/40", "2001:db8:ff00::/64", "203.0.113.0/24", "198.51.100.0/24")
DATES = ("2027-01-01", "2027-02-01", "2027-02-01T09:00+09:00", "2027-03-01", "2027-04-01")
SETS = ("person", "line", "pop", "new", "server", "abroad")
WORDS = {"auth-without-tls": 0.03, "window": 0.6, "owned": 0.6, "new": 0.3, "server": 0.3,
         "first-password": 0.15, "own-line": 0.4, "opened-abroad": 0.5}  # and how often
SENDERS = ("", "a@example.net", "a@sub.example.net", "a@a.b.example.net", "A@EXAMPLE.NET",
           "b@elsewhere.example", '"x@example.net"@other.example')


class Wild:
    """A random mail section of one tenant."""

    def __init__(self, rng, tenant):
        self.rng, self.tenant = rng, tenant
        self.names = [s for s in SETS if rng.random() < 0.6]
        self.services = ["fixed", "map", "cgn", "behind"] + (
            [rng.choice(("fibre", f"{tenant}/fibre"))] if tenant else
            ["fibre", "north/fibre", "south/fibre"])

    def stage(self, way):
        rng, parts = self.rng, []
        if rng.random() < 0.7:
            parts.append(f"from: {rng.choice(DATES)}")
        if rng.random() < 0.8:
            names = rng.sample(self.services, rng.randrange(1, 4))
            names += ["any"] if rng.random() < 0.1 else []
            names += ["elsewhere"] if way != "line25" and rng.random() < 0.6 else []
            parts.append(f"services: [{', '.join(names)}]")
        action = rng.choice(("allow", "count") + ("refuse",) * (way != "auth587"))
        parts.append(f"action: {action}")
        if action != "refuse" and self.names and rng.random() < 0.5:
            parts.append(f"limits: {rng.choice(self.names)}")
        if action != "refuse" and way == "pop25":
            parts.append(f"window: {rng.randrange(1, 31)}m")
        return "{" + ", ".join(parts) + "}"

    def limits(self):
        rng, out = self.rng, []
        for name in self.names:
            keys = rng.choice((("account",), ("line",), ("account", "line")))
            message = rng.randrange(1, 40)
            buckets = [f"{key}: {{burst: {message + rng.randrange(200)}, "
                       f"hour: {rng.randrange(1, 300)}, day: {message + rng.randrange(2000)}}}"
                       for key in keys]
            if rng.random() < 0.75:
                buckets.append(f"at_limit: {rng.choice(('defer', 'refuse', 'hold'))}")
            out.append(f"    {name}: {{{', '.join(buckets)}, message: {message}}}")
        return ["  limits:"] + out if out else []

    def text(self, networks):
        rng = self.rng
        out = ["mail:", '  domains: [example.net, "*.example.net"]', "  ways:"]
        for way in mail.WAYS:
            stages = [self.stage(way) for _ in range(rng.randrange(4))]
            out.append(f"    {way}: [{', '.join(stages)}]")
        if rng.random() < 0.8:
            out.append(f"  senders: {{own: {rng.choice(('owner', 'line', 'any'))}, "
                       f"foreign: {rng.choice(('refuse', 'confirmed', 'any'))}}}")
        out += self.limits()
        if self.names and rng.random() < 0.5:
            out.append(f"  new_account: {{for: 7d, limits: {rng.choice(self.names)}}}")
        if rng.random() < 0.6:
            parts = [f"senders: {rng.choice(('owner', 'any'))}"]
            if self.names and rng.random() < 0.7:
                parts.append(f"limits: {rng.choice(self.names)}")
            out.append(f"  server_accounts: {{{', '.join(parts)}}}")
        if rng.random() < 0.5:
            out.append(f"  first_password: {{send_from: {rng.choice(('own-line', 'nowhere'))}}}")
        if rng.random() < 0.3:
            out.append(f"  stolen: {{slow_factor: {rng.choice((2, 50))}}}")
        if networks:
            out.append(f"  networks_from: [{networks}]")
            out.append("  home: [" + rng.choice(("JP", "JP, TW")) + "]")
        if networks and rng.random() < 0.8:
            opens = ", customer_opens: 7d" if rng.random() < 0.5 else ""
            named = f", limits: {rng.choice(self.names)}" if self.names else ""
            action = rng.choice(("allow", "refuse", "refuse"))
            out.append(f"  abroad: {{action: {action}{named}{opens}}}")
        return "\n".join(out) + "\n"


def networks(rng):
    rows = [f"{net},{rng.choice(('JP', 'TW', 'US', ''))},{rng.randrange(9)},"
            f"{rng.choice(('', '', '', 'shared', 'hosting'))}"
            for net in rng.sample(NETWORKS, rng.randrange(len(NETWORKS) + 1))]
    return "prefix,country,asn,kind\n" + "\n".join(rows) + "\n"


def write(folder, name, text):
    with open(os.path.join(folder, name), "w", encoding="utf-8") as stream:
        stream.write(text)


def make(rng, folder):
    write(folder, "networks.csv", networks(rng))
    write(folder, "north.csv", networks(rng))
    roots = "networks.csv" if rng.random() < 0.8 else None
    root = Wild(rng, None).text(roots) if rng.random() < 0.9 else ""
    north = Wild(rng, "north").text("north.csv" if rng.random() < 0.5 else None)
    write(folder, "north.yaml", TENANT.format(name="north", net=0) + north)
    write(folder, "south.yaml", TENANT.format(name="south", net=16))
    path = os.path.join(folder, "p.yaml")
    write(folder, "p.yaml", ROOT + root)
    return path


def question(rng, policy):
    port = rng.choice((25, 25, 25, 25, 587, 465))
    words = {word for word, often in WORDS.items() if rng.random() < often}
    if "auth-without-tls" not in words and rng.random() < (0.4 if port == 25 else 0.95):
        words.add("auth")
    if rng.random() < 0.3:
        words.add(rng.choice(("slow", "held", "held", "slow", "stopped")))
    tenant = rng.choice((None, None, None, "north", "north", "south"))
    at = policy.moment(rng.choice(DATES)) + rng.choice((-1, 0, 1))
    peer_port = rng.choice((0, 1024, 5000, 40000, 65535))
    return tenant, at, rng.choice(PEERS), peer_port, port, words, rng.choice(SENDERS)


def line_of(asked):
    tenant, at, peer, peer_port, port, words, sender = asked
    facts = sorted(words) + [f"sender={sender or '<>'}"] + [f"tenant={tenant}"] * bool(tenant)
    return f"{at} {peer} {peer_port} {port} {','.join(facts)}\n"


def read(line):
    """A line of op25b.mail/1 as the model's Answer."""
    said = json.loads(line)
    limits = said["limits"]

    def bucket(key):
        return limits[key] and tuple(limits[key][k] for k in ("burst", "hour", "day"))
    return mail.Answer(said["verdict"], said["reason"], said["way"], said["peer"], said["service"],
                       said["code"], limits and (tuple(limits["sets"]), bucket("account"),
                                                 bucket("line"), limits["message"],
                                                 limits["at_limit"], limits["slow"]),
                       said["window"])


def compare(ask, seed, count):
    """([(question, what op25b says, what the model says)] of one random policy, or None."""
    rng = random.Random(f"mail/{seed}")
    with tempfile.TemporaryDirectory() as folder:
        path = make(rng, folder)
        policy = Policy(path)
        model = mail.Mail(policy)
        asked = [question(rng, policy) for _ in range(count)]
        done = subprocess.run([ask, path], input="".join(map(line_of, asked)),
                              stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        return None
    said = [read(line) for line in done.stdout.splitlines()]
    return [(line_of(one), answer, model.decide(*one))
            for one, answer in zip(asked, said, strict=True)]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--ask", required=True, help="the program ask-mail")
    parser.add_argument("--policies", type=int, default=200)
    parser.add_argument("--count", type=int, default=200, help="questions a policy")
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    seen, wrong = collections.Counter(), 0
    for seed in range(args.seed, args.seed + args.policies):
        compared = compare(args.ask, seed, args.count)
        if compared is None:
            print(f"seed {seed}: the program fails")
            return 1
        for asked, said, expected in compared:
            seen.update((expected.verdict, expected.reason, expected.way, expected.peer))
            if said != expected:
                wrong += 1
                print(f"seed {seed}: {asked}  op25b {said}\n  model {expected}")
    missed = ({"allow", "count", "hold", "refuse", "line", "elsewhere", "abroad"}
              | set(mail.WAYS) | set(mail.CODES)) - set(seen)
    print(f"{args.policies * args.count} questions, {wrong} answered otherwise; "
          f"never seen: {sorted(missed)}; {dict(seen)}")
    return wrong > 0 or bool(missed)


if __name__ == "__main__":
    sys.exit(main())
