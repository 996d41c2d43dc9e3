# SPDX-License-Identifier: BSD-2-Clause
#
# Debian 12's kernel and its PPP daemon, fetched into a cache and never installed.
#
# Packages come through apt-get download, so the machine's own apt sources and keys decide what
# is trusted. Nothing outside the cache folder is written: no /boot, no dpkg database.
#
# The surprising facts: Debian's cloud kernel has no PPP at all, so the ordinary kernel is used;
# and its bzImage spends five of eight seconds of an emulated boot in its own xz unpacker, so the
# kernel is unpacked here, once, and entered through its PVH note instead.

import lzma
import os
import shutil
import subprocess

META_PACKAGE = "linux-image-amd64"
EXTRA_PACKAGES = ("ppp",)
XZ_MAGIC = b"\xfd7zXZ\x00"

# Loaded on demand by the guest's kernel; whatever these need comes along.
MODULES = (
    "veth", "dummy", "tun", "8021q", "bridge",
    "ppp_generic", "pppox", "pppoe", "ppp_async",
    "tunnel4", "ipip", "sit", "ip6_tunnel", "ip_gre",
    "sch_ingress", "sch_fq_codel", "cls_bpf", "cls_matchall", "cls_u32",
    "act_bpf", "act_gact", "act_mirred",
    "af_packet", "packet_diag", "inet_diag", "tcp_diag", "unix",
)
MODULE_TREES = ("net", "drivers/net", "lib", "crypto", "arch")


class Unavailable(Exception):
    """The kernel or a package cannot be had here; the text says why and what would mend it."""


def run(argv, cwd=None):
    done = subprocess.run(argv, cwd=cwd, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        what = (done.stderr.strip() or done.stdout.strip() or "no message").splitlines()[-1]
        raise Unavailable(f"{' '.join(argv[:3])}: {what}")
    return done.stdout


def resolve_kernel_package():
    """The real package behind the meta package, as linux-image-6.1.0-56-amd64."""
    for line in run(["apt-cache", "depends", META_PACKAGE]).splitlines():
        name = line.split()[-1] if line.split() else ""
        if "Depends:" in line and name.startswith("linux-image-6.1."):
            return name
    raise Unavailable(f"apt knows no 6.1 kernel behind {META_PACKAGE} (run apt-get update?)")


def download(package, folder):
    """The path of the package's .deb in folder, fetched."""
    os.makedirs(folder, exist_ok=True)
    run(["apt-get", "download", "-q", "-o", f"APT::Sandbox::User={os.environ.get('USER', 'root')}",
         package], cwd=folder)
    found = [f for f in os.listdir(folder) if f.startswith(package + "_") and f.endswith(".deb")]
    if not found:
        raise Unavailable(f"apt-get download {package} left no package behind")
    return os.path.join(folder, found[0])


def unpack(deb, folder, members=()):
    """Unpack a .deb, or only the members (tar wildcards), into folder."""
    os.makedirs(folder, exist_ok=True)
    with subprocess.Popen(["dpkg-deb", "--fsys-tarfile", deb], stdout=subprocess.PIPE) as source:
        done = subprocess.run(["tar", "-x", "-C", folder, "--wildcards", *members],
                              stdin=source.stdout, capture_output=True, text=True, check=False)
        source.stdout.close()
        code = source.wait()
    if code != 0 or done.returncode != 0:
        raise Unavailable(f"cannot unpack {os.path.basename(deb)}: {done.stderr.strip()}")


def unpack_vmlinux(bzimage, ret_path):
    """Write the ELF kernel inside a bzImage to ret_path."""
    with open(bzimage, "rb") as stream:
        image = stream.read()
    start = image.find(XZ_MAGIC)
    if start < 0:
        raise Unavailable(f"{os.path.basename(bzimage)} holds no xz stream")
    kernel = lzma.LZMADecompressor().decompress(image[start:])
    if kernel[:4] != b"\x7fELF":
        raise Unavailable(f"{os.path.basename(bzimage)} does not unpack to an ELF kernel")
    with open(ret_path, "wb") as stream:
        stream.write(kernel)


def module_closure(modules_dep, wanted):
    """Relative paths of the wanted modules and of all they depend on; built-in ones are absent."""
    needs = {}
    for line in modules_dep.splitlines():
        path, _, rest = line.partition(":")
        needs[path] = rest.split()
    by_name = {os.path.basename(p).split(".")[0].replace("-", "_"): p for p in needs}
    chosen = set()
    for name in wanted:
        path = by_name.get(name.replace("-", "_"))
        if path:
            chosen.update([path, *needs[path]])
    return sorted(chosen)


def prune_modules(root, release):
    """Keep only the wanted modules below root and write their dependency and alias tables."""
    base = os.path.join(root, "lib/modules", release)
    run(["/usr/bin/busybox", "depmod", "-b", root, release])
    with open(os.path.join(base, "modules.dep"), encoding="ascii") as stream:
        keep = module_closure(stream.read(), MODULES)
    for folder, _, files in os.walk(base):
        for name in files:
            path = os.path.join(folder, name)
            if path.endswith(".ko") and os.path.relpath(path, base) not in keep:
                os.unlink(path)
    run(["/usr/bin/busybox", "depmod", "-b", root, release])


def prepare(cache):
    """Fill cache with vmlinux, modules/ and packages/; return the kernel's release."""
    marker = os.path.join(cache, "release")
    if os.path.exists(marker):
        with open(marker, encoding="ascii") as stream:
            return stream.read().strip()
    if os.uname().machine != "x86_64":
        raise Unavailable(f"this machine is {os.uname().machine}; Debian's amd64 kernel is used")
    shutil.rmtree(cache, ignore_errors=True)
    package = resolve_kernel_package()
    release = package.removeprefix("linux-image-")
    debs, modules = os.path.join(cache, "debs"), os.path.join(cache, "modules")
    prefix = f"./lib/modules/{release}"
    unpack(download(package, debs), modules, ["./boot/vmlinuz-*", f"{prefix}/modules.builtin*",
           *(f"{prefix}/kernel/{tree}" for tree in MODULE_TREES)])
    unpack_vmlinux(os.path.join(modules, "boot", f"vmlinuz-{release}"),
                   os.path.join(cache, "vmlinux"))
    shutil.rmtree(os.path.join(modules, "boot"))
    prune_modules(modules, release)
    for extra in EXTRA_PACKAGES:
        unpack(download(extra, debs), os.path.join(cache, "packages"), ["./*"])
    shutil.rmtree(debs)
    with open(marker, "w", encoding="ascii") as stream:
        stream.write(release + "\n")
    return release
