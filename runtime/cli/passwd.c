/*
 * passwd.c - see passwd.h.
 */
#include "runtime/cli/passwd.h"

#include <string.h>

#include "user/base/num.h"

#define FIELD_SIZE 256

/* Field number n of a line "a:b:c", into buf; false when it is missing or too long. */
static bool field(const char *line, unsigned n, char *buf)
{
	size_t len;

	for (; n > 0; n--) {
		line += strcspn(line, ":\n");
		if (*line++ != ':')
			return false;
	}
	len = strcspn(line, ":\n");
	if (len >= FIELD_SIZE)
		return false;
	memcpy(buf, line, len);
	buf[len] = '\0';
	return true;
}

static const char *next_line(const char *line)
{
	line += strcspn(line, "\n");
	return *line ? line + 1 : line;
}

/* An id that may be given to a process: 4294967295 is "leave alone" to the kernel. */
static bool is_id(const char *text, uint32_t *id)
{
	return num_u32(text, id) == 0 && *id != UINT32_MAX;
}

/* The line whose field number column is text; NULL when there is none. */
static const char *find_line(const char *lines, unsigned column, const char *text)
{
	char buf[FIELD_SIZE];

	for (; lines && *lines; lines = next_line(lines))
		if (field(lines, column, buf) && !strcmp(buf, text))
			return lines;
	return NULL;
}

static int find_user(const char *name, const char *passwd, struct spec_user *user, char *login,
		     struct err *err)
{
	const char *line = find_line(passwd, 0, name);
	char buf[FIELD_SIZE];

	if (!line && is_id(name, &user->uid)) {
		line = find_line(passwd, 2, name);
		user->gid = 0;
	} else if (!line) {
		return err_set(err, EINVAL,
			       "unable to find user %.100s: no matching entries in "
			       "passwd file",
			       name);
	}
	login[0] = '\0';
	if (line && (!field(line, 0, login) || !field(line, 2, buf) || !is_id(buf, &user->uid) ||
		     !field(line, 3, buf) || !is_id(buf, &user->gid)))
		return err_set(err, EINVAL, "the passwd entry of user %.100s is malformed", name);
	return 0;
}

static int find_group(const char *name, const char *group, gid_t *gid, struct err *err)
{
	const char *line = find_line(group, 0, name);
	char buf[FIELD_SIZE];

	if (!line && is_id(name, gid))
		return 0;
	if (!line || !field(line, 2, buf) || !is_id(buf, gid))
		return err_set(err, EINVAL,
			       "unable to find group %.100s: no matching entries in "
			       "group file",
			       name);
	return 0;
}

/* True when the comma-separated fourth field of a group line names login. */
static bool has_member(const char *line, const char *login)
{
	size_t len = strlen(login);

	for (unsigned n = 0; n < 3; n++) {
		line += strcspn(line, ":\n");
		if (*line++ != ':')
			return false;
	}
	while (*line && *line != '\n' && *line != ':') {
		size_t one = strcspn(line, ",:\n");

		if (one == len && !memcmp(line, login, len))
			return true;
		line += one + (line[one] == ',');
	}
	return false;
}

static int add_groups(struct arena *arena, const char *login, const char *group,
		      struct spec_user *user, struct err *err)
{
	size_t count = 0;
	char buf[FIELD_SIZE];

	for (const char *line = group; line && *line; line = next_line(line))
		count += has_member(line, login);
	if (count == 0)
		return 0;
	user->additional_gids = arena_calloc(arena, count, sizeof(gid_t));
	if (!user->additional_gids)
		return err_sys(err, "read groups");
	for (const char *line = group; *line; line = next_line(line))
		if (has_member(line, login) && field(line, 2, buf) &&
		    is_id(buf, &user->additional_gids[user->additional_gid_count]))
			user->additional_gid_count++;
	return 0;
}

int passwd_resolve(struct arena *arena, const char *user, const char *passwd, const char *group,
		   struct spec_user *resolved, struct err *err)
{
	size_t len = strcspn(user, ":");
	char name[FIELD_SIZE], login[FIELD_SIZE];
	int r;

	if (!*user)
		return 0;
	if (len == 0 || len >= sizeof(name) ||
	    (user[len] && (!user[len + 1] || strchr(user + len + 1, ':'))))
		return err_set(err, EINVAL, "invalid user \"%.100s\": expected USER[:GROUP]", user);
	memcpy(name, user, len);
	name[len] = '\0';
	r = find_user(name, passwd, resolved, login, err);
	if (r == 0 && user[len])
		r = find_group(user + len + 1, group, &resolved->gid, err);
	else if (r == 0 && *login)
		r = add_groups(arena, login, group, resolved, err);
	return r;
}
