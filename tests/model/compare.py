#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Compares programs with the model on random frames; exit 1 on any difference.

compare.py --op25b build/release/bin/op25b [--engines bpf,native] [--count N] [--seed S]
compare.py --a 'COMMAND' [--b 'COMMAND'] ...

A COMMAND is what stands before `--policy P --side S --hook H --pcap F --json`, for
example `op25b explain --engine native`. The frames go in chunks, each with its own
seed, policy, side and hook, all combinations in turn; half of the policies are those
of policies/, half random ones (wild.py); every eighth chunk is judged at one moment
(--at) instead of the record times. A chunk can be made again with frames.py (and
wild.py) and the seeds that are printed.

With --tap each program is one TAP line; an engine that is not permitted to this user
(exit 4) is skipped by name.
"""

import argparse
import collections
import datetime
import glob
import itertools
import json
import multiprocessing
import os
import random
import shlex
import subprocess
import sys
import tempfile
import time

import frames
import model
import wild
from decide import Decider
from policy import Policy

HERE = os.path.dirname(os.path.abspath(__file__))
FIELDS = ("verdict", "reason", "how", "service", "line")
SHOWN = 3     # frames printed of each class of difference
DEADLINE = 600
WRITTEN = os.path.join(HERE, "policies", "*.yaml")

Chunk = collections.namedtuple("Chunk", "policy side hook seed count at")
Difference = collections.namedtuple("Difference", "chunk packet moment frame answers")


def answer_of(line):
    """What a JSON line decides, the number of its packet first."""
    record = json.loads(line)
    if record.get("schema") != "op25b.explain/1":
        raise ValueError(f"schema: {line}")
    return (record["packet"],) + tuple(record[f] for f in FIELDS)


def arguments(chunk, pcap):
    out = ["--policy", chunk.policy, "--side", chunk.side, "--hook", chunk.hook,
           "--pcap", pcap, "--json"]
    return out + (["--at", chunk.at] if chunk.at else [])


def run(command, chunk, pcap):
    """The JSON lines of one program, or an error text."""
    done = subprocess.run(shlex.split(command) + arguments(chunk, pcap), capture_output=True,
                          text=True, timeout=DEADLINE, check=False)
    out = done.stdout.splitlines()
    if done.returncode or len(out) != chunk.count:
        return None, (f"{command}: exit {done.returncode}, {len(out)} lines for {chunk.count} "
                      f"packets: {done.stderr.strip()[:400]}")
    return out, None


def compare_chunk(job):
    """(chunk, errors, differences, shares, seconds of model and generator)."""
    chunk, commands, folder = job
    begun = time.monotonic()
    policy = Policy(chunk.policy)
    data = frames.pcap(policy, chunk.seed, chunk.count, chunk.side)
    pcap = os.path.join(folder, f"{os.getpid()}.pcap")
    with open(pcap, "wb") as stream:
        stream.write(data)
    now = policy.moment(chunk.at) if chunk.at else None
    decided = model.answers(Decider(policy, chunk.hook, chunk.side), data, now)
    expected = list(model.lines(decided))
    spent = time.monotonic() - begun
    errors, outputs = [], []
    for command in commands:
        out, error = run(command, chunk, pcap)
        if error:
            errors.append(error)
        else:
            outputs.append((command, out))
    differences = []
    packets = None
    for number, line in enumerate(expected):
        given = [out[number] for _, out in outputs]
        if all(g == line for g in given):
            continue
        want = answer_of(line)
        answers = [answer_of(g) for g in given]
        if all(a == want for a in answers):
            continue
        if packets is None:
            packets = list(model.records(data))
        moment, frame = packets[number]
        named = {c: a[1:] for (c, _), a in zip(outputs, answers)}
        differences.append(Difference(chunk, want[0], moment if now is None else now, frame,
                                      {"model": want[1:], **named}))
    shares = collections.Counter((a.verdict, a.reason) for a in decided)
    return chunk, errors, differences, shares, spent


def plan(policies, wilds, total, size, seed):
    """Chunks until there are enough frames, through all combinations in turn."""
    ways = itertools.cycle(itertools.product(("subscriber", "upstream"), ("xdp", "tc")))
    known = {policy: Policy(policy) for policy in policies + wilds}
    for number in range((total + size - 1) // size):
        side, hook = next(ways)
        turn = number // 4
        mine = wilds if wilds and turn % 2 else policies
        policy = mine[(turn // 2 if wilds else turn) % len(mine)]
        if known[policy].reverse_path == "off" and number % 8:
            side = "subscriber"      # one answer to everything there: enough of it is enough
        at = None
        rng = random.Random(f"{seed}/{number}")
        if rng.random() < 1 / 8:
            dates = known[policy].moments or [1_800_000_000]
            when = rng.choice(dates) + rng.choice((-1, 0, 1, 40000))
            at = datetime.datetime.fromtimestamp(when, datetime.timezone.utc)
            at = at.strftime("%Y-%m-%dT%H:%M:%SZ")
        yield Chunk(policy, side, hook, seed + number, min(size, total - number * size), at)


def show(difference, lead):
    chunk = difference.chunk
    print(f"{lead}  {os.path.basename(chunk.policy)} --side {chunk.side} --hook {chunk.hook}"
          f" --seed {chunk.seed} --count {chunk.count} packet {difference.packet}"
          f" at {difference.moment}" + (f" (--at {chunk.at})" if chunk.at else ""))
    print(f"{lead}    {difference.frame.hex()}")
    for name, answer in difference.answers.items():
        print(f"{lead}    {' '.join(str(a) for a in answer):50} {name}")


def class_of(difference):
    """One class: the same verdicts and reasons, and the same fields that differ."""
    want = difference.answers["model"]
    out = []
    for name, answer in difference.answers.items():
        fields = tuple(f for f, a, w in zip(FIELDS, answer, want) if a != w)
        out.append((name.split()[-1], answer[0], answer[1], fields))
    return tuple(out)


def wrong(classes, program):
    """The number of frames on which one program differs."""
    return sum(len(found) for kind, found in classes.items()
               if any(name == program and fields for name, _, _, fields in kind))


def report(classes, errors, lead):
    for error, count in errors.most_common(10):
        print(f"{lead}ERROR ({count} chunks): {error}")
    for kind, found in sorted(classes.items(), key=lambda item: -len(item[1])):
        names = "; ".join(f"{name}: {verdict} {reason}" + ("!" if fields else "")
                          for name, verdict, reason, fields in kind)
        print(f"{lead}DIFFERENCE in {len(found)} frames: {names}")
        for difference in sorted(found, key=lambda d: len(d.frame))[:SHOWN]:
            show(difference, lead)


def make_wild(folder, count, seed):
    """Random policies as files wild-SEED.yaml in a folder."""
    out = []
    for number in range(seed, seed + count):
        out.append(os.path.join(folder, f"wild-{number}.yaml"))
        with open(out[-1], "w", encoding="utf-8") as stream:
            stream.write(wild.Wild(number).text())
    return out


def permitted(commands, folder):
    """(commands this user may run, those that exit 4), tried on one frame."""
    chunk = Chunk(sorted(glob.glob(WRITTEN))[0], "subscriber", "xdp", 1, 1, None)
    pcap = os.path.join(folder, "probe.pcap")
    with open(pcap, "wb") as stream:
        stream.write(frames.pcap(Policy(chunk.policy), 1, 1, chunk.side))
    may, may_not = [], []
    for command in commands:
        done = subprocess.run(shlex.split(command) + arguments(chunk, pcap), timeout=DEADLINE,
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
        (may_not if done.returncode == 4 else may).append(command)
    return may, may_not


def work(chunks, commands, args, folder):
    """Runs all chunks; (classes of differences, errors, shares, frames done, seconds)."""
    classes, errors = collections.defaultdict(list), collections.Counter()
    shares, done, spent = collections.Counter(), 0, 0.0
    begun = time.monotonic()
    with multiprocessing.Pool(args.jobs) as pool:
        jobs = [(chunk, commands, folder) for chunk in chunks]
        for chunk, wrong, found, counts, seconds in pool.imap_unordered(compare_chunk, jobs):
            done, spent = done + chunk.count, spent + seconds
            shares += counts
            errors.update(wrong)
            for difference in found:
                classes[class_of(difference)].append(difference)
            crossed = done * 20 // args.count != (done - chunk.count) * 20 // args.count
            if crossed and not args.tap:
                print(f"{done} of {args.count} frames, {sum(map(len, classes.values()))} "
                      f"differences, {done / (time.monotonic() - begun):.0f}/s", file=sys.stderr)
    return classes, errors, shares, done, spent


def options():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--op25b", help="the program; its engines are compared")
    parser.add_argument("--engines", default="bpf,native")
    parser.add_argument("--a")
    parser.add_argument("--b")
    parser.add_argument("--policy", action="append", help="default: every policy of policies/")
    parser.add_argument("--wild", type=int, help="random policies beside them (25 or none)")
    parser.add_argument("--count", type=int, default=1_000_000)
    parser.add_argument("--chunk", type=int, default=5000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=4 * os.cpu_count(),
                        help="most of a chunk's time is waiting for the kernel's grace periods")
    parser.add_argument("--tap", action="store_true")
    args = parser.parse_args()
    if args.wild is None:
        args.wild = 0 if args.policy else 25
    args.commands = [c for c in (args.a, args.b) if c]
    if args.op25b:
        args.commands += [f"{shlex.quote(args.op25b)} explain --engine {e}"
                          for e in args.engines.split(",")]
    if not args.commands:
        parser.error("nothing to compare: give --op25b, or --a")
    return args


def main():
    args = options()
    policies = args.policy or sorted(glob.glob(WRITTEN))
    begun = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        wilds = make_wild(folder, args.wild, args.seed)
        commands, skipped = permitted(args.commands, folder) if args.tap else (args.commands, [])
        chunks = list(plan(policies, wilds, args.count, args.chunk, args.seed)) if commands else []
        classes, errors, shares, done, spent = work(chunks, commands, args, folder)
    took = time.monotonic() - begun
    if not args.tap:
        print(frames.table(shares))
    report(classes, errors, "# " if args.tap else "")
    total = sum(map(len, classes.values()))
    scope = (f"{done} frames, {len(policies)} policies and {len(wilds)} random ones, "
             "both sides, both hooks")
    if args.tap:
        print(f"1..{len(args.commands)}")
        for number, command in enumerate(args.commands, 1):
            name = command.split()[-1]
            differ = wrong(classes, name)
            failed = sum(n for text, n in errors.items() if text.startswith(command + ":"))
            word = "not ok" if differ or failed else "ok"
            print(f"{word} {number} - {name} agrees with the model: "
                  + ("# SKIP not permitted to this user" if command in skipped
                     else f"{differ} differences, {failed} failed runs; {scope}"))
    else:
        print(f"{scope}, against {len(commands)} programs: {total} differences, "
              f"{sum(errors.values())} failed runs; {took:.0f} s "
              f"(model and generator {spent:.0f} s over {args.jobs} processes)")
    return 1 if total or errors else 0


if __name__ == "__main__":
    sys.exit(main())
