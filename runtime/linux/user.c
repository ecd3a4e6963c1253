/*
 * user.c - see user.h.
 */
#include "runtime/linux/user.h"

#include <string.h>
#include <sys/prctl.h>

#include "runtime/linux/sys.h"
#include "user/base/num.h"

int user_switch(uid_t uid, gid_t gid, const gid_t *groups, size_t group_count, bool keep_caps,
		struct err *err)
{
	int r = (int)sys2(SYS_setgroups, group_count, groups);

	if (r < 0 && !(r == -EPERM && !group_count))
		return err_num(err, r, "set %zu additional groups", group_count);
	r = (int)sys3(SYS_setresgid, gid, gid, gid);
	if (r < 0)
		return err_num(err, r, "set gid %u", gid);
	if (keep_caps && uid) {
		r = sys_prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0);
		if (r < 0)
			return err_num(err, r, "keep capabilities");
	}
	r = (int)sys3(SYS_setresuid, uid, uid, uid);
	return r < 0 ? err_num(err, r, "set uid %u", uid) : 0;
}

/* Field n of a passwd line, not terminated; NULL when there is none. */
static const char *field(const char *line, const char *end, int n, size_t *len)
{
	for (; n > 0; n--) {
		line = memchr(line, ':', (size_t)(end - line));
		if (!line)
			return NULL;
		line++;
	}
	const char *colon = memchr(line, ':', (size_t)(end - line));

	*len = (size_t)((colon ? colon : end) - line);
	return line;
}

static bool is_uid(const char *text, size_t len, uid_t uid)
{
	char digits[16];
	uint32_t value;

	if (len >= sizeof(digits))
		return false;
	memcpy(digits, text, len);
	digits[len] = '\0';
	return num_u32(digits, &value) == 0 && value == uid;
}

void user_home(int passwd, uid_t uid, char *buf, size_t size)
{
	char text[16 * 1024];
	ssize_t n = passwd < 0 ? 0 : sys_read(passwd, text, sizeof(text));
	const char *end = text + (n > 0 ? n : 0);

	memcpy(buf, "/", 2);
	for (const char *line = text; line < end; line++) {
		const char *newline = memchr(line, '\n', (size_t)(end - line));
		const char *stop = newline ? newline : end;
		size_t id_len, len;
		const char *id = field(line, stop, 2, &id_len);
		const char *home = field(line, stop, 5, &len);

		if (id && home && is_uid(id, id_len, uid) && len && len < size) {
			memcpy(buf, home, len);
			buf[len] = '\0';
			return;
		}
		line = stop;
	}
}
