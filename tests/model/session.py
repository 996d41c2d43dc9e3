# SPDX-License-Identifier: BSD-2-Clause
"""What a policy makes of a RADIUS session, from the design's words: match keys are realm,
user_name, class, filter_id, framed_pool, nas and prefix; all must hold; `*` only at the end; the
first rule counts; none: the pool's default. A prefix of `lines` goes before any session.
"""

import ipaddress

ATTRIBUTES = {"Class": "class", "User-Name": "user_name"}


def holds(key, values, facts):
    if key == "prefix":
        asked = facts.get("prefix")
        nets = [ipaddress.ip_network(value) for value in values]
        return bool(asked) and any(net.version == asked.version and asked.subnet_of(net)
                                   for net in nets)
    text = facts.get(key, "")
    if key == "realm":
        text = facts.get("user_name", "").rpartition("@")
        text = text[2].lower() if text[1] else ""
        values = [value.lower() for value in values]
    return bool(text) and any(text.startswith(value[:-1]) if value.endswith("*") else
                              text == value for value in values)


def longest(pairs, asked):
    """The value of the longest net that holds a prefix, or None."""
    found = [(net.prefixlen, value) for net, value in pairs
             if asked and net.version == asked.version and asked.subnet_of(net)]
    return max(found)[1] if found else None


def network(net):
    kind = ipaddress.IPv4Network if net.width == 32 else ipaddress.IPv6Network
    return kind((net.value, net.length))


def answer(policy, facts):
    """(service or None, what gives it or None, name of the line or None) of a session."""
    asked = facts.get("prefix")
    line = longest([(network(n.net), (n.service, n.id)) for n in policy.lines], asked)
    if line:
        return line[0], "line", line[1]
    service, gives = None, None
    for match, named in policy.session_rules:
        if all(holds(key, values, facts) for key, values in match.items()):
            service, gives = named, "rule"
            break
    else:
        service = longest([(network(p.net), p.service) for p in policy.pools], asked)
        gives = "pool" if service else None
    texts = [facts.get(ATTRIBUTES[name], "") for name in policy.line_id]
    name = next((text for text in texts if text), None)
    tenant = policy.services[service].tenant if service else None
    return service, gives, f"{tenant}/{name}" if tenant and name else name
