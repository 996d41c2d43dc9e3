# SPDX-License-Identifier: BSD-2-Clause
"""Waiting for an event, with a deadline: the one place of the lab that pauses between two looks."""

import time

PAUSE = 0.02


def until(test, seconds):
    """Whether test() came true within so many seconds."""
    end = time.monotonic() + seconds
    while not test():
        if time.monotonic() > end:
            return False
        time.sleep(PAUSE)
    return True
