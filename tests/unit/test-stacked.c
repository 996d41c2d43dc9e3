/* SPDX-License-Identifier: BSD-2-Clause */
/* What the kernel's lists of VLANs and PPPoE sessions say, as Linux 6.1 writes them. */
#include "tests/unit/test.h"

#include <stdio.h>
#include <string.h>

#include "daemon/stacked.h"

#define SAID 200

static const char vlans[] = "VLAN Dev name\t | VLAN ID\n"
			    "Name-Type: VLAN_NAME_TYPE_RAW_PLUS_VID_NO_PAD\n"
			    "eth0.5         | 5  | eth0\n"
			    "abcdefghijklmno| 4094  | abcdefghijklmnp\n";
static const char pppoe[] = "Id       Address              Device\n"
			    "07000000 02:00:00:00:00:01     eth1\n"
			    "FF0A0000 02:00:00:00:00:0f abcdefghijklmnp\n";

static void note(const char *lower, const char *upper, void *context)
{
	char *said = context;
	size_t used = strlen(said);

	snprintf(said + used, SAID - used, "%s<%s ", lower, upper);
}

static void tell(void (*read)(FILE *, op25b_stacked_fn *, void *), const char *text,
		 char said[static SAID])
{
	FILE *file = fmemopen((void *)(uintptr_t)text, strlen(text), "r");

	*said = '\0';
	assert_non_null(file);
	read(file, note, said);
	fclose(file);
}

static void vlans_are_told_with_what_they_stand_on(void **state)
{
	char said[SAID];

	(void)state;
	tell(op25b_stacked_vlans, vlans, said);
	assert_string_equal(said, "eth0<eth0.5 abcdefghijklmnp<abcdefghijklmno ");
}

static void sessions_are_told_by_their_device(void **state)
{
	char said[SAID];

	(void)state;
	tell(op25b_stacked_pppoe, pppoe, said);
	assert_string_equal(said, "eth1< abcdefghijklmnp< ");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(vlans_are_told_with_what_they_stand_on),
		cmocka_unit_test(sessions_are_told_by_their_device),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
