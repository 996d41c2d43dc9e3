# SPDX-License-Identifier: BSD-2-Clause
"""The lab's pages: op25b-webd in the gateway, and windows to it in this host's own browser."""

import os
import pwd
import signal
import socket
import subprocess

WEB4, WEB6, PORT = "192.0.2.80", "2001:db8:25::80", 8025
URL = f"http://{WEB4}:{PORT}"
# Whose eyes the windows are: namespace, address, port of this host if nobody has it.
WINDOWS = [
    ("DYNAMIC", "op25b-dynamic", "198.51.100.10", 8025),
    ("FIXED", "op25b-fixed", "203.0.113.9", 8026),
    ("COUNTED", "op25b-dynamic", "198.51.100.194", 8027),
    ("SOON", "op25b-dynamic", "198.51.100.226", 8028),
    ("ROAMING", "op25b-roaming", "203.0.113.200", 8029),
]


def addresses(run):
    """The pages' own, in the gateway."""
    for address, bits in ((WEB4, 32), (WEB6, 128)):
        run("ip", "-n", "op25b-gateway", "address", "add", f"{address}/{bits}", "dev", "lo")


def folder(path, user):
    """Of the state, and readable by nobody else."""
    os.mkdir(path, 0o700)
    os.chown(path, pwd.getpwnam(user).pw_uid, pwd.getpwnam(user).pw_gid)


def listen(path):
    """A socket where the service manager's would be."""
    if os.path.exists(path):
        os.unlink(path)
    notify = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    notify.bind(path)
    os.chmod(path, 0o666)
    notify.settimeout(60)
    return notify


def reload(directory):
    """The pages are of the policy that was written just now."""
    with open(f"{directory}/op25b-webd.pid", encoding="ascii") as file:
        pid = int(file.read())
    with listen(f"{directory}/op25b-webd.notify") as notify:
        os.kill(pid, signal.SIGHUP)
        while b"READY=1" not in notify.recv(4096):
            pass


def windows_open(here, directory, note_pid):
    """Notes in DIR/windows which port shows whose pages."""
    with open(f"{directory}/window.log", "ab") as errors:
        process = subprocess.Popen(
            ["/usr/bin/python3", f"{here}/window.py", WEB4, str(PORT),
             *(f"{namespace}={address}={port}" for _, namespace, address, port in WINDOWS)],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=errors,
            start_new_session=True, text=True)
    note_pid(process.pid)
    with open(f"{directory}/windows", "w", encoding="ascii") as file:
        for name, *_ in WINDOWS:
            port = process.stdout.readline().split()[1]
            file.write(f"LAB_WEB_{name}=http://127.0.0.1:{port}\n")


def env(directory):
    """Lines for `op25b lab env`."""
    yield f"LAB_WEB_URL={URL}"
    yield f"LAB_WEB_URL6=http://[{WEB6}]:{PORT}"
    if os.path.exists(f"{directory}/windows"):
        with open(f"{directory}/windows", encoding="ascii") as file:
            yield from file.read().splitlines()
