/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The flow as a drawing: a tree from left to right, laid out here. Colours and sizes are
 * attributes, as the pages' policy allows no style of the drawing's own; black on white, for paper.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "web/flow-parts.h"
#include "web/route.h"

#define BOX     230 /* width of a box */
#define GAP     40  /* between columns */
#define LINE    17  /* between lines of text */
#define PAD     8
#define BETWEEN 12 /* between boxes */
#define MARGIN  16
#define TOP     44 /* below the title */
#define WIDE    13 /* of a letter that is as wide as high; others are half */
#define LINES   6U /* of text in a box */
#define COLUMNS (OP25B_FLOW_QUESTIONS + 1U)

struct text {
	const char *at[LINES];
	size_t bytes[LINES], n;
	bool cut;
};

/* A box: what one answers, and what is asked then or comes out. */
struct box {
	char answer[1024], then[512];
	struct text answer_text, then_text;
	int height, y; /* y: of its upper edge, when it is placed */
};

struct chart {
	struct op25b_page *page;
	struct op25b_flow_ask ask;
	struct op25b_flow_row rows[OP25B_FLOW_ROWS];
	struct box boxes[OP25B_FLOW_ROWS];
	size_t n, at;
	int bottom, deepest;
};

/* Bytes of the letter at @at, and how wide it is drawn. */
static size_t letter(const char *at, int *ret_width)
{
	const unsigned char c = (unsigned char)*at;
	size_t n = c < 0x80 ? 1 : c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4;

	*ret_width = c < 0xe3 ? WIDE / 2 + 1 : WIDE;
	return strnlen(at, n);
}

/* What no line begins with: JIS X 4051. */
static bool hangs(const char *at)
{
	static const char *const signs[] = { "。", "、", "」", "）", "・", "ー", "？", "っ", "ョ" };

	for (size_t i = 0; i < sizeof(signs) / sizeof(signs[0]); i++) {
		if (!strncmp(at, signs[i], strlen(signs[i])))
			return true;
	}
	return false;
}

/* Breaks a text into lines that fit a box: at blanks, else between letters that are wide. */
static void break_text(const char *text, struct text *ret)
{
	const int room = BOX - 3 * PAD; /* one letter may hang */

	*ret = (struct text){ .n = 0 };
	while (*text && ret->n < LINES) {
		const char *at = text, *end = NULL, *next = NULL;
		int width = 0, w;

		while (*at && width + (letter(at, &w), w) <= room) {
			const size_t n = letter(at, &w);

			width += w;
			if (*at == ' ') {
				end = at;
				next = at + 1;
			} else if (w == WIDE) {
				end = next = at + n;
			}
			at += n;
		}
		if (!*at || !end || end == text)
			end = next = at;
		while (hangs(next)) /* it may stand in the margin, not at a line's beginning */
			end = next += letter(next, &w);
		ret->at[ret->n] = text;
		ret->bytes[ret->n++] = (size_t)(end - text);
		text = next;
	}
	ret->cut = *text;
}

static const char *say(const struct chart *chart, op25b_phrase phrase)
{
	return op25b_phrase_text(chart->page->html->own, phrase, chart->page->lang);
}

static const char *text_of(const struct chart *chart, const struct op25b_data_text *text)
{
	return op25b_data_text_in(chart->page->html->own, text, chart->page->lang);
}

static const op25b_phrase verdict_words[] = {
	[OP25B_AFFECTED] = OP25B_PAGE_LINE_AFFECTED,
	[OP25B_NOT_AFFECTED] = OP25B_PAGE_LINE_NOT_AFFECTED,
	[OP25B_CANNOT_TELL] = OP25B_PAGE_LINE_CANNOT_TELL,
};

static void fill_box(struct chart *chart, size_t i)
{
	const struct op25b_flow_row *row = &chart->rows[i];
	const struct op25b_flow_node *nodes = chart->ask.flow->nodes;
	struct box *box = &chart->boxes[i];

	op25b_flow_row_text(chart->page, &chart->ask, row, box->answer, sizeof(box->answer));
	break_text(box->answer, &box->answer_text);
	if (row->ends)
		snprintf(box->then, sizeof(box->then), "%s: %s",
			 say(chart, verdict_words[op25b_outcome_verdict(row->outcome)]),
			 say(chart, op25b_outcome_title(row->outcome)));
	else
		snprintf(box->then, sizeof(box->then), "%s",
			 text_of(chart, &nodes[row->asks].question));
	break_text(box->then, &box->then_text);
	box->height = (int)(box->answer_text.n + box->then_text.n) * LINE + 3 * PAD;
}

/* Places a row and all below it; returns the middle of its box. */
static int place(struct chart *chart)
{
	const size_t own = chart->at++;
	struct box *box = &chart->boxes[own];
	const size_t depth = chart->rows[own].depth;
	int first = 0, last = 0, top = chart->bottom;

	if ((int)depth > chart->deepest)
		chart->deepest = (int)depth;
	while (chart->at < chart->n && chart->rows[chart->at].depth > depth) {
		last = place(chart);
		if (!first)
			first = last;
	}
	box->y = first ? (first + last - box->height) / 2 : top;
	if (box->y < top)
		box->y = top;
	if (chart->bottom < box->y + box->height + BETWEEN)
		chart->bottom = box->y + box->height + BETWEEN;
	return box->y + box->height / 2;
}

