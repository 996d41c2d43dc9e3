# SPDX-License-Identifier: BSD-2-Clause
"""A mount namespace in which /usr, /etc and /var are this machine's with others laid over them.

What is written there goes into memory and ends with the last process. /run, /tmp and the homes are
empty but for the lab's own programs, /dev holds what every program may have. Nothing of the machine
outside is written, started or spoken to: no socket of its service manager is seen in there.
"""
import ctypes
import os
import pathlib
import subprocess

LIBC = ctypes.CDLL(None, use_errno=True)
CLONE_NEWNS = 0x20000
MS_NOSUID, MS_BIND, MS_REC, MS_PRIVATE = 0x2, 0x1000, 0x4000, 0x40000
IN_ANY = 0x2 | 0x8 | 0x80 | 0x100  # IN_MODIFY, _CLOSE_WRITE, _MOVED_TO, _CREATE
LAID_OVER = ("usr", "etc", "var")
EMPTY = ("/run", "/tmp", "/home", "/root")
DEVICES = ("null", "zero", "full", "random", "urandom", "tty")
LAB = os.path.dirname(os.path.dirname(os.path.realpath(__file__)))
LAB_THERE = "/run/op25b-lab"  # the same folder in a box, wherever it lies outside
ENDS_WITH_US = ("setpriv", "--pdeathsig=KILL")  # however we end
PERSON, DOMAIN = "ann", "home.example"
PERSON_ID = 60025


def mount(source, target, kind=None, flags=0, data=None):
    """mount(2); raises OSError."""
    words = [str(word).encode() if word is not None else None for word in (source, target, kind)]
    if LIBC.mount(*words, flags, data.encode() if data else None):
        number = ctypes.get_errno()
        raise OSError(number, f"mount {kind} on {target}: {os.strerror(number)}")


def watch_folders(*paths):
    """An inotify descriptor that tells of files that come or change in those folders."""
    handle = LIBC.inotify_init1(os.O_CLOEXEC)
    if handle < 0:
        raise OSError(ctypes.get_errno(), "inotify: see fs.inotify.max_user_instances")
    for path in map(str, paths):
        if os.path.isdir(path):
            LIBC.inotify_add_watch(handle, path.encode(), ctypes.c_uint32(IN_ANY))
    return handle


def unshare_mounts():
    """Into a mount namespace of this process's own, from which nothing spreads."""
    if LIBC.unshare(CLONE_NEWNS):
        raise OSError(ctypes.get_errno(), "unshare: a mount namespace is not permitted here")
    mount("none", "/", None, MS_REC | MS_PRIVATE)


def command(netns, *words):
    """A command line that runs words in fresh namespaces and in the network namespace of that
    path; all that it started ends with it."""
    return [*ENDS_WITH_US, "nsenter", f"--net={netns}", "unshare", "--mount", "--uts", "--ipc",
            "--pid", "--fork", "--mount-proc", "--kill-child=KILL", *words]


def make_devices():
    """/dev with the ordinary devices alone; /dev/log is free for who listens."""
    for name in DEVICES:
        pathlib.Path("/tmp", name).touch()
        mount(f"/dev/{name}", f"/tmp/{name}", None, MS_BIND)
    mount("tmpfs", "/dev", "tmpfs", MS_NOSUID, "mode=755")
    for name in DEVICES:
        pathlib.Path("/dev", name).touch()
        mount(f"/tmp/{name}", f"/dev/{name}", None, MS_BIND)
    for name, target in (("fd", "/proc/self/fd"), ("stdin", "/proc/self/fd/0"),
                         ("stdout", "/proc/self/fd/1"), ("stderr", "/proc/self/fd/2")):
        os.symlink(target, f"/dev/{name}")
    os.mkdir("/dev/shm", 0o1777)
    os.chmod("/dev/shm", 0o1777)


def enter(layers, scratch, kept=None):
    """Lays the trees (the first uppermost) over this machine's, in a mount namespace that is this
    process's already.

    scratch: an empty folder. What is written goes to memory mounted there, or into the folder kept
    (on a file system in memory), which is a tree for others afterwards."""
    tools = os.open(LAB, os.O_PATH)
    os.chdir("/")
    if kept is None:
        mount("tmpfs", scratch, "tmpfs", 0, "mode=755")
        kept = scratch
    for top in LAID_OVER:
        upper, work = f"{kept}/{top}", f"{kept}/.work-{top}"
        os.makedirs(upper)
        os.makedirs(work)
        below = ":".join([f"{layer}/{top}" for layer in layers] + [f"/{top}"])
        mount("overlay", f"/{top}", "overlay", 0,
              f"lowerdir={below},upperdir={upper},workdir={work}")
    for path in EMPTY:
        mount("tmpfs", path, "tmpfs", 0, "mode=1777" if path == "/tmp" else "mode=755")
    os.makedirs("/run/lock")
    os.mkdir(LAB_THERE)
    mount(f"/proc/self/fd/{tools}", LAB_THERE, None, MS_BIND)
    os.close(tools)
    make_devices()
    # sendmail does not deliver on a busy machine, and this one may be busy with all the others.
    pathlib.Path("/run/op25b-load").write_text("0.00 0.00 0.00 1/1 1\n", encoding="ascii")
    mount("/run/op25b-load", "/proc/loadavg", None, MS_BIND)


def name_machine(host=DOMAIN, resolver=None):
    """The names of a home server, and a person who has an account on it."""
    subprocess.run(["hostname", host], check=True)
    short = host.partition(".")[0]
    for name, text in (("hostname", f"{host}\n"), ("mailname", f"{host}\n"),
                       ("hosts", f"127.0.0.1 localhost\n::1 localhost\n127.0.1.1 {host} {short}\n"),
                       ("resolv.conf", f"nameserver {resolver}\n" if resolver else "")):
        path = pathlib.Path("/etc", name)
        path.unlink(missing_ok=True)  # it may be a link into /run
        path.write_text(text, encoding="ascii")
    with open("/etc/passwd", encoding="utf-8") as users:
        if f"\n{PERSON}:" in users.read():
            return
    with open("/etc/passwd", "a", encoding="utf-8") as users:
        users.write(f"{PERSON}:x:{PERSON_ID}:{PERSON_ID}:Ann:/home/{PERSON}:/bin/sh\n")
    with open("/etc/group", "a", encoding="utf-8") as groups:
        groups.write(f"{PERSON}:x:{PERSON_ID}:\n")
