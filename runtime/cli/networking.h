/*
 * networking.h - a container's networks, between its config and runtime/net.
 *
 * Owns: what --network and its companions mean, attaching at the start and detaching at the end,
 * the container's hosts, resolv.conf and hostname files, joining another container's network.
 * Does not own: bridges, addresses, ports and names themselves (runtime/net).
 */
#ifndef CBOX_CLI_NETWORKING_H
#define CBOX_CLI_NETWORKING_H

#include "runtime/cli/config.h"
#include "runtime/cli/places.h"
#include "runtime/net/attach.h"
#include "runtime/spec/spec.h"

/* Modes that are not networks of ours. */
bool networking_is_mode(const char *network); /* none, host, container:X */

/* Refuses options that cannot be right, before anything is made. 0 or -EINVAL. */
int networking_check(struct arena *arena, const struct config *config, struct err *err);

/* A started container's part; zero-initialise with NETWORKING_NONE. */
struct networking {
	struct netns ns;
	const char *ns_path; /* for the spec; NULL: as the spec has it */
	const char *files;   /* folder with hosts, resolv.conf and hostname; NULL: none */
	int *port_fds;
	unsigned port_count;
};
#define NETWORKING_NONE          \
	{                        \
		.ns = { -1, -1 } \
	}

/* Attaches the container to its networks, if it has any. Undone by networking_stop(). */
int networking_start(struct arena *arena, const struct places *places, const struct config *config,
		     struct networking *networking, struct err *err);

/* Puts namespace and files into the spec. */
int networking_apply(struct arena *arena, const struct networking *networking, struct spec *spec,
		     struct err *err);

/*
 * The program runs: the namespace is its own business now. Published ports stay bound by this
 * process; with over_exec also by the program it becomes.
 */
void networking_started(struct networking *networking, bool over_exec);

/* Takes a container off its networks. Nothing to do is success. */
int networking_stop(const struct places *places, const char *id, struct err *err);

/* Removes what containers without an owner left behind. */
int networking_recover(const struct places *places, struct err *err);

/* The network record of a container, for inspect and ps. -ENOENT when it has none. */
int networking_load(struct arena *arena, const struct places *places, const char *id,
		    struct endpoint *endpoint);

/* Docker's NetworkSettings. endpoint may be NULL. */
void networking_write_json(struct json_writer *w, const struct config *config,
			   const struct endpoint *endpoint);
/* "127.0.0.1:8080->80/tcp, …" for ps. */
void networking_write_ports(struct strbuf *out, const struct endpoint *endpoint);

#endif
