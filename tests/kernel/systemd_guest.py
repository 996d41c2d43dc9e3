# SPDX-License-Identifier: BSD-2-Clause
"""The test machine booted by systemd, with unit files of ours as they are shipped."""
import os
import pathlib
import platform
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
PACKAGING = HERE.parents[1] / "packaging"
BIN = pathlib.Path(os.environ["OP25B_BIN_DIR"])
SYSTEMD = pathlib.Path("/usr/lib/systemd")
LIBRARIES = pathlib.Path(f"/usr/lib/{platform.machine()}-linux-gnu/systemd")
TARGETS = ("sysinit basic network-pre network network-online local-fs local-fs-pre shutdown umount "
           "final sockets timers paths slices swap emergency multi-user").split()


def need_systemd():
    """Skips the test where there is none."""
    if not (SYSTEMD / "systemd").exists():
        print("SKIP systemd is not installed (package systemd)")
        sys.exit(77)


def vm(folder, files, *command, deadline=800, libraries=()):
    """Runs the machine; its exit code and output. Skips the test where it can't be had."""
    words = [str(HERE / "vm"), "--deadline", str(deadline), "--boot-deadline", "400"]
    for source, target in files:
        words += ["--file", f"{source}:{target}"]
    # The place of systemd's own libraries is known to its programs, not to the libraries.
    path = ":".join(map(str, (LIBRARIES, *libraries)))
    with open(folder / "output", "w+", encoding="utf-8") as output:
        done = subprocess.run([*words, "--", *command], stdout=output, check=False,
                              env={**os.environ, "LD_LIBRARY_PATH": path})
        output.seek(0)
        text = output.read()
    if done.returncode == 77:
        sys.stdout.write(text)
        sys.exit(77)
    return done.returncode, text


def system(folder, shipped, own, wanted):
    """The files of a machine that boots under systemd.

    shipped: names of units in packaging/
    own:     {name: text} of units of the test; default.target among them
    wanted:  {target: names of units that are started with it}
    """
    files = [(HERE / "init-systemd", "/init")]
    files += [(SYSTEMD / "system" / f"{name}.target", f"/usr/lib/systemd/system/{name}.target")
              for name in TARGETS]
    files += [(name, name) for name in (SYSTEMD / "systemd", "/usr/bin/systemctl")]
    files.append(("/usr/bin/kill", "/usr/bin/kill"))  # what ExecReload calls
    files += [(PACKAGING / name, f"/usr/lib/systemd/system/{name}") for name in shipped]
    units = folder / "units"
    for name, text in own.items():
        (units / name).parent.mkdir(parents=True, exist_ok=True)
        (units / name).write_text(text, encoding="utf-8")
    for target, names in wanted.items():
        wants = units / f"{target}.wants"
        wants.mkdir()
        for name in names:
            where = "/etc" if name in own else "/usr/lib"
            (wants / name).symlink_to(f"{where}/systemd/system/{name}")
    return [*files, (units, "/etc/systemd/system")]
