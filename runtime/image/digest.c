/*
 * digest.c - see digest.h.
 */
#include "runtime/image/digest.h"

#include <string.h>

#include "user/base/fmt.h"
#include "user/base/str.h"

bool digest_is_hex(const char *text, size_t len)
{
	if (len == 0 || len > DIGEST_HEX)
		return false;
	for (size_t i = 0; i < len; i++)
		if (!((text[i] >= '0' && text[i] <= '9') || (text[i] >= 'a' && text[i] <= 'f')))
			return false;
	return true;
}

int digest_parse(const char *text, struct digest *digest, struct err *err)
{
	size_t len = strlen(text);

	if (!str_starts_with(text, "sha256:") || len != DIGEST_TEXT - 1 ||
	    !digest_is_hex(text + 7, DIGEST_HEX))
		return err_set(err, EINVAL, "expected a sha256 digest, got \"%.100s\"", text);
	memcpy(digest->hex, text + 7, sizeof(digest->hex));
	return 0;
}

char *digest_text(const struct digest *digest, char *buf)
{
	fmt_string(buf, DIGEST_TEXT, "sha256:%s", digest->hex);
	return buf;
}
