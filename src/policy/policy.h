/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A policy as it was read. Made by op25b_policy_load(), never changed after. Everything points
 * into one arena and is freed with it. References between objects are indices into the arrays
 * of struct op25b_policy. No clock and no I/O here besides reading the files.
 *
 * Times are seconds since 1970-01-01 UTC. A span is [from, until): `until: 2027-09-30` is stored
 * as the first instant of 2027-10-01 in the policy's zone; absent ends are INT64_MIN and INT64_MAX.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "op25b/abi.h"

/* Where something stands: file is an index into op25b_policy.files; line and column from 1. */
struct op25b_place {
	uint32_t file, line, column;
};

/* Network order; host bits are zero; v4 uses addr[0..3] and len 0..32, the rest of addr is 0. */
struct op25b_prefix {
	uint8_t family; /* enum op25b_family */
	uint8_t len;
	uint8_t addr[16];
};

/* A word in both languages; either may be NULL. */
struct op25b_text {
	const char *en, *ja;
};

enum op25b_offer {
	OP25B_OFFER_MX = 1 << 0,
	OP25B_OFFER_RELAY = 1 << 1,
	OP25B_OFFER_SUBMISSION = 1 << 2,
	OP25B_OFFER_SUBMISSIONS = 1 << 3,
	OP25B_OFFER_POP = 1 << 4,
	OP25B_OFFER_IMAP = 1 << 5,
	OP25B_OFFER_HOSTING = 1 << 6,
};

enum op25b_access {
	OP25B_ACCESS_OTHER,
	OP25B_ACCESS_FTTH,
	OP25B_ACCESS_ADSL,
	OP25B_ACCESS_ISDN,
	OP25B_ACCESS_DIALUP,
	OP25B_ACCESS_CABLE,
	OP25B_ACCESS_MOBILE,
	OP25B_ACCESS_HOSTING,
};

/* Who is refused: a service names the ways out for each (its `remedies`, op25b-policy(5)). */
enum op25b_situation {
	OP25B_OTHER_SERVER,
	OP25B_OWN_SERVER,
	OP25B_HOSTING_SERVER,
	OP25B_HOME_SERVER,
	OP25B_DEVICE,
	OP25B_NO_SUBMISSION,
	OP25B_SITUATION_COUNT
};

enum op25b_remedy {
	OP25B_REMEDY_SUBMISSION,
	OP25B_REMEDY_SUBMISSION_465,
	OP25B_REMEDY_RELAY,
	OP25B_REMEDY_ISP_SERVER,
	OP25B_REMEDY_FIXED_IP,
	OP25B_REMEDY_WEBMAIL,
	OP25B_REMEDY_ASK_PROVIDER,
	OP25B_REMEDY_FREE_MAILBOX,
	OP25B_REMEDY_COUNT
};

/* In order; none twice. */
struct op25b_remedies {
	uint8_t list[OP25B_REMEDY_COUNT]; /* enum op25b_remedy */
	uint8_t n;
};

/* What of a change the provider's support helps with. */
enum op25b_help { OP25B_HELP_NOT_SAID, OP25B_HELP_FULL, OP25B_HELP_GUIDE, OP25B_HELP_NONE };

/* Whom a customer is sent to. */
enum op25b_contact { OP25B_CONTACT_SUPPORT, OP25B_CONTACT_SALES, OP25B_CONTACT_ABUSE };

enum op25b_addressing { OP25B_DYNAMIC, OP25B_FIXED, OP25B_SHARED };

/* A shared line that cannot be told: OP25B_UNKNOWN_RULE leaves it to the rule in force. */
enum op25b_unknown_line {
	OP25B_UNKNOWN_RULE,
	OP25B_UNKNOWN_PASS,
	OP25B_UNKNOWN_COUNT,
	OP25B_UNKNOWN_REFUSE
};

/* tenant 0 is the root; others are op25b_policy.tenants[tenant]. */
struct op25b_tenant {
	const char *id;          /* "" for the root */
	struct op25b_mail *mail; /* mail.h; NULL: none */
	struct op25b_text provider;
	/* As written; NULL where not given. None is the root's where a tenant has none. */
	const char *help_url, *support, *sales, *abuse;
	const char *portal, *spam_help; /* http or https */
	bool symptom_first;             /* pages begin with what fails, not with whose line it is */
	struct op25b_remedy_terms *terms; /* remedy.h; OP25B_REMEDY_COUNT of them */
	struct op25b_place place, help_place;
};

/*
 * One of mail_servers, or one of destinations (then offers is 0). `id` is as seen from the root:
 * "relay", "tenant/relay".
 */
