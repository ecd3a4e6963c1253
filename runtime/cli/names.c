/*
 * names.c - see names.h.
 */
#include "runtime/cli/names.h"

#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include "runtime/cli/config.h"
#include "runtime/cli/owner.h"
#include "runtime/image/digest.h"
#include "user/base/cleanup.h"
#include "user/base/file.h"
#include "user/base/fmt.h"
#include "user/base/path.h"

#define PATH_SIZE 160

int names_check(const char *name, struct err *err)
{
	if (path_is_id(name) && !strchr(name, '+'))
		return 0;
	err_set(err, EINVAL,
		"Invalid container name (%.140s), only [a-zA-Z0-9][a-zA-Z0-9_.-]+ are allowed",
		name);
	return err_status(err, EXIT_USAGE);
}

int names_lookup(const struct places *places, const char *name, char *id)
{
	char path[PATH_SIZE];
	ssize_t n;

	if (fmt_string(path, sizeof(path), "names/%s", name) >= sizeof(path) || strchr(name, '/'))
		return -ENOENT;
	n = readlinkat(places->root_fd, path, id, CONFIG_ID + 1);
	if (n != CONFIG_ID)
		return -ENOENT;
	id[CONFIG_ID] = '\0';
	return digest_is_hex(id, CONFIG_ID) ? 0 : -ENOENT;
}

/* True when the name's container is gone without having given it back. */
static bool is_stale(const struct places *places, const char *id)
{
	struct owner owner;
	char path[PATH_SIZE];

	fmt_string(path, sizeof(path), "containers/%s", id);
	return faccessat(places->root_fd, path, F_OK, 0) < 0 && errno == ENOENT &&
	       owner_read(places->run_fd, id, &owner) == -ENOENT;
}

static int conflict(const struct places *places, const char *name, const char *id, struct err *err)
{
	struct owner owner;

	err_set(err, EEXIST,
		"Conflict. The container name \"/%s\" is already in use by container \"%s\". You "
		"have "
		"to remove (or rename) that container to be able to reuse that name.",
		name, id);
	if (owner_read(places->run_fd, id, &owner) == 0 && !owner_is_alive(&owner))
		return err_hint(err,
				"its 'cbox run' was killed; 'cbox system recover' clears that up");
	return err_hint(err, "'cbox rm %s' removes it", name);
}

static int try_claim(const struct places *places, const char *name, const char *id)
{
	char path[PATH_SIZE];

	fmt_string(path, sizeof(path), "names/%s", name);
	return symlinkat(id, places->root_fd, path) < 0 ? -errno : 0;
}

/* Takes over a name whose container is gone; the lock keeps two takers apart. */
static int replace_stale(const struct places *places, const char *name, const char *id,
			 struct err *err)
{
	cleanup_close int lock = file_lock(places->root_fd, "names.lock", true, true, err);
	char old[CONFIG_ID + 1] = "";

	if (lock < 0)
		return lock;
	if (names_lookup(places, name, old) == 0) {
		if (!is_stale(places, old))
			return conflict(places, name, old, err);
		if (names_release(places, name, old, err) < 0)
			return -err->number;
	}
	return try_claim(places, name, id) < 0 ? err_sys(err, "claim the name '%s'", name) : 0;
}

static int claim(const struct places *places, const char *name, const char *id, struct err *err)
{
	char old[CONFIG_ID + 1];
	int r = try_claim(places, name, id);

	if (r == 0)
		return 0;
	if (r != -EEXIST)
		return err_num(err, r, "claim the name '%s'", name);
	if (names_lookup(places, name, old) == 0 && !is_stale(places, old))
		return conflict(places, name, old, err);
	return replace_stale(places, name, id, err);
}

static char *make_up(struct arena *arena, unsigned tries)
{
	static const char *const first[] = {
		"amber",  "brave", "brisk", "calm",   "candid", "clear",  "crisp", "early",
		"fair",	  "fleet", "frank", "fresh",  "gentle", "glad",	  "grand", "handy",
		"honest", "keen",  "light", "lively", "lucid",	"merry",  "mild",  "neat",
		"noble",  "plain", "quick", "quiet",  "sharp",	"steady", "sunny", "warm"
	};
	static const char *const second[] = {
		"alder", "badger", "beech", "birch", "cedar", "crane", "dove",	 "egret",
		"elm",	 "falcon", "finch", "fox",   "gull",  "hare",  "hazel",	 "heron",
		"ibis",	 "jay",	   "larch", "lark",  "lynx",  "maple", "marten", "oak",
		"otter", "owl",	   "pine",  "raven", "robin", "sable", "swift",	 "wren"
	};
	unsigned char random[3] = { 0 };

	if (getrandom(random, sizeof(random), 0) != sizeof(random))
		return NULL;
	if (tries == 0)
		return arena_printf(arena, "%s_%s", first[random[0] % ARRAY_LEN(first)],
				    second[random[1] % ARRAY_LEN(second)]);
	return arena_printf(arena, "%s_%s%u", first[random[0] % ARRAY_LEN(first)],
			    second[random[1] % ARRAY_LEN(second)], random[2] + 256 * (tries - 1));
}

int names_claim(struct arena *arena, const struct places *places, const char *name, const char *id,
		const char **claimed, struct err *err)
{
	*claimed = name;
	if (name)
		return claim(places, name, id, err);
	for (unsigned tries = 0; tries < 64; tries++) {
		struct err ignored = { 0 };

		*claimed = make_up(arena, tries);
		if (!*claimed)
			return err_sys(err, "make up a name");
		if (claim(places, *claimed, id, &ignored) == 0)
			return 0;
		if (ignored.number != EEXIST)
			return err_set(err, ignored.number, "%s", ignored.message);
	}
	return err_set(err, EEXIST, "no free name found");
}

int names_release(const struct places *places, const char *name, const char *id, struct err *err)
{
	char path[PATH_SIZE], current[CONFIG_ID + 1];

	if (names_lookup(places, name, current) < 0 || strcmp(current, id))
		return 0;
	fmt_string(path, sizeof(path), "names/%s", name);
	if (unlinkat(places->root_fd, path, 0) < 0 && errno != ENOENT)
		return err_sys(err, "give the name '%s' back", name);
	return 0;
}
