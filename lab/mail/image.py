# SPDX-License-Identifier: BSD-2-Clause
"""The tree of Postfix's package and a resolver, as a tar that is made once.

Run as a script, in a mount namespace of its own, this module makes it.
"""
import fcntl
import hashlib
import os
import subprocess
import sys
import tempfile

from effects import box, images, programs

SOURCE = os.path.realpath(f"{os.path.dirname(os.path.realpath(__file__))}/../..")
MADE_OF = ("/etc/passwd", "/etc/group")


def cache():
    """Where packages and the tree are kept."""
    return f"{SOURCE}/build/mailhost" if os.path.exists(f"{SOURCE}/CMakeLists.txt") else \
        "/var/cache/op25b/mailhost"


def key():
    """What a tree is made anew for: other users, other lists of packages."""
    found = hashlib.sha256(str(programs.MX.packages).encode())
    for path in MADE_OF:
        with open(path, "rb") as stream:
            found.update(stream.read())
    found.update(str(os.stat("/var/lib/apt/lists").st_mtime_ns).encode())
    return found.hexdigest()[:16]


def tar():
    """The tar's path. Raises images.Unavailable."""
    os.makedirs(cache(), exist_ok=True)
    with open(f"{cache()}/lock", "w", encoding="ascii") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # a test beside this one may be making it
        path = f"{cache()}/tree-{key()}.tar"
        if not os.path.exists(path):
            done = subprocess.run(
                ["unshare", "--mount", "/usr/bin/python3", "-m", "mail.image", path],
                capture_output=True, text=True, check=False, cwd=box.LAB)
            if done.returncode:
                raise images.Unavailable(done.stderr.strip() or "the tree can't be made")
        return path


def main():
    """Makes the tar of that path."""
    with tempfile.TemporaryDirectory(prefix="op25b-mailhost-") as folder:
        box.unshare_mounts()
        box.mount("op25b-mailhost", folder, "tmpfs", 0, "mode=755")
        os.mkdir(f"{folder}/scratch")
        try:
            tree = images.build("mx", programs.MX.packages, programs.MX.answers, cache(), folder)
            subprocess.run(["tar", *images.TAR, "-cf", f"{sys.argv[1]}.new", "-C", tree,
                            *box.LAID_OVER], check=True)
            os.rename(f"{sys.argv[1]}.new", sys.argv[1])
        except images.Unavailable as error:
            sys.exit(str(error))
        finally:
            subprocess.run(["umount", "-l", folder], check=False)


if __name__ == "__main__":
    main()
