# SPDX-License-Identifier: BSD-2-Clause
"""The internet's mail host: a second Postfix in the box, which keeps mail or refuses it by its
recipient, or Postfix's smtp-sink."""

FOLDER = "/etc/postfix-far"
INBOX = "/var/far/inbox"

MAIN = """compatibility_level = 3.6
queue_directory = /var/spool/postfix-far
data_directory = /var/lib/postfix-far
myhostname = mx.far.example
mydestination =
local_recipient_maps =
alias_maps =
alias_database =
virtual_mailbox_domains = static:all
virtual_mailbox_base = /var/far
virtual_mailbox_maps = static:inbox/
virtual_uid_maps = static:60027
virtual_gid_maps = static:60027
virtual_mailbox_limit = 0
smtpd_relay_restrictions = reject_unauth_destination
smtpd_client_connection_count_limit = 0
smtpd_recipient_restrictions = check_recipient_access regexp:{
  { /^unknown/ 550 5.1.1 there is nobody of this name },
  { /^later/ 450 4.2.1 not now },
  { /^full/ 552 5.2.2 this mailbox is full },
  { /^policy/ 550 5.7.1 we don't take this } }
maillog_file = /var/log/op25b/far.log
enable_long_queue_ids = yes
"""
MASTER = """smtp inet n - n - - smtpd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
flush unix n - n 1000? 0 flush
showq unix n - n - - showq
error unix - - n - - error
retry unix - - n - - error
virtual unix - n n - - virtual
anvil unix - - n - 1 anvil
postlog unix-dgram n - n - 1 postlogd
"""


def write(host):
    """Its settings into the box."""
    host.write(f"{FOLDER}/main.cf", MAIN)
    host.write(f"{FOLDER}/master.cf", MASTER)
    host.run("sh", "-c", "mkdir -p /var/spool/postfix-far /var/lib/postfix-far "
             f"{INBOX}/new {INBOX}/cur {INBOX}/tmp && chown postfix /var/lib/postfix-far && "
             "chown -R vmail:vmail /var/far && "
             "cp /etc/postfix/dynamicmaps.cf /etc/postfix/postfix-files "
             f"{FOLDER}/ ")


def start(host, kind):
    """By kind "postfix" or "sink", where the place `far` is."""
    if kind == "sink":
        host.spawn("smtp-sink", "-u", "postfix", f"{host.place('far').v4}:25", "1000",
                   place="far")
    else:
        write(host)
        host.run("postfix", "-c", FOLDER, "start", place="far")
