/* SPDX-License-Identifier: BSD-2-Clause */
/* See follow-wire.h. A text is its length (2 bytes), octets and a NUL: it is used in place. */
#include "session/follow-wire.h"

#include <errno.h>
#include <string.h>

#include "policy/prefix.h"

#define HEAD 5U

/* ---- encode ------------------------------------------------------------------------------- */

struct writer {
	uint8_t *at;
};

static void put(struct writer *w, const void *data, size_t size)
{
	memcpy(w->at, data, size);
	w->at += size;
}

static void put_number(struct writer *w, int64_t value)
{
	put(w, &value, sizeof(value));
}

static void put_text(struct writer *w, const char *text, size_t most)
{
	uint16_t size = (uint16_t)strnlen(text, most);

	put(w, &size, sizeof(size));
	for (size_t i = 0; i < size; i++)
		*w->at++ = text[i] >= 0x20 && text[i] <= 0x7e ? (uint8_t)text[i] : '?';
	*w->at++ = 0;
}

static void put_prefix(struct writer *w, const struct op25b_prefix *prefix)
{
	put(w, &prefix->family, 1);
	put(w, &prefix->len, 1);
	put(w, prefix->addr, sizeof(prefix->addr));
}

static void put_position(struct writer *w, const struct op25b_position *position)
{
	put_number(w, position->origin);
	put_number(w, position->seq);
}

static void put_holder(struct writer *w, const struct op25b_holder *holder)
{
	put_number(w, holder->id);
	put_number(w, holder->first);
	put_text(w, holder->nas, OP25B_ACCT_TEXT - 1);
	put_text(w, holder->session, OP25B_ACCT_TEXT - 1);
	put_text(w, holder->user_name, OP25B_ACCT_TEXT - 1);
	put_text(w, holder->class_, OP25B_ACCT_TEXT - 1);
	put_text(w, holder->filter_id, OP25B_ACCT_TEXT - 1);
	put_text(w, holder->framed_pool, OP25B_ACCT_TEXT - 1);
}

static void put_body(struct writer *w, const struct op25b_follow_frame *frame)
{
	const struct op25b_sessions_health *health = &frame->health.store;
	uint8_t op = (uint8_t)frame->change.op;

	switch (frame->kind) {
	case OP25B_FOLLOW_BEGIN:
		break;
	case OP25B_FOLLOW_HOLDING:
		put_prefix(w, &frame->holding.prefix);
		put_number(w, frame->holding.from);
		put_holder(w, &frame->holding.holder);
		break;
	case OP25B_FOLLOW_END:
		put_position(w, &frame->position);
		break;
	case OP25B_FOLLOW_CHANGE:
		put(w, &op, 1);
		put_number(w, frame->change.seq);
		put_number(w, frame->change.at);
		put_prefix(w, &frame->change.prefix);
		put_holder(w, &frame->change.holder);
		break;
	case OP25B_FOLLOW_NAS:
		put_number(w, frame->nas.last);
		put_text(w, frame->nas.name, OP25B_ACCT_TEXT - 1);
		break;
	case OP25B_FOLLOW_HEALTH:
		put_position(w, &health->last);
		put_number(w, health->trimmed);
		put_number(w, health->changed_at);
		put_number(w, health->bytes);
		put_number(w, health->log_bytes);
		put_position(w, &frame->health.position);
		break;
	case OP25B_FOLLOW_PROBLEM:
		put_text(w, frame->problem, sizeof(((struct op25b_error *)NULL)->text) - 1);
		break;
	}
}

size_t op25b_follow_encode(const struct op25b_follow_frame *frame,
			   uint8_t ret[static OP25B_FOLLOW_FRAME])
{
	struct writer w = { ret + HEAD };
	uint32_t size;

	_Static_assert(HEAD + 64 + 6 * (OP25B_ACCT_TEXT + 2) <= OP25B_FOLLOW_FRAME,
		       "a holder fits");
	put_body(&w, frame);
	size = (uint32_t)(w.at - ret - HEAD);
	memcpy(ret, &size, sizeof(size));
	ret[4] = (uint8_t)frame->kind;
	return HEAD + size;
}

/* ---- decode ------------------------------------------------------------------------------- */

/* The first fault is kept, and from then on nothing is taken. */
struct reader {
	const uint8_t *at, *end;
	const char *fault;
};

