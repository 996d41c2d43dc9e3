/* SPDX-License-Identifier: BSD-2-Clause */
/* The lists themselves. The reasons come from abi.h, which the kernel side shares. */
#include "policy/words.h"

#include <errno.h>
#include <string.h>

#include "op25b/abi.h"
#include "policy/policy.h"
#include "policy/remedy.h"

#define LIST(name, ...)                                                           \
	static const char *const name##_words[] = { __VA_ARGS__ };                \
	const struct op25b_words op25b_words_##name = {                           \
		.words = name##_words, .n = sizeof(name##_words) / sizeof(char *) \
	}

LIST(verdict, [OP25B_PASS] = "pass", [OP25B_COUNT] = "count", [OP25B_REFUSE] = "refuse");
LIST(action, [OP25B_PASS] = "allow", [OP25B_COUNT] = "count", [OP25B_REFUSE] = "refuse");
LIST(how, [OP25B_DROP] = "drop", [OP25B_RESET] = "reset", [OP25B_UNREACHABLE] = "unreachable",
     [OP25B_NOTICE] = "notice");
LIST(manner, [OP25B_GREETING] = "greeting", [OP25B_LATER] = "later", [OP25B_HELO] = "helo");
LIST(side, [OP25B_SUBSCRIBER] = "subscriber", [OP25B_UPSTREAM] = "upstream", [OP25B_BOTH] = "both");
LIST(family, [OP25B_V4] = "v4", [OP25B_V6] = "v6");
LIST(access, [OP25B_ACCESS_OTHER] = "other", [OP25B_ACCESS_FTTH] = "ftth",
     [OP25B_ACCESS_ADSL] = "adsl", [OP25B_ACCESS_ISDN] = "isdn", [OP25B_ACCESS_DIALUP] = "dialup",
     [OP25B_ACCESS_CABLE] = "cable", [OP25B_ACCESS_MOBILE] = "mobile",
     [OP25B_ACCESS_HOSTING] = "hosting");
LIST(addressing, [OP25B_DYNAMIC] = "dynamic", [OP25B_FIXED] = "fixed", [OP25B_SHARED] = "shared");
LIST(unknown_line, [OP25B_UNKNOWN_PASS] = "pass", [OP25B_UNKNOWN_COUNT] = "count",
     [OP25B_UNKNOWN_REFUSE] = "refuse");
LIST(offer, "mx", "relay", "submission", "submissions", "pop", "imap", "hosting");
LIST(situation, [OP25B_OTHER_SERVER] = "other-server", [OP25B_OWN_SERVER] = "own-server",
     [OP25B_HOSTING_SERVER] = "hosting-server", [OP25B_HOME_SERVER] = "home-server",
     [OP25B_DEVICE] = "device", [OP25B_NO_SUBMISSION] = "no-submission");
LIST(remedy, [OP25B_REMEDY_SUBMISSION] = "submission",
     [OP25B_REMEDY_SUBMISSION_465] = "submission_465", [OP25B_REMEDY_RELAY] = "relay",
     [OP25B_REMEDY_ISP_SERVER] = "isp_server", [OP25B_REMEDY_FIXED_IP] = "fixed_ip",
     [OP25B_REMEDY_WEBMAIL] = "webmail", [OP25B_REMEDY_ASK_PROVIDER] = "ask_provider",
     [OP25B_REMEDY_FREE_MAILBOX] = "free_mailbox");
LIST(help, [OP25B_HELP_FULL] = "full", [OP25B_HELP_GUIDE] = "guide", [OP25B_HELP_NONE] = "none");
LIST(contact, [OP25B_CONTACT_SUPPORT] = "support", [OP25B_CONTACT_SALES] = "sales",
     [OP25B_CONTACT_ABUSE] = "abuse");
LIST(process, [OP25B_PROCESS_NEW_CONTRACT] = "new-contract",
     [OP25B_PROCESS_CHANGE_PLAN] = "change-plan", [OP25B_PROCESS_APPLICATION] = "application");
LIST(changes, "account", "services", "fee", "address");
LIST(tunnel, [OP25B_4IN6] = "4in6", [OP25B_6IN4] = "6in4", [OP25B_4IN4] = "4in4",
     [OP25B_6IN6] = "6in6");
LIST(reverse_path, [false] = "off", [true] = "refuse");
LIST(session_key, [OP25B_SESSION_REALM] = "realm", [OP25B_SESSION_USER_NAME] = "user_name",
     [OP25B_SESSION_CLASS] = "class", [OP25B_SESSION_FILTER_ID] = "filter_id",
     [OP25B_SESSION_FRAMED_POOL] = "framed_pool", [OP25B_SESSION_NAS] = "nas");
/* Those that differ from line to line and stay the same from session to session. */
LIST(line_attribute, [OP25B_SESSION_CLASS] = "Class", [OP25B_SESSION_USER_NAME] = "User-Name");

#define REASON_WORD(tail, word) [OP25B_##tail] = (word),
LIST(reason, OP25B_REASONS(REASON_WORD));

_Static_assert(OP25B_OFFER_HOSTING == 1 << 6, "offers are bits in the order of the words");
_Static_assert(OP25B_CHANGES_ADDRESS == 1 << 3, "changes are, too");

const char *op25b_words_name(const struct op25b_words *list, unsigned int value)
{
	return value < list->n ? list->words[value] : NULL;
}

int op25b_words_find(const struct op25b_words *list, const char *word)
{
	for (size_t i = 0; i < list->n; i++) {
		if (list->words[i] && !strcmp(list->words[i], word))
			return (int)i;
	}
	return -ENOENT;
}
