#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""wild.py --seed N: a random valid policy, printed as YAML.

For the tables more than for the rules: pools of every size beside and inside the same /16,
lines of every length in, around and across them, as no written policy would have them.
What the text leaves open is left out: all holds of a policy have one `how`.
"""

import argparse
import ipaddress
import random

ROOMS = {4: ipaddress.ip_network("10.64.0.0/13"), 6: ipaddress.ip_network("2001:db8::/33")}
DATES = ("2027-01-10", "2027-02-01T09:00:00+09:00", "2027-03-28", "2027-04-01", "2027-04-01",
         "2027-05-05T12:00:00Z", "2027-10-31")
HOWS = ("drop", "reset", "unreachable", "notice")
LENGTHS = {4: (14, 15, 16, 17, 18, 20, 22, 24, 25, 28, 29, 30, 32),
           6: (36, 40, 44, 47, 48, 49, 52, 56, 60, 63, 64)}


def inside(rng, net, length):
    """A random prefix of a length inside a net."""
    count = 1 << (length - net.prefixlen)
    size = 1 << (net.max_prefixlen - length)
    base = int(net.network_address) + rng.randrange(count) * size
    return ipaddress.ip_network((base, length))


def beside(rng, net):
    """A neighbour of the same length, before or after."""
    size = net.num_addresses
    base = int(net.network_address) + rng.choice((-size, size))
    return ipaddress.ip_network((base % (1 << net.max_prefixlen), net.prefixlen))


def mentions(names, rng, most=3):
    return "[" + ", ".join(rng.sample(names, rng.randrange(min(most, len(names)) + 1))) + "]"


class Wild:
    def __init__(self, seed):
        self.rng = random.Random(f"policy/{seed}")
        self.more = random.Random(f"shared/{seed}")
        self.pools = []                  # (net, line, service index)
        self.lines = []                  # (id, service index, [net])
        self.taken = set()

    def make_pools(self, services):
        rng = self.rng
        for index in range(services):
            for _ in range(rng.randrange(4)):
                family = rng.choice((4, 6))
                if self.pools and rng.random() < 0.5:
                    near = rng.choice(self.pools)[0]
                    net = beside(rng, near)
                    longer = [n for n in LENGTHS[net.version] if n > net.prefixlen]
                    if longer and rng.random() < 0.5:
                        net = inside(rng, net, rng.choice(longer))
                else:
                    net = inside(rng, ROOMS[family], rng.choice(LENGTHS[family]))
                if any(net.overlaps(p) for p, _, _ in self.pools if p.version == net.version):
                    continue
                shortest = max(net.prefixlen, 48)
                line = 32 if net.version == 4 else rng.randrange(shortest, 65)
                self.pools.append((net, line, index))
                self.taken.add(net)

    def line_net(self):
        rng = self.rng
        r = rng.random()
        if r < 0.1 or not self.pools:
            family = rng.choice((4, 6))
            return inside(rng, ROOMS[family], rng.choice(LENGTHS[family][3:]))
        pool, line, _ = rng.choice(self.pools)
        if r < 0.2 and pool.prefixlen > 13:      # wider than the pool
            return pool.supernet(rng.randrange(1, 5))
        if r < 0.3:
            return beside(rng, pool)
        top = 32 if pool.version == 4 else rng.choice((line, line, 64, 64, 128))
        length = rng.randrange(pool.prefixlen, top + 1) if r < 0.8 else top
        net = inside(rng, pool, max(length, pool.prefixlen))
        if r > 0.95 and self.lines:              # inside another line, or its neighbour
            other = rng.choice(rng.choice(self.lines)[2])
            net = beside(rng, other) if r > 0.97 else inside(
                rng, other, rng.randrange(other.prefixlen, other.max_prefixlen + 1))
        return net

    def make_lines(self, services):
        for number in range(self.rng.choice((0, 3, 20, 60, 200))):
            nets = []
            for _ in range(self.rng.choice((1, 1, 1, 2, 3))):
                net = self.line_net()
                if net not in self.taken:
                    self.taken.add(net)
                    nets.append(net)
            if nets:
                self.lines.append((f"L-{number}", self.rng.randrange(services), nets))

    def rule(self):
        rng = self.rng
        action = rng.choice(("count", "refuse", "refuse", "allow"))
        parts = [f"from: {rng.choice(DATES)}", f"action: {action}"]
        if action == "refuse":
            parts.append(f"how: {rng.choice(HOWS)}")
        if rng.random() < 0.4:
            parts.append(f"to: [{rng.choice(('d1', 'd2', 'd1, d2'))}]")
        if action != "allow":
            parts.append("except: " + mentions(["s1", "s2", "s3"], rng))
        return "{" + ", ".join(parts) + "}"

    def windows(self, key, dynamic, extra=""):
        """Lines of `exemptions` or `holds`; prefixes keep out of dynamic pools."""
        rng, out = self.rng, []
        for number in range(rng.randrange(6)):
            if self.lines and rng.random() < 0.5:
                some = rng.sample(self.lines, min(len(self.lines), 2))
                what = "lines: [" + ", ".join(line[0] for line in some) + "]"
            else:
                net = self.line_net()
                if any(net.overlaps(d) for d in dynamic if d.version == net.version):
                    continue
                what = f'prefixes: ["{net}"]'
            since, until = sorted(rng.sample(sorted(set(DATES)), 2))
            since = f", from: {since}" if rng.random() < 0.8 else ""
            until = f", until: {until}" if rng.random() < 0.8 else ""
            out.append(f"  - {{id: {key[0].upper()}-{number}, {what}{since}{until}{extra}}}")
        return [key + ":"] + out if out else []

    def make_maps(self, kinds):
        """Makes some services shared, and gives rules to some of their pools: {net: rule}."""
        rng, maps, taken = self.more, {}, []
        kinds[:] = [kind if rng.random() < 0.7 else "shared" for kind in kinds]
        targets = [net for net, _, _ in self.pools if net.version == 6] + [ROOMS[6]]
        for net, _, owner in self.pools:
            if kinds[owner] != "shared" or net.version == 6 or rng.random() < 0.3:
                continue
            offset = rng.choice((0, 1, 4, 6, 6, 12, 15))
            ea = 32 - net.prefixlen + rng.randrange(1, 17 - offset)
            v6 = rng.choice(targets)
            if v6.prefixlen + ea > 64:
                v6 = v6.supernet(new_prefix=64 - ea)
            elif rng.random() < 0.5:
                v6 = inside(rng, v6, 64 - ea)
            if not any(v6.overlaps(other) for other in taken):
                taken.append(v6)
                maps[net] = f'{{v6: "{v6}", ea: {ea}, psid_offset: {offset}}}'
        return maps

    def text(self):
        rng = self.rng
        services = rng.randrange(1, 9)
        self.make_pools(services)
        self.make_lines(services)
        zone = rng.choice(("Asia/Tokyo", "UTC", "Europe/Berlin", "America/New_York"))
        out = ["op25b: 1", f"timezone: {zone}", "mail_servers:"]
        addresses = (['192.0.2.1', '"2001:db8:8025::1"'], ['192.0.2.8/29', '192.0.2.2'],
                     ['"2001:db8:8025:2::/64"', '192.0.2.3'])
        for number, own in enumerate(addresses, 1):
            out.append(f"  - {{id: s{number}, addresses: [{', '.join(own)}], "
                       f"hosts: [s{number}.example.net], offers: [relay]}}")
        out += ["destinations:",
                '  - {id: d1, addresses: [203.0.113.0/25, "2001:db8:d000::/36"]}',
                '  - {id: d2, addresses: [203.0.113.64/26, 192.0.2.2, "2001:db8:d123::1"]}']
        if rng.random() < 0.5:
            out += ["tunnels:", '  - {kind: 4in6, endpoint: "2001:db8:8af::1"}',
                    "  - {kind: 6in4, endpoint: 192.0.2.66}",
                    "  - {kind: 4in4, endpoint: 192.0.2.66}"]
        if rng.random() < 0.1:
            out.append("reverse_path: off")
        out.append("services:")
        kinds = [rng.choice(("dynamic", "fixed")) for _ in range(services)]
        maps = self.make_maps(kinds)
        for index, kind in enumerate(kinds):
            pools = [f'{{prefix: "{net}", line: {line}}}' if net.version == 6 else
                     f"{{prefix: {net}, map: {maps[net]}}}" if net in maps else str(net)
                     for net, line, owner in self.pools if owner == index]
            out += [f"  - id: svc-{index}", f"    name: {{en: Service {index}}}",
                    "    access: ftth", f"    addressing: {kind}",
                    f"    pools: [{', '.join(pools)}]"]
            if kind == "shared" and self.more.random() < 0.7:
                out.append(f"    unknown_line: {self.more.choice(('pass', 'count', 'refuse'))}")
            rules = [self.rule() for _ in range(rng.randrange(6))]
            out.append("    port25: " + ("[]" if not rules else ""))
            out += [f"      - {rule}" for rule in rules]
        out += ["lines:"] if self.lines else []
        out += [f"  - {{id: {i}, service: svc-{s}, prefixes: [" +
                ", ".join(f'"{n}"' for n in nets) + "]}" for i, s, nets in self.lines]
        dynamic = [net for net, _, owner in self.pools if kinds[owner] == "dynamic"]
        out += self.windows("exemptions", dynamic, ", reason: wild, approved_by: wild")
        out += self.windows("holds", dynamic, f", how: {rng.choice(HOWS)}, reason: wild")
        return "\n".join(out) + "\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seed", type=int, required=True)
    print(Wild(parser.parse_args().seed).text(), end="")


if __name__ == "__main__":
    main()
