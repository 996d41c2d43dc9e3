#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""The lab: customers, a gateway and the internet as network namespaces of this machine.

lab.py OP25B up      make the namespaces, start op25b-radiusd, op25bd, op25b-noticed and
                     op25b-webd in the gateway, apply the lab's policy
lab.py OP25B prove   ask, connect for real, compare; a table, or --json; with --explain-only the
                     answers of `op25b explain` alone, for whom root or BPF lacks
lab.py OP25B env     shell assignments for scripts that use the lab
lab.py OP25B down    remove all of it, also what a killed `up` left
lab.py OP25B effects what mail programs do when they are refused; in namespaces of its own

OP25B is the program that was built; the daemons stand beside it. Everything the lab makes is a
namespace named op25b-*, or lies in DIR. Nothing else of this machine is changed.
"""

import json
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time

import mail_rows
import rows
import web
from effects.main import effects

HERE = os.path.dirname(os.path.realpath(__file__))
DIR = "/run/op25b-lab"
RADIUS, RADIUS_SECRET = "192.0.2.1:1813", "lab-bng-secret"
UNPRIVILEGED = "nobody"  # reads the sessions, and speaks to refused lines: gateway.yaml.in
START_IN = 12  # seconds; the rows before the last take less
NAMESPACES = ["gateway", "dynamic", "fixed", "foreign", "relay", "roaming"]
# namespace: (the gateway's addresses on the link, its own)
LINKS = {
    "dynamic": (
        ["198.51.100.1/24", "2001:db8:1000::1/44"],
        ["198.51.100.10/24", "198.51.100.20/24", "198.51.100.21/24", "198.51.100.22/24",
         "198.51.100.30/24", "198.51.100.31/24", "198.51.100.70/24", "198.51.100.130/24",
         "198.51.100.162/24", "198.51.100.178/24", "198.51.100.186/24", "198.51.100.194/24",
         "198.51.100.226/24", "2001:db8:1000:100::10/44", "2001:db8:1000:400::10/44",
         "2001:db8:1001:100::10/44", "2001:db8:1002:100::10/44", "2001:db8:1003:100::10/44",
         "2001:db8:1004:100::10/44", "2001:db8:1005:100::10/44"]),
    "fixed": (
        ["203.0.113.1/25", "2001:db8:2000::1/48"],
        ["203.0.113.9/25", "203.0.113.18/25", "203.0.113.40/25", "2001:db8:2000:100::10/48"]),
    "foreign": (
        ["203.0.113.129/26", "2001:db8:f000::1/48"],
        ["203.0.113.150/26", "203.0.113.153/26", "2001:db8:f000::25/48"]),
    "roaming": (
        ["203.0.113.193/26", "2001:db8:f100::1/48"],
        ["203.0.113.200/26", "203.0.113.201/26", "203.0.113.202/26", "2001:db8:f100::5/48"]),
    "relay": (
        ["192.0.2.1/24", "2001:db8:25::1/48"],
        ["192.0.2.25/24", "192.0.2.10/24", "2001:db8:25::25/48", "2001:db8:25::10/48"]),
}
SERVED = {
    "foreign": [25, 465, 587, 443, 993],
    "relay": [25, 465, 587, 443, 993],
    "dynamic": [25],
    "fixed": [25],
}
MAIL_SERVED = {  # of them, by real mail servers where their packages can be had
    "foreign": [25, 587],
    "relay": [25, 465, 587, 993],
    "dynamic": [25],
    "fixed": [25],
}


def fail(text):
    sys.exit(f"op25b lab: {text}")


def run(*command, **options):
    """Runs a command; its output only matters when it fails."""
    done = subprocess.run(command, capture_output=True, text=True, check=False, **options)
    if done.returncode:
        fail(f"{' '.join(command)}: {done.stderr.strip() or done.stdout.strip()}")
    return done.stdout


def inside(name, *command):
    return ["ip", "netns", "exec", f"op25b-{name}", *command]


def start(name, log, *command, output=None):
    """Starts a process of the lab in a namespace; notes its id at once, so that `down` finds it."""
    with open(f"{DIR}/{log}.log", "ab") as errors:
        process = subprocess.Popen(inside(name, *command), stdin=subprocess.DEVNULL,
                                   stdout=output or errors, stderr=errors, start_new_session=True)
    note_pid(process.pid)
    return process


def note_pid(pid):
    """A leader of a process group that `down` has to kill."""
    with open(f"{DIR}/pids", "a", encoding="ascii") as pids:
        pids.write(f"{pid}\n")


def serve(name, ports):
    """Returns when the server listens: it says so."""
    server = start(name, f"serve-{name}", "/usr/bin/python3", f"{HERE}/probe.py", "serve",
                   *map(str, ports), output=subprocess.PIPE)
    if not server.stdout.readline():
        fail(f"the server in {name} ended: see {DIR}/serve-{name}.log")


def fill(template, path, **values):
    """A file of the lab's from its template."""
    with open(f"{HERE}/{template}", encoding="utf-8") as source:
        text = source.read()
    for name, value in values.items():
        text = text.replace(f"@{name}@", value)
    with open(path, "w", encoding="utf-8") as target:
        target.write(text)