struct op25b_peer_group {
	const char *id;
	uint32_t tenant;
	uint32_t offers;    /* enum op25b_offer bits */
	const char **hosts; /* names; one may hold a '*' */
	size_t n_hosts;
	struct op25b_prefix *prefixes;
	size_t n_prefixes;
	struct op25b_place place;
};

/* One dated stage of port25. Lists hold sorted indices of op25b_policy.servers / .destinations. */
struct op25b_rule {
	int64_t from;
	enum op25b_verdict action; /* allow is OP25B_PASS */
	enum op25b_how how;        /* OP25B_HOW_NONE unless refused */
	enum op25b_manner manner;
	uint32_t *except;
	size_t n_except;
	uint32_t *to; /* n_to 0: any destination */
	size_t n_to;
	struct op25b_place place;
};

/*
 * Which line has which ports of an address (RFC 7597 5.2, a basic mapping rule). Its IPv4 prefix is
 * the pool's.
 */
struct op25b_map_rule {
	struct op25b_prefix v6;
	uint8_t ea;          /* bits of address and PSID behind v6; 0: no rule */
	uint8_t psid_offset; /* bits of a port before the PSID */
	struct op25b_place place;
};

struct op25b_pool_prefix {
	struct op25b_prefix prefix;
	/*
	 * Prefix length of one line, never below prefix.len. Where not given: 32 for v4; for v6 64,
	 * or prefix.len if that is longer.
	 */
	uint8_t line;
	struct op25b_map_rule map;
	struct op25b_place place;
};

struct op25b_service {
	const char *id; /* "tenant/id" inside a tenant */
	uint32_t tenant;
	struct op25b_text name;
	enum op25b_access access;
	enum op25b_addressing addressing;
	enum op25b_unknown_line unknown_line;
	struct op25b_pool_prefix *pools;
	size_t n_pools;
	struct op25b_rule *rules; /* in the order of the file */
	size_t n_rules;
	bool has_remedies; /* `remedies` was given; then what is empty was meant so */
	struct op25b_remedies remedies[OP25B_SITUATION_COUNT];
	uint8_t help[OP25B_SITUATION_COUNT]; /* enum op25b_help */
	const char *info_url;                /* pages of their own; NULL: none */
	struct op25b_place place;
};

/* One prefix of one line. Sorted by nothing; a line with n prefixes has n records with one id. */
struct op25b_line_prefix {
	struct op25b_prefix prefix;
	uint32_t service; /* index into services */
	uint32_t line;    /* index into line_ids */
	struct op25b_place place;
};

/* An exemption or a hold: of lines, by their ids, and of prefixes. */
struct op25b_grant {
	const char *id;
	const char **lines; /* ids as seen from the root */
	/* Of the same: into line_ids, UINT32_MAX where it is no static line. */
	uint32_t *line_indices;
	size_t n_lines;
	struct op25b_prefix *prefixes;
	size_t n_prefixes;
	int64_t from, until;
	enum op25b_how how; /* holds only; drop where none is given */
	enum op25b_manner manner;
	const char *reason, *approved_by; /* may be NULL */
	struct op25b_place place;
};

struct op25b_tunnel {
	enum op25b_tunnel_kind kind;
	struct op25b_prefix endpoint; /* a whole address */
	struct op25b_place place;
};

/* What a session rule looks at; the words are op25b_words_session_key. */
enum op25b_session_key {
	OP25B_SESSION_REALM,
	OP25B_SESSION_USER_NAME,
	OP25B_SESSION_CLASS,
	OP25B_SESSION_FILTER_ID,
	OP25B_SESSION_FRAMED_POOL,
	OP25B_SESSION_NAS,
	OP25B_SESSION_TEXTS, /* how many there are */
};

/* "fix-*" is open: every text that begins with "fix-". Realms are in lower case. */
struct op25b_session_pattern {
	const char *text;
	bool open;
};

/* In the order of strcmp(); none holds another. n 0: the rule doesn't look at it. */
struct op25b_session_patterns {
	struct op25b_session_pattern *list;
	size_t n;
};

/* Holds where each key that it looks at has one of its values. */
struct op25b_session_rule {
	struct op25b_session_patterns texts[OP25B_SESSION_TEXTS];
	struct op25b_prefix *prefixes; /* in the order of op25b_prefix_compare(), as above */
	size_t n_prefixes;
	uint32_t service; /* index into services */
	struct op25b_place place;
};

#define OP25B_SESSION_LINE_KEYS 2

/* How long records are kept, in seconds. 0: not said. */
struct op25b_retention {
	int64_t lines; /* never 0 */
	int64_t mail_log, codes, staff_log;
};

