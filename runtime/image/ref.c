/*
 * ref.c - see ref.h.
 */
#include "runtime/image/ref.h"

#include <string.h>

static bool is_lower_or_digit(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

/* Separators stand between letters or digits: '.', '_', '-', in a host also ':' before a port. */
static bool is_name(const char *text, size_t len)
{
	const char *slash = memchr(text, '/', len);
	bool after_separator = true;

	for (size_t i = 0; i < len; i++) {
		char c = text[i];
		bool separator = strchr("._-/", c) || (c == ':' && slash && text + i < slash);

		if (!separator && !is_lower_or_digit(c))
			return false;
		if (separator && after_separator && (c == '/' || c == ':' || i == 0))
			return false;
		after_separator = separator;
	}
	return len > 0 && len <= 255 && !after_separator;
}

static bool is_tag(const char *text)
{
	size_t len = strlen(text);

	for (size_t i = 0; i < len; i++) {
		char c = text[i];

		if (!is_lower_or_digit(c) && !(c >= 'A' && c <= 'Z') && c != '_' &&
		    (i == 0 || (c != '.' && c != '-')))
			return false;
	}
	return len > 0 && len <= 128;
}

int ref_parse(const char *text, struct ref *ref, struct err *err)
{
	const char *slash = strrchr(text, '/'), *colon = strrchr(text, ':');
	const char *tag = "latest";
	size_t len = strlen(text);

	if (colon && (!slash || colon > slash)) {
		tag = colon + 1;
		len = (size_t)(colon - text);
	}
	if (!is_name(text, len)) {
		err_set(err, EINVAL, "invalid image name \"%.200s\"", text);
		return err_hint(err, "a name is lower-case letters, digits and single . _ - /");
	}
	if (!is_tag(tag))
		return err_set(err, EINVAL, "invalid image tag \"%.200s\"", tag);
	if (len + 1 + strlen(tag) >= sizeof(ref->text))
		return err_num(err, ENAMETOOLONG, "image name \"%.100s…\"", text);
	memcpy(ref->text, text, len);
	ref->text[len] = ':';
	memcpy(ref->text + len + 1, tag, strlen(tag) + 1);
	ref->name_len = (unsigned)len;
	return 0;
}

char *ref_file_name(const struct ref *ref, char *buf)
{
	size_t i = 0;

	for (; ref->text[i]; i++)
		buf[i] = ref->text[i] == '/' ? '%' : ref->text[i];
	buf[i] = '\0';
	return buf;
}

bool ref_from_file_name(const char *file_name, struct ref *ref)
{
	char text[REF_SIZE];
	size_t i = 0;

	for (; file_name[i]; i++) {
		if (i + 1 >= sizeof(text))
			return false;
		text[i] = file_name[i] == '%' ? '/' : file_name[i];
	}
	text[i] = '\0';
	return strrchr(text, ':') && ref_parse(text, ref, NULL) == 0;
}
