# SPDX-License-Identifier: BSD-2-Clause
"""A daemon without privileges in a namespace with loopback alone: its folder, log and sockets."""
import json
import os
import pathlib
import shutil
import signal
import socket
import tempfile

import gateway
import wait

NOBODY = 65534


class Bed:
    """What the beds of such daemons share; each says what it is made of and how it starts."""

    name = None                 # of the namespace, and before the folder's
    addresses = ("192.0.2.1",)  # besides loopback's
    control = "control.sock"    # in the folder

    def __init__(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix=f"{self.name}-"))
        self.process = None
        self.home = os.open("/proc/self/ns/net", os.O_RDONLY | os.O_CLOEXEC)
        self.output = open(self.folder / "log", "w", encoding="utf-8")

    def __enter__(self):
        gateway.run("ip", "netns", "add", self.name)
        gateway.set_namespace(self.name)
        gateway.run("ip", "link", "set", "lo", "up")
        for address in self.addresses:
            gateway.run("ip", "address", "add", address + "/32", "dev", "lo")
        self.furnish()
        return self

    def __exit__(self, *_):
        self.kill()
        self.output.close()
        gateway.LIBC.setns(self.home, gateway.CLONE_NEWNET)
        os.close(self.home)
        gateway.run("ip", "netns", "delete", self.name)
        gateway.run("umount", str(self.folder / "state"), check=False)
        shutil.rmtree(self.folder)

    def furnish(self):
        """Files of the daemon's before its first start."""
        raise NotImplementedError

    def log(self):
        """What the daemon said."""
        return (self.folder / "log").read_text(encoding="utf-8")

    def write(self, name, text, mode=0o644):
        """A file of the daemon's."""
        path = self.folder / name
        path.unlink(missing_ok=True)
        path.write_text(text, encoding="utf-8")
        path.chmod(mode)
        os.chown(path, NOBODY, NOBODY)
        return path

    def ear(self):
        """A socket where the service manager's would be."""
        ear = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        path = self.folder / "notify"
        path.unlink(missing_ok=True)
        ear.bind(str(path))
        path.chmod(0o666)
        ear.settimeout(120)
        return ear

    def reload(self):
        """Have it read its files again. Returns what it said at last."""
        with self.ear() as ear:
            self.process.send_signal(signal.SIGHUP)
            assert ear.recv(4096).decode().startswith("RELOADING=1\n")
            return ear.recv(4096).decode()

    def kill(self, number=signal.SIGKILL):
        """End it by a signal. Returns its exit status."""
        if not self.process:
            return None
        self.process.send_signal(number)
        status = self.process.wait(60)
        self.process = None
        return status

    def ask(self, op="status", **more):
        """One request on the control socket."""
        with socket.socket(socket.AF_UNIX) as client:
            client.settimeout(120)
            client.connect(str(self.folder / self.control))
            client.sendall(json.dumps({"op": op, **more}).encode() + b"\n")
            with client.makefile() as stream:
                return json.loads(stream.readline())

    def until_status(self, what, condition):
        """The first status that fits."""
        def look():
            status = self.ask()
            return condition(status) and status
        return wait.until(what, look)

    def mount(self, megabytes):
        """A small file system under its state."""
        gateway.run("mount", "-t", "tmpfs", "-o", f"size={megabytes}m,uid={NOBODY},gid={NOBODY}",
                    "op25b-small", str(self.folder / "state"))
