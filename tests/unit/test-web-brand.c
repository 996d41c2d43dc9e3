/* SPDX-License-Identifier: BSD-2-Clause */
/* An operator's look and words, and a tenant's: what is taken, and what is said of what is not. */
#include "tests/unit/web-world.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "web/brand-read.h"

#define NOW 1806591600

static const char policy[] =
	"op25b: 1\n"
	"timezone: Asia/Tokyo\n"
	"provider: {name: {en: Root Net, ja: 本家ネット}}\n"
	"services:\n"
	"  - {id: fibre, addressing: dynamic, pools: [198.51.100.0/25], port25: []}\n"
	"include: [tenant.yaml]\n";

static const char tenant[] =
	"tenant: aozora\n"
	"provider: {name: {en: Aozora Line, ja: あおぞらライン}}\n"
	"services:\n"
	"  - {id: dialup, addressing: dynamic, pools: [198.51.100.128/26], port25: []}\n";

static const char svg[] = "<svg xmlns=\"http://www.w3.org/2000/svg\"></svg>";

/* Files below a folder of its own; taken away in done(). */
struct folder {
	char path[64];
	struct web_world world;
	struct op25b_findings findings;
};

static void put(const struct folder *f, const char *name, const char *text)
{
	int at = open(f->path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	int file = openat(at, name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	assert_true(at >= 0 && file >= 0);
	assert_int_equal(write(file, text, strlen(text)), strlen(text));
	close(file);
	close(at);
}

static int rename_below(const struct folder *f, const char *from, const char *to)
{
	char old[128], new[128];

	snprintf(old, sizeof(old), "%s/%s", f->path, from);
	snprintf(new, sizeof(new), "%s/%s", f->path, to);
	return rename(old, new);
}

static int make(void **state)
{
	static struct folder f;
	char path[128];

	memset(&f, 0, sizeof(f));
	strcpy(f.path, "/tmp/op25b-brand-XXXXXX");
	assert_non_null(mkdtemp(f.path));
	web_world_make(&f.world, policy, tenant, NOW);
	snprintf(path, sizeof(path), "%s/tenants", f.path);
	assert_int_equal(mkdir(path, 0700), 0);
	snprintf(path, sizeof(path), "%s/tenants/aozora", f.path);
	assert_int_equal(mkdir(path, 0700), 0);
	*state = &f;
	return 0;
}

static int done(void **state)
{
	static const char *const names[] = { "brand.yaml",
					     "words.yaml",
					     "logo.svg",
					     "big.svg",
					     "wordz.yaml",
					     "tenants/aozora/brand.yaml",
					     "tenants/aozora/words.yaml",
					     "tenants/aozora",
					     "tenants",
					     "" };
	struct folder *f = *state;

	op25b_findings_free(&f->findings);
	web_world_done(&f->world);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		char path[128];

		snprintf(path, sizeof(path), "%s/%s", f->path, names[i]);
		remove(path);
	}
	return access(f->path, F_OK) ? 0 : -1;
}

static void load(struct folder *f)
{
	op25b_web_data_free(&f->world.data);
	if (op25b_web_data_load(f->path, f->world.policy, &f->world.data, &f->findings)) {
		op25b_findings_print(&f->findings, stderr);
		fail();
	}
	f->world.site.data = f->world.data;
}

/* Nothing is changed by a folder with a fault; @line 0: any. */
static void fails(struct folder *f, size_t line, const char *text)
{
	struct op25b_web_data *data = NULL;

	op25b_findings_free(&f->findings);
	assert_int_equal(op25b_web_data_load(f->path, f->world.policy, &data, &f->findings),
			 -EINVAL);
	assert_null(data);
	for (size_t i = 0; i < f->findings.n; i++) {
		if (strstr(f->findings.list[i].text, text) &&
		    (!line || f->findings.list[i].line == line))
			return;
	}
	op25b_findings_print(&f->findings, stderr);
	print_message("no finding '%s' in line %zu\n", text, line);
	fail();
}

static void contrast_is_wcags(void **state)
{
	(void)state;
	assert_true(op25b_brand_contrast(0x000000, 0xffffff) > 20.99);
	assert_true(op25b_brand_contrast(0xffffff, 0xffffff) < 1.01);
	/* The grey that is known to be the lightest on white at 4.5. */
	assert_true(op25b_brand_contrast(0x767676, 0xffffff) > 4.5);
	assert_true(op25b_brand_contrast(0x777777, 0xffffff) < 4.5);
}

/* The colours are checked against what the sheet has. */
static void grounds_are_those_of_the_sheet(void **state)
{
	const char *sheet;
	size_t size;
	char light[32], dark[32];

	(void)state;
	sheet = (const char *)op25b_web_built_in("style.css", &size);
	snprintf(light, sizeof(light), "--ground:#%06x;", OP25B_BRAND_LIGHT);
	snprintf(dark, sizeof(dark), "--ground:#%06x;", OP25B_BRAND_DARK);
	assert_non_null(strstr(sheet, light));
	assert_non_null(strstr(strstr(sheet, "prefers-color-scheme:dark"), dark));
}

static void colours_and_a_logo_are_shown(void **state)
{
	struct folder *f = *state;
	const char *page;

	put(f, "brand.yaml", "accent: \"#7a1f5c\"\naccent_dark: \"#ffb3e0\"\nlogo: logo.svg\n");
	put(f, "logo.svg", svg);
	load(f);
	page = web_world_get(&f->world, "/style.css", "198.51.100.7", "", NOW);
	assert_non_null(strstr(page, ":root{--accent:#7a1f5c}"));
	assert_non_null(strstr(page, "prefers-color-scheme:dark){:root{--accent:#ffb3e0}}"));
	assert_string_equal(f->world.response.content_type, "text/css; charset=utf-8");
	page = web_world_get(&f->world, "/brand/logo", "198.51.100.7", "", NOW);
	assert_string_equal(f->world.response.content_type, "image/svg+xml");
	assert_string_equal(page, svg);
	page = web_world_get(&f->world, "/favicon.ico", "198.51.100.7", "", NOW);
	assert_string_equal(page, svg);
	web_world_get(&f->world, "/favicon.ico", "198.51.100.130", "", NOW);
	assert_int_equal(f->world.response.status, 204);
	page = web_world_get(&f->world, "/ja/", "198.51.100.7", "", NOW);
	assert_non_null(strstr(page, "<img class=\"logo\" alt=\"\" src=\"/brand/logo\">"));
}

/* Nobody but the operator knows when the pages were reviewed. */
static void a_review_has_the_day_that_was_given(void **state)
{
	struct folder *f = *state;
	const char *page = web_world_get(&f->world, "/en/", "198.51.100.7", "", NOW);

	assert_null(strstr(page, "reviewed on"));
	put(f, "brand.yaml", "reviewed: 2027-03-05\n");
	load(f);
	page = web_world_get(&f->world, "/en/", "198.51.100.7", "", NOW);
	assert_non_null(strstr(page, "last reviewed on 5 March 2027."));
	page = web_world_get(&f->world, "/ja/", "198.51.100.7", "", NOW);
	assert_non_null(strstr(page, "最終確認日：2027年3月5日"));
	page = web_world_get(&f->world, "/en/", "198.51.100.130", "", NOW);
	assert_null(strstr(page, "reviewed on"));
	put(f, "brand.yaml", "reviewed: yesterday\n");
	fails(f, 1, "'yesterday' is no day; write 2027-04-01");
}

/* 000-23: what one provider is given is never shown on another's page. */
static void a_tenant_has_its_own_and_nothing_of_the_roots(void **state)
{
	struct folder *f = *state;
	const char *page;

	put(f, "brand.yaml", "accent: \"#7a1f5c\"\nlogo: logo.svg\n");
	put(f, "logo.svg", svg);
	put(f, "words.yaml", "site-receiving: {en: Root receives., ja: 本家は受信できます。}\n");
	put(f, "tenants/aozora/brand.yaml", "accent: \"#1f5c7a\"\n");
	put(f, "tenants/aozora/words.yaml",
	    "site-receiving: {en: Aozora receives., ja: あおぞらは受信できます。}\n");
	load(f);
	page = web_world_get(&f->world, "/en/line", "198.51.100.130", "", NOW);
	assert_non_null(strstr(page, "Aozora receives."));
	assert_non_null(strstr(page, "href=\"/style.css?tenant=aozora\""));
	assert_null(strstr(page, "<img"));
	page = web_world_get(&f->world, "/style.css?tenant=aozora", "198.51.100.7", "", NOW);
	assert_non_null(strstr(page, "#1f5c7a"));
	assert_null(strstr(page, "#7a1f5c"));
	web_world_get(&f->world, "/brand/logo?tenant=aozora", "198.51.100.7", "", NOW);
	assert_int_equal(f->world.response.status, 404);
	web_world_get(&f->world, "/style.css?tenant=nobody", "198.51.100.7", "", NOW);
	assert_int_equal(f->world.response.status, 404);
	page = web_world_get(&f->world, "/ja/line", "198.51.100.7", "", NOW);
	assert_non_null(strstr(page, "本家は受信できます。"));
}

static void words_are_escaped_like_all_others(void **state)
{
	struct folder *f = *state;
	const char *page;

	put(f, "words.yaml", "site-receiving: {en: \"<script>1</script>\", ja: \"<b>\"}\n");
	load(f);
	page = web_world_get(&f->world, "/en/", "198.51.100.7", "", NOW);
	assert_non_null(strstr(page, "&lt;script&gt;1&lt;/script&gt;"));
	assert_null(strstr(page, "<script"));
}

static void a_colour_that_cant_be_read_is_refused(void **state)
{
	struct folder *f = *state;

	put(f, "brand.yaml", "accent: \"#ffcc00\"\n");
	fails(f, 1, "'#ffcc00' can't be read on these pages: its contrast to the background");
	put(f, "brand.yaml", "\naccent_dark: \"#202020\"\n");
	fails(f, 2, "take a lighter one");
	put(f, "brand.yaml", "accent: \"red;}body{display:none\"\n");
	fails(f, 1, "is no colour");
	put(f, "brand.yaml", "acent: \"#123456\"\n");
	fails(f, 1, "did you mean 'accent'");
}

static void a_logo_that_is_none_is_refused(void **state)
{
	static char big[OP25B_BRAND_LOGO + 100];
	struct folder *f = *state;

	put(f, "brand.yaml", "logo: logo.svg\n");
	fails(f, 1, "'logo.svg'");
	put(f, "logo.svg", "<html></html>");
	fails(f, 1, "is neither an SVG nor a PNG");
	put(f, "brand.yaml", "logo: ../../etc/passwd\n");
	fails(f, 1, "must be a file beside this one");
	memset(big, ' ', sizeof(big) - 1);
	put(f, "big.svg", big);
	put(f, "brand.yaml", "logo: big.svg\n");
	fails(f, 1, "is too large; 65536 bytes at most");
}

static void words_that_dont_fit_are_refused(void **state)
{
	struct folder *f = *state;

	put(f, "words.yaml", "site-recieving: {en: a, ja: b}\n");
	fails(f, 1, "there is no sentence 'site-recieving'; did you mean 'site-receiving'?");
	put(f, "words.yaml", "site-receiving: only one\n");
	fails(f, 1, "needs both languages");
	put(f, "words.yaml", "site-receiving: {en: only one}\n");
	fails(f, 1, "write the text in Japanese too");
	put(f, "words.yaml", "\nline-date-since: {en: \"since {day}\", ja: \"{date}から\"}\n");
	fails(f, 2,
	      "the values in braces of 'line-date-since' in 'en' are not those of the sentence; "
	      "use each of: {date}");
	put(f, "words.yaml", "line-date-since: {en: \"{date}\", ja: \"{date\"}\n");
	fails(f, 1, "in 'ja'");
	put(f, "tenants/aozora/words.yaml", "nothing: {en: a, ja: b}\n");
	put(f, "words.yaml", "site-receiving: {en: a, ja: b}\n");
	fails(f, 1, "there is no sentence 'nothing'");
}

/* How often a folder's findings have a text about a file; nothing of it is an error. */
static size_t warned(struct folder *f, const char *name, const char *text)
{
	size_t n = 0;

	op25b_findings_free(&f->findings);
	load(f);
	for (size_t i = 0; i < f->findings.n; i++) {
		const char *file = f->findings.list[i].file;
		const size_t end = strlen(file), of = strlen(name);

		n += end > of && !strcmp(file + end - of, name) &&
		     strstr(f->findings.list[i].text, text);
	}
	return n;
}

/* A mistyped name would leave the shipped words for ever. */
static void what_nobody_reads_is_said(void **state)
{
	struct folder *f = *state;

	put(f, "brand.yaml", "logo: logo.svg\n");
	put(f, "logo.svg", svg);
	put(f, "tenants/aozora/words.yaml", "{}\n");
	load(f);
	assert_int_equal(f->findings.n, 0);
	put(f, "big.svg", svg);
	assert_int_equal(warned(f, "/big.svg", "is not read; give it a name"), 1);
	put(f, "wordz.yaml", "{}\n");
	assert_int_equal(warned(f, "/wordz.yaml", "did you mean 'words.yaml'?"), 1);
	assert_int_equal(rename_below(f, "tenants/aozora", "tenants/nope"), 0);
	assert_int_equal(warned(f, "/tenants/nope", "has no tenant of that id"), 1);
	assert_int_equal(rename_below(f, "tenants/nope", "tenants/aozora"), 0);
	assert_int_equal(f->findings.n, 3);
}

static void what_can_not_be_read_is_an_error(void **state)
{
	struct folder *f = *state;
	char path[128], whole[64];

	snprintf(path, sizeof(path), "%s/words.yaml", f->path);
	assert_int_equal(symlink("nowhere.yaml", path), 0);
	fails(f, 1, "can't be read (No such file or directory); put a file there");
	unlink(path);
	snprintf(whole, sizeof(whole), "%s", f->path);
	snprintf(f->path, sizeof(f->path), "/nonexistent/data");
	fails(f, 1, "is no folder; make it, or remove 'data' from the web file");
	snprintf(f->path, sizeof(f->path), "%s", whole);
}

static void a_sentence_has_words(void **state)
{
	struct folder *f = *state;

	put(f, "words.yaml", "staff-look: {en: \"  \", ja: あ}\n");
	fails(f, 1, "'en' has no words; write them");
	put(f, "words.yaml", "staff-look: {en: a, ja: \"\u3000 \u3000\"}\n");
	fails(f, 1, "'ja' has no words; write them");
	put(f, "words.yaml", "staff-look: {en: a, ja: \"\u3000あ\"}\n");
	op25b_findings_free(&f->findings);
	load(f);
}

int main(void)
{
#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, make, done)
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(contrast_is_wcags),
		cmocka_unit_test(grounds_are_those_of_the_sheet),
		IN_FOLDER(colours_and_a_logo_are_shown),
		IN_FOLDER(a_review_has_the_day_that_was_given),
		IN_FOLDER(a_tenant_has_its_own_and_nothing_of_the_roots),
		IN_FOLDER(words_are_escaped_like_all_others),
		IN_FOLDER(a_colour_that_cant_be_read_is_refused),
		IN_FOLDER(a_logo_that_is_none_is_refused),
		IN_FOLDER(words_that_dont_fit_are_refused),
		IN_FOLDER(what_nobody_reads_is_said),
		IN_FOLDER(what_can_not_be_read_is_an_error),
		IN_FOLDER(a_sentence_has_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
