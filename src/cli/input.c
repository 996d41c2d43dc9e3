/* SPDX-License-Identifier: BSD-2-Clause */
/* See input.h. */
#include "cli/input.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "policy/date.h"

static const char *date_fault(enum op25b_date_fault fault, const struct op25b_policy *policy)
{
	switch (fault) {
	case OP25B_DATE_NO_SUCH_DAY:
		return "there is no such day";
	case OP25B_DATE_NO_SUCH_TIME:
		return "there is no such time of day";
	case OP25B_DATE_NO_ZONE:
		return policy ? "the policy sets no timezone: give an offset, as in "
				"2027-04-01T09:00:00Z" :
				"without --policy no timezone is known: give an offset, as in "
				"2027-04-01T09:00:00Z";
	case OP25B_DATE_SKIPPED:
		return "the clocks of the policy's timezone jump over it";
	case OP25B_DATE_OUT_OF_RANGE:
		return "it is before 1970 or after 9999";
	case OP25B_DATE_FINE:
	case OP25B_DATE_MALFORMED:
		break;
	}
	return "write a date (2027-04-01) or RFC 3339 (2027-04-01T09:00:00+09:00)";
}

/* Local time becomes the policy's. The load before has shown that its zone exists. */
static void enter_zone(const struct op25b_policy *policy, struct op25b_zone *zone)
{
	if (!policy || !policy->timezone || op25b_zone_enter(zone, policy->timezone)) {
		setenv("TZ", "UTC0", 1);
		tzset();
	}
}

int op25b_input_time(const struct op25b_command *command, const char *option, const char *text,
		     const struct op25b_policy *policy, bool until, int64_t *ret_at, int *ret_exit)
{
	struct op25b_zone zone = { 0 };
	enum op25b_date_fault fault;

	enter_zone(policy, &zone);
	fault = op25b_date_parse(text, &zone, until, ret_at);
	free(zone.saved);
	if (!fault)
		return 0;
	*ret_exit =
		op25b_usage_error(command, "--%s %s: %s", option, text, date_fault(fault, policy));
	return -EINVAL;
}

static int load(const struct op25b_command *command, const char *path, struct op25b_input *input,
		int *ret_exit)
{
	int r = op25b_policy_load(path, input->at, &input->policy, &input->findings);

	if (!r || r == -EINVAL)
		return 0;
	op25b_say(command, "%s: %s", path, strerror(-r));
	*ret_exit = OP25B_EXIT_PARTLY;
	return r;
}

int op25b_input_read(const struct op25b_command *command, const char *path, const char *at,
		     struct op25b_input *ret_input, int *ret_exit)
{
	struct op25b_input input = { .at = (int64_t)time(NULL), .at_given = at != NULL };
	struct op25b_zone zone = { 0 };
	int64_t now = input.at;
	int r = load(command, path, &input, ret_exit);

	if (r)
		return r;
	enter_zone(input.policy, &zone);
	free(zone.saved);
	if (at && input.policy) {
		r = op25b_input_time(command, "at", at, input.policy, /* until= */ false, &input.at,
				     ret_exit);
		if (!r && input.at != now && input.findings.n) {
			/* What is warned of depends on the date, which needed the zone. */
			op25b_policy_free(&input.policy);
			op25b_findings_free(&input.findings);
			r = load(command, path, &input, ret_exit);
		}
	}
	if (r)
		op25b_input_done(&input);
	else
		*ret_input = input;
	return r;
}

int op25b_input_policy(const struct op25b_command *command, const char *path, const char *at,
		       struct op25b_input *ret_input, int *ret_exit)
{
	int r = op25b_input_read(command, path, at, ret_input, ret_exit);

	if (r || ret_input->policy)
		return r;
	op25b_findings_print(&ret_input->findings, stderr);
	op25b_say(command, "%s has errors: op25b check %s", path, path);
	op25b_input_done(ret_input);
	*ret_exit = OP25B_EXIT_NO;
	return -EINVAL;
}

void op25b_input_done(struct op25b_input *input)
{
	op25b_policy_free(&input->policy);
	op25b_findings_free(&input->findings);
}

const char *op25b_input_date(int64_t at, char buffer[static OP25B_INPUT_DATE])
{
	time_t seconds = (time_t)at;
	char offset[8] = "";
	struct tm tm;
	size_t n;

	if (at == INT64_MAX)
		return "never";
	if (at == INT64_MIN || !localtime_r(&seconds, &tm))
		return "always";
	n = strftime(buffer, OP25B_INPUT_DATE, "%Y-%m-%dT%H:%M:%S", &tm);
	strftime(offset, sizeof(offset), "%z", &tm);
	if (!tm.tm_gmtoff)
		snprintf(buffer + n, OP25B_INPUT_DATE - n, "Z");
	else
		snprintf(buffer + n, OP25B_INPUT_DATE - n, "%.3s:%s", offset, offset + 3);
	return buffer;
}