/* Seconds for which codes and the log of staff are kept where the policy does not say it. */
#define OP25B_KEEP_CODES     86400
#define OP25B_KEEP_STAFF_LOG (365 * 86400LL)

struct op25b_policy {
	void *arena; /* owns everything below */
	const char **files;
	size_t n_files;
	const char *timezone;         /* NULL: none set */
	bool reverse_path;            /* true unless `reverse_path: off` */
	bool uses_notice;             /* some rule or hold says how: notice */
	struct op25b_tenant *tenants; /* [0] is the root */
	size_t n_tenants;
	struct op25b_peer_group *servers;
	size_t n_servers;
	struct op25b_peer_group *destinations;
	size_t n_destinations;
	struct op25b_tunnel *tunnels;
	size_t n_tunnels;
	struct op25b_service *services;
	size_t n_services;
	const char **line_ids;
	size_t n_line_ids;
	struct op25b_line_prefix *lines;
	size_t n_lines;
	struct op25b_grant *exemptions;
	size_t n_exemptions;
	struct op25b_grant *holds;
	size_t n_holds;
	enum op25b_session_key line_id[OP25B_SESSION_LINE_KEYS]; /* in order of preference */
	size_t n_line_id;
	struct op25b_session_rule *session_rules; /* the first that holds counts */
	size_t n_session_rules;
	struct op25b_mail_limit *mail_limits; /* mail.h */
	size_t n_mail_limits;
	struct op25b_retention retention;
	uint64_t digest; /* of all bytes read, in order of reading */
};

/* What load found: errors and warnings with places, in the order of file and line. */
enum op25b_severity { OP25B_ERROR, OP25B_WARNING };

struct op25b_finding {
	enum op25b_severity severity;
	const char *file; /* as named on the command line or by include */
	uint32_t line, column;
	char *text; /* what is wrong, and how to mend it; one line */
};

struct op25b_findings {
	struct op25b_finding *list;
	size_t n, n_errors;
};

/**
 * op25b_policy_load() - read a policy file with all that it includes.
 * @path:         the root file; include and lines_from are relative to the file that names them
 * @now:          for warnings that depend on the date (an expired exemption)
 * @ret_policy:   written only if there is no error; free with op25b_policy_free()
 * @ret_findings: always written; errors and warnings; free with op25b_findings_free()
 *
 * Returns 0; -EINVAL if there are errors in the policy (see findings); -ENOMEM. A file that
 * cannot be read is a finding. Cost: 100,000 lines within a second (bench e).
 */
int op25b_policy_load(const char *path, int64_t now, struct op25b_policy **ret_policy,
		      struct op25b_findings *ret_findings);

/**
 * op25b_policy_load_buffer() - the same for a policy in memory.
 * @name: for findings
 * @data: @size bytes; need not outlive the call
 *
 * No file is opened but the zone database's: include and lines_from are errors.
 */
int op25b_policy_load_buffer(const char *name, const void *data, size_t size, int64_t now,
			     struct op25b_policy **ret_policy, struct op25b_findings *ret_findings);

struct op25b_policy_file {
	const char *name;
	const void *data;
	size_t size;
};

/**
 * op25b_policy_load_files() - the same for a policy that came as a whole, e.g. over a socket.
 * @files: @n of them, at least 1, the root first, under the names that the policy's `files` had
 *         where it was read from disk; borrowed for the call
 *
 * Looks at these files only, include patterns too; no file is opened but the zone database's.
 * Gives the same policy, digest and findings as op25b_policy_load() did there.
 */
int op25b_policy_load_files(const struct op25b_policy_file *files, size_t n, int64_t now,
			    struct op25b_policy **ret_policy, struct op25b_findings *ret_findings);

/**
 * op25b_policy_free() - free a policy and set *policy to NULL; NULL-safe.
 */
void op25b_policy_free(struct op25b_policy **policy);

/**
 * op25b_findings_free() - free what the list owns and leave it empty; NULL-safe.
 */
void op25b_findings_free(struct op25b_findings *findings);

/**
 * op25b_findings_print() - write "file:line:column: error: text" lines.
 */
void op25b_findings_print(const struct op25b_findings *findings, FILE *out);

/**
 * op25b_policy_next_change() - the first instant after @now at which a verdict may change.
 * Returns INT64_MAX if none. Pure; linear in rules, exemptions and holds.
 */
int64_t op25b_policy_next_change(const struct op25b_policy *policy, int64_t now);

/**
 * op25b_policy_last_change() - the last such instant up to and including @now.
 * Returns INT64_MIN if none. Verdicts at @now are those of this instant, so it names the stage.
 */
int64_t op25b_policy_last_change(const struct op25b_policy *policy, int64_t now);
