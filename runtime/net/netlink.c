/*
 * netlink.c - batches over a netlink socket. See netlink.h.
 */
#include "runtime/net/netlink.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/netfilter/nfnetlink.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "user/base/cleanup.h"
#include "user/base/fmt.h"

#define RECEIVE_SIZE 16384
#define DEFAULT_SEND_LIMIT (64 * 1024)

int nl_socket(int protocol)
{
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, protocol);
	int on = 1;

	if (fd < 0)
		return -errno;
	/* Both only make errors shorter and clearer; a kernel without them still works. */
	(void)setsockopt(fd, SOL_NETLINK, NETLINK_EXT_ACK, &on, sizeof(on));
	(void)setsockopt(fd, SOL_NETLINK, NETLINK_CAP_ACK, &on, sizeof(on));
	return fd;
}

void nl_use(struct nl *nl, int fd)
{
	memset(nl, 0, sizeof(*nl));
	nl->fd = fd;
}

int nl_open(struct nl *nl, int protocol, struct err *err)
{
	int fd = nl_socket(protocol);

	nl_use(nl, fd < 0 ? -1 : fd);
	if (fd < 0) {
		err_num(err, fd, "open a netlink socket");
		return err_status(err, EXIT_UNSUPPORTED);
	}
	return 0;
}

void nl_close(struct nl *nl)
{
	if (nl->fd >= 0)
		close(nl->fd);
	nl->fd = -1;
	free(nl->data);
	nl->data = NULL;
}

static bool reserve(struct nl *nl, size_t extra)
{
	size_t capacity = nl->capacity ? nl->capacity : 2048;
	char *data;

	if (nl->failed)
		return false;
	if (nl->len + extra <= nl->capacity)
		return true;
	while (capacity < nl->len + extra)
		capacity *= 2;
	data = realloc(nl->data, capacity);
	if (!data) {
		nl->failed = true;
		return false;
	}
	nl->data = data;
	nl->capacity = capacity;
	return true;
}

/* Appends and pads to the alignment all netlink parts share. */
void nl_append(struct nl *nl, const void *data, size_t len)
{
	size_t padded = NLMSG_ALIGN(len);

	if (!reserve(nl, padded))
		return;
	memcpy(nl->data + nl->len, data, len);
	memset(nl->data + nl->len + len, 0, padded - len);
	nl->len += padded;
}

static struct nlmsghdr *current(struct nl *nl)
{
	return (struct nlmsghdr *)(void *)(nl->data + nl->message);
}

static void end_message(struct nl *nl)
{
	if (nl->count && !nl->failed)
		current(nl)->nlmsg_len = (uint32_t)(nl->len - nl->message);
}

void nl_begin(struct nl *nl, const char *what, uint16_t type, uint16_t flags, const void *header,
	      size_t header_len)
{
	struct nlmsghdr message = { .nlmsg_type = type,
				    .nlmsg_flags = (uint16_t)(flags | NLM_F_REQUEST) };

	end_message(nl);
	message.nlmsg_seq = ++nl->sequence;
	if (nl->count == 0)
		nl->batch_sequence = message.nlmsg_seq;
	if (nl->count < NL_MAX_LABELS)
		nl->labels[nl->count] = what;
	nl->count++;
	nl->message = nl->len;
	nl_append(nl, &message, sizeof(message));
	nl_append(nl, header, header_len);
}

void nl_put(struct nl *nl, uint16_t attr, const void *data, size_t len)
{
	struct nlattr header = { .nla_len = (uint16_t)(NLA_HDRLEN + len), .nla_type = attr };

	if (len > UINT16_MAX - NLA_HDRLEN) {
		nl->failed = true;
		return;
	}
	nl_append(nl, &header, sizeof(header));
	nl_append(nl, data, len);
}

void nl_put_u8(struct nl *nl, uint16_t attr, uint8_t value)
{
	nl_put(nl, attr, &value, sizeof(value));
}

void nl_put_u16(struct nl *nl, uint16_t attr, uint16_t value)
{
	nl_put(nl, attr, &value, sizeof(value));
}

void nl_put_u32(struct nl *nl, uint16_t attr, uint32_t value)
{
	nl_put(nl, attr, &value, sizeof(value));
}

void nl_put_be32(struct nl *nl, uint16_t attr, uint32_t value)
{
	nl_put_u32(nl, attr, htonl(value));
}

