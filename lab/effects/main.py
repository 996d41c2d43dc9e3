# SPDX-License-Identifier: BSD-2-Clause
"""The command `op25b lab effects`: the trees, the bed, the cells, and what is told of them."""
import concurrent.futures
import json
import os
import platform
import signal
import sys

from effects import bed as bed_module
from effects import box, images, programs, report, run

HERE = os.path.dirname(os.path.realpath(__file__))
USAGE = 2
WINDOW = 600  # seconds that a program is given
QUICK = ("postfix", "exim", "dma", "msmtp", "swaks", "smtplib")
QUICK_WAYS = [way for way in bed_module.WAYS if way != run.SLOW]


def cache():
    """Where packages and trees are kept: in the build folder, or as an installed program does."""
    source = os.path.realpath(f"{HERE}/../..")
    return f"{source}/build/effects" if os.path.exists(f"{source}/CMakeLists.txt") else \
        "/var/cache/op25b/effects"


def build_trees(chosen, folder):
    """Those of the chosen programs and of the mail host, two at a time."""
    wanted = {}
    for program in [*chosen, programs.MX]:
        packages, answers = wanted.setdefault(program.tree, ([], []))
        packages.extend(program.packages)
        answers.append(program.answers)
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        found = {name: pool.submit(images.build, name, packages, "".join(answers), cache(), folder)
                 for name, (packages, answers) in wanted.items()}
        return {name: tree.result() for name, tree in found.items()}


def versions(chosen, trees):
    """program: version of its package."""
    return {program.name: images.version(trees[program.tree], program.packages[0])
            for program in chosen}


def read_options(words):
    """{name: value}; a flag's is "". op25b has seen to it that they are right."""
    words, found = iter(words), {}
    for word in words:
        name = word.removeprefix("--")
        found[name] = next(words) if name in ("only", "out") else ""
    return found


def choose(options):
    """The programs and ways that the options ask for."""
    names = options["only"].split(",") if "only" in options else \
        QUICK if "quick" in options else [program.name for program in programs.ALL]
    known = {program.name for program in programs.ALL}
    if set(names) - known:
        print(f"op25b lab: {', '.join(sorted(set(names) - known))}: the programs are "
              f"{', '.join(program.name for program in programs.ALL)}", file=sys.stderr)
        sys.exit(USAGE)
    return [program for program in programs.ALL if program.name in names], \
        QUICK_WAYS if "quick" in options else bed_module.WAYS


def effects(op25b, words):
    """Runs it, with the options that op25b was given. Returns the exit code."""
    options = read_options(words)
    chosen, ways = choose(options)
    quick = "quick" in options
    if "out" in options:
        with open(options["out"], "a", encoding="utf-8"):
            pass  # better now than in a quarter of an hour
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    box.unshare_mounts()
    os.makedirs(cache(), exist_ok=True)
    log = f"{cache()}/log"
    try:
        with bed_module.Bed(os.path.dirname(op25b), ways, log) as bed:
            trees = build_trees(chosen, bed.folder)
            bed.gateway()
            every = run.Run(bed, trees, run.cells_of(chosen, ways, not quick), WINDOW, quick)
            try:
                every.start_mx()
                every.all()
            finally:
                every.close()
            found = {
                "schema": "op25b.effects/1", "kernel": platform.release(), "window": WINDOW,
                "programs": versions(chosen, trees), "ways": ways,
                "failed": [f"{cell.program.name}, {cell.way}, {cell.kind}"
                           for cell in every.cells if not cell.result],
                "cells": [cell.record(bed.wire.tries) for cell in every.cells if cell.result]}
    except images.Unavailable as error:
        raise SystemExit(f"op25b lab effects: {error}") from error
    return tell(found, options, log)


def tell(found, options, log):
    """Writes the answer where it is wanted. Returns the exit code."""
    lacking = found["failed"] + report.undelivered(found) + report.unseen(found)
    text = json.dumps(found) + "\n" if "json" in options else report.markdown(found)
    if "out" in options:
        with open(options["out"], "w", encoding="utf-8") as target:
            target.write(text)
    else:
        print(text, end="")
    for what in lacking:
        print(f"op25b lab effects: {what}; see {log}", file=sys.stderr)
    return 1 if lacking else 0
