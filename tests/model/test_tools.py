# SPDX-License-Identifier: BSD-2-Clause
"""The generator reaches everything, the output has its shape, and a comparison can fail."""

import collections
import glob
import json
import os
import tempfile
import unittest

import compare
import frames
import model
from decide import Answer
from policy import Policy

HERE = os.path.dirname(os.path.abspath(__file__))
PASSES = ("other-port malformed later-fragment not-a-subscriber exemption unrestricted "
          "before-start other-destination designated-server").split()
REFUSED = ("designated-server-closed foreign-server reverse-path short-fragment "
           "hidden-transport").split()
ALL = ({("pass", r) for r in PASSES} | {("refuse", "hold")}
       | {(v, r) for v in ("count", "refuse") for r in REFUSED})


def policy_of(name):
    return os.path.join(HERE, "policies", name)


class Generator(unittest.TestCase):
    def test_reach(self):
        """every verdict with every reason it can have is reached, at least once in 2,000 frames"""
        counts = collections.Counter()
        for path in sorted(glob.glob(policy_of("*.yaml"))):
            policy = Policy(path)
            for side in ("subscriber", "upstream"):
                if side == "subscriber" or policy.reverse_path != "off":
                    data = frames.pcap(policy, 5, 4000, side)
                    counts += frames.shares(policy, data, side)
        self.assertEqual(set(counts), ALL)
        least = sum(counts.values()) / 2000
        self.assertEqual([k for k, n in counts.items() if n < least], [])

    def test_seed(self):
        """the same seed gives the same bytes, another seed others"""
        policy = Policy(policy_of("softwires.yaml"))
        one = frames.pcap(policy, 9, 300, "upstream")
        self.assertEqual(one, frames.pcap(Policy(policy_of("softwires.yaml")), 9, 300, "upstream"))
        self.assertNotEqual(one, frames.pcap(policy, 10, 300, "upstream"))
        self.assertEqual(len(list(model.records(one))), 300)


class Output(unittest.TestCase):
    def test_line(self):
        """a line is the JSON object of the contract, keys in its order"""
        line, = model.lines([Answer("refuse", "hold", "reset", "fibre", "L-1")])
        self.assertEqual(line, '{"schema":"op25b.explain/1","packet":1,"verdict":"refuse",'
                               '"reason":"hold","how":"reset","service":"fibre",'
                               '"line":"L-1"}')
        line, = model.lines([Answer("pass", "other-port", None, None, None)])
        self.assertIsNone(json.loads(line)["how"])


class Comparison(unittest.TestCase):
    def compare(self, command, count=400):
        chunk = compare.Chunk(policy_of("carriers.yaml"), "subscriber", "xdp", 3, count, None)
        with tempfile.TemporaryDirectory() as folder:
            return compare.compare_chunk((chunk, [command], folder))

    def test_same(self):
        """the model does not differ from itself"""
        _, errors, differences, shares, _ = self.compare(os.path.join(HERE, "model.py"))
        self.assertEqual((errors, differences), ([], []))
        self.assertEqual(sum(shares.values()), 400)

    def test_differs(self):
        """a program that judges at another time is found out, and so is one that fails"""
        early = os.path.join(HERE, "model.py") + " --at 2026-01-01"
        _, errors, differences, _, _ = self.compare(early)
        self.assertEqual(errors, [])
        self.assertGreater(len(differences), 20)
        self.assertEqual(len(self.compare("false")[1]), 1)
