#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""`op25b check --session` against the model, on random session rules and sessions.

Few letters and short texts, so that rules hold, stars overlap and earlier rules take from later
ones; every outcome must have come up, or nothing was shown.
"""

import argparse
import collections
import ipaddress
import json
import os
import random
import subprocess
import sys
import tempfile

import session
from policy import Policy

TEXTS = ("user_name", "class", "filter_id", "framed_pool", "nas")
NETS = ("198.51.100.0/24", "198.51.100.0/25", "198.51.100.64/26", "198.51.100.8/29",
        "198.51.100.9", "203.0.113.0/24", "2001:db8::/32", "2001:db8:1::/48",
        "2001:db8:1:100::/56")
ROOT = """\
op25b: 1
include: [tenant.yaml]
services:
  - {id: s1, addressing: fixed, pools: [198.51.100.0/25], port25: []}
  - {id: s2, addressing: fixed, pools: ["2001:db8:1::/48"], port25: []}
lines:
  - {id: L-1, service: s2, prefixes: [198.51.100.8/29]}
"""
TENANT = """\
tenant: t
services:
  - {id: s1, addressing: fixed, pools: [203.0.113.0/24], port25: []}
"""


def word(rng):
    return "".join(rng.choice("aB") for _ in range(rng.randrange(1, 4)))


def values(rng, key):
    """One value or several distinct ones, as YAML."""
    if key == "prefix":
        found = rng.sample(NETS, rng.randrange(1, 4))
    else:
        found = {word(rng)[:rng.randrange(4)] + "*" if rng.random() < 0.4 else word(rng)
                 for _ in range(rng.randrange(1, 4))}
        if key == "realm":
            found = {value.lower() for value in found}
        found = sorted(found)
    quoted = ", ".join(f'"{value}"' for value in found)
    return quoted if len(found) == 1 and rng.random() < 0.5 else f"[{quoted}]"


def sessions(rng):
    names = rng.choice((["Class"], ["User-Name"], ["Class", "User-Name"], ["User-Name", "Class"]))
    out = ["sessions:", f"  line_id: [{', '.join(names)}]", "  rules:"]
    for _ in range(rng.randrange(1, 9)):
        keys = rng.sample(TEXTS + ("realm", "prefix"), rng.choice((1, 1, 1, 2, 3)))
        match = ", ".join(f"{key}: {values(rng, key)}" for key in keys)
        out.append(f"    - {{match: {{{match}}}, service: {rng.choice(('s1', 's2', 't/s1'))}}}")
    return "\n".join(out) + "\n"


def question(rng):
    facts = {key: word(rng) for key in TEXTS if rng.random() < 0.6}
    for _ in range(rng.randrange(3) if "user_name" in facts else 0):
        facts["user_name"] += "@" + word(rng)
    if rng.random() < 0.8:
        facts["prefix"] = ipaddress.ip_network(rng.choice(NETS))
    return facts


def ask(op25b, path, facts):
    text = ",".join(f"{key}={value}" for key, value in facts.items())
    done = subprocess.run([op25b, "check", path, "--session", text or "nas=", "--json"],
                          stdout=subprocess.PIPE, check=True)
    said = json.loads(done.stdout)["session"]
    return said["service"], said["by"], said["line"]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--op25b", required=True)
    parser.add_argument("--count", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    rng = random.Random(args.seed)
    seen, wrong = collections.Counter(), 0
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "p.yaml")
        with open(os.path.join(folder, "tenant.yaml"), "w", encoding="utf-8") as stream:
            stream.write(TENANT)
        for number in range(args.count):
            if number % 10 == 0:
                text = ROOT + sessions(rng)
                with open(path, "w", encoding="utf-8") as stream:
                    stream.write(text)
                policy = Policy(path)
            facts = question(rng)
            expected, said = session.answer(policy, facts), ask(args.op25b, path, facts)
            seen[expected[1]] += 1
            if said != expected:
                wrong += 1
                print(f"{text}\n{facts}: op25b says {said}, the model {expected}")
    print(f"{args.count} sessions, {wrong} answered otherwise: {dict(seen)}")
    return wrong > 0 or set(seen) != {"line", "rule", "pool", None}


if __name__ == "__main__":
    sys.exit(main())