void nl_put_string(struct nl *nl, uint16_t attr, const char *text)
{
	nl_put(nl, attr, text, strlen(text) + 1);
}

size_t nl_nest(struct nl *nl, uint16_t attr)
{
	size_t nest = nl->len;
	struct nlattr header = { .nla_type = attr | NLA_F_NESTED };

	nl_append(nl, &header, sizeof(header));
	return nest;
}

void nl_nest_end(struct nl *nl, size_t nest)
{
	size_t len = nl->len - nest;

	if (nl->failed)
		return;
	if (len > UINT16_MAX) {
		nl->failed = true;
		return;
	}
	((struct nlattr *)(void *)(nl->data + nest))->nla_len = (uint16_t)len;
}

static const struct nfgenmsg transaction_header = {
	.nfgen_family = AF_UNSPEC,
	.version = NFNETLINK_V0,
	.res_id = 0x0a00, /* NFNL_SUBSYS_NFTABLES in network order */
};

void nl_transaction_begin(struct nl *nl)
{
	nl_begin(nl, "begin a firewall transaction", NFNL_MSG_BATCH_BEGIN, 0, &transaction_header,
		 sizeof(transaction_header));
	nl->transaction = true;
}

/* Kernels before 6.10 acknowledge no NFNL_MSG_BATCH_END, so the message before it asks. */
void nl_transaction_end(struct nl *nl)
{
	if (!nl->failed)
		current(nl)->nlmsg_flags |= NLM_F_ACK;
	nl_begin(nl, "end a firewall transaction", NFNL_MSG_BATCH_END, 0, &transaction_header,
		 sizeof(transaction_header));
}

void nl_reset(struct nl *nl)
{
	nl->len = 0;
	nl->message = 0;
	nl->count = 0;
	nl->transaction = false;
}

static int send_batch(struct nl *nl, struct err *err)
{
	struct sockaddr_nl kernel = { .nl_family = AF_NETLINK };

	end_message(nl);
	if (nl->failed) {
		nl->failed = false;
		nl_reset(nl);
		return err_num(err, ENOMEM, "build a netlink message");
	}
	if (nl->len > DEFAULT_SEND_LIMIT && !nl->big_batches) {
		int bytes = 64 << 20;

		if (setsockopt(nl->fd, SOL_SOCKET, SO_SNDBUFFORCE, &bytes, sizeof(bytes)) < 0)
			(void)setsockopt(nl->fd, SOL_SOCKET, SO_SNDBUF, &bytes, sizeof(bytes));
		nl->big_batches = true;
	}
	while (sendto(nl->fd, nl->data, nl->len, 0, (struct sockaddr *)&kernel, sizeof(kernel)) < 0)
		if (errno != EINTR)
			return err_sys(err, "send to the kernel's netlink");
	return 0;
}

void nl_attrs(const void *data, size_t len, const struct nlattr **table, unsigned max)
{
	const char *p = data;

	memset(table, 0, (max + 1) * sizeof(*table));
	while (len >= (size_t)NLA_HDRLEN) {
		const struct nlattr *attr = (const void *)p;
		unsigned type = attr->nla_type & NLA_TYPE_MASK;
		size_t step = NLA_ALIGN((size_t)attr->nla_len);

		if (attr->nla_len < NLA_HDRLEN || attr->nla_len > len)
			break;
		if (type <= max)
			table[type] = attr;
		if (step >= len)
			break;
		p += step;
		len -= step;
	}
}

uint32_t nl_u32(const struct nlattr *attr)
{
	uint32_t value = 0;

	if (attr && nl_len(attr) >= sizeof(value))
		memcpy(&value, nl_data(attr), sizeof(value));
	return value;
}

/* The kernel's own text of an error message, "" when it has none. */
static void extended_text(const struct nlmsghdr *message, char *buf, size_t size)
{
	const struct nlattr *table[NLMSGERR_ATTR_MAX + 1];
	const struct nlmsgerr *e = NLMSG_DATA(message);
	size_t skip = NLMSG_HDRLEN + sizeof(*e);

	buf[0] = '\0';
	if (!(message->nlmsg_flags & NLM_F_ACK_TLVS))
		return;
	if (!(message->nlmsg_flags & NLM_F_CAPPED) && e->msg.nlmsg_len > NLMSG_HDRLEN)
		skip += NLMSG_ALIGN(e->msg.nlmsg_len - (size_t)NLMSG_HDRLEN);
	if (skip >= message->nlmsg_len)
		return;
	nl_attrs((const char *)message + skip, message->nlmsg_len - skip, table, NLMSGERR_ATTR_MAX);
	if (table[NLMSGERR_ATTR_MSG])
		fmt_string(buf, size, " (%.*s)", (int)nl_len(table[NLMSGERR_ATTR_MSG]),
			   (const char *)nl_data(table[NLMSGERR_ATTR_MSG]));
}