static void fail(struct reader *r, const char *fault)
{
	if (!r->fault)
		r->fault = fault;
	r->at = r->end;
}

static bool take(struct reader *r, void *ret, size_t size)
{
	if ((size_t)(r->end - r->at) < size) {
		fail(r, "its body is too short");
		return false;
	}
	memcpy(ret, r->at, size);
	r->at += size;
	return true;
}

static int64_t take_number(struct reader *r, int64_t least, const char *fault)
{
	int64_t value = 0;

	if (take(r, &value, sizeof(value)) && value < least)
		fail(r, fault);
	return value;
}

static const char *take_text(struct reader *r, size_t most)
{
	const uint8_t *text;
	uint16_t size;

	if (!take(r, &size, sizeof(size)))
		return "";
	if (size > most || (size_t)(r->end - r->at) < (size_t)size + 1) {
		fail(r, "a text is too long");
		return "";
	}
	text = r->at;
	for (size_t i = 0; i < size; i++) {
		if (text[i] < 0x20 || text[i] > 0x7e) {
			fail(r, "a text is not printable");
			return "";
		}
	}
	if (text[size])
		fail(r, "a text has no end");
	r->at = text + size + 1 < r->end ? text + size + 1 : r->end;
	return r->fault ? "" : (const char *)text;
}

static struct op25b_prefix take_prefix(struct reader *r)
{
	struct op25b_prefix prefix = { 0 }, cut;

	if (!take(r, &prefix.family, 1) || !take(r, &prefix.len, 1) ||
	    !take(r, prefix.addr, sizeof(prefix.addr)))
		return prefix;
	if ((prefix.family != OP25B_V4 && prefix.family != OP25B_V6) || !prefix.len ||
	    prefix.len > op25b_prefix_whole(prefix.family)) {
		fail(r, "a prefix has no such length");
		return prefix;
	}
	cut = prefix;
	op25b_prefix_cut(&cut, cut.len);
	if (memcmp(cut.addr, prefix.addr, sizeof(cut.addr)) != 0)
		fail(r, "a prefix has bits beyond its length");
	return prefix;
}

static struct op25b_position take_position(struct reader *r)
{
	struct op25b_position position;

	position.origin = take_number(r, INT64_MIN, "");
	position.seq = take_number(r, 0, "a position is before the first change");
	return position;
}

static struct op25b_holder take_holder(struct reader *r)
{
	struct op25b_holder holder;

	holder.id = take_number(r, 1, "a holder has no number");
	holder.first = take_number(r, INT64_MIN, "");
	holder.nas = take_text(r, OP25B_ACCT_TEXT - 1);
	holder.session = take_text(r, OP25B_ACCT_TEXT - 1);
	holder.user_name = take_text(r, OP25B_ACCT_TEXT - 1);
	holder.class_ = take_text(r, OP25B_ACCT_TEXT - 1);
	holder.filter_id = take_text(r, OP25B_ACCT_TEXT - 1);
	holder.framed_pool = take_text(r, OP25B_ACCT_TEXT - 1);
	return holder;
}

static void take_change(struct reader *r, struct op25b_change *ret)
{
	uint8_t op = 0;

	if (take(r, &op, 1) && op != OP25B_CHANGE_SET && op != OP25B_CHANGE_CLEAR)
		fail(r, "a change neither sets nor clears");
	ret->op = (enum op25b_change_op)op;
	ret->seq = take_number(r, 1, "a change has no number");
	ret->at = take_number(r, INT64_MIN, "");
	ret->prefix = take_prefix(r);
	ret->holder = take_holder(r);
}

static void take_health(struct reader *r, struct op25b_follow_frame *ret)
{
	struct op25b_sessions_health *health = &ret->health.store;

	*health = (struct op25b_sessions_health){ 0 };
	health->last = take_position(r);
	health->trimmed = take_number(r, 0, "a number of changes is less than none");
	health->changed_at = take_number(r, INT64_MIN, "");
	health->bytes = take_number(r, 0, "a size is less than nothing");
	health->log_bytes = take_number(r, 0, "a size is less than nothing");
	ret->health.position = take_position(r);
}

