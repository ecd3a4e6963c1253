/*
 * spec_mounts.c - the list of mounts.
 *
 * Owns: destinations (made absolute), that a mount says what it is, id maps of a mount.
 * Does not own: the meaning of options; runtime/linux translates them.
 *
 * See: config.md "Mounts".
 */
#include "runtime/spec/section.h"
#include "user/base/log.h"
#include "user/base/str.h"

static bool has_bind_option(const char *const *options)
{
	for (; options && *options; options++)
		if (str_eq(*options, "bind") || str_eq(*options, "rbind"))
			return true;
	return false;
}

/*
 * Versions before 1.1 of the spec let "data" mean "/data", and callers still write it: docker
 * does for WORKDIR-relative volumes. A warning and the absolute form, as runc.
 */
static int read_destination(struct arena *arena, const struct json *node, struct spec_mount *mount,
			    struct err *err)
{
	int r = spec_require_string(node, "destination", &mount->destination, err);

	if (r < 0 || *mount->destination == '/')
		return r;
	log_warning("mount destination '%s' is relative; taken as '/%s'", mount->destination,
		    mount->destination);
	mount->destination = arena_printf(arena, "/%s", mount->destination);
	return mount->destination ? 0 : err_sys(err, "read the config");
}

static int read_mount(struct arena *arena, const struct json *node, void *item, struct err *err)
{
	struct spec_mount *mount = item;
	int r = json_expect(node, JSON_OBJECT, err);

	if (r == 0)
		r = read_destination(arena, node, mount, err);
	if (r == 0)
		r = json_get_string(node, "type", &mount->type, err);
	if (r == 0)
		r = json_get_string(node, "source", &mount->source, err);
	if (r == 0)
		r = json_get_strings(arena, node, "options", &mount->options, err);
	if (r == 0)
		r = spec_read_id_maps(arena, node, "uidMappings", &mount->uid_maps, err);
	if (r == 0)
		r = spec_read_id_maps(arena, node, "gidMappings", &mount->gid_maps, err);
	if (r < 0)
		return r;
	if (mount->type && !*mount->type)
		mount->type = NULL;
	if (mount->source && !*mount->source)
		mount->source = NULL;
	if (!mount->type && !has_bind_option(mount->options))
		return json_err(node, err, "type is missing and no option says bind or rbind");
	if (!mount->source && has_bind_option(mount->options))
		return json_err(node, err, "a bind mount needs a source");
	if (!mount->uid_maps.count != !mount->gid_maps.count)
		return json_err(node, err, "uidMappings and gidMappings need each other");
	return 0;
}

int spec_section_mounts(struct arena *arena, const struct json *root, struct spec *spec,
			struct err *err)
{
	return spec_read_list(arena, root, "mounts", sizeof(*spec->mounts), read_mount,
			      &spec->mounts, &spec->mount_count, err);
}
