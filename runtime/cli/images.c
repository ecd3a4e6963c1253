/*
 * images.c - `cbox images`, and the verbs that cbox-image does: `import`, `rmi`.
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "runtime/cli/cli.h"
#include "runtime/image/store.h"
#include "user/base/cleanup.h"
#include "user/base/fd.h"
#include "user/base/fmt.h"
#include "user/base/json_write.h"
#include "user/base/table.h"

struct images_options {
	bool quiet, json, no_trunc;
};

static const struct opt images_table[] = {
	{ "json", 0, OPT_FLAG, offsetof(struct images_options, json), NULL, "print JSON" },
	{ "no-trunc", 0, OPT_FLAG, offsetof(struct images_options, no_trunc), NULL, "whole ids" },
	{ "quiet", 'q', OPT_FLAG, offsetof(struct images_options, quiet), NULL, "ids only" },
	OPT_END
};

/* An image under one of its names; without any, name is NULL. */
struct row {
	const struct ref *name;
	struct image image;
};

static int read_rows(struct arena *arena, int root_fd, const struct image_name *names,
		     size_t name_count, struct row **rows, size_t *count, struct err *err)
{
	const char **ids;
	size_t id_count = 0;

	if (image_ids(arena, root_fd, &ids, err) < 0)
		return -err->number;
	while (ids[id_count])
		id_count++;
	*rows = arena_calloc(arena, name_count + id_count + 1, sizeof(**rows));
	if (!*rows)
		return err_sys(err, "list images");
	*count = 0;
	for (size_t n = 0; n < name_count + id_count; n++) {
		const char *id = n < name_count ? names[n].id : ids[n - name_count];
		struct row *row = &(*rows)[*count];
		char path[DIGEST_HEX + 16];
		bool named = n < name_count;

		for (size_t i = 0; !named && i < name_count; i++)
			if (!strcmp(names[i].id, id))
				id = NULL, named = true;
		if (!id)
			continue;
		fmt_string(path, sizeof(path), "images/%s.json", id);
		row->name = n < name_count ? &names[n].ref : NULL;
		if (image_read(arena, root_fd, path, &row->image, NULL) == 0)
			(*count)++;
	}
	return 0;
}

static void print_json(const struct row *rows, size_t count, struct strbuf *out)
{
	struct json_writer w = { .indent = 2 };

	jw_object_begin(&w);
	jw_member_u64(&w, "schema", 1);
	jw_key(&w, "images");
	jw_array_begin(&w);
	for (size_t i = 0; i < count; i++) {
		jw_object_begin(&w);
		jw_member_string(&w, "name", rows[i].name ? rows[i].name->text : NULL);
		jw_member_string(&w, "id", rows[i].image.id);
		jw_member_string(&w, "created", rows[i].image.created);
		jw_member_u64(&w, "size_bytes", rows[i].image.size_bytes);
		jw_member_u64(&w, "layers", rows[i].image.lower_count);
		jw_object_end(&w);
	}
	jw_array_end(&w);
	jw_object_end(&w);
	strbuf_putc(&w.out, '\n');
	*out = w.out;
}

static int print_table(const struct row *rows, size_t count, bool whole)
{
	struct table table = { 0 };
	int r;

	table_column(&table, "REPOSITORY", false);
	table_column(&table, "TAG", false);
	table_column(&table, "IMAGE ID", false);
	table_column(&table, "LAYERS", true);
	table_column(&table, "SIZE", true);
	for (size_t i = 0; i < count; i++) {
		const struct ref *name = rows[i].name;
		uint64_t tenths = rows[i].image.size_bytes * 10 / 1048576;

		table_cell(&table, "%.*s", name ? (int)name->name_len : 6,
			   name ? name->text : "<none>");
		table_cell(&table, "%s", name ? name->text + name->name_len + 1 : "<none>");
		table_cell(&table, "%.*s", whole ? DIGEST_HEX : 12, rows[i].image.id);
		table_cell(&table, "%u", rows[i].image.lower_count);
		table_cell(&table, "%llu.%llu MiB", (unsigned long long)(tenths / 10),
			   (unsigned long long)(tenths % 10));
	}
	r = table_print(&table, STDOUT_FILENO);
	table_free(&table);
	return r;
}

