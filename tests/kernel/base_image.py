# SPDX-License-Identifier: BSD-2-Clause
#
# The steady part of the test machine's root file system: busybox, kernel modules, the network
# tools and pppd, cached as one cpio archive.
#
# It holds nothing of this project: what is under test is added by each run. What is listed here
# is what at least one test uses.
#
# The surprising fact: Debian's busybox runs its own applet wherever a program of that name is
# asked for, its own small ip included, so whatever starts other programs is the real one here.

import json
import os
import subprocess

from debian_kernel import Unavailable
from initramfs import Archive, MissingLibrary

HERE = os.path.dirname(os.path.abspath(__file__))
BUSYBOX = "/usr/bin/busybox"
TOOLS = ("/usr/bin/bash", "/usr/sbin/ip", "/usr/sbin/tc", "/usr/bin/ss", "/usr/sbin/ethtool",
         "/usr/bin/tcpdump", "/usr/sbin/bpftool", "/usr/bin/env", "/usr/bin/timeout",
         "/usr/bin/setsid", "/usr/bin/nsenter")
TOOL_DATA = ("/etc/iproute2", "/etc/protocols", "/etc/services",
             "/usr/share/zoneinfo/UTC", "/usr/share/zoneinfo/Asia/Tokyo")
MERGED_LINKS = ("bin", "sbin", "lib", "lib64")
FOLDERS = ("proc", "sys", "dev", "tmp", "run", "root", "var", "etc/ppp", "op25b-vm")
ETC = {
    "etc/passwd": "root:x:0:0:root:/root:/bin/bash\nnobody:x:65534:65534::/:/bin/sh\n",
    "etc/group": "root:x:0:\nnogroup:x:65534:\nop25b:x:990:\n",
    "etc/hosts": "127.0.0.1 localhost\n::1 localhost\n",
    "etc/ppp/options": "noauth\nlock\n+ipv6\n",
    "etc/nsswitch.conf": "passwd: files\ngroup: files\nhosts: files\n",
}


def add_busybox(archive):
    archive.file(BUSYBOX, "usr/bin/busybox")
    names = subprocess.run([BUSYBOX, "--list"], capture_output=True, text=True, check=True)
    for name in names.stdout.split():
        archive.link(f"busybox/{name}", "/usr/bin/busybox")
    archive.link("usr/sbin/modprobe", "/usr/bin/busybox")
    archive.link("usr/bin/sh", "bash")


def build(cache):
    """Write cache/base.cpio and cache/base.json, the list of names in it."""
    archive = Archive()
    for name in MERGED_LINKS:
        archive.folder(f"usr/{name}")
        archive.root_link(name, f"usr/{name}")
    for name in FOLDERS:
        archive.folder(name)
    for name, text in ETC.items():
        archive.data(name, text.encode())
    add_busybox(archive)
    archive.file(os.path.join(HERE, "init"), "init")
    archive.tree(os.path.join(cache, "modules/lib/modules"), "lib/modules")
    for name in (*TOOLS, *TOOL_DATA):
        if not os.path.exists(name):
            raise Unavailable(f"{name} is missing on this machine")
        archive.tree(name)
    packages = os.path.join(cache, "packages")
    for name in ("usr/sbin", "usr/lib/pppd"):
        archive.tree(os.path.join(packages, name), name)
    for version in os.listdir(os.path.join(packages, "usr/lib/pppd")):
        archive.link("etc/ppp/plugins", f"/usr/lib/pppd/{version}")
    write(cache, archive)


def write(cache, archive):
    with open(os.path.join(cache, "base.json"), "w", encoding="utf-8") as stream:
        json.dump(sorted(archive.known), stream)
    with open(os.path.join(cache, "base.cpio.new"), "wb") as stream:
        stream.write(archive.finish())
    os.rename(os.path.join(cache, "base.cpio.new"), os.path.join(cache, "base.cpio"))


def fresh(cache):
    """Whether the cached archive is newer than its sources and the last change of a package."""
    path = os.path.join(cache, "base.cpio")
    if not os.path.exists(path):
        return False
    made = os.stat(path).st_mtime
    inputs = [os.path.join(HERE, f) for f in ("init", "base_image.py", "initramfs.py")]
    inputs += ["/var/lib/dpkg/status", os.path.join(cache, "release")]
    return all(os.path.exists(i) and os.stat(i).st_mtime < made for i in inputs)


def prepare(cache):
    """Bring the cached archive up to date; return (its path, the names in it)."""
    if not fresh(cache):
        try:
            build(cache)
        except MissingLibrary as missing:
            raise Unavailable(str(missing)) from missing
    with open(os.path.join(cache, "base.json"), encoding="utf-8") as stream:
        return os.path.join(cache, "base.cpio"), json.load(stream)
