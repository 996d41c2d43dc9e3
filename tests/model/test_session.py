# SPDX-License-Identifier: BSD-2-Clause
"""Sessions, on rules small enough to think through."""

import ipaddress
import os
import tempfile
import unittest

from policy import Policy
from session import answer

TEXT = """\
op25b: 1
services:
  - {id: dyn, addressing: dynamic, pools: [198.51.100.0/24], port25: []}
  - {id: fix, addressing: fixed, port25: []}
lines:
  - {id: L-1, service: fix, prefixes: [198.51.100.8/29]}
sessions:
  line_id: [Class, User-Name]
  rules:
    - {match: {realm: Fix.example, nas: [bng1, "edge*"]}, service: fix}
    - {match: {prefix: ["2001:db8::/32"]}, service: fix}
"""


class Sessions(unittest.TestCase):
    def setUp(self):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "p.yaml")
            with open(path, "w", encoding="utf-8") as stream:
                stream.write(TEXT)
            self.policy = Policy(path)

    def expect(self, service, gives, line, prefix=None, **facts):
        if prefix:
            facts["prefix"] = ipaddress.ip_network(prefix)
        self.assertEqual(answer(self.policy, facts), (service, gives, line))

    def test_all_keys_must_hold(self):
        self.expect("fix", "rule", "a@FIX.example", user_name="a@FIX.example", nas="bng1")
        self.expect("fix", "rule", "L-7", user_name="a@fix.example", nas="edge", **{"class": "L-7"})
        self.expect(None, None, "a@fix.example", user_name="a@fix.example", nas="bng10")
        self.expect(None, None, None, nas="bng1")
        self.expect(None, None, "fix.example", user_name="fix.example", nas="bng1")

    def test_lines_go_before_rules_and_rules_before_pools(self):
        facts = {"user_name": "a@fix.example", "nas": "bng1"}
        self.expect("fix", "line", "L-1", prefix="198.51.100.9", **facts)
        self.expect("fix", "rule", "a@fix.example", prefix="198.51.100.7", **facts)
        self.expect("dyn", "pool", None, prefix="198.51.100.7")
        self.expect("fix", "rule", None, prefix="2001:db8:1::/56")
        self.expect(None, None, None, prefix="2001:db9::/56")
