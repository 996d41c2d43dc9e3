# SPDX-License-Identifier: BSD-2-Clause
#
# Archives that a Linux kernel unpacks as its first root file system ("newc" cpio).
#
# Written here rather than with cpio(1) because most files go to another name than they have on
# this machine, and no staging tree has to be built. No device nodes are written (the guest mounts
# devtmpfs) and every file belongs to root.
#
# The surprising fact: a kernel unpacks any number of archives laid end to end, later ones over
# earlier ones. So the large, steady part is cached as a file and each run appends a small one.

import os
import stat
import subprocess

INTERPRETED = b"#!"
MERGED = ("bin", "sbin", "lib", "lib64")
ELF = b"\x7fELF"


class MissingLibrary(Exception):
    """A program needs a shared library that this machine does not have."""


def needed_libraries(path):
    """Absolute paths of the loader and libraries of an ELF file; empty if it is static."""
    done = subprocess.run(["ldd", path], capture_output=True, text=True, check=False,
                          env={**os.environ, "LC_ALL": "C"})
    found = []
    for line in done.stdout.splitlines():
        words = line.split()
        if "not found" in line:
            raise MissingLibrary(f"{path} needs {words[0]}")
        found += [w for w in words if w.startswith("/")]
    return found


def guest_name(name):
    """Where a path of this machine lies in the guest, whose /bin and /lib are links into /usr."""
    name = os.path.normpath(name).strip("/")
    if name.split("/")[0] in MERGED:
        return "usr/" + name
    return "" if name == "." else name


class Archive:
    """A cpio archive being built in memory; paths inside are given without the leading slash."""

    def __init__(self, known=()):
        self.known = set(known)
        self.parts = []
        self.count = 0

    def _entry(self, name, mode, data):
        self.count += 1
        name_bytes = name.encode() + b"\0"
        fields = (self.count, mode, 0, 0, 1, 0, len(data), 0, 0, 0, 0, len(name_bytes), 0)
        head = b"070701" + b"".join(b"%08X" % f for f in fields) + name_bytes
        self.parts += [head, b"\0" * (-len(head) % 4), data, b"\0" * (-len(data) % 4)]

    def folder(self, name):
        name = guest_name(name)
        if not name or name in self.known:
            return
        self.folder(os.path.dirname(name))
        self.known.add(name)
        self._entry(name, stat.S_IFDIR | 0o755, b"")

    def data(self, name, data, mode=0o644):
        name = guest_name(name)
        self.folder(os.path.dirname(name))
        self.known.add(name)
        self._entry(name, stat.S_IFREG | mode, data)

    def link(self, name, target):
        name = guest_name(name)
        self.folder(os.path.dirname(name))
        self.known.add(name)
        self._entry(name, stat.S_IFLNK | 0o777, target.encode())

    def root_link(self, name, target):
        """Add a link directly under the root, where guest_name() would send it into /usr."""
        self.known.add(name)
        self._entry(name, stat.S_IFLNK | 0o777, target.encode())

    def file(self, source, name=None):
        """Add a file with its contents; an ELF file brings its loader and libraries along."""
        name = guest_name(name or os.path.abspath(source))
        with open(source, "rb") as stream:
            data = stream.read()
        mode = os.stat(source).st_mode & 0o777
        self.data(name, data, mode | 0o500 if data[:2] == INTERPRETED else mode)
        if data[:4] != ELF:
            return
        for library in needed_libraries(source):
            if guest_name(library) not in self.known:
                self.file(library)

    def tree(self, source, name=None):
        """Add a file, or a folder with all it holds; symbolic links below stay links."""
        name = guest_name(name or os.path.abspath(source))
        if not os.path.isdir(source):
            self.file(source, name)
            return
        self.folder(name)
        for entry in sorted(os.scandir(source), key=lambda e: e.name):
            inside = os.path.join(name, entry.name)
            if entry.is_symlink():
                self.link(inside, os.readlink(entry.path))
            elif entry.is_dir() or entry.is_file():
                self.tree(entry.path, inside)

    def finish(self):
        """The archive's bytes, padded so that another archive may follow."""
        self._entry("TRAILER!!!", 0, b"")
        data = b"".join(self.parts)
        return data + b"\0" * (-len(data) % 512)
