/*
 * manifest_test.c - documents of an image, written and read back, and refused when they lie.
 */
#include "runtime/image/manifest.h"

#include <criterion/criterion.h>
#include <string.h>

static struct arena arena;

static void free_arena(void)
{
	arena_free(&arena);
}

TestSuite(manifest, .fini = free_arena);

static struct digest digest_of(char digit)
{
	struct digest digest = { 0 };

	memset(digest.hex, digit, DIGEST_HEX);
	return digest;
}

/* The parser keeps pointers into its text. */
static const char *keep(struct json_writer *w, size_t *len)
{
	char *text = arena_strndup(&arena, w->out.data, w->out.len);

	cr_assert(text);
	*len = w->out.len;
	strbuf_free(&w->out);
	return text;
}

Test(manifest, a_written_manifest_is_read_back_with_its_layers_in_order)
{
	const struct digest config = digest_of('c');
	const struct manifest_layer layers[] = {
		{ .digest = digest_of('1'), .diff_id = digest_of('a'), .size = 10 },
		{ .digest = digest_of('2'), .diff_id = digest_of('b'), .size = 20 },
	};
	struct json_writer w = { 0 };
	struct manifest manifest;
	struct err err = { 0 };
	const char *text;
	size_t len;

	manifest_write(&w, &config, 99, layers, 2);
	text = keep(&w, &len);
	cr_assert_eq(manifest_read(&arena, text, len, &manifest, &err), 0, "%s", err.message);
	cr_assert_str_eq(manifest.config.digest.hex, config.hex);
	cr_assert_eq(manifest.config.size, 99);
	cr_assert_eq(manifest.layer_count, 2);
	cr_assert_str_eq(manifest.layers[0].digest.hex, layers[0].digest.hex);
	cr_assert_str_eq(manifest.layers[1].digest.hex, layers[1].digest.hex);
	cr_assert_eq(manifest.layers[1].size, 20);
	for (size_t cut = 0; cut < len; cut++)
		cr_assert_lt(manifest_read(&arena, text, cut, &manifest, &err), 0, "cut at %zu",
			     cut);
}

Test(manifest, a_written_configuration_names_this_machine_and_the_unpacked_layers)
{
	const struct manifest_layer layer = { .digest = digest_of('1'), .diff_id = digest_of('a') };
	struct json_writer w = { 0 };
	struct image_config config;
	struct err err = { 0 };
	const char *text;
	size_t len;

	manifest_write_config(&w, 0, NULL, &layer, 1);
	text = keep(&w, &len);
	cr_assert_eq(manifest_read_config(&arena, text, len, &config, &err), 0, "%s", err.message);
	cr_assert_eq(config.diff_id_count, 1);
	cr_assert_str_eq(config.diff_ids[0].hex, layer.diff_id.hex);
	cr_assert_str_eq(config.architecture, manifest_architecture());
	cr_assert_str_eq(config.os, "linux");
}

/* The second value is that of: printf 'sha256:aa… sha256:bb…' | sha256sum */
Test(manifest, a_chain_id_is_the_lowest_diff_id_or_the_hash_of_parent_and_diff_id)
{
	const struct digest a = digest_of('a'), b = digest_of('b');
	struct digest chain, other;
	struct err err = { 0 };

	cr_assert_eq(manifest_chain(NULL, &a, &chain, &err), 0);
	cr_assert_str_eq(chain.hex, a.hex);
	cr_assert_eq(manifest_chain(&a, &b, &chain, &err), 0);
	cr_assert_str_eq(chain.hex,
			 "ccd722928bd92476ba1745586fed6e45a102504185ad88cd89e01ff116fd146c");
	cr_assert_eq(manifest_chain(&b, &a, &other, &err), 0);
	cr_assert_str_neq(chain.hex, other.hex, "the order counts");
}
