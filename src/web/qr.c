/* SPDX-License-Identifier: BSD-2-Clause */
/* qr.svg: the address of the settings pages of this host, for a telephone's camera. */
#include <qrencode.h>
#include <stdio.h>

#include "web/route.h"
#include "web/setup.h"

#define QUIET 4 /* modules of white around it (ISO/IEC 18004) */

static void write_modules(struct op25b_html *h, const QRcode *code)
{
	op25b_html_raw(h, "<path fill=\"#000\" d=\"");
	for (int y = 0; y < code->width; y++) {
		for (int x = 0; x < code->width; x++) {
			if (code->data[y * code->width + x] & 1)
				op25b_html_rawf(h, "M%d %dh1v1h-1z", x + QUIET, y + QUIET);
		}
	}
	op25b_html_raw(h, "\"/>\n");
}

void op25b_page_qr(struct op25b_page *page)
{
	char site[OP25B_SETUP_NAME + 8], link[OP25B_SETUP_NAME + 32];
	struct op25b_html *h = page->html;
	QRcode *code;
	int side;

	snprintf(link, sizeof(link), "%s/%s/settings", op25b_setup_site(page, site),
		 op25b_lang_names[page->lang]);
	code = QRcode_encodeString(link, 0, QR_ECLEVEL_M, QR_MODE_8, /* casesensitive= */ 1);
	if (!code) {
		op25b_page_error(page, 500);
		return;
	}
	side = code->width + 2 * QUIET;
	page->response->content_type = "image/svg+xml";
	op25b_html_rawf(
		h,
		"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" role=\"img\" "
		"shape-rendering=\"crispEdges\">\n",
		side, side);
	op25b_html_element(h, "title", OP25B_PAGE_SET_QR_TITLE, OP25B_VALUES({ "link", link }));
	op25b_html_rawf(h, "<rect width=\"%d\" height=\"%d\" fill=\"#fff\"/>\n", side, side);
	write_modules(h, code);
	op25b_html_raw(h, "</svg>\n");
	QRcode_free(code);
}
