/*
 * log_line.c - see log_line.h.
 */
#include "runtime/cli/log_line.h"

#include <string.h>

bool log_line_parse(const char *line, size_t len, struct log_line *parsed)
{
	const char *end = line + len, *stream, *flag;

	stream = memchr(line, ' ', len);
	if (!stream)
		return false;
	parsed->time = line;
	parsed->time_len = (size_t)(stream - line);
	stream++;
	flag = memchr(stream, ' ', (size_t)(end - stream));
	if (!flag || flag - stream != 6 || end - flag < 3 || flag[2] != ' ' ||
	    (flag[1] != 'F' && flag[1] != 'P'))
		return false;
	if (memcmp(stream, "stdout", 6) && memcmp(stream, "stderr", 6))
		return false;
	parsed->is_stderr = stream[3] == 'e';
	parsed->partial = flag[1] == 'P';
	parsed->text = flag + 3;
	parsed->text_len = (size_t)(end - parsed->text);
	return true;
}
