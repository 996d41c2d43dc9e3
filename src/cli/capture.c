/* SPDX-License-Identifier: BSD-2-Clause */
/* See capture.h. */
#include "cli/capture.h"

#include <errno.h>
#include <pcap/pcap.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"

#define MAX_FRAMES   262144U
#define MAX_BYTES    (64U << 20)
#define ETHERNET     14U
#define PCAPNG_MAJOR 1 /* a classic file is of version 2 */

struct op25b_capture {
	pcap_t *pcap;
	int link;
	bool is_pcapng;
	struct op25b_capture_batch batch;
	size_t room; /* allocated for batch.bytes */
};

int op25b_capture_open(const char *path, struct op25b_capture **ret_capture,
		       struct op25b_error *error)
{
	struct op25b_capture *c = calloc(1, sizeof(*c));
	char text[PCAP_ERRBUF_SIZE] = "";

	if (!c)
		return -ENOMEM;
	c->room = MAX_BYTES;
	c->batch.bytes = malloc(c->room);
	c->batch.frames = calloc(MAX_FRAMES, sizeof(*c->batch.frames));
	if (!c->batch.bytes || !c->batch.frames) {
		op25b_capture_close(&c);
		return -ENOMEM;
	}
	c->pcap = pcap_open_offline(path, text);
	if (!c->pcap) {
		op25b_capture_close(&c);
		return op25b_error_set(error, -EINVAL, "%s%s%s", strstr(text, path) ? "" : path,
				       strstr(text, path) ? "" : ": ", text);
	}
	c->link = pcap_datalink(c->pcap);
	c->is_pcapng = pcap_major_version(c->pcap) == PCAPNG_MAJOR;
	if (c->link != DLT_EN10MB && c->link != DLT_RAW && c->link != DLT_IPV4 &&
	    c->link != DLT_IPV6) {
		const char *name = pcap_datalink_val_to_name(c->link);

		op25b_error_set(error, -EINVAL,
				"%s: its frames are of link type %s, not Ethernet or bare IP: "
				"capture on one interface, not on `any`",
				path, name ? name : "unknown");
		op25b_capture_close(&c);
		return -EINVAL;
	}
	*ret_capture = c;
	return 0;
}

/* The Ethernet header that a bare IP packet would have had. */
static void add_ethernet(int link, const uint8_t *packet, size_t length, uint8_t *to)
{
	unsigned int version = length ? packet[0] >> 4 : 0;
	uint16_t type = link == DLT_IPV4 || (link == DLT_RAW && version == 4) ? 0x0800 :
			link == DLT_IPV6 || (link == DLT_RAW && version == 6) ? 0x86dd :
										0;

	memset(to, 0, ETHERNET);
	to[12] = (uint8_t)(type >> 8);
	to[13] = (uint8_t)type;
}

static int add_frame(struct op25b_capture *c, const struct pcap_pkthdr *head, const uint8_t *data)
{
	struct op25b_capture_batch *b = &c->batch;
	size_t lead = c->link == DLT_EN10MB ? 0 : ETHERNET, need = b->n_bytes + lead + head->caplen;
	/* A classic file counts seconds without a sign, which libpcap gives them past 2038. */
	int64_t at = head->ts.tv_sec < 0 ? (int64_t)(uint32_t)head->ts.tv_sec : head->ts.tv_sec;
	uint8_t *grown;

	/* Of which libpcap says 0 for "no time". */
	if (c->is_pcapng && !head->ts.tv_sec && !head->ts.tv_usec)
		at = OP25B_CAPTURE_NO_TIME;
	if (need > c->room) {
		grown = realloc(b->bytes, need);
		if (!grown)
			return -ENOMEM;
		b->bytes = grown;
		c->room = need;
	}
	if (lead)
		add_ethernet(c->link, data, head->caplen, b->bytes + b->n_bytes);
	memcpy(b->bytes + b->n_bytes + lead, data, head->caplen);
	b->frames[b->n_frames++] = (struct op25b_capture_frame){ .at = at,
								 .begin = b->n_bytes,
								 .length = lead + head->caplen };
	b->n_bytes = need;
	return 0;
}

int op25b_capture_read(struct op25b_capture *capture, const struct op25b_capture_batch **ret_batch,
		       struct op25b_error *error)
{
	struct pcap_pkthdr *head;
	const uint8_t *data;
	int r = 0, got;

	capture->batch.n_frames = 0;
	capture->batch.n_bytes = 0;
	while (!r && capture->batch.n_frames < MAX_FRAMES && capture->batch.n_bytes < MAX_BYTES) {
		got = pcap_next_ex(capture->pcap, &head, &data);
		if (got == PCAP_ERROR_BREAK)
			break;
		if (got == PCAP_ERROR)
			r = op25b_error_set(error, -EIO, "%s", pcap_geterr(capture->pcap));
		else
			r = add_frame(capture, head, data);
	}
	*ret_batch = &capture->batch;
	return r;
}

void op25b_capture_close(struct op25b_capture **capture)
{
	struct op25b_capture *c = OP25B_TAKE_PTR(*capture);

	if (!c)
		return;
	if (c->pcap)
		pcap_close(c->pcap);
	free(c->batch.frames);
	free(c->batch.bytes);
	free(c);
}