static int column(size_t depth)
{
	return MARGIN + (int)depth * (BOX + GAP);
}

static void draw_text(struct op25b_html *h, const struct text *text, int x, int y, const char *look)
{
	for (size_t i = 0; i < text->n; i++) {
		op25b_html_rawf(h, "<text x=\"%d\" y=\"%d\" %s>", x, y + (int)i * LINE, look);
		op25b_html_text_n(h, text->at[i], text->bytes[i]);
		op25b_html_raw(h, text->cut && i + 1 == text->n ? "...</text>\n" : "</text>\n");
	}
}

/* What comes out is told by words and by the frame: bold where one is affected. */
static const char *frame_of(const struct op25b_flow_row *row)
{
	if (!row->ends)
		return "fill=\"#fff\" stroke=\"#555\"";
	switch (op25b_outcome_verdict(row->outcome)) {
	case OP25B_AFFECTED:
		return "fill=\"#fff4e5\" stroke=\"#8a4b00\" stroke-width=\"3\"";
	case OP25B_NOT_AFFECTED:
		return "fill=\"#eaf6ea\" stroke=\"#1d6b2a\"";
	default:
		return "fill=\"#f1f1f1\" stroke=\"#555\" stroke-dasharray=\"5 4\"";
	}
}

static void draw_box(struct chart *chart, size_t i)
{
	const struct op25b_flow_row *row = &chart->rows[i];
	const struct box *box = &chart->boxes[i];
	struct op25b_html *h = chart->page->html;
	const int x = column(row->depth);
	const int split = box->y + PAD + (int)box->answer_text.n * LINE;

	op25b_html_rawf(h, "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" rx=\"6\" ", x,
			box->y, BOX, box->height);
	op25b_html_raw(h, frame_of(row));
	op25b_html_raw(h, "/>\n");
	draw_text(h, &box->answer_text, x + PAD, box->y + PAD + 12, "font-weight=\"bold\"");
	op25b_html_rawf(h, "<path d=\"M%d %dh%d\" stroke=\"#aaa\"/>\n", x + PAD, split + PAD / 2,
			BOX - 2 * PAD);
	draw_text(h, &box->then_text, x + PAD, split + PAD + 12, "fill=\"#222\"");
}

/* From the box that asks to each that answers; @from: its right middle. */
static void draw_lines(struct chart *chart)
{
	const struct box *above[COLUMNS] = { NULL };

	for (size_t i = 0; i < chart->n; i++) {
		const struct box *box = &chart->boxes[i];
		const size_t depth = chart->rows[i].depth;
		const int x = column(depth), y = box->y + box->height / 2;

		above[depth] = box;
		if (depth)
			op25b_html_rawf(chart->page->html,
					"<path d=\"M%d %dH%dV%dH%d\" fill=\"none\" "
					"stroke=\"#555\"/>\n",
					x - GAP, above[depth - 1]->y + above[depth - 1]->height / 2,
					x - GAP / 2, y, x);
	}
}

static void draw(struct chart *chart, const char *provider)
{
	struct op25b_page *page = chart->page;
	struct op25b_html *h = page->html;
	const struct op25b_value *values = OP25B_VALUES({ "provider", provider });
	const int width = column((size_t)chart->deepest + 1) - GAP + MARGIN;

	op25b_html_rawf(h,
			"<svg xmlns=\"http://www.w3.org/2000/svg\" xml:lang=\"%s\" role=\"img\" "
			"aria-labelledby=\"title desc\" width=\"%d\" height=\"%d\" "
			"viewBox=\"0 0 %d %d\" font-family=\"sans-serif\" font-size=\"13\">\n",
			op25b_lang_names[page->lang], width, chart->bottom, width, chart->bottom);
	op25b_html_element(h, "title id=\"title\"", OP25B_PAGE_FLOW_SVG_TITLE, values);
	op25b_html_element(h, "desc id=\"desc\"", OP25B_PAGE_FLOW_SVG_DESC, NULL);
	op25b_html_rawf(h, "<rect width=\"%d\" height=\"%d\" fill=\"#fff\"/>\n", width,
			chart->bottom);
	op25b_html_rawf(h, "<text x=\"%d\" y=\"%d\" font-size=\"16\" font-weight=\"bold\">", MARGIN,
			MARGIN + 12);
	op25b_html_text(h,
			text_of(chart, &chart->ask.flow->nodes[chart->ask.flow->first].question));
	op25b_html_raw(h, "</text>\n");
	draw_lines(chart);
	for (size_t i = 0; i < chart->n; i++)
		draw_box(chart, i);
	op25b_html_raw(h, "</svg>\n");
}

void op25b_page_flow_chart(struct op25b_page *page)
{
	struct chart *chart = calloc(1, sizeof(*chart));

	if (!chart) {
		op25b_page_error(page, 503);
		return;
	}
	chart->page = page;
	chart->bottom = TOP;
	op25b_flow_ask_of(page, &chart->ask);
	chart->ask.line = NULL; /* everybody's, not the caller's */
	chart->n = op25b_flow_rows(&chart->ask, chart->rows);
	for (size_t i = 0; i < chart->n; i++)
		fill_box(chart, i);
	while (chart->at < chart->n)
		place(chart);
	page->response->content_type = "image/svg+xml";
	draw(chart, op25b_page_provider_said(page));
	free(chart);
}
