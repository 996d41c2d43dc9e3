# SPDX-License-Identifier: BSD-2-Clause
"""The first process of a mail host's box: sets it up, says "ready", and waits until it is killed.

Reads one line of JSON: tar (of the tree), scratch (an empty folder), host, resolver (or null),
users {name: id}, binds {path in the box: path outside}.
"""
import json
import os
import signal
import subprocess
import sys

from effects import box

BINS = "/run/op25b-bin"


def add_users(users):
    """System users, each with a group of its own."""
    with open("/etc/passwd", "a", encoding="ascii") as passwd, \
            open("/etc/group", "a", encoding="ascii") as group:
        for name, number in users.items():
            passwd.write(f"{name}:x:{number}:{number}::/nonexistent:/usr/sbin/nologin\n")
            group.write(f"{name}:x:{number}:\n")


def main():
    """In fresh namespaces."""
    order = json.loads(sys.stdin.readline())
    binds = {there: os.open(path, os.O_PATH) for there, path in order["binds"].items()}
    box.mount("op25b-mailhost", order["scratch"], "tmpfs", 0, "mode=755")
    for name in ("tree", "upper"):
        os.mkdir(f"{order['scratch']}/{name}")
    subprocess.run(["tar", "--xattrs", "--xattrs-include=*", "--numeric-owner", "-xf",
                    order["tar"], "-C", f"{order['scratch']}/tree"], check=True)
    box.enter([f"{order['scratch']}/tree"], f"{order['scratch']}/scratch",
              f"{order['scratch']}/upper")
    for there, handle in binds.items():
        os.makedirs(there, exist_ok=True)
        box.mount(f"/proc/self/fd/{handle}", there, None, box.MS_BIND)
        os.close(handle)
    box.name_machine(order["host"], order["resolver"])
    with open("/etc/hosts", "w", encoding="ascii") as hosts:  # the resolver knows the rest
        hosts.write("127.0.0.1 localhost\n::1 localhost\n")
    add_users(order["users"])
    # Daemons leave children behind, which are this process's then: the kernel reaps them.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    print("ready", flush=True)
    while True:
        signal.pause()


if __name__ == "__main__":
    main()
