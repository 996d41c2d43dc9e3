#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Rows w.*: a page of op25b-webd beside nginx with a file of the same bytes.

usage: bench/pages.py [--quick] ROW; prints one JSON line, of the form of bench/row.h.

The page is /ja/line of a line that is affected, with every use of mail judged; one op25b-webd, and
one nginx with one worker, both without an access log, asked by wrk on kept connections from the
trusted proxy's address. Both stand at once and take turns.

    w.rate  pages a second, at RATE_CONNECTIONS
    w.late  the 99th percentile of a page's time, at LATE_CONNECTIONS: neither is at its limit
"""
import contextlib
import pathlib
import re
import statistics
import subprocess
import sys

import lines_bed  # first: it says where the modules of the tests are
import gateway
import wait
import webd

RATE_CONNECTIONS, LATE_CONNECTIONS = 16, 2
STATIC = 8080
UNITS = {"us": 1e-3, "ms": 1, "s": 1e3}
NGINX = """daemon off;
user root;
worker_processes 1;
pid {folder}/nginx.pid;
error_log {folder}/nginx.log;
events {{ worker_connections 1024; }}
http {{
	access_log off;
	sendfile on;
	tcp_nopush on;
	keepalive_requests 1000000;
	open_file_cache max=10;
	default_type "text/html; charset=utf-8";
	client_body_temp_path {folder}/body;
	proxy_temp_path {folder}/proxy;
	fastcgi_temp_path {folder}/fastcgi;
	uwsgi_temp_path {folder}/uwsgi;
	scgi_temp_path {folder}/scgi;
	server {{
		listen 127.0.0.1:{port};
		root {folder}/root;
	}}
}}
"""


class Bed(webd.Bed):
    """op25b-webd with a web file that has no access log."""

    name = "op25b-bench-w"

    def configure(self, more="", proxy="127.0.0.1"):
        super().configure(more, proxy)
        path = self.folder / "web.yaml"
        path.write_text(re.sub("access_log: .*", "access_log: none", path.read_text()))


@contextlib.contextmanager
def nginx(bed, page):
    """nginx with this page as a file."""
    (bed.folder / "root").mkdir()
    (bed.folder / "root/page").write_bytes(page)
    conf = bed.folder / "nginx.conf"
    conf.write_text(NGINX.format(folder=bed.folder, port=STATIC), encoding="utf-8")
    process = subprocess.Popen(["nginx", "-p", str(bed.folder), "-c", str(conf)])
    try:
        wait.until("nginx", lambda: pathlib.Path(bed.folder / "nginx.pid").exists())
        yield
    finally:
        process.terminate()
        process.wait(60)


def ask(port, path, connections, seconds):
    """Pages a second and the 99th percentile, ms; every one must have been served."""
    output = subprocess.run(
        ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--latency", "-H",
         f"X-Forwarded-For: {webd.LINE}", "-H", "Host: help.example",
         f"http://127.0.0.1:{port}{path}"], check=True, stdout=subprocess.PIPE, text=True).stdout
    assert "Socket errors" not in output and "Non-2xx" not in output, output
    late, unit = re.search(r"99%\s+([\d.]+)(us|ms|s)", output).groups()
    return float(re.search(r"Requests/sec:\s+([\d.]+)", output)[1]), float(late) * UNITS[unit]


def row(name, seconds, repeats):
    """Rounds of both in turn; the first of each is not counted."""
    rate = name == "w.rate"
    connections = RATE_CONNECTIONS if rate else LATE_CONNECTIONS
    found = {"op25b": [], "nginx": []}
    with Bed() as bed:
        bed.start()
        webd.PROXY = "127.0.0.1"
        answer = bed.get("/ja/line", webd.LINE)
        assert answer.outcome()[1] == "affected"
        with nginx(bed, answer.body):
            ways = {"op25b": (webd.PORT, "/ja/line"), "nginx": (STATIC, "/page")}
            for port, path in ways.values():
                ask(port, path, connections, 1)
            for number in range(repeats):
                for way in list(ways)[::1 if number % 2 else -1]:
                    said = ask(*ways[way], connections, seconds)
                    lines_bed.note(f"  {way}: {said[0]:.0f}/s, p99 {said[1]:.3f} ms")
                    found[way].append(said[0 if rate else 1])
    ratios = [one / other for one, other in zip(found["op25b"], found["nginx"])]
    ratio = statistics.median(ratios)
    lines_bed.report(
        name, "/s" if rate else "ms",
        "at least 0.3 times nginx's file" if rate else "at most 3 times nginx's file",
        ratio >= 0.3 if rate else ratio <= 3, found["op25b"], {"nginx": found["nginx"]},
        {"ours to nginx, in a pair of rounds": ratios, "bytes of the page": [len(answer.body)]})


def main():
    words = sys.argv[1:]
    quick = "--quick" in words
    gateway.enter()
    row(words[-1], 2 if quick else 8, 3 if quick else 7)


if __name__ == "__main__":
    main()
