/* SPDX-License-Identifier: BSD-2-Clause */
/* What the tests with devices share. */
#pragma once

#include "tests/packet/net.h"
#include "tests/packet/world.h"

extern struct world world;
extern struct net net;

struct CMUnitTest;
extern const struct CMUnitTest tests_tun[];
