/*
 * transaction_test.c - blobs and layers appear at commit, and nothing is left of what was not.
 */
#include "runtime/image/transaction.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "runtime/image/store.h"
#include "user/base/file.h"
#include "user/base/fmt.h"

static char top[] = "/tmp/cbox-test-transaction-XXXXXX";
static int store = -1;

static void open_store(void)
{
	struct err err = { 0 };

	cr_assert(mkdtemp(top));
	setenv("CBOX_ROOT", top, 1);
	store = store_open(true, &err);
	cr_assert_geq(store, 0, "%s", err.message);
}

static void remove_store(void)
{
	close(store);
	cr_assert_eq(file_remove_all(AT_FDCWD, top, NULL), 0);
}

TestSuite(transaction, .init = open_store, .fini = remove_store, .timeout = 20);

static void begin(struct transaction *tx)
{
	struct err err = { 0 };

	cr_assert_eq(transaction_begin(tx, store, &err), 0, "%s", err.message);
}

static bool is_there(const char *path)
{
	return faccessat(store, path, F_OK, AT_SYMLINK_NOFOLLOW) == 0;
}

Test(transaction, a_blob_is_named_by_its_digest_and_seen_only_after_the_commit)
{
	static const char abc[] =
		"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
	struct transaction tx;
	struct digest digest;
	struct err err = { 0 };

	begin(&tx);
	cr_assert_eq(transaction_put_blob(&tx, "abc", 3, &digest, &err), 0, "%s", err.message);
	cr_assert_str_eq(digest.hex, abc);
	cr_assert_not(store_has_blob(store, &digest));
	cr_assert_eq(transaction_commit(&tx, &err), 0, "%s", err.message);
	cr_assert(store_has_blob(store, &digest));
	transaction_end(&tx);
	cr_assert(store_has_blob(store, &digest));
}

Test(transaction, what_was_not_committed_leaves_nothing)
{
	struct transaction tx;
	struct digest digest;
	struct err err = { 0 };
	char path[64];

	begin(&tx);
	fmt_string(path, sizeof(path), "tmp/%s", tx.name);
	cr_assert(is_there(path));
	cr_assert_eq(transaction_put_blob(&tx, "abc", 3, &digest, &err), 0, "%s", err.message);
	transaction_end(&tx);
	cr_assert_not(store_has_blob(store, &digest));
	cr_assert_not(is_there(path));
}

Test(transaction, a_layer_is_opened_before_and_after_it_is_published)
{
	struct digest chain;
	struct transaction tx;
	struct err err = { 0 };
	char name[48];
	int fd;

	memset(chain.hex, 'a', DIGEST_HEX);
	chain.hex[DIGEST_HEX] = '\0';
	begin(&tx);
	cr_assert_lt(transaction_open_layer(&tx, &chain, &err), 0, "nobody made it");
	fd = transaction_folder(&tx, name, sizeof(name), &err);
	cr_assert_geq(fd, 0, "%s", err.message);
	cr_assert_eq(mkdirat(fd, "inside", 0755), 0);
	close(fd);
	cr_assert_eq(transaction_add_layer(&tx, name, &chain, &err), 0);
	for (int committed = 0; committed < 2; committed++) {
		cr_assert_eq(store_has_layer(store, &chain), committed);
		fd = transaction_open_layer(&tx, &chain, &err);
		cr_assert_geq(fd, 0, "%s", err.message);
		cr_assert_eq(faccessat(fd, "inside", F_OK, 0), 0);
		close(fd);
		if (!committed)
			cr_assert_eq(transaction_commit(&tx, &err), 0, "%s", err.message);
	}
	transaction_end(&tx);
}

Test(transaction, a_layer_that_somebody_else_published_first_is_kept)
{
	struct digest chain;
	struct transaction tx;
	struct err err = { 0 };
	char name[48], path[128];

	memset(chain.hex, 'b', DIGEST_HEX);
	chain.hex[DIGEST_HEX] = '\0';
	begin(&tx);
	close(transaction_folder(&tx, name, sizeof(name), &err));
	cr_assert_eq(transaction_add_layer(&tx, name, &chain, &err), 0);
	fmt_string(path, sizeof(path), "layers/%s", chain.hex);
	cr_assert_eq(mkdirat(store, path, 0755), 0);
	fmt_string(path, sizeof(path), "layers/%s/theirs", chain.hex);
	cr_assert_eq(mkdirat(store, path, 0755), 0);
	cr_assert_eq(transaction_commit(&tx, &err), 0, "%s", err.message);
	cr_assert(is_there(path));
	transaction_end(&tx);
}

Test(transaction, beginning_one_clears_the_dead_and_spares_the_living)
{
	struct transaction living, other;
	char path[64];

	begin(&living);
	cr_assert_eq(mkdirat(store, "tmp/import-1-0", 0700), 0);
	cr_assert_eq(mkdirat(store, "tmp/import-1-0/layer-0", 0700), 0);
	begin(&other);
	fmt_string(path, sizeof(path), "tmp/%s", living.name);
	cr_assert_str_neq(living.name, other.name);
	cr_assert(is_there(path));
	cr_assert_not(is_there("tmp/import-1-0"));
	transaction_end(&other);
	transaction_end(&living);
	cr_assert_not(is_there(path));
}