static void take_body(struct reader *r, struct op25b_follow_frame *ret)
{
	switch (ret->kind) {
	case OP25B_FOLLOW_BEGIN:
		break;
	case OP25B_FOLLOW_HOLDING:
		ret->holding.prefix = take_prefix(r);
		ret->holding.from = take_number(r, INT64_MIN, "");
		ret->holding.holder = take_holder(r);
		ret->holding.until = INT64_MAX;
		break;
	case OP25B_FOLLOW_END:
		ret->position = take_position(r);
		break;
	case OP25B_FOLLOW_CHANGE:
		take_change(r, &ret->change);
		break;
	case OP25B_FOLLOW_NAS:
		ret->nas.last = take_number(r, INT64_MIN, "");
		ret->nas.name = take_text(r, OP25B_ACCT_TEXT - 1);
		ret->nas.epoch_time = INT64_MIN;
		break;
	case OP25B_FOLLOW_HEALTH:
		take_health(r, ret);
		break;
	case OP25B_FOLLOW_PROBLEM:
		ret->problem = take_text(r, sizeof(((struct op25b_error *)NULL)->text) - 1);
		break;
	default:
		fail(r, "there is no such frame");
	}
}

int op25b_follow_decode(const uint8_t *data, size_t size, struct op25b_follow_frame *ret,
			struct op25b_error *error)
{
	struct op25b_follow_frame frame;
	struct reader r;
	uint32_t body;

	if (size < HEAD)
		return 0;
	memcpy(&body, data, sizeof(body));
	if (body > OP25B_FOLLOW_FRAME - HEAD)
		return op25b_error_set(error, -EBADMSG, "a frame of %u bytes", body);
	if (size < HEAD + body)
		return 0;
	frame.kind = (enum op25b_follow_kind)data[4];
	r = (struct reader){ .at = data + HEAD, .end = data + HEAD + body };
	take_body(&r, &frame);
	if (!r.fault && r.at != r.end)
		r.fault = "its body is too long";
	if (r.fault)
		return op25b_error_set(error, -EBADMSG, "a frame of kind %u: %s", data[4], r.fault);
	*ret = frame;
	return (int)(HEAD + body);
}

/* ---- order -------------------------------------------------------------------------------- */

static int refuse(struct op25b_error *error, const char *why)
{
	return op25b_error_set(error, -EBADMSG, "%s", why);
}

static int accept_health(struct op25b_follow_order *order, const struct op25b_follow_frame *frame,
			 struct op25b_error *error)
{
	const struct op25b_position *at = &frame->health.position;

	order->n_nas = 0;
	if (!order->known || at->origin != order->position.origin)
		return refuse(error, "a health without a snapshot before it");
	if (at->seq != order->position.seq)
		return refuse(error, "a health of another position than the last change's");
	return 0;
}

int op25b_follow_accept(struct op25b_follow_order *order, const struct op25b_follow_frame *frame,
			struct op25b_error *error)
{
	if (order->snapshot && frame->kind != OP25B_FOLLOW_HOLDING &&
	    frame->kind != OP25B_FOLLOW_END && frame->kind != OP25B_FOLLOW_PROBLEM)
		return refuse(error, "something else amid a snapshot");
	switch (frame->kind) {
	case OP25B_FOLLOW_BEGIN:
		order->snapshot = true;
		order->last = (struct op25b_prefix){ 0 };
		return 0;
	case OP25B_FOLLOW_HOLDING:
		if (!order->snapshot)
			return refuse(error, "a holding without a snapshot");
		if (op25b_prefix_compare(&order->last, &frame->holding.prefix) >= 0)
			return refuse(error, "holdings out of order");
		order->last = frame->holding.prefix;
		return 0;
	case OP25B_FOLLOW_END:
		if (!order->snapshot)
			return refuse(error, "the end of no snapshot");
		order->snapshot = false;
		order->known = true;
		order->position = frame->position;
		return 0;
	case OP25B_FOLLOW_CHANGE:
		if (!order->known)
			return refuse(error, "a change without a snapshot before it");
		if (frame->change.seq <= order->position.seq)
			return refuse(error, "changes out of order");
		order->position.seq = frame->change.seq;
		return 0;
	case OP25B_FOLLOW_NAS:
		return ++order->n_nas > OP25B_FOLLOW_NAS_MAX ? refuse(error, "too many NAS") : 0;
	case OP25B_FOLLOW_HEALTH:
		return accept_health(order, frame, error);
	case OP25B_FOLLOW_PROBLEM:
		order->snapshot = false;
		return 0;
	}
	return refuse(error, "there is no such frame");
}
