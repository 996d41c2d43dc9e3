#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""flood.py DEV HEX...: send these frames in turn, as fast as it goes, until killed."""
import socket
import sys


def main():
    frames = [bytes.fromhex(text) for text in sys.argv[2:]]
    with socket.socket(socket.AF_PACKET, socket.SOCK_RAW) as out:
        out.bind((sys.argv[1], 0))
        while True:
            for frame in frames:
                try:
                    out.send(frame)
                except OSError:  # the queue is full for a moment
                    pass


if __name__ == "__main__":
    main()
