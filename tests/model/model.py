#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""model.py --policy P [--at T] [--side subscriber|upstream] [--hook xdp|tc] --pcap F

Prints what `op25b explain --pcap --json` must print: one JSON line a packet.
Without --at each packet is judged at its own record time.
"""

import argparse
import json
import struct
import sys

from decide import Decider
from policy import Policy

MAGICS = {b"\xd4\xc3\xb2\xa1": "<", b"\xa1\xb2\xc3\xd4": ">",
          b"\x4d\x3c\xb2\xa1": "<", b"\xa1\xb2\x3c\x4d": ">"}  # the last two: nanoseconds


def records(data):
    """(seconds, frame) of every record of a classic pcap file's bytes."""
    order = MAGICS.get(bytes(data[:4]))
    if order is None or len(data) < 24:
        raise ValueError("not a pcap file")
    head = struct.Struct(order + "IIII")
    at = 24
    while at + 16 <= len(data):
        seconds, _, size, _ = head.unpack_from(data, at)
        yield seconds, data[at + 16:at + 16 + size]
        at += 16 + size


def tail_of(answer):
    """The part of an answer's JSON line that follows the packet's number."""
    fields = {"verdict": answer.verdict, "reason": answer.reason,
              "how": answer.how, "service": answer.service, "line": answer.line}
    return "," + json.dumps(fields, separators=(",", ":"), ensure_ascii=False)[1:]


def answers(decider, data, now=None):
    """The Answer to every frame of a pcap file's bytes."""
    frame = decider.frame
    return [frame(packet, seconds if now is None else now) for seconds, packet in records(data)]


def lines(decided):
    """The JSON lines for a list of answers."""
    tails = {}
    for number, answer in enumerate(decided, 1):
        tail = tails.get(answer)
        if tail is None:
            tail = tails[answer] = tail_of(answer)
        yield f'{{"schema":"op25b.explain/1","packet":{number}{tail}'


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--policy", required=True)
    parser.add_argument("--at")
    parser.add_argument("--side", choices=("subscriber", "upstream"), default="subscriber")
    parser.add_argument("--hook", choices=("xdp", "tc"), default="xdp")
    parser.add_argument("--pcap", required=True)
    parser.add_argument("--json", action="store_true", help="accepted; it prints nothing else")
    args = parser.parse_args()
    policy = Policy(args.policy)
    now = policy.moment(args.at) if args.at else None
    with open(args.pcap, "rb") as stream:
        data = stream.read()
    decider = Decider(policy, args.hook, args.side)
    sys.stdout.writelines(line + "\n" for line in lines(answers(decider, data, now)))


if __name__ == "__main__":
    main()
