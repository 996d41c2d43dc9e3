/* SPDX-License-Identifier: BSD-2-Clause */
/* See report.h. */
#include "probe/report.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#define NAME(tail, name) name,

static const char *const stages[] = { OP25B_PROBE_STAGES(NAME) };
static const char *const results[] = { OP25B_PROBE_RESULTS(NAME) };

const char *op25b_probe_stage_name(enum op25b_probe_stage stage)
{
	return stages[stage];
}

const char *op25b_probe_result_name(enum op25b_probe_result result)
{
	return results[result];
}

const char *op25b_probe_address(const struct sockaddr_storage *address,
				char text[static INET6_ADDRSTRLEN])
{
	const void *bytes =
		address->ss_family == AF_INET6 ?
			(const void *)&((const struct sockaddr_in6 *)address)->sin6_addr :
			(const void *)&((const struct sockaddr_in *)address)->sin_addr;

	if (!address->ss_family || !inet_ntop(address->ss_family, bytes, text, INET6_ADDRSTRLEN))
		text[0] = '\0';
	return text;
}

bool op25b_probe_is_v6(const struct op25b_probe_row *row)
{
	return row->address.ss_family == AF_INET6;
}

int op25b_probe_works(const struct op25b_probe_row *row)
{
	if (row->result == OP25B_PROBE_NO_ROUTE || row->result == OP25B_PROBE_NO_SOURCE)
		return -1;
	return row->result == OP25B_PROBE_OPEN;
}

int op25b_probe_exit(const struct op25b_probe_row *row)
{
	static const int of_stage[] = {
		[OP25B_PROBE_CONNECT_STAGE] = 13, [OP25B_PROBE_GREETING_STAGE] = 21,
		[OP25B_PROBE_EHLO_STAGE] = 22,    [OP25B_PROBE_STARTTLS_STAGE] = 29,
		[OP25B_PROBE_TLS_STAGE] = 29,     [OP25B_PROBE_CERTIFICATE_STAGE] = 27,
		[OP25B_PROBE_AUTH_STAGE] = 28,
	};

	switch (row->result) {
	case OP25B_PROBE_OPEN:
		return 0;
	case OP25B_PROBE_TIMEOUT:
		return 11;
	case OP25B_PROBE_RESET:
		return 12;
	case OP25B_PROBE_NO_ROUTE:
	case OP25B_PROBE_NO_SOURCE:
		return 14;
	case OP25B_PROBE_NOTICE:
		return 20;
	default:
		return of_stage[row->stage];
	}
}

void op25b_probe_say(struct op25b_probe_row *row, bool ours, bool secret, int ms, const char *text)
{
	struct op25b_probe_said *said;

	if (row->n_said >= OP25B_PROBE_LINES)
		return;
	said = reallocarray(row->said, row->n_said + 1, sizeof(*said));
	if (!said)
		return;
	row->said = said;
	said += row->n_said;
	*said = (struct op25b_probe_said){ .ours = ours, .secret = secret, .ms = ms };
	said->text = strdup(text);
	if (said->text)
		row->n_said++;
}

void op25b_probe_report_done(struct op25b_probe_report *report)
{
	for (size_t i = 0; i < report->n_rows; i++) {
		for (size_t k = 0; k < report->rows[i].n_said; k++)
			free(report->rows[i].said[k].text);
		free(report->rows[i].said);
	}
	free(report->rows);
	free(report->hosts);
	*report = (struct op25b_probe_report){ 0 };
}