def mail_start(op25b):
    """The mail hosts begin to come up, while the rest of the lab does."""
    with open(f"{DIR}/mail.log", "ab") as errors:
        side = subprocess.Popen(["/usr/bin/python3", f"{HERE}/mail_side.py", op25b, DIR],
                                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=errors,
                                start_new_session=True)
    note_pid(side.pid)
    return side


def mail_serve(side):
    """When the mail hosts serve, or can't be had, the other servers begin."""
    said = side.stdout.readline().decode().strip()
    if not said:
        fail(f"the mail hosts ended: see {DIR}/mail.log")
    for name, ports in SERVED.items():
        real = MAIL_SERVED[name] if said == "ready" else []
        others = [port for port in ports if port not in real]
        if others:
            serve(name, others)


def daemon_start(*command):
    """Starts a daemon in the gateway. Returns when it says READY on the socket that it finds in
    NOTIFY_SOCKET; its process id is in a file then."""
    name = os.path.basename(command[-3])
    path = f"{DIR}/{name}.notify"
    notify = web.listen(path)
    process = start("gateway", name, "env", f"NOTIFY_SOCKET={path}", *command)
    with open(f"{DIR}/{name}.pid", "w", encoding="ascii") as pid:
        pid.write(f"{process.pid}\n")
    try:
        while b"READY=1" not in notify.recv(4096):
            pass
    except TimeoutError:
        with open(f"{DIR}/{name}.log", encoding="utf-8") as log:
            fail(f"{name} was not ready within a minute: {log.read().strip()}")


def collector_start(bin_dir):
    """op25b-radiusd, without a capability; its store may be read by UNPRIVILEGED."""
    fill("collector.yaml.in", f"{DIR}/collector.yaml", DIR=DIR, RADIUS=RADIUS)
    with open(os.open(f"{DIR}/radius.secret", os.O_WRONLY | os.O_CREAT, 0o600), "w",
              encoding="ascii") as secret:
        secret.write(f"{RADIUS_SECRET}\n")
    os.mkdir(f"{DIR}/sessions")
    os.chown(f"{DIR}/sessions", 0, pwd.getpwnam(UNPRIVILEGED).pw_gid)
    os.chmod(f"{DIR}/sessions", 0o2750)
    daemon_start("setpriv", "--bounding-set=-all", f"{bin_dir}/op25b-radiusd", "--collector",
                 f"{DIR}/collector.yaml")


def responder_start(bin_dir):
    """op25b-noticed, as UNPRIVILEGED and without a capability."""
    daemon_start("setpriv", f"--reuid={UNPRIVILEGED}", "--regid=nogroup", "--clear-groups",
                 "--bounding-set=-all", "--no-new-privs", f"{bin_dir}/op25b-noticed", "--socket",
                 f"{DIR}/notice.sock")


def pages_start(bin_dir):
    """op25b-webd, as UNPRIVILEGED and without a capability, and windows to it."""
    web.addresses(run)
    web.folder(f"{DIR}/web", UNPRIVILEGED)
    fill("web.yaml.in", f"{DIR}/web.yaml", DIR=DIR, WEB4=web.WEB4, WEB6=web.WEB6,
         PORT=str(web.PORT))
    daemon_start("setpriv", f"--reuid={UNPRIVILEGED}", "--regid=nogroup", "--clear-groups",
                 "--bounding-set=-all", "--no-new-privs", f"{bin_dir}/op25b-webd", "--web",
                 f"{DIR}/web.yaml")
    web.windows_open(HERE, DIR, note_pid)


def policy_write(folder, start_at):
    date = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(start_at))
    fill("policy.yaml.in", f"{folder}/policy.yaml", START=date)


def links_make():
    for name in NAMESPACES:
        run("ip", "netns", "add", f"op25b-{name}")
        run(*inside(name, "sysctl", "-qw", "net.ipv4.conf.all.rp_filter=0",
                    "net.ipv4.conf.default.rp_filter=0"))
        run("ip", "-n", f"op25b-{name}", "link", "set", "lo", "up")
    run(*inside("gateway", "sysctl", "-qw", "net.ipv4.ip_forward=1",
                "net.ipv6.conf.all.forwarding=1"))
    for name, (near, far) in LINKS.items():
        run("ip", "-n", "op25b-gateway", "link", "add", "name", f"to-{name}", "type", "veth",
            "peer", "eth0", "netns", f"op25b-{name}")
        ends = (("gateway", f"to-{name}", near), (name, "eth0", far))
        for namespace, device, addresses in ends:
            for address in addresses:
                extra = ["nodad"] if ":" in address else []
                run("ip", "-n", f"op25b-{namespace}", "address", "add", address, "dev", device,
                    *extra)
            run("ip", "-n", f"op25b-{namespace}", "link", "set", device, "up")
        for address in near:
            run("ip", "-n", f"op25b-{name}", "route", "add", "default", "via",
                address.split("/")[0])


