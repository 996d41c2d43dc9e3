/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What each reason means, for an engineer. Customers read the words of words/ instead.
 */
#include "cli/explain.h"

static const char *const sentences[OP25B_REASON_COUNT] = {
	[OP25B_OTHER_PORT] = "only TCP port 25 is looked at, and this is something else",
	[OP25B_MALFORMED] = "its headers contradict its length: the stack will discard it",
	[OP25B_LATER_FRAGMENT] =
		"it is a later fragment: without its first one it is never delivered",
	[OP25B_NOT_A_SUBSCRIBER] = "the address belongs to no line and no pool",
	[OP25B_UNRESTRICTED] = "nothing restricts port 25 for this service",
	[OP25B_BEFORE_START] = "the service has rules, and the first has not begun",
	[OP25B_OTHER_DESTINATION] =
		"the rules in force are about other destinations than this peer",
	[OP25B_DESIGNATED_SERVER] =
		"the peer is a mail server that the rule excepts: it may be reached on 25",
	[OP25B_EXEMPTION] = "the line has an exemption in force",
	[OP25B_HOLD] = "port 25 of this line is held, towards every peer",
	[OP25B_DESIGNATED_SERVER_CLOSED] =
		"the peer is the provider's own mail server, and the rule does not except it",
	[OP25B_FOREIGN_SERVER] =
		"the peer is somebody else's server, and the rule closes port 25 towards it",
	[OP25B_REVERSE_PATH] =
		("it answers from port 25 to a line that could not have asked: the first half "
		 "went another way"),
	[OP25B_SHORT_FRAGMENT] =
		"it is a first fragment too short to hold its ports, from a restricted line",
	[OP25B_HIDDEN_TRANSPORT] = "its headers hide the ports, and the line is a restricted one",
};

const char *op25b_explain_reason(unsigned int reason)
{
	return reason < OP25B_REASON_COUNT ? sentences[reason] : NULL;
}
