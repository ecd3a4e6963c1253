/*
 * recover.c - see recover.h.
 */
#include "runtime/cli/recover.h"

#include <fcntl.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "runtime/cli/config.h"
#include "runtime/cli/names.h"
#include "runtime/cli/networking.h"
#include "runtime/cli/owner.h"
#include "runtime/cli/status.h"
#include "runtime/cli/undo.h"
#include "runtime/core/container.h"
#include "runtime/image/digest.h"
#include "user/base/cleanup.h"
#include "user/base/file.h"
#include "user/base/fmt.h"
#include "user/base/log.h"

static bool is_full_id(const char *name)
{
	return strlen(name) == CONFIG_ID && digest_is_hex(name, CONFIG_ID);
}

/* A record that does not parse may be in the writing: it gets a moment to become whole. */
static int read_owner(const struct places *places, const char *id, struct owner *owner)
{
	static const struct timespec moment = { 0, 20000000 };
	int r = owner_read(places->run_fd, id, owner);

	if (r == -EINVAL) {
		nanosleep(&moment, NULL);
		r = owner_read(places->run_fd, id, owner);
	}
	return r;
}

static void undo_one(const struct places *places, const char *id, const char *name, bool salvage,
		     struct recover_result *result)
{
	struct err err = { 0 };

	if (undo_container(places, id, name, salvage, &err) == 0) {
		result->undone++;
		return;
	}
	log_err(&err);
	result->failed++;
}

static int undo_owned(struct arena *arena, const struct places *places,
		      struct recover_result *result, struct err *err)
{
	const char **ids;

	if (places_list(arena, places->run_fd, "owners", &ids, err) < 0)
		return -err->number;
	for (; *ids; ids++) {
		struct owner owner;
		int r = read_owner(places, *ids, &owner);

		if (!is_full_id(*ids) || r == -ENOENT)
			continue;
		if (r == 0 && owner_is_alive(&owner))
			result->alive++;
		else
			undo_one(places, *ids, owner.name, !owner.auto_remove, result);
	}
	return 0;
}

/* State of the runtime that no owner answers for, and live records of containers that are gone. */
static int undo_strays(struct arena *arena, const struct places *places,
		       struct recover_result *result, struct err *err)
{
	const char **names;
	struct owner owner;

	if (places_list(arena, places->run_fd, "core", &names, err) < 0)
		return -err->number;
	for (; *names; names++)
		if (is_full_id(*names) && owner_read(places->run_fd, *names, &owner) == -ENOENT)
			undo_one(places, *names, "", true, result);
	if (places_list(arena, places->run_fd, "containers", &names, err) < 0)
		return -err->number;
	for (; *names; names++) {
		char id[CONFIG_ID + 1];

		fmt_string(id, sizeof(id), "%s", *names);
		if (is_full_id(id) && owner_read(places->run_fd, id, &owner) == -ENOENT &&
		    status_remove_live(places, id, err) < 0)
			return -err->number;
	}
	return 0;
}

/* Folders whose creation was cut off by a power cut, so that not even an owner is left. */
static int undo_folders(struct arena *arena, const struct places *places,
			struct recover_result *result, struct err *err)
{
	const char **ids;

	if (places_list(arena, places->root_fd, "containers", &ids, err) < 0)
		return -err->number;
	for (; *ids; ids++) {
		struct container_info info;
		struct owner owner;
		struct err ignored = { 0 };

		if (!is_full_id(*ids) || owner_read(places->run_fd, *ids, &owner) != -ENOENT)
			continue;
		if (status_load(arena, places, *ids, &info, &ignored) < 0 ||
		    (info.finished_ns == 0 && info.config.auto_remove))
			undo_one(places, *ids, "", true, result);
	}
	return 0;
}

static int release_names(struct arena *arena, const struct places *places, struct err *err)
{
	const char **names;

	if (places_list(arena, places->root_fd, "names", &names, err) < 0)
		return -err->number;
	for (; *names; names++) {
		char id[CONFIG_ID + 1], path[128];
		struct owner owner;

		if (names_lookup(places, *names, id) < 0)
			continue;
		fmt_string(path, sizeof(path), "containers/%s", id);
		if (faccessat(places->root_fd, path, F_OK, 0) < 0 &&
		    owner_read(places->run_fd, id, &owner) == -ENOENT &&
		    names_release(places, *names, id, err) < 0)
			return -err->number;
	}
	return 0;
}

/* Files that a killed process was writing: never read by anyone, named after its pid. */
static int remove_temporaries(const struct places *places, struct err *err)
{
	static const char *const root_folders[] = { ".", "images", "networks" };
	static const char *const run_folders[] = { ".", "containers", "net", "net/endpoints" };

	for (size_t i = 0; i < ARRAY_LEN(root_folders); i++)
		if (file_remove_temporaries(places->root_fd, root_folders[i], err) < 0)
			return -err->number;
	for (size_t i = 0; i < ARRAY_LEN(run_folders); i++)
		if (file_remove_temporaries(places->run_fd, run_folders[i], err) < 0)
			return -err->number;
	return 0;
}

int recover(const struct places *places, struct recover_result *result, struct err *err)
{
	cleanup_arena struct arena arena = { 0 };
	cleanup_close int lock = file_lock(places->run_fd, "recover.lock", true, true, err);

	if (lock < 0)
		return lock;
	if (undo_owned(&arena, places, result, err) < 0 ||
	    undo_strays(&arena, places, result, err) < 0 ||
	    undo_folders(&arena, places, result, err) < 0 || networking_recover(places, err) < 0 ||
	    release_names(&arena, places, err) < 0 || remove_temporaries(places, err) < 0)
		return -err->number;
	undo_cgroup_parent();
	return 0;
}
