/* SPDX-License-Identifier: BSD-2-Clause */
/* See world.h. The policy has one service for each thing that may become of a packet. */
#include "tests/unit/test.h"

#include "tests/packet/world.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <linux/bpf.h>
#include <stdio.h>
#include <string.h>

#include "dataplane/counters.h"
#include "dataplane/generation.h"

#define NOW 1811808000 /* 2027-06-01 00:00 UTC */

static const char head[] = "op25b: 1\n"
			   "timezone: UTC\n";
static const char off[] = "reverse_path: off\n";

static const char body[] =
	"mail_servers:\n"
	"  - {id: relay, addresses: [192.0.2.25, '2001:db8:25::25'], hosts: [mail.example.net],\n"
	"     offers: [relay, submission]}\n"
	"  - {id: mx, addresses: [192.0.2.10], hosts: [mx.example.net], offers: [mx]}\n"
	"destinations:\n"
	"  - {id: carriers, addresses: [203.0.113.128/25]}\n"
	"tunnels:\n"
	"  - {kind: 4in6, endpoint: '2001:db8:af::1'}\n"
	"  - {kind: 6in4, endpoint: 192.0.2.64}\n"
	"  - {kind: 4in4, endpoint: 192.0.2.44}\n"
	"  - {kind: 6in6, endpoint: '2001:db8:66::1'}\n"
	"services:\n"
	"  - id: reset\n"
	"    addressing: dynamic\n"
	"    pools: [198.51.100.0/24, {prefix: '2001:db8:1000::/40', line: 56}]\n"
	"    port25: [{from: 2027-01-01, action: refuse, how: reset, except: [relay]}]\n"
	"  - id: unreachable\n"
	"    addressing: dynamic\n"
	"    pools: [198.18.1.0/24, {prefix: '2001:db8:2000::/40', line: 56}]\n"
	"    port25: [{from: 2027-01-01, action: refuse, how: unreachable, except: [relay]}]\n"
	"  - id: drop\n"
	"    addressing: dynamic\n"
	"    pools: [198.18.2.0/24, {prefix: '2001:db8:3000::/40', line: 56}]\n"
	"    port25: [{from: 2027-01-01, action: refuse, how: drop, except: [relay]}]\n"
	"  - id: count\n"
	"    addressing: dynamic\n"
	"    pools: [198.18.3.0/24]\n"
	"    port25: [{from: 2027-01-01, action: count, except: [relay]}]\n"
	"  - id: later\n"
	"    addressing: dynamic\n"
	"    pools: [198.18.4.0/24]\n"
	"    port25: [{from: 2099-01-01, action: refuse, how: reset, except: [relay]}]\n"
	"  - id: to-carriers\n"
	"    addressing: dynamic\n"
	"    pools: [198.18.5.0/24]\n"
	"    port25: [{from: 2027-01-01, action: refuse, how: drop, to: [carriers]}]\n"
	"  - id: fixed\n"
	"    addressing: fixed\n"
	"    pools: [203.0.113.0/25, {prefix: '2001:db8:f000::/40', line: 56}]\n"
	"    port25: []\n"
	"  - id: nobody\n"
	"    addressing: dynamic\n"
	"    pools: [0.0.0.0/8, 127.0.0.0/8, 224.0.0.0/4, '::/96', 'ff00::/8']\n"
	"    port25: [{from: 2027-01-01, action: refuse, how: reset, except: [relay]}]\n"
	"lines:\n"
	"  - {id: L-29, service: fixed, prefixes: [198.51.100.8/29]}\n"
	"  - {id: L-64, service: reset, prefixes: [198.51.100.64]}\n"
	"  - {id: L-66, service: reset, prefixes: [198.51.100.66]}\n"
	"  - {id: L-67, service: reset, prefixes: [198.51.100.67]}\n"
	"  - {id: L-held, service: fixed, prefixes: [203.0.113.7]}\n"
	"exemptions:\n"
	"  - {id: X-1, lines: [L-64, L-67], from: 2027-04-01, until: 2027-09-30}\n"
	"  - {id: X-2, lines: [L-66], from: 2027-04-01, until: 2027-05-30}\n"
	"holds:\n"
	"  - {id: H-1, lines: [L-held], from: 2027-01-01, how: unreachable}\n"
	"  - {id: H-2, lines: [L-67], from: 2027-01-01, how: drop}\n";

