#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""The four steps of the decision, and the packets that hide their ports.

Written from the text of the design, not from the programs, in the order of the
text. Answers are Answer tuples; `how` is set only with the verdict refuse.
"""

from collections import namedtuple

from packet import OTHER_PORT, Eye

Answer = namedtuple("Answer", "verdict reason how service line")
CACHE_MOST = 200_000


class Decider:
    """A policy seen from one side and one hook."""

    def __init__(self, policy, hook="xdp", side="subscriber"):
        self.policy = policy
        self.upstream = side == "upstream"
        self.blind = self.upstream and policy.reverse_path == "off"
        self.eye = Eye(policy.tunnels, hook, side)
        self.passes = {}

    def frame(self, frame, now):
        """The Answer for the bytes of one frame at a moment in seconds."""
        if self.blind:
            return self._pass(OTHER_PORT)
        seen = self.eye.see(frame)
        if isinstance(seen, str):
            return self._pass(seen)
        state = self.policy.at(now)
        key = (self.upstream, seen)
        answer = state.cache.get(key)
        if answer is None:
            if len(state.cache) > CACHE_MOST:
                state.cache.clear()
            answer = state.cache[key] = self._steps(state, *seen)
        return answer

    def _pass(self, reason, service=None, line=None):
        answer = self.passes.get((reason, service, line))
        if answer is None:
            answer = Answer("pass", reason, None, service, line)
            self.passes[reason, service, line] = answer
        return answer

    def _whose(self, address, port):
        """(line or None, line or pool or None, the addresses that exemptions and holds may name)"""
        line, found, behind = self.policy.whose(address, port)
        return line, found, (address,) if behind is None else (behind, address)

    def _steps(self, state, hides, address, peer, port):
        # 1. whose address is it
        line, found, addresses = self._whose(address, port)
        if found is None:
            return self._pass("not-a-subscriber")
        service = self.policy.services[found.service]
        line_id = line.id if line else None
        told = line_id or ("unknown" if service.addressing == "shared" else None)
        hold = window_over(state.hold_lines, state.hold_nets, line_id, addresses)
        if hold:
            unseen = hides or self.upstream
            return Answer("refuse", "hold", "drop" if unseen else hold.how, service.id,
                          told)
        if window_over(state.exempt_lines, state.exempt_nets, line_id, addresses):
            return self._pass("exemption", service.id, told)
        # 2. which rule rules
        if not service.rules:
            return self._pass("unrestricted", service.id, told)
        in_force = state.rules[service.id]
        if not in_force:
            return self._pass("before-start", service.id, told)
        rule = next((r for r in in_force if holds(r.to, peer)), None)
        if rule is None:
            return self._pass("other-destination", service.id, told)
        action, how = rule.action, rule.how
        if service.addressing == "shared" and service.unknown_line and line is None:
            action = {"pass": "allow"}.get(service.unknown_line, service.unknown_line)
            how = how or "drop"
        # 3. allowed, or to a server that is spared
        if action == "allow":
            return self._pass("unrestricted", service.id, told)
        if not hides and peer in rule.spared:
            return self._pass("designated-server", service.id, told)
        # 4. the rest
        if hides:
            reason, how = hides, "drop"
        elif self.upstream:
            reason, how = "reverse-path", "drop"
        elif peer in service.servers:
            reason = "designated-server-closed"
        else:
            reason = "foreign-server"
        if action == "count":
            return Answer("count", reason, None, service.id, told)
        return Answer("refuse", reason, how, service.id, told)


def holds(to, peer):
    return to is None or (peer is not None and peer in to)


def window_over(lines, nets, line_id, addresses):
    """The exemption or hold in force over a line: by its id, or by its addresses in their order."""
    if line_id in lines:
        return lines[line_id]
    for address in addresses:
        for prefixes, window in nets:
            if address in prefixes:
                return window
    return None