static int report(const struct nl *nl, const struct nlmsghdr *message, int error, struct err *err)
{
	uint32_t index = message->nlmsg_seq - nl->batch_sequence;
	const char *what = index < nl->count && index < NL_MAX_LABELS ? nl->labels[index] : NULL;
	char text[256];

	extended_text(message, text, sizeof(text));
	return err_set(err, error, "%s: %s%s", what ? what : "configure the network",
		       err_reason(-error), text);
}

static ssize_t receive(int fd, void *buf, size_t size, int flags)
{
	ssize_t n;

	do
		n = recv(fd, buf, size, flags);
	while (n < 0 && errno == EINTR);
	return n < 0 ? -errno : n;
}

/*
 * A batch of nf_tables is one transaction: its acknowledgement and its errors are sent together
 * once all messages were seen, and after an error there is no acknowledgement to wait for.
 */
int nl_commit(struct nl *nl, struct err *err)
{
	char buf[RECEIVE_SIZE] __attribute__((aligned(8)));
	uint32_t last = nl->sequence;
	int result = 0, r;

	if (nl->count == 0)
		return 0;
	if (!nl->failed && !nl->transaction)
		current(nl)->nlmsg_flags |= NLM_F_ACK;
	r = send_batch(nl, err);
	if (nl->transaction)
		last--; /* the message before NFNL_MSG_BATCH_END carries the flag */
	for (bool done = r < 0; !done;) {
		ssize_t n = receive(nl->fd, buf, sizeof(buf), result < 0 ? MSG_DONTWAIT : 0);

		if (n == -EAGAIN && result < 0)
			break;
		if (n < 0) {
			r = err_num(err, (int)n, "read the kernel's netlink answer");
			break;
		}
		for (struct nlmsghdr *m = (void *)buf; NLMSG_OK(m, (size_t)n);
		     m = NLMSG_NEXT(m, n)) {
			const struct nlmsgerr *e = NLMSG_DATA(m);

			if (m->nlmsg_type != NLMSG_ERROR ||
			    m->nlmsg_seq - nl->batch_sequence > last - nl->batch_sequence + 1)
				continue; /* the answer to an earlier batch that failed */
			if (e->error && result == 0)
				result = report(nl, m, e->error, err);
			done = done || m->nlmsg_seq == last;
		}
	}
	nl_reset(nl);
	return r < 0 ? r : result;
}

int nl_request(struct nl *nl, nl_answer answer, void *context, struct err *err)
{
	char buf[RECEIVE_SIZE] __attribute__((aligned(8)));
	bool dump = !nl->failed && (current(nl)->nlmsg_flags & NLM_F_DUMP) == NLM_F_DUMP;
	int result = 0, r;

	if (!dump && !nl->failed)
		current(nl)->nlmsg_flags |= NLM_F_ACK;
	r = send_batch(nl, err);
	for (bool done = r < 0; !done;) {
		ssize_t n = receive(nl->fd, buf, sizeof(buf), 0);

		if (n < 0) {
			r = err_num(err, (int)n, "read the kernel's netlink answer");
			break;
		}
		for (struct nlmsghdr *m = (void *)buf; NLMSG_OK(m, (size_t)n);
		     m = NLMSG_NEXT(m, n)) {
			const struct nlmsgerr *e = NLMSG_DATA(m);

			if (m->nlmsg_seq != nl->sequence)
				continue;
			if (m->nlmsg_type == NLMSG_ERROR) {
				if (e->error && result == 0)
					result = report(nl, m, e->error, err);
				done = true;
			} else if (m->nlmsg_type == NLMSG_DONE) {
				done = true;
			} else if (result == 0) {
				result = answer(m, context);
			}
		}
	}
	nl_reset(nl);
	return r < 0 ? r : result;
}
