/*
 * tar_header.c - see tar_header.h.
 */
#include "runtime/image/tar_header.h"

#include <stdlib.h>
#include <string.h>

#include "user/base/cleanup.h"
#include "user/base/str.h"

static int base256(const unsigned char *field, size_t size, int64_t *value)
{
	bool negative = field[0] & 0x40;
	uint64_t v = negative ? UINT64_MAX : 0;

	for (size_t i = 0; i < size; i++) {
		unsigned byte = field[i];

		if (i == 0)
			byte = negative ? byte | 0x80 : byte & 0x7f;
		/* the bits that leave at the top must all be copies of the sign */
		if (v >> 55 != (negative ? UINT64_MAX >> 55 : 0))
			return -ERANGE;
		v = v << 8 | byte;
	}
	*value = (int64_t)v;
	return 0;
}

int tar_number(const unsigned char *field, size_t size, int64_t *value)
{
	uint64_t v = 0;
	size_t i = 0;

	if (field[0] & 0x80)
		return base256(field, size, value);
	while (i < size && field[i] == ' ')
		i++;
	for (; i < size && field[i] >= '0' && field[i] <= '7'; i++) {
		if (v >> 60)
			return -ERANGE;
		v = v << 3 | (unsigned)(field[i] - '0');
	}
	for (; i < size; i++)
		if (field[i] != ' ' && field[i] != '\0')
			return -EINVAL;
	*value = (int64_t)v;
	return 0;
}

bool tar_checksum_ok(const unsigned char *block)
{
	int64_t stored, plain = 0, as_signed = 0;

	if (tar_number(block + 148, 8, &stored) < 0)
		return false;
	for (size_t i = 0; i < TAR_BLOCK; i++) {
		unsigned char c = i >= 148 && i < 156 ? ' ' : block[i];

		plain += c;
		as_signed += (signed char)c;
	}
	return stored == plain || stored == as_signed;
}

int tar_decimal(const char *text, size_t len, uint64_t *value)
{
	uint64_t v = 0;

	if (len == 0 || len > 19)
		return -EINVAL;
	for (size_t i = 0; i < len; i++) {
		if (text[i] < '0' || text[i] > '9')
			return -EINVAL;
		v = v * 10 + (unsigned)(text[i] - '0');
	}
	*value = v;
	return 0;
}

/* "[-]seconds[.fraction]" */
static int pax_time(const char *text, int64_t *seconds, uint32_t *ns)
{
	bool negative = *text == '-';
	size_t whole;
	uint64_t s;

	text += negative;
	whole = strcspn(text, ".");
	*ns = 0;
	if (tar_decimal(text, whole, &s) < 0 || s > (UINT64_C(1) << 40))
		return -EINVAL;
	if (text[whole] == '.') {
		uint32_t scale = 100000000;

		for (const char *p = text + whole + 1; *p; p++, scale /= 10) {
			if (*p < '0' || *p > '9')
				return -EINVAL;
			*ns += (uint32_t)(*p - '0') * scale;
		}
	}
	*seconds = negative ? -(int64_t)s : (int64_t)s;
	if (negative && *ns) {
		*seconds -= 1;
		*ns = 1000000000 - *ns;
	}
	return 0;
}

int tar_add_segment(struct tar_overrides *over, uint64_t offset, uint64_t len, struct err *err)
{
	const struct tar_segment *last = over->segment_count
						 ? &over->segments[over->segment_count - 1]
						 : NULL;

	if (offset > TAR_MAX_SIZE || len > TAR_MAX_SIZE ||
	    (last && offset < last->offset + last->len))
		return err_set(err, EINVAL, "sparse map out of order or out of range");
	if (over->segment_count >= TAR_MAX_SEGMENTS)
		return err_set(err, EINVAL, "sparse map of more than %u parts", TAR_MAX_SEGMENTS);
	if (over->segment_count == over->segment_capacity) {
		size_t capacity = over->segment_capacity ? 2 * over->segment_capacity : 16;
		void *grown = realloc(over->segments, capacity * sizeof(*over->segments));

		if (!grown)
			return err_sys(err, "read a sparse map");
		over->segments = grown;
		over->segment_capacity = capacity;
	}
	over->segments[over->segment_count++] = (struct tar_segment){ offset, len };
	return 0;
}

/* GNU.sparse.map: "offset,length,offset,length,…" */
static int sparse_map_01(const char *text, struct tar_overrides *over, struct err *err)
{
	uint64_t pair[2];

	for (int i = 0; *text; i ^= 1) {
		size_t len = strcspn(text, ",");

		if (tar_decimal(text, len, &pair[i]) < 0)
			return err_set(err, EINVAL, "sparse map is not a list of numbers");
		text += len + (text[len] == ',');
		if (i == 1 && tar_add_segment(over, pair[0], pair[1], err) < 0)
			return -err->number;
		if (i == 0 && !*text)
			return err_set(err, EINVAL, "sparse map ends within a pair");
	}
	return 0;
}

static int sparse_record(const char *key, const char *value, size_t len, struct tar_overrides *over,
			 struct err *err)
{
	uint64_t number = 0;
	bool is_number = tar_decimal(value, len, &number) == 0 && number <= TAR_MAX_SIZE;

