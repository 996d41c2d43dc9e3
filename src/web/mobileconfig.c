/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * apple.mobileconfig: a mail account for iPhone, iPad and Mac (Apple's com.apple.mail.managed).
 * Ports are always written: without, the device tries 25 first. No address, name or password: the
 * device asks. Identifiers are made of names, so that a second profile takes the first one's place.
 */
#include <openssl/evp.h>
#include <stdio.h>
#include <string.h>

#include "web/route.h"
#include "web/setup.h"

#define UUID 37 /* its NUL included */

/* A name-based UUID (RFC 4122 4.3, version 5), in the namespace of URLs. */
static void name_uuid(const char *name, char ret[static UUID])
{
	static const unsigned char urls[16] = { 0x6b, 0xa7, 0xb8, 0x11, 0x9d, 0xad, 0x11, 0xd1,
						0x80, 0xb4, 0x00, 0xc0, 0x4f, 0xd4, 0x30, 0xc8 };
	unsigned char input[16 + 512], d[EVP_MAX_MD_SIZE] = { 0 };
	size_t n = strnlen(name, 512);

	memcpy(input, urls, sizeof(urls));
	memcpy(input + sizeof(urls), name, n);
	EVP_Digest(input, sizeof(urls) + n, d, NULL, EVP_sha1(), NULL);
	d[6] = (unsigned char)((d[6] & 0x0f) | 0x50);
	d[8] = (unsigned char)((d[8] & 0x3f) | 0x80);
	snprintf(ret, UUID, "%02X%02X%02X%02X-%02X%02X-%02X%02X-%02X%02X-%02X%02X%02X%02X%02X%02X",
		 d[0], d[1], d[2], d[3], d[4], d[5], d[6], d[7], d[8], d[9], d[10], d[11], d[12],
		 d[13], d[14], d[15]);
}

static void key_text(struct op25b_html *h, const char *key, const char *text)
{
	op25b_html_rawf(h, "<key>%s</key><string>", key);
	op25b_html_text(h, text);
	op25b_html_raw(h, "</string>\n");
}

static void key_identity(struct op25b_html *h, const char *site, const char *domain,
			 const char *part)
{
	char name[512], uuid[UUID];

	snprintf(name, sizeof(name), "%s/mobileconfig/%s/%s", site, domain, part);
	name_uuid(name, uuid);
	op25b_html_raw(h, "<key>PayloadIdentifier</key><string>op25b.");
	op25b_html_text(h, domain);
	op25b_html_rawf(h, ".%s</string>\n", part);
	key_text(h, "PayloadUUID", uuid);
	op25b_html_raw(h, "<key>PayloadVersion</key><integer>1</integer>\n");
}

static void key_server(struct op25b_html *h, const char *way, const char *host, unsigned int port)
{
	op25b_html_rawf(h, "<key>%sMailServerHostName</key><string>", way);
	op25b_html_text(h, host);
	op25b_html_rawf(h,
			"</string>\n<key>%sMailServerPortNumber</key><integer>%u</integer>\n"
			"<key>%sMailServerUseSSL</key><true/>\n"
			"<key>%sMailServerAuthentication</key><string>EmailAuthPassword</string>\n",
			way, port, way, way);
}

static void write_account(const struct op25b_page *page, const struct op25b_setup *setup,
			  const char *site, const char *name)
{
	const struct op25b_mail_server *in = &setup->settings->incoming[0];
	const struct op25b_mail_server *out = op25b_setup_sends(page, setup);
	struct op25b_html *h = page->html;
	char host[OP25B_SETUP_NAME];

	op25b_html_raw(h,
		       "<dict>\n<key>PayloadType</key><string>com.apple.mail.managed</string>\n");
	key_identity(h, site, setup->domain, "mail");
	key_text(h, "PayloadDisplayName", name);
	key_text(h, "EmailAccountDescription", name);
	key_text(h, "EmailAccountType",
		 in->kind == OP25B_MAIL_IMAP ? "EmailTypeIMAP" : "EmailTypePOP");
	key_server(h, "Incoming", op25b_setup_host(setup, in, "", host), in->port);
	key_server(h, "Outgoing", op25b_setup_host(setup, out, "", host), out->port);
	op25b_html_raw(h, "<key>OutgoingPasswordSameAsIncomingPassword</key><true/>\n</dict>\n");
}

/* The device needs both servers, and their names whole. */
static bool is_whole(const struct op25b_page *page, const struct op25b_setup *setup)
{
	const struct op25b_mail_server *out = op25b_setup_sends(page, setup);
	char host[OP25B_SETUP_NAME];

	return setup->settings->n_incoming && out && *setup->domain &&
	       op25b_setup_host(setup, &setup->settings->incoming[0], NULL, host) &&
	       op25b_setup_host(setup, out, NULL, host);
}

void op25b_page_mobileconfig(struct op25b_page *page)
{
	const char *asked = op25b_web_field(&page->request->query, "domain");
	const char *provider;
	struct op25b_html *h = page->html;
	char site[OP25B_SETUP_NAME + 8];
	struct op25b_setup setup;

	if (!op25b_setup_find(page, asked ? op25b_setup_domain(asked) : NULL, &setup) ||
	    !is_whole(page, &setup)) {
		op25b_page_error(page, 404);
		return;
	}
	provider = op25b_page_text(page, &page->site->judge.policy->tenants[setup.tenant].provider);
	op25b_setup_site(page, site);
	page->response->content_type = "application/x-apple-aspen-config";
	page->response->filename = "mail.mobileconfig";
	op25b_html_raw(h, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
			  "<!DOCTYPE plist PUBLIC \"-//Apple//DTD PLIST 1.0//EN\" "
			  "\"http://www.apple.com/DTDs/PropertyList-1.0.dtd\">\n"
			  "<plist version=\"1.0\">\n<dict>\n"
			  "<key>PayloadType</key><string>Configuration</string>\n");
	key_identity(h, site, setup.domain, "profile");
	key_text(h, "PayloadDisplayName", provider ? provider : setup.domain);
	op25b_html_raw(h, "<key>PayloadContent</key>\n<array>\n");
	write_account(page, &setup, site, provider ? provider : setup.domain);
	op25b_html_raw(h, "</array>\n</dict>\n</plist>\n");
}