static int run_images(void *opts, int argc, char **argv, struct err *err)
{
	const struct images_options *o = opts;
	cleanup_places struct places places = PLACES_NONE;
	cleanup_arena struct arena arena = { 0 };
	cleanup_strbuf struct strbuf out = { 0 };
	cleanup_free struct image_name *names = NULL;
	size_t name_count = 0, count = 0;
	struct row *rows = NULL;
	int r;

	(void)argc;
	(void)argv;
	if (places_open(&places, err) < 0 ||
	    image_names(places.root_fd, &names, &name_count, err) < 0 ||
	    read_rows(&arena, places.root_fd, names, name_count, &rows, &count, err) < 0)
		return -err->number;
	if (o->json)
		print_json(rows, count, &out);
	else if (o->quiet)
		for (size_t i = 0; i < count; i++)
			strbuf_printf(&out, "%.*s\n", o->no_trunc ? DIGEST_HEX : 12,
				      rows[i].image.id);
	else
		return print_table(rows, count, o->no_trunc) < 0 ? err_sys(err, "print") : EXIT_OK;
	r = out.failed ? -ENOMEM : fd_write_all(STDOUT_FILENO, out.data, out.len);
	return r < 0 ? err_num(err, r, "print the images") : EXIT_OK;
}

const struct command cli_images = {
	.name = "images",
	.summary = "list images",
	.opts = images_table,
	.opts_size = sizeof(struct images_options),
	.run = run_images,
};

/* Hands the verb over: argv[-1] was its name, and options were not touched. */
static int run_cold(const char *verb, bool flags_set[], const char *const flags[], int argc,
		    char **argv, struct err *err)
{
	const char *args[64] = { "cbox-image", verb };
	unsigned n = 2;
	char path[4200];

	for (unsigned i = 0; flags[i]; i++)
		if (flags_set[i])
			args[n++] = flags[i];
	args[n++] = "--";
	if (argc + (int)n >= (int)ARRAY_LEN(args))
		return err_set(err, E2BIG, "too many arguments at once");
	for (int i = 0; i < argc; i++)
		args[n++] = argv[i];
	if (cli_libexec("cbox-image", path, sizeof(path), err) < 0)
		return -err->number;
	execv(path, (char *const *)args);
	return err_sys(err, "run '%s'", path);
}

struct import_options {
	bool flags[2];
	const char *select;
};

static const struct opt import_table[] = {
	{ "demo", 0, OPT_FLAG, offsetof(struct import_options, flags[0]), NULL,
	  "import the image that comes with cbox" },
	{ "quiet", 'q', OPT_FLAG, offsetof(struct import_options, flags[1]), NULL,
	  "print ids only" },
	{ "select", 0, OPT_STRING, offsetof(struct import_options, select), "NAME",
	  "of several images in an archive, take this one" },
	OPT_END
};

static int run_import(void *opts, int argc, char **argv, struct err *err)
{
	struct import_options *o = opts;
	char select[300];
	bool flags_set[] = { o->flags[0], o->flags[1], o->select != NULL };
	const char *const flags[] = { "--demo", "--quiet", select, NULL };

	fmt_string(select, sizeof(select), "--select=%s", o->select ? o->select : "");
	return run_cold("import", flags_set, flags, argc, argv, err);
}

const struct command cli_import = {
	.name = "import",
	.args = "FILE|FOLDER|- [NAME[:TAG]]",
	.summary = "make an image from an archive or a folder",
	.details = "Takes a root file system (tar or folder), an OCI image-layout (tar or folder) "
		   "or the archive of 'docker save'; tar files plain or compressed with gzip or "
		   "zstd. Layers are kept. Without NAME, the name in the archive or of the file "
		   "is used.",
	.opts = import_table,
	.opts_size = sizeof(struct import_options),
	.max_args = 2,
	.run = run_import,
};

struct rmi_options {
	bool flags[1];
};

static const struct opt rmi_table[] = { { "force", 'f', OPT_FLAG,
					  offsetof(struct rmi_options, flags), NULL,
					  "with an id: remove all names of the image" },
					OPT_END };

static int run_rmi(void *opts, int argc, char **argv, struct err *err)
{
	static const char *const flags[] = { "--force", NULL };
	struct rmi_options *o = opts;

	return run_cold("rmi", o->flags, flags, argc, argv, err);
}

const struct command cli_rmi = {
	.name = "rmi",
	.args = "IMAGE...",
	.summary = "remove images, and what only they needed",
	.opts = rmi_table,
	.opts_size = sizeof(struct rmi_options),
	.min_args = 1,
	.max_args = -1,
	.run = run_rmi,
};