	over->sparse = true;
	if (str_eq(key, "name")) {
		over->path = value;
		return 0;
	}
	if (str_eq(key, "map"))
		return sparse_map_01(value, over, err);
	if (!is_number)
		return err_set(err, EINVAL, "PAX record GNU.sparse.%s is not a size", key);
	if (str_eq(key, "major")) {
		over->sparse_map_in_data = number == 1;
		if (number > 1)
			return err_set(err, EINVAL, "sparse format %llu is not known",
				       (unsigned long long)number);
	} else if (str_eq(key, "realsize") || str_eq(key, "size")) {
		over->has_real_size = true;
		over->real_size = number;
	} else if (str_eq(key, "offset")) {
		over->has_pending_offset = true;
		over->pending_offset = number;
	} else if (str_eq(key, "numbytes")) {
		if (!over->has_pending_offset)
			return err_set(err, EINVAL, "sparse length without its offset");
		over->has_pending_offset = false;
		return tar_add_segment(over, over->pending_offset, number, err);
	}
	return 0;
}

static int number_record(const char *key, const char *value, size_t len, uint64_t max,
			 uint64_t *number, bool *has, struct err *err)
{
	if (tar_decimal(value, len, number) < 0 || *number > max)
		return err_set(err, EINVAL, "PAX record %s is not a number in range", key);
	*has = true;
	return 0;
}

static int xattr_record(const char *name, const char *value, size_t len, struct tar_overrides *over,
			struct err *err)
{
	if (!*name || over->xattr_count >= TAR_MAX_XATTRS)
		return err_set(err, EINVAL, "extended attribute without name, or more than %d",
			       TAR_MAX_XATTRS);
	over->xattrs[over->xattr_count++] = (struct tar_xattr){ name, value, len };
	return 0;
}

/* value is NUL-terminated at value[len] and may hold NUL bytes before. */
static int pax_record(const char *key, const char *value, size_t len, struct tar_overrides *over,
		      struct err *err)
{
	static const char xattr_prefix[] = "SCHILY.xattr.", sparse_prefix[] = "GNU.sparse.";

	if (str_starts_with(key, xattr_prefix))
		return xattr_record(key + sizeof(xattr_prefix) - 1, value, len, over, err);
	if (strlen(value) != len)
		return err_set(err, EINVAL, "PAX record %s holds a NUL byte", key);
	if (len == 0) /* POSIX: an empty value takes the record back */
		return 0;
	if (str_starts_with(key, sparse_prefix))
		return sparse_record(key + sizeof(sparse_prefix) - 1, value, len, over, err);
	if (str_eq(key, "path"))
		over->path = value;
	else if (str_eq(key, "linkpath"))
		over->link = value;
	else if (str_eq(key, "size"))
		return number_record(key, value, len, TAR_MAX_SIZE, &over->size, &over->has_size,
				     err);
	else if (str_eq(key, "uid"))
		return number_record(key, value, len, UINT32_MAX, &over->uid, &over->has_uid, err);
	else if (str_eq(key, "gid"))
		return number_record(key, value, len, UINT32_MAX, &over->gid, &over->has_gid, err);
	else if (str_eq(key, "mtime")) {
		if (pax_time(value, &over->mtime_s, &over->mtime_ns) < 0)
			return err_set(err, EINVAL, "PAX record mtime is not a time");
		over->has_mtime = true;
	}
	return 0; /* atime, ctime, uname, gname, comment, charset …: nothing we unpack */
}

static bool changes_layout(const char *key)
{
	return str_eq(key, "path") || str_eq(key, "linkpath") || str_eq(key, "size") ||
	       str_starts_with(key, "GNU.sparse.") || str_starts_with(key, "SCHILY.xattr.");
}

/* One record "LEN KEY=VALUE\n" at body[0..left). Returns its length, 0 when malformed. */
static size_t split_record(char *body, size_t left, char **key, char **value, size_t *value_len)
{
	char *space = memchr(body, ' ', left < 20 ? left : 20);
	uint64_t len;

	if (!space || tar_decimal(body, (size_t)(space - body), &len) < 0)
		return 0;
	if (len > left || len < (uint64_t)(space - body) + 4 || body[len - 1] != '\n')
		return 0;
	*key = space + 1;
	*value = memchr(*key, '=', (size_t)(body + len - *key));
	if (!*value || *value == *key || memchr(*key, '\0', (size_t)(*value - *key)))
		return 0;
	*(*value)++ = '\0';
	body[len - 1] = '\0';
	*value_len = (size_t)(body + len - 1 - *value);
	return (size_t)len;
}

int tar_pax_records(char *body, size_t len, bool global, struct tar_overrides *over,
		    struct err *err)
{
	while (len > 0) {
		char *key, *value;
		size_t value_len, used = split_record(body, len, &key, &value, &value_len);
		int r = 0;

		if (used == 0)
			return err_set(err, EINVAL, "malformed PAX record");
		if (!global)
			r = pax_record(key, value, value_len, over, err);
		else if (changes_layout(key))
			r = err_set(err, EINVAL, "global PAX record %s is not supported", key);
		if (r < 0)
			return r;
		body += used;
		len -= used;
	}
	return 0;
}
