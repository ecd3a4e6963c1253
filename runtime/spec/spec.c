/*
 * spec.c - reading a config.json: the document, its top level and the order of the sections.
 *
 * Owns: ociVersion, root, hostname, domainname, annotations.
 * Does not own: the sections (spec_<section>.c) and rules that span them (spec_check.c).
 *
 * Members this file does not know are ignored, as config.md "Extensibility" demands.
 */
#include "runtime/spec/spec.h"

#include <string.h>

#include "runtime/spec/section.h"

/* __NEW_UTS_LEN, the kernel's limit for both names. */
#define UTS_NAME_MAX 64

static bool skip_number(const char **p)
{
	const char *start = *p;

	while (**p >= '0' && **p <= '9')
		(*p)++;
	return *p > start && (*start != '0' || *p == start + 1);
}

/* Semantic version 2.0.0: MAJOR.MINOR.PATCH, then "-pre" or "+build" of [0-9A-Za-z.+-]. */
static bool is_semver(const char *p)
{
	if (!skip_number(&p) || *p++ != '.' || !skip_number(&p) || *p++ != '.' || !skip_number(&p))
		return false;
	if (!*p)
		return true;
	if ((*p != '-' && *p != '+') || !p[1])
		return false;
	return p[strspn(p, "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.+-")] ==
	       '\0';
}

static int read_version(const struct json *root, struct spec *spec, struct err *err)
{
	const struct json *node = json_get(root, "ociVersion");
	int r = spec_require_string(root, "ociVersion", &spec->version, err);

	if (r < 0)
		return r;
	if (!is_semver(spec->version))
		return json_err_type(node, "a version like 1.0.2", err);
	if (strncmp(spec->version, "1.", 2) != 0)
		return json_err_type(node, "version 1 of the runtime-spec", err);
	return 0;
}

static int read_root(const struct json *root, struct spec *spec, struct err *err)
{
	struct json *node;
	int r = spec_require(root, "root", &node, err);

	if (r == 0)
		r = json_expect(node, JSON_OBJECT, err);
	if (r == 0)
		r = spec_require_string(node, "path", &spec->root_path, err);
	if (r == 0)
		r = json_get_bool(node, "readonly", &spec->root_readonly, err);
	return r;
}

/* "" means unset: Go callers write the empty string for it. */
static int read_uts_name(const struct json *root, const char *key, const char **value,
			 struct err *err)
{
	int r = json_get_string(root, key, value, err);

	if (r < 0 || !*value)
		return r;
	if (strlen(*value) > UTS_NAME_MAX)
		return json_err(json_get(root, key), err, "longer than %d bytes", UTS_NAME_MAX);
	if (!**value)
		*value = NULL;
	return 0;
}

static int read_annotation(struct arena *arena, const struct json *node, void *item,
			   struct err *err)
{
	struct spec_annotation *annotation = item;

	(void)arena;
	annotation->key = node->key;
	if (!*node->key)
		return json_err(node->parent, err, "an annotation has an empty name");
	return json_string(node, &annotation->value, err);
}

/*
 * The seccomp profile stays folded: it is most of a config, and looked into only when its filter
 * is not in the cache.
 */
static int read_document(struct arena *arena, const char *text, size_t len, struct json **root,
			 struct err *err)
{
	static const char *const profile[] = { "linux", "seccomp", NULL };
	int r = json_parse_folding(arena, text, len, profile, root, err);

	return r < 0 ? r : json_expect(*root, JSON_OBJECT, err);
}

static int read_sections(struct arena *arena, const struct json *root, struct spec *spec,
			 struct err *err)
{
	struct json *process, *linux_, *hooks;
	int r = json_get_typed(root, "process", JSON_OBJECT, &process, err);

	if (r == 0 && process) {
		spec->has_process = true;
		r = spec_section_process(arena, process, &spec->process, err);
	}
	if (r == 0)
		r = spec_section_mounts(arena, root, spec, err);
	if (r == 0)
		r = json_get_typed(root, "hooks", JSON_OBJECT, &hooks, err);
	if (r == 0 && hooks)
		r = spec_section_hooks(arena, hooks, spec, err);
	if (r == 0)
		r = json_get_typed(root, "linux", JSON_OBJECT, &linux_, err);
	if (r == 0 && linux_)
		r = spec_section_linux(arena, linux_, &spec->linux_, err);
	return r;
}

int spec_read(struct arena *arena, const char *text, size_t len, struct spec *spec, struct err *err)
{
	struct json *root;
	int r = read_document(arena, text, len, &root, err);

	*spec = (struct spec){ 0 };
	if (r == 0)
		r = read_version(root, spec, err);
	if (r == 0)
		r = read_root(root, spec, err);
	if (r == 0)
		r = read_uts_name(root, "hostname", &spec->hostname, err);
	if (r == 0)
		r = read_uts_name(root, "domainname", &spec->domainname, err);
	if (r == 0)
		r = spec_read_map(arena, root, "annotations", sizeof(*spec->annotations),
				  read_annotation, &spec->annotations, &spec->annotation_count,
				  err);
	if (r == 0)
		r = read_sections(arena, root, spec, err);
	return r < 0 ? r : spec_check(root, spec, err);
}

int spec_read_process(struct arena *arena, const char *text, size_t len,
		      struct spec_process *process, struct err *err)
{
	struct json *root;
	int r = read_document(arena, text, len, &root, err);

	*process = (struct spec_process){ 0 };
	return r < 0 ? r : spec_section_process(arena, root, process, err);
}

int spec_read_resources(struct arena *arena, const char *text, size_t len,
			struct spec_resources *resources, struct err *err)
{
	struct json *root;
	int r = read_document(arena, text, len, &root, err);

	*resources = (struct spec_resources){ 0 };
	return r < 0 ? r : spec_section_resources(arena, root, resources, err);
}
