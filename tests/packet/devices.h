/* SPDX-License-Identifier: BSD-2-Clause */
/* What the tests with devices share. */
#pragma once

#include "tests/packet/net.h"
#include "tests/packet/world.h"

extern struct world world;
extern struct net net;

/*
 * Leave only the pseudo header's sum in the TCP checksum field of the frame of c->in. Returns where
 * the TCP header is.
 */
struct answer_case;
size_t make_partial(const struct answer_case *c, struct frame *frame);

struct CMUnitTest;
extern const struct CMUnitTest tests_tun[];
