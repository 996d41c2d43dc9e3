# SPDX-License-Identifier: BSD-2-Clause
"""Waiting for what other programs do, with a deadline: the one place that may pause."""
import time


class Overdue(Exception):
    """What was waited for did not come."""


def until(what, test, seconds=60):
    """The first true answer of test(). Raises Overdue.

    The longer a look takes the longer it pauses after it: many a test starts a program.
    """
    end = time.monotonic() + seconds
    while True:
        begin = time.monotonic()
        answer = test()
        if answer:
            return answer
        now = time.monotonic()
        if now > end:
            raise Overdue(f"{what}: not within {seconds} s")
        time.sleep(min(max(0.01, 3 * (now - begin)), 0.2))
