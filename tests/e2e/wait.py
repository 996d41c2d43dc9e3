# SPDX-License-Identifier: BSD-2-Clause
"""Waiting for what somebody else does, with a deadline: the one place that may pause."""
import time


class Overdue(Exception):
    """What was waited for did not come."""


def until(what, condition, seconds=60):
    """The first true value of condition(); Overdue after a time."""
    end = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            raise Overdue(f"{what}: not within {seconds} s")
        time.sleep(0.01)
