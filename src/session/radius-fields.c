/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Texts, numbers and times of an Accounting-Request. Of an attribute that may be there once, the
 * first counts; an empty one is as good as absent.
 */
#include "session/radius-fields.h"

#include <stdio.h>
#include <string.h>

#include "op25b/abi.h"
#include "policy/prefix.h"
#include "session/radius-prefixes.h"

/* Further from the arrival than this, a clock is wrong rather than a queue long. */
#define SANE_AGE ((int64_t)30 * 24 * 3600)

enum {
	USER_NAME = 1,
	NAS_IP_ADDRESS = 4,
	FILTER_ID = 11,
	CLASS = 25,
	NAS_IDENTIFIER = 32,
	ACCT_STATUS_TYPE = 40,
	ACCT_DELAY_TIME = 41,
	ACCT_SESSION_ID = 44,
	EVENT_TIMESTAMP = 55,
	FRAMED_POOL = 88,
	NAS_IPV6_ADDRESS = 95,
	FRAMED_IPV6_POOL = 100,
};

/* A number that may be absent. */
struct number {
	bool there;
	uint32_t value;
};

/* What is kept until all attributes are seen. */
struct rest {
	struct number status, delay, timestamp;
	struct op25b_attribute nas_v4, nas_v6, v6_pool; /* n 0: absent */
	struct op25b_addresses addresses;
};

static void take_octets(char *text, const struct op25b_attribute *attribute)
{
	static const char digits[] = "0123456789abcdef";
	bool printable = true;

	if (*text || !attribute->n)
		return;
	for (size_t i = 0; i < attribute->n; i++)
		printable &= attribute->value[i] >= 0x20 && attribute->value[i] <= 0x7e;
	if (printable) {
		memcpy(text, attribute->value, attribute->n);
		text[attribute->n] = '\0';
		return;
	}
	*text++ = '0';
	*text++ = 'x';
	for (size_t i = 0; i < attribute->n; i++) {
		*text++ = digits[attribute->value[i] >> 4];
		*text++ = digits[attribute->value[i] & 15];
	}
	*text = '\0';
}

/* Some NASes send the NUL that ended a text in their memory. */
static void take_text(char *text, const struct op25b_attribute *attribute)
{
	struct op25b_attribute bare = *attribute;

	if (bare.n && !bare.value[bare.n - 1])
		bare.n--;
	take_octets(text, &bare);
}

static void take_number(struct number *number, const struct op25b_attribute *attribute)
{
	const uint8_t *at = attribute->value;

	if (number->there || attribute->n != 4)
		return;
	number->there = true;
	number->value = (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 |
			at[3];
}

static void keep(struct op25b_attribute *slot, const struct op25b_attribute *attribute, size_t n)
{
	if (!slot->n && attribute->n && (!n || attribute->n == n))
		*slot = *attribute;
}

static void take(struct op25b_acct *acct, struct rest *rest,
		 const struct op25b_attribute *attribute)
{
	switch (attribute->type) {
	case USER_NAME:
		return take_text(acct->user_name, attribute);
	case FILTER_ID:
		return take_text(acct->filter_id, attribute);
	case CLASS:
		return take_octets(acct->class_, attribute);
	case NAS_IDENTIFIER:
		return take_text(acct->nas, attribute);
	case ACCT_SESSION_ID:
		return take_text(acct->session, attribute);
	case FRAMED_POOL:
		return take_text(acct->framed_pool, attribute);
	case FRAMED_IPV6_POOL:
		return keep(&rest->v6_pool, attribute, 0);
	case NAS_IP_ADDRESS:
		return keep(&rest->nas_v4, attribute, 4);
	case NAS_IPV6_ADDRESS:
		return keep(&rest->nas_v6, attribute, 16);
	case ACCT_STATUS_TYPE:
		return take_number(&rest->status, attribute);
	case ACCT_DELAY_TIME:
		return take_number(&rest->delay, attribute);
	case EVENT_TIMESTAMP:
		return take_number(&rest->timestamp, attribute);
	default:
		break;
	}
}

static void name_nas(struct op25b_acct *acct, const struct rest *rest,
		     const struct op25b_radius_client *client)
{
	if (*acct->nas)
		return;
	if (rest->nas_v4.n)
		op25b_address_format(OP25B_V4, rest->nas_v4.value, acct->nas);
	else if (rest->nas_v6.n)
		op25b_address_format(OP25B_V6, rest->nas_v6.value, acct->nas);
	else
		snprintf(acct->nas, sizeof(acct->nas), "%s", client->name);
}

/*
 * A time after the arrival comes from a clock that runs fast; taking it would let the session win
 * over all that comes later.
 */
static int64_t event_time(const struct rest *rest, int64_t arrival)
{
	int64_t stamp = rest->timestamp.value, delay = rest->delay.value;

	if (rest->timestamp.there && stamp <= arrival && arrival - stamp <= SANE_AGE)
		return stamp;
	return delay <= SANE_AGE ? arrival - delay : arrival;
}

static bool is_known(const struct number *status)
{
	switch (status->value) {
	case OP25B_ACCT_START:
	case OP25B_ACCT_STOP:
	case OP25B_ACCT_INTERIM:
	case OP25B_ACCT_ON:
	case OP25B_ACCT_OFF:
		return true;
	default:
		return false;
	}
}

static void begin(struct op25b_acct *acct)
{
	acct->n_prefixes = acct->n_left_out = acct->n_unread = 0;
	acct->nas[0] = acct->session[0] = acct->user_name[0] = '\0';
	acct->class_[0] = acct->filter_id[0] = acct->framed_pool[0] = '\0';
}

bool op25b_fields_read(const struct op25b_radius_client *client, const struct op25b_wire *request,
		       int64_t arrival, struct op25b_acct *ret)
{
	size_t at = OP25B_RADIUS_HEADER;
	struct op25b_attribute attribute;
	struct rest rest = { 0 };

	begin(ret);
	while (op25b_wire_next(request, &at, &attribute)) {
		take(ret, &rest, &attribute);
		op25b_addresses_read(&rest.addresses, client, &attribute, ret);
	}
	op25b_addresses_end(&rest.addresses, client, ret);
	take_text(ret->framed_pool, &rest.v6_pool);
	name_nas(ret, &rest, client);
	ret->event_time = event_time(&rest, arrival);
	ret->status = (enum op25b_acct_status)rest.status.value;
	if (!rest.status.there || !is_known(&rest.status))
		return false;
	return *ret->session || ret->status == OP25B_ACCT_ON || ret->status == OP25B_ACCT_OFF;
}
