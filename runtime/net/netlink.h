/*
 * netlink.h - talking to the kernel's rtnetlink and nf_tables in batches.
 *
 * Owns: building messages with nested attributes, sending a whole batch with one sendmsg, reading
 * the one acknowledgement it asks for, the kernel's own words for a failure (extended ACK), dumps.
 * Does not own: what a message means (link.h, nft.h).
 *
 * Only the last message of a batch asks for an acknowledgement: the kernel reports errors of the
 * others unasked and in order, so a batch costs one send and one receive however long it is.
 *
 * See: netlink(7), rtnetlink(7), kernel Documentation/userspace-api/netlink/intro.rst.
 */
#ifndef CBOX_NET_NETLINK_H
#define CBOX_NET_NETLINK_H

#include <linux/netlink.h>
#include <stddef.h>
#include <stdint.h>

#include "user/base/err.h"

#define NL_MAX_LABELS 64

/* A socket and the batch that is being built on it. */
struct nl {
	int fd;
	uint32_t sequence;	 /* of the last message begun */
	uint32_t batch_sequence; /* of the first message of the batch */
	size_t message;		 /* offset of the message that is being built */
	unsigned count;		 /* messages in the batch */
	const char *labels[NL_MAX_LABELS];
	char *data; /* heap; the batch */
	size_t len, capacity;
	bool failed;	  /* an allocation failed, or an attribute outgrew 64 KiB */
	bool transaction; /* the batch is enclosed in NFNL_MSG_BATCH_BEGIN and END */
	bool big_batches; /* the send buffer was raised */
};

/* Opens a socket of protocol (NETLINK_ROUTE, NETLINK_NETFILTER) in the current netns. */
int nl_open(struct nl *nl, int protocol, struct err *err);
/* Takes over an fd that nl_socket() made. */
void nl_use(struct nl *nl, int fd);
/* A socket ready for nl_use(); -errno. The two are apart for code that has changed its netns. */
int nl_socket(int protocol);
void nl_close(struct nl *nl);

static inline void cleanup_nl_fn(struct nl *nl)
{
	nl_close(nl);
}
#define cleanup_nl __attribute__((cleanup(cleanup_nl_fn)))

/*
 * Starts the next message of the batch. what is a borrowed phrase for errors: "add an address".
 * flags: NLM_F_CREATE and so on; NLM_F_REQUEST is added. header is the fixed part.
 */
void nl_begin(struct nl *nl, const char *what, uint16_t type, uint16_t flags, const void *header,
	      size_t header_len);

/* Attributes of the message begun last. */
void nl_put(struct nl *nl, uint16_t attr, const void *data, size_t len);
void nl_put_u8(struct nl *nl, uint16_t attr, uint8_t value);
void nl_put_u16(struct nl *nl, uint16_t attr, uint16_t value);
void nl_put_u32(struct nl *nl, uint16_t attr, uint32_t value);
void nl_put_be32(struct nl *nl, uint16_t attr, uint32_t value);
void nl_put_string(struct nl *nl, uint16_t attr, const char *text);
/* Opens a nested attribute (NLA_F_NESTED is set); the result goes to nl_nest_end(). */
size_t nl_nest(struct nl *nl, uint16_t attr);
void nl_nest_end(struct nl *nl, size_t nest);
/* Raw bytes inside an open nest: a fixed header in front of attributes. */
void nl_append(struct nl *nl, const void *data, size_t len);

/*
 * Encloses the messages between the two calls in one nf_tables transaction: all of it happens, or
 * nothing. The batch then holds nothing else.
 */
void nl_transaction_begin(struct nl *nl);
void nl_transaction_end(struct nl *nl);

/*
 * Sends the batch and waits until the kernel has dealt with all of it. The first failure is
 * reported as "<what>: <reason> (<the kernel's text>)". The batch is empty afterwards.
 * Returns 0 or -errno.
 */
int nl_commit(struct nl *nl, struct err *err);

/* Drops the batch. */
void nl_reset(struct nl *nl);

/* Called for every answer; a negative return ends the request with it. */
typedef int (*nl_answer)(const struct nlmsghdr *message, void *context);

/* Sends the single message in the batch and passes its answers to answer. 0 or -errno. */
int nl_request(struct nl *nl, nl_answer answer, void *context, struct err *err);

/* Index of attributes: table[type] points at it or is NULL. Types above max are ignored. */
void nl_attrs(const void *data, size_t len, const struct nlattr **table, unsigned max);
static inline const void *nl_data(const struct nlattr *attr)
{
	return (const char *)attr + NLA_HDRLEN;
}
static inline size_t nl_len(const struct nlattr *attr)
{
	return attr->nla_len - (size_t)NLA_HDRLEN;
}
uint32_t nl_u32(const struct nlattr *attr); /* 0 for NULL */

#endif
