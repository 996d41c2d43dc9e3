# SPDX-License-Identifier: BSD-2-Clause
"""The programs' Debian packages: fetched into a cache, installed into a tree of their own.

Mail servers exclude one another, so none is installed on this machine. Each is installed by dpkg in
a box (box.py) without any network: its own installer's answers make the configuration that a person
would get. What it writes is the tree. Run as a script, this module is that installer.
"""
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile

from effects import box

NO_MANUALS = "man-db man-db/auto-update boolean false\n"  # their index takes seconds
TAR = ("--xattrs", "--xattrs-include=*", "--numeric-owner")
DEB = re.compile(r"^'\S+' (\S+_\S+\.deb) ", re.M)


class Unavailable(Exception):
    """A package can't be fetched or installed here; the text says which and why."""


def run(*words, **options):
    done = subprocess.run(words, capture_output=True, text=True, check=False, **options)
    if done.returncode:
        said = (done.stderr.strip() or done.stdout.strip() or "no message").splitlines()
        raise Unavailable(f"{' '.join(words[:4])}: {said[-1]}")
    return done.stdout


def wanted(packages):
    """{name: version} of what of these packages, and of what they need, this machine lacks."""
    with tempfile.TemporaryDirectory() as empty:  # apt does not name what its own cache has
        plan = run("apt-get", "--print-uris", "-qq", "-y", "--no-install-recommends", "-o",
                   "Debug::NoLocking=1", "-o", f"Dir::Cache::archives={empty}", "install",
                   *packages)
    return {package: version.replace("%3a", ":") for package, version, _ in
            (name.split("_") for name in DEB.findall(plan))}


def candidate(package):
    """The version that would be installed."""
    return re.search(r"Candidate: (\S+)", run("apt-cache", "policy", package)).group(1)


def fetch(packages, cache):
    """The paths of the .deb files of these packages, of those that this machine has too, and of
    what they need and it lacks; fetched unless the cache has them."""
    paths = []
    try:
        versions = {package: candidate(package) for package in packages} | wanted(packages)
        for package, version in versions.items():
            path = os.path.join(cache, f"{package}_{version.replace(':', '%3a')}.deb")
            if not os.path.exists(path):
                with tempfile.TemporaryDirectory(dir=cache) as folder:
                    run("apt-get", "download", "-qq", "-o", "APT::Sandbox::User=root",
                        f"{package}={version}", cwd=folder)
                    os.rename(os.path.join(folder, os.listdir(folder)[0]), path)
            paths.append(path)
    except Unavailable as error:
        raise Unavailable(f"{' '.join(packages)} can't be fetched: {error}") from error
    return paths


def build(name, packages, answers, cache, folder):
    """Makes the tree folder/name, or takes it from the cache, which holds it as it came out here.
    folder: on a file system in memory."""
    tree = os.path.join(folder, name)
    debs = fetch(packages, cache)
    kept = os.path.join(cache, f"{name}-{digest(debs, answers)}.tar")
    os.makedirs(tree)
    if os.path.exists(kept):
        run("tar", *TAR, "-xf", kept, "-C", tree)
        return tree
    with tempfile.TemporaryDirectory(dir=folder) as seen:
        for path in debs:
            shutil.copy(path, seen)
        order = {"tree": tree, "scratch": f"{folder}/scratch", "debs": seen, "answers": answers}
        done = subprocess.run(
            box.command("/proc/self/ns/net", "unshare", "--net", "/usr/bin/python3", "-m",
                        "effects.images"),
            input=json.dumps(order), capture_output=True, text=True, check=False,
            cwd=box.LAB)
    if done.returncode:
        raise Unavailable(f"{name} can not be installed into a tree:\n"
                          f"{done.stdout[-2000:]}{done.stderr[-2000:]}")
    run("tar", *TAR, "-cf", f"{kept}.new", "-C", tree, *box.LAID_OVER)
    os.rename(f"{kept}.new", kept)
    return tree


def digest(debs, answers):
    """What a tree hangs on: its packages (what this machine lacks among them), and its users."""
    found = hashlib.sha256(answers.encode())
    for path in ("/etc/passwd", "/etc/group"):
        with open(path, "rb") as stream:
            found.update(stream.read())
    for path in sorted(debs):
        found.update(os.path.basename(path).encode())
    return found.hexdigest()[:16]


def version(tree, package):
    """That of a package in a tree."""
    return run("dpkg-query", f"--admindir={tree}/var/lib/dpkg", "-W", "-f=${Version}", package)


def install():
    """In the box: has dpkg install every package of a folder. Nothing may be started."""
    order = json.load(sys.stdin)
    debs = os.open(order["debs"], os.O_PATH)
    box.enter([], order["scratch"], order["tree"])
    box.name_machine()
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    with open("/usr/sbin/policy-rc.d", "w", encoding="ascii") as policy:
        policy.write("#!/bin/sh\nexit 101\n")
    os.chmod("/usr/sbin/policy-rc.d", 0o755)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C",
                   "HOME": "/root"}
    subprocess.run(["debconf-set-selections"], input=NO_MANUALS + order["answers"], text=True,
                   check=True, env=environment)
    folder = f"/proc/self/fd/{debs}"
    packages = [os.path.join(folder, name) for name in sorted(os.listdir(folder))]
    subprocess.run(["dpkg", "--force-unsafe-io", "--force-confdef",
                    "--force-depends", "-i", *packages], check=True,
                   env=environment, stdin=subprocess.DEVNULL, pass_fds=[debs])
    os.unlink("/usr/sbin/policy-rc.d")


if __name__ == "__main__":
    install()
