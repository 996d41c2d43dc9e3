/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The words of `control` that are not the generation: plain stores into the mapped map. A packet
 * may meet some of them old and some new; none of them changes a verdict.
 */
#include <string.h>

#include "dataplane/load.h"
#include "dataplane/state.h"

void op25b_dataplane_set(struct op25b_dataplane *dp, const struct op25b_settings *settings)
{
	dp->control->answer_rate = settings->answer_rate;
	dp->control->answer_burst = settings->answer_burst;
	dp->control->event_rate = settings->event_rate;
	dp->control->event_burst = settings->event_burst;
	memcpy(dp->control->icmp4, settings->icmp4, sizeof(settings->icmp4));
	memcpy(dp->control->icmp6, settings->icmp6, sizeof(settings->icmp6));
	dp->control->notice_rate = settings->notice_rate;
	dp->control->notice_burst = settings->notice_burst;
	dp->control->notice_mark = settings->notice_mark;
}

void op25b_dataplane_settings(const struct op25b_dataplane *dp, struct op25b_settings *ret_settings)
{
	ret_settings->answer_rate = dp->control->answer_rate;
	ret_settings->answer_burst = dp->control->answer_burst;
	ret_settings->event_rate = dp->control->event_rate;
	ret_settings->event_burst = dp->control->event_burst;
	memcpy(ret_settings->icmp4, dp->control->icmp4, sizeof(ret_settings->icmp4));
	memcpy(ret_settings->icmp6, dp->control->icmp6, sizeof(ret_settings->icmp6));
	ret_settings->notice_rate = dp->control->notice_rate;
	ret_settings->notice_burst = dp->control->notice_burst;
	ret_settings->notice_mark = dp->control->notice_mark;
}