static int load_policy(bool one_way, struct op25b_policy **ret_policy)
{
	struct op25b_findings findings = { 0 };
	char text[sizeof(head) + sizeof(off) + sizeof(body)];
	int code;

	snprintf(text, sizeof(text), "%s%s%s", head, one_way ? off : "", body);
	code = op25b_policy_load_buffer("world", text, strlen(text), NOW, ret_policy, &findings);
	if (code < 0)
		op25b_findings_print(&findings, stderr);
	op25b_findings_free(&findings);
	return code;
}

static int put_in_force(struct world *world, int which)
{
	struct op25b_error error = { 0 };
	int code = op25b_generation_put(world->dp, &world->tables[which].plan, &error);

	if (code < 0)
		fprintf(stderr, "%s\n", error.text);
	else
		world->in_force = which;
	return code;
}

int world_open(struct world *world)
{
	const struct op25b_load_options options = { .programs = OP25B_LOAD_HOOKS |
								OP25B_LOAD_EXPLAIN };
	struct op25b_error error = { 0 };
	int code;

	*world = (struct world){ 0 };
	for (int i = 0; i < 2; i++) {
		code = load_policy(i, &world->policies[i]);
		if (!code)
			code = op25b_tables_make(world->policies[i], NOW, &world->tables[i]);
		if (code < 0) {
			fprintf(stderr, "policy: %s\n", strerror(-code));
			return code;
		}
	}
	code = op25b_dataplane_open(&options, &world->dp, &error);
	if (code < 0) {
		fprintf(stderr, "%s\n", error.text);
		return code;
	}
	world_reset(world);
	return put_in_force(world, 0);
}

void world_close(struct world *world)
{
	op25b_dataplane_close(&world->dp);
	for (int i = 0; i < 2; i++) {
		op25b_tables_done(&world->tables[i]);
		op25b_policy_free(&world->policies[i]);
	}
}

void world_choose(struct world *world, bool one_way)
{
	if (world->in_force != one_way)
		assert_int_equal(put_in_force(world, one_way), 0);
}

void world_set(struct world *world, const struct op25b_settings *settings)
{
	op25b_dataplane_set(world->dp, settings);
	world_forget_rates(world);
}

void world_reset(struct world *world)
{
	world_set(world, &(struct op25b_settings){ .answer_rate = WORLD_PLENTY,
						   .answer_burst = WORLD_PLENTY });
}

void world_forget_rates(struct world *world)
{
	int fd = op25b_dataplane_map_fd(world->dp, "rates");
	struct op25b_rate_key key;

	while (!bpf_map_get_next_key(fd, NULL, &key))
		assert_int_equal(bpf_map_delete_elem(fd, &key), 0);
}

int world_run(const struct world *world, const char *program, const uint8_t *frame, size_t length,
	      size_t linear, uint32_t *ret_value, struct frame *out)
{
	struct xdp_md context = { .data_end = (__u32)linear };
	LIBBPF_OPTS(bpf_test_run_opts, run, .data_in = frame, .data_size_in = (__u32)length,
		    .repeat = 1);
	int fd = op25b_dataplane_prog_fd(world->dp, program), code;

	if (fd < 0)
		return fd;
	if (out) {
		run.data_out = out->data;
		run.data_size_out = sizeof(out->data);
	}
	if (linear) {
		run.ctx_in = &context;
		run.ctx_size_in = sizeof(context);
	}
	code = bpf_prog_test_run_opts(fd, &run);
	if (code == -EINVAL || code == -E2BIG || code == -ENOMEM)
		return -EOPNOTSUPP;
	if (code < 0)
		return code;
	if (out)
		out->length = run.data_size_out;
	*ret_value = run.retval;
	return 0;
}

void world_tallies(const struct world *world, struct tallies *ret_tallies)
{
	struct tallies t = { 0 };

	assert_int_equal(op25b_counters_read(world->dp, 0, 16, t.services), 0);
	assert_int_equal(op25b_counters_answers(world->dp, t.answers), 0);
	*ret_tallies = t;
}
