#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""The lab's pages in this host's own browser, as a line sees them.

window.py SERVER PORT NAMESPACE=ADDRESS[=PORT]...

For each line a port of 127.0.0.1: what connects there is carried to SERVER:PORT from the line's
ADDRESS in its NAMESPACE. Prints "NAMESPACE=ADDRESS PORT" a line, then serves until it is killed. A
port that is in use, or was not named, becomes one that is free.
"""

import asyncio
import ctypes
import os
import socket
import sys

LIBC = ctypes.CDLL(None, use_errno=True)
CLONE_NEWNET = 0x40000000


def listen(port):
    """A listening socket of this host's loopback."""
    try:
        return socket.create_server(("127.0.0.1", port))
    except OSError:
        return socket.create_server(("127.0.0.1", 0))


def enter(namespace):
    """Sockets made from now on are that namespace's."""
    with open(f"/run/netns/{namespace}", "rb") as there:
        if LIBC.setns(there.fileno(), CLONE_NEWNET):
            raise OSError(ctypes.get_errno(), f"namespace {namespace}")


async def carry(reader, writer):
    """One direction, until its end."""
    try:
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
        writer.write_eof()
    except OSError:
        pass


async def serve(listener, server, port, address):
    """For ever."""
    async def client(reader, writer):
        try:
            far = await asyncio.open_connection(server, port, local_addr=(address, 0))
            await asyncio.gather(carry(reader, far[1]), carry(far[0], writer))
            far[1].close()
        except OSError:
            pass
        writer.close()
    await (await asyncio.start_server(client, sock=listener)).serve_forever()


def main():
    """Until it is killed."""
    server, port, *lines = sys.argv[1:]
    for line in lines:
        namespace, address, *wished = line.split("=")
        listener = listen(int(*wished or [0]))
        print(f"{namespace}={address} {listener.getsockname()[1]}", flush=True)
        if not os.fork():
            os.close(1)
            enter(namespace)
            asyncio.run(serve(listener, server, int(port), address))
        listener.close()
    os.close(1)
    while lines:
        os.wait()


if __name__ == "__main__":
    main()
