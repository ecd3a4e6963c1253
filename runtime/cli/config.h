/*
 * config.h - what a container was asked to be, from the command line to disk and back.
 *
 * Owns: struct config, writing it to containers/<id>/config.json and reading it.
 * Does not own: how it becomes a process (spec_build.h) or what state it is in (status.h).
 *
 * It is written once, before the first side effect on the host, and never changed.
 */
#ifndef CBOX_CLI_CONFIG_H
#define CBOX_CLI_CONFIG_H

#include <stdbool.h>
#include <stdint.h>

#include "user/base/arena.h"
#include "user/base/err.h"
#include "user/base/json.h"
#include "user/base/str.h"

#define CONFIG_ID 64 /* hex digits of an id */

/* Lists are NULL-terminated or NULL; all memory belongs to an arena. */
struct config {
	const char *id, *name;
	uint64_t created_ns;
	const char *image;	  /* as the user named it */
	const char *image_id;	  /* 64 hex */
	const char *const *lower; /* chain ids, uppermost first */
	const char *const *args;  /* entrypoint and command together; never empty */
	const char *const *entrypoint, *const *cmd;
	const char *const *env;
	const char *cwd;
	const char *user; /* "" or NULL: root */
	const char *hostname;
	const char *stop_signal; /* NULL: SIGTERM */
	bool tty, stdin_open, detached, auto_remove, privileged, read_only;
	const char *network;	     /* "none", "host", "container:X" or a network's name */
	const char *const *networks; /* further networks */
	const char *const *ports;    /* as given with -p */
	const char *const *network_aliases, *const *add_hosts, *const *dns, *const *dns_search;
	const char *ip, *ip6, *mac_address;
	uint64_t memory_bytes;	   /* 0: no limit */
	int64_t memory_swap_bytes; /* 0: not set, -1: no limit */
	uint64_t nano_cpus, cpu_shares;
	int64_t pids_limit;	    /* 0: not set */
	const char *const *volumes; /* SRC:DST[:ro], SRC absolute */
	const char *const *tmpfs;   /* DST[:options] */
	const char *const *cap_add, *const *cap_drop;
	const char *labels; /* JSON object, or NULL */
};

/* Text of config.json into out. */
void config_write(const struct config *config, struct strbuf *out);

/* Reads it back. Returns 0 or -EINVAL with the JSON path. */
int config_read(struct arena *arena, const char *text, size_t len, struct config *config,
		struct err *err);

#endif
