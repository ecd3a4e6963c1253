/*
 * bundle.h - the OCI bundle every runtime starts: one root file system, one configuration.
 *
 * Owns: a root file system of busybox alone, and config.json with what `runc spec` asks for
 * (namespaces, mounts, masked paths, device rules, capabilities, rlimit) without a terminal. The
 * version is 1.0.2, the newest that all runtimes in distributions accept.
 * Does not own: running it (exec_oci.c) or importing it into an engine (exec_engine.c).
 *
 * See: OCI runtime-spec, config.md and config-linux.md.
 */
#ifndef CBOX_BENCH_BUNDLE_H
#define CBOX_BENCH_BUNDLE_H

#include "user/base/err.h"
#include "user/base/str.h"

struct workspace;

/* Namespaces of the bundle; the floor (bench/floor) makes the same ones. */
#define BUNDLE_NAMESPACES "mount, pid, network, ipc, uts and cgroup"

/* Makes rootfs/, bundle/config.json and idle/config.json below ws->dir. Returns 0 or -errno. */
int bundle_create(const struct workspace *ws, struct err *err);

/* Appends config.json for a program, argv NULL-terminated, in the root file system at rootfs. */
void bundle_config(struct strbuf *out, const char *rootfs, const char *const *argv);

#endif
