# SPDX-License-Identifier: BSD-2-Clause
"""A machine of the lab's: a box (effects.box) in a network namespace that is there already, with
Postfix, and what is run in it from outside. Run as a script, this module is the machine's first
process: all others end with it, and it ends with who started it.
"""
import json
import os
import pathlib
import subprocess
import sys
import tempfile

from effects import box


class Box:
    """tree: of effects.images; shared: {path outside: path inside} of folders that both see."""

    def __init__(self, tree, scratch, netns, host, resolver=None, shared=None):
        self.host = host
        self.first = subprocess.Popen(
            box.command(netns, "/usr/bin/python3", "-m", "mail_box"), cwd=box.LAB,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.first.stdin.write(json.dumps(
            {"tree": tree, "scratch": scratch, "host": host, "resolver": resolver,
             "shared": shared or {}}).encode() + b"\n")
        self.first.stdin.flush()
        if self.first.stdout.readline() != b"ready\n":
            raise OSError(f"the machine {host} can not be made")
        children = pathlib.Path(f"/proc/{self.first.pid}/task/{self.first.pid}/children")
        self.pid = int(children.read_text(encoding="ascii").split()[0])

    def command(self, *words):
        """The words that run a command in it."""
        return ["nsenter", f"--target={self.pid}", "--all", *words]

    def run(self, *words, check=True, **options):
        """A command's output, also that of its errors; what it leaves running keeps no pipe."""
        with tempfile.TemporaryFile("w+", encoding="utf-8") as output:
            done = subprocess.run(self.command(*words), text=True, stdout=output,
                                  stderr=subprocess.STDOUT, check=False,
                                  **{"stdin": subprocess.DEVNULL, **options})
            output.seek(0)
            said = output.read()
        if check and done.returncode:
            raise OSError(f"{self.host}: {' '.join(words)}: {said.strip()}")
        return said

    def path(self, path):
        """A file of it, from outside."""
        return pathlib.Path(f"/proc/{self.pid}/root{path}")

    def write(self, path, text, mode=0o644):
        """A file of it."""
        where = self.path(path)
        where.parent.mkdir(parents=True, exist_ok=True)
        with open(os.open(where, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "w",
                  encoding="utf-8") as target:
            target.write(text)

    def postfix(self, *settings):
        """Sets these and starts Postfix. No chroot: a copy of resolv.conf is in one only if
        Debian's own script started it."""
        self.run("postconf", "-F", "*/*/chroot = n")
        self.run("postconf", "-e", *settings)
        self.run("postfix", "start")


def main():
    """In the box, until who started it is gone."""
    order = json.loads(sys.stdin.readline())
    shared = {os.open(outside, os.O_PATH): inside for outside, inside in order["shared"].items()}
    box.enter([order["tree"]], order["scratch"])
    for folder, inside in shared.items():
        os.makedirs(inside, exist_ok=True)
        box.mount(f"/proc/self/fd/{folder}", inside, None, box.MS_BIND)
        os.close(folder)
    box.name_machine(order["host"], order["resolver"])
    print("ready", flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    main()
