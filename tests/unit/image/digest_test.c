/*
 * digest_test.c - digests as text, and SHA-256 against its published vectors (FIPS 180-4).
 */
#include "runtime/image/digest.h"

#include <criterion/criterion.h>

#include "runtime/image/hash.h"
#include "runtime/image/manifest.h"

#define EMPTY "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
#define ABC "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"

Test(digest, only_lower_case_sha256_is_read)
{
	struct digest d;
	char text[DIGEST_TEXT];

	cr_assert_eq(digest_parse("sha256:" ABC, &d, NULL), 0);
	cr_assert_str_eq(digest_text(&d, text), "sha256:" ABC);
	cr_assert_lt(digest_parse(ABC, &d, NULL), 0);
	cr_assert_lt(digest_parse("sha512:" ABC, &d, NULL), 0);
	cr_assert_lt(digest_parse("sha256:" ABC "0", &d, NULL), 0);
	cr_assert_lt(digest_parse("sha256:B" ABC, &d, NULL), 0);
	cr_assert_lt(
		digest_parse(
			"sha256:../../../../../../../../../../../../../../../../../../../etc/p", &d,
			NULL),
		0);
}

Test(digest, hashes_the_known_vectors)
{
	struct digest d;
	struct err err = { 0 };

	cr_assert_eq(hash_buffer("", 0, &d, &err), 0);
	cr_assert_str_eq(d.hex, EMPTY);
	cr_assert_eq(hash_buffer("abc", 3, &d, &err), 0);
	cr_assert_str_eq(d.hex, ABC);
}

Test(digest, a_chain_hashes_parent_and_diff)
{
	struct digest parent, diff, chain, expected;
	struct err err = { 0 };
	static const char text[] = "sha256:" ABC " sha256:" EMPTY;

	cr_assert_eq(digest_parse("sha256:" ABC, &parent, NULL), 0);
	cr_assert_eq(digest_parse("sha256:" EMPTY, &diff, NULL), 0);
	cr_assert_eq(manifest_chain(NULL, &diff, &chain, &err), 0);
	cr_assert_str_eq(chain.hex, EMPTY);
	cr_assert_eq(manifest_chain(&parent, &diff, &chain, &err), 0);
	cr_assert_eq(hash_buffer(text, sizeof(text) - 1, &expected, &err), 0);
	cr_assert_str_eq(chain.hex, expected.hex);
}