def up(op25b):
    if os.path.exists(DIR):
        fail("the lab is up (or an earlier one was left); take it down first: op25b lab down")
    os.makedirs(f"{DIR}/bpf", mode=0o700)
    run("mount", "-t", "bpf", "op25b-lab", f"{DIR}/bpf")
    links_make()
    fill("gateway.yaml.in", f"{DIR}/gateway.yaml", DIR=DIR)
    policy_write(DIR, time.time() + 86400)
    bin_dir = os.path.dirname(op25b)
    collector_start(bin_dir)
    side = mail_start(op25b)
    daemon_start(f"{bin_dir}/op25bd", "--gateway", f"{DIR}/gateway.yaml")
    run(op25b, "apply", f"{DIR}/policy.yaml", "--socket", f"{DIR}/control.sock")
    responder_start(bin_dir)
    pages_start(bin_dir)
    mail_serve(side)


def down():
    """Removes what is there, in any state; says nothing where nothing is."""
    try:
        with open(f"{DIR}/pids", encoding="ascii") as pids:
            for pid in map(int, pids):
                try:
                    os.killpg(pid, signal.SIGKILL)
                except ProcessLookupError:
                    pass
    except FileNotFoundError:
        pass
    for name in NAMESPACES:
        subprocess.run(["ip", "netns", "delete", f"op25b-{name}"], stderr=subprocess.DEVNULL,
                       check=False)
    if os.path.ismount(f"{DIR}/bpf"):
        run("umount", f"{DIR}/bpf")
    shutil.rmtree(DIR, ignore_errors=True)


def env():
    def first(name, colon, index=0):
        own = [a.split("/")[0] for a in LINKS[name][1] if (":" in a) == colon]
        return own[index]

    for name in NAMESPACES:
        print(f"LAB_NS_{name.upper()}=op25b-{name}")
    for word, name, index in (("DYNAMIC", "dynamic", 0), ("FIXED", "fixed", 0),
                              ("FOREIGN", "foreign", 0), ("RELAY", "relay", 0), ("MX", "relay", 1),
                              ("ROAMING", "roaming", 0)):
        print(f"LAB_{word}_V4={first(name, False, index)}")
        print(f"LAB_{word}_V6={first(name, True, index)}")
    print(f"LAB_POLICY={DIR}/policy.yaml")
    print(f"LAB_SOCKET={DIR}/control.sock")
    print(f"LAB_RADIUS={RADIUS}")
    print(f"LAB_RADIUS_SECRET={RADIUS_SECRET}")
    print(f"LAB_USER={mail_rows.USER}")
    print(f"LAB_PASSWORD={mail_rows.PASSWORD}")
    print(f"LAB_CA={DIR}/ca.pem")
    for assignment in web.env(DIR):
        print(assignment)


def prove(op25b, as_json):
    if not os.path.exists(f"{DIR}/control.sock"):
        fail("the lab is not up: op25b lab up")
    start_at = int(time.time()) + START_IN
    policy_write(DIR, start_at)
    run(op25b, "apply", f"{DIR}/policy.yaml", "--socket", f"{DIR}/control.sock")
    web.reload(DIR)
    os.environ.update(LAB_RADIUS=RADIUS, LAB_RADIUS_SECRET=RADIUS_SECRET)
    return table(rows.Lab(op25b, DIR, start_at, HERE, inside), as_json)


def explain_only(op25b, as_json):
    with tempfile.TemporaryDirectory(prefix="op25b-lab-") as folder:
        start_at = int(time.time()) + 5
        policy_write(folder, start_at)
        return table(rows.Lab(op25b, folder, start_at), as_json)


def table(lab, as_json):
    results = []
    if not as_json:
        print(rows.HEAD, flush=True)
    for tried in lab.rows():
        result = lab.try_row(tried)
        results.append(result)
        if not as_json:
            print(rows.line(result), flush=True)
    failed = sum(result["ok"] is False for result in results)
    untried = sum(result["ok"] is None for result in results)
    if as_json:
        print(json.dumps({"schema": "op25b.lab/1", "rows": results, "failed": failed,
                          "untried": untried}))
    else:
        print(f"\n{len(results) - failed - untried} rows as expected, {failed} not" +
              (f", {untried} not tried" if untried else ""))
    return 1 if failed else 0


def main():
    op25b, verb, options = sys.argv[1], sys.argv[2], sys.argv[3:]
    if verb == "prove" and "--explain-only" in options:
        return explain_only(op25b, "--json" in options)
    if verb != "env" and os.geteuid() != 0:
        print(f"op25b lab {verb}: network namespaces and BPF need root", file=sys.stderr)
        return 4
    if verb == "env":
        env()
    elif verb == "up":
        up(op25b)
    elif verb == "down":
        down()
    elif verb == "effects":
        return effects(op25b, options)
    else:
        return prove(op25b, "--json" in options)
    return 0


if __name__ == "__main__":
    sys.exit(main())
