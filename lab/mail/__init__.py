# SPDX-License-Identifier: BSD-2-Clause
"""A provider's mail host with real programs, for tests and the lab: Postfix, Dovecot, op25b-maild.

    from mail import host            # lab/ is in sys.path
    with host.MailHost(bin_dir) as isp:
        isp.add_account("ann", "secret")                    # ann@isp.example
        roam = isp.place("roam")
        roam.run("swaks", "--server", "mail.isp.example:587", ...)      # a real client there
        with roam.smtp(587) as smtp: ...                    # smtplib, the same
        isp.wait_mailbox("ann", 1); isp.wait_far(1)

Postfix's package is in a tree of its own (effects.images) and all run in a box (effects.box): an
/etc, /usr, /var of their own over this machine's, in memory. Namespaces have no names and every
process ends with this one, killed or not: nothing is left behind. What they run with is the output
of `op25b mailconf` as it is, whole; fragment.FragmentHost is such a host of Debian's settings and
fragments. Waiting is for events, with a deadline (wait.until's Overdue).

The network: the provider's addresses are on the mail host; each *place* is a network namespace with
an IPv4 and an IPv6 address, a default route to the provider, and the box's files and names:

    line-a  line-b   dynamic lines (service `dynamic`)      10.25.1.11, .12  2001:db8:a00:1100::7 ..
    fixed            a line with a fixed address (`fixed`)  10.25.9.9
    shared           lines behind one address (`shared`)    10.25.7.7
    roam roam-b      elsewhere, at home's country           198.51.100.7, .8
    abroad           elsewhere, in another country          198.51.100.129
    hosting          elsewhere, `kind: hosting`             198.51.100.65
    far              the internet's mail host               203.0.113.25
    host             the mail host's own namespace

MX mx.isp.example 192.0.2.10, 2001:db8:25::10; relay, submission, POP, IMAP: mail.isp.example
192.0.2.25, 2001:db8:25::25. A resolver (dnsmasq, 192.0.2.53) knows these, every *.far.example and
far.example (all at `far`) and what hosts= adds. A home server is a process of yours in a place, or
a second box: home.py of the test.

class MailHost(bin_dir, *, policy=None, accounts=(), maild=True, mailconf=(), far="postfix",
               hosts=None, network=None, resolver=RESOLVER, domain="isp.example",
               maild_file="", log_dir=None)
    bin_dir   folder of op25b and op25b-maild (a Path; debug or release build)
    policy    text of the policy; None: policy.yaml.in beside this. POLICY is its text, so
              `policy=host.POLICY.replace(...)`; networks.csv lies beside it in the box.
    accounts  (name, password) pairs to begin with
    maild     False: none is started (a mail host whose brain is dead)
    mailconf  more options of `op25b mailconf postfix` and `dovecot`, e.g. ("--fragment",)
    far       "postfix": by local part of the recipient 550 5.1.1 for unknown*, 450 4.2.1 for
              later*, 552 5.2.2 for full*, 550 5.7.1 for policy*, else kept; "sink": smtp-sink,
              which takes all and keeps nothing (for benches); None: nobody listens there
    hosts     {name: address} more for the resolver
    network   {place: path of a network namespace}, "host" among them: these are used as they are,
              with their addresses, and none are made
    resolver  its address, of the place host; None: none is started
    domain    in the place of isp.example
    maild_file  more lines of maild.yaml
    log_dir   where the box's logs are copied at the end; None: not

    with ... as isp, or isp.start() / isp.stop()

  Running things
    isp.run(*words, place="host", check=True, input=None, timeout=120, user=None) -> text of stdout
              and stderr; AssertionError with it where the exit code is not 0 and check
    isp.spawn(*words, place="host", **popen)        a process, killed at the end
    isp.op25b(*words, check=True)                   the command in the box
    isp.path("/var/log/mail.log")                   a file of the box, as a Path from outside
    isp.place(name) -> Place: .name .v4 .v6 .run(...) .spawn(...)
              .socket(address, port) -> a connected socket of this process in that namespace
              .smtp(port=587, server="relay"|"mx"|address, v6=False) -> smtplib's, by TLS on 465
              .netns   path for nsenter --net=
    isp.add_place(name, v4, v6=None) -> Place       one more: a line, an address elsewhere
    isp.tls   an ssl.SSLContext that trusts the test CA; isp.ca its path from outside, CA in the box

  maild
    isp.start_maild() stop_maild() kill_maild() hang_maild() wake_maild() restart_maild()
    isp.maild                   Popen of it, or None; isp.maild_log() its stderr
    isp.control({"op": ...})    one request of its control socket, the answer's dict

  Accounts
    isp.add_account(name, password, *options) -> "name@isp.example"; op25b account add

  Postfix and Dovecot
    isp.postfix("reload")       postfix(1); isp.kill_postfix() kill -9 of master and all its
              children, isp.start_postfix() again; isp.kill_dovecot(), isp.start_dovecot()
    isp.queue() -> list of dicts (postqueue -j); isp.wait_queue(test)
    isp.log() -> text of Postfix's log; isp.wait_log(pattern, start=0) -> re.Match
    isp.mailbox(name) -> list of bytes, oldest first; isp.wait_mailbox(name, n)
    isp.far_mails() -> list of bytes; isp.wait_far(n)

Another process runs a program in the box with nsenter --target=isp.box_pid --mount --pid --net=...
"""
