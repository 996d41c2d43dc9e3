#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""radius_flood.py genuine|garbage SECRET: datagrams from 127.0.0.1 without end, until killed."""
import os
import sys

import collector


def packets(nas, kind):
    """So many that each is long forgotten when it comes again."""
    for number in range(100000):
        if kind == "garbage":
            yield bytes([4, number & 255, 0, 100]) + os.urandom(96)
        else:
            yield nas.packet(f"flood-{number}", f"10.9.{number >> 8 & 255}.{number & 255}",
                             identifier=number & 255)


def main():
    with collector.Nas("127.0.0.1", secret=sys.argv[2]) as nas:
        made = list(packets(nas, sys.argv[1]))
        nas.socket.setblocking(False)
        print("flooding", flush=True)
        while True:
            for packet in made:
                try:
                    nas.socket.send(packet)
                except (BlockingIOError, ConnectionRefusedError):
                    pass


if __name__ == "__main__":
    main()
