/*
 * main.c - cbox-image, the cold half of the engine: what needs compression and SHA-256.
 *
 * Owns: the command line of import, rmi and prune. `cbox` runs it for these verbs as git runs its
 * own, so that the program on the start path stays small; users need not call it themselves.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "runtime/image/import.h"
#include "runtime/image/publish.h"
#include "runtime/image/store.h"
#include "user/base/cleanup.h"
#include "user/base/file.h"
#include "user/base/fmt.h"
#include "user/base/log.h"
#include "user/base/opt.h"

struct import_opts {
	bool quiet, demo;
	const char *select;
};

static const struct opt import_table[] = {
	{ "demo", 0, OPT_FLAG, offsetof(struct import_opts, demo), NULL,
	  "import the image that comes with cbox" },
	{ "quiet", 'q', OPT_FLAG, offsetof(struct import_opts, quiet), NULL, "print ids only" },
	{ "select", 0, OPT_STRING, offsetof(struct import_opts, select), "NAME",
	  "of several images in an archive, take this one" },
	OPT_END
};

/* share/cbox/demo.tar of an installation, share/demo.tar of a build. */
static int find_demo(char *path, size_t size, struct err *err)
{
	static const char *const places[] = { "../../share/cbox/demo.tar", "../share/demo.tar" };
	char self[4096];
	ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 1);

	if (n < 0)
		return err_sys(err, "find the demo image");
	self[n] = '\0';
	*strrchr(self, '/') = '\0';
	for (size_t i = 0; i < ARRAY_LEN(places); i++) {
		fmt_string(path, size, "%s/%s", self, places[i]);
		if (access(path, R_OK) == 0)
			return 0;
	}
	return err_num(err, ENOENT, "find the demo image '%s'", path);
}

static void print_result(const struct import_result *result, bool quiet)
{
	if (quiet)
		printf("sha256:%s\n", result->id.hex);
	else
		printf("Imported %s: image %.12s, %u layer%s, %.1f MiB\n", result->ref.text,
		       result->id.hex, result->layers, result->layers == 1 ? "" : "s",
		       (double)result->size_bytes / 1048576);
}

static int run_import(void *opts, int argc, char **argv, struct err *err)
{
	const struct import_opts *o = opts;
	struct import_options options = { .source = argv[0],
					  .name = argc > 1 ? argv[1] : NULL,
					  .select = o->select };
	cleanup_free struct import_result *results = calloc(IMPORT_MAX_IMAGES, sizeof(*results));
	cleanup_close int store = -1;
	char demo[4200];
	unsigned count;
	int r;

	if (argc != 0 && o->demo) {
		err_set(err, EINVAL, "--demo takes no file");
		return err_status(err, EXIT_USAGE);
	}
	if (argc == 0 && !o->demo) {
		err_set(err, EINVAL, "too few arguments");
		return err_status(err, EXIT_USAGE);
	}
	if (!results)
		return err_sys(err, "import");
	if (o->demo) {
		if (find_demo(demo, sizeof(demo), err) < 0)
			return -err->number;
		options.source = demo;
	}
	store = store_open(true, err);
	if (store < 0)
		return store;
	r = import_source(store, &options, results, &count, err);
	for (unsigned i = 0; i < count; i++)
		print_result(&results[i], o->quiet);
	return r < 0 ? r : EXIT_OK;
}

static const struct command import_command = {
	.name = "import",
	.args = "FILE|FOLDER|- [NAME[:TAG]]",
	.summary = "make an image from an archive or a folder",
	.details = "Takes a root file system (tar or folder), an OCI image-layout (tar or folder) "
		   "or the archive of 'docker save'; tar files plain or compressed with gzip or "
		   "zstd. Layers are kept. Without NAME, the name in the archive or of the file "
		   "is used.",
	.opts = import_table,
	.opts_size = sizeof(struct import_opts),
	.max_args = 2,
	.run = run_import,
};

struct rmi_opts {
	bool force;
};

static const struct opt rmi_table[] = { { "force", 'f', OPT_FLAG, offsetof(struct rmi_opts, force),
					  NULL, "with an id: remove all names of the image" },
					OPT_END };

static int run_rmi(void *opts, int argc, char **argv, struct err *err)
{
	const struct rmi_opts *o = opts;
	cleanup_close int store = store_open(true, err);
	int failed = 0;

	if (store < 0)
		return store;
	for (int i = 0; i < argc; i++) {
		struct err one = { 0 };

		if (publish_remove(store, argv[i], o->force, &one) < 0) {
			fflush(stdout);
			failed = log_err(&one);
		}
	}
	return failed;
}

static const struct command rmi_command = {
	.name = "rmi",
	.args = "IMAGE...",
	.summary = "remove images, and what only they needed",
	.opts = rmi_table,
	.opts_size = sizeof(struct rmi_opts),
	.min_args = 1,
	.max_args = -1,
	.run = run_rmi,
};

struct prune_opts {
	bool all;
};

static const struct opt prune_table[] = { { "all", 'a', OPT_FLAG, offsetof(struct prune_opts, all),
					    NULL,
					    "also images with a name that no container uses" },
					  OPT_END };

static int run_prune(void *opts, int argc, char **argv, struct err *err)
{
	const struct prune_opts *o = opts;
	cleanup_close int store = store_open(true, err);
	uint64_t freed;
	int r;

	(void)argc;
	(void)argv;
	if (store < 0)
		return store;
	r = publish_prune(store, o->all, &freed, err);
	if (r < 0)
		return r;
	printf("Total reclaimed space: %.1f MiB\n", (double)freed / 1048576);
	return EXIT_OK;
}

static const struct command prune_command = {
	.name = "prune",
	.summary = "remove images without a name, and layers and blobs no image needs",
	.opts = prune_table,
	.opts_size = sizeof(struct prune_opts),
	.run = run_prune,
};

int main(int argc, char **argv)
{
	static const struct command *const commands[] = { &import_command, &rmi_command,
							  &prune_command, NULL };
	static const struct program program = {
		.name = "cbox",
		.version = CBOX_VERSION,
		.summary = "the image half of cbox; run through cbox itself",
		.commands = commands,
	};

	return opt_main(&program, argc, argv);
}
