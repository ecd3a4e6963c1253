/*
 * features.c - `cbox-oci features`: what this build implements, as JSON.
 *
 * Names come from the tables that read a config, so that nothing is claimed that is not taken.
 * The running kernel is not asked: the document is about the runtime (features.md, "Features
 * Structure").
 */
#include <unistd.h>

#include "runtime/linux/mount_options.h"
#include "runtime/oci/oci.h"
#include "runtime/spec/names.h"
#include "runtime/spec/seccomp_profile.h"
#include "user/base/fd.h"
#include "user/base/json_write.h"

/* Any 1.x config is read (spec.c). */
#define OCI_VERSION_MIN "1.0.0"

static void add_word(void *context, const char *word)
{
	jw_string(context, word);
}

static void add_names(struct json_writer *w, const char *key, const char *(*name)(unsigned number))
{
	const char *text;

	jw_key(w, key);
	jw_array_begin(w);
	for (unsigned i = 0; (text = name(i)); i++)
		jw_string(w, text);
	jw_array_end(w);
}

static void add_namespaces(struct json_writer *w)
{
	jw_key(w, "namespaces");
	jw_array_begin(w);
	for (enum spec_ns ns = 0; ns < SPEC_NS_COUNT; ns++)
		jw_string(w, spec_ns_name(ns));
	jw_array_end(w);
}

static void add_cgroup(struct json_writer *w)
{
	jw_key(w, "cgroup");
	jw_object_begin(w);
	jw_member_bool(w, "v1", true);
	jw_member_bool(w, "v2", true);
	jw_member_bool(w, "systemd", false);
	jw_member_bool(w, "systemdUser", false);
	jw_member_bool(w, "rdma", true);
	jw_object_end(w);
}

static void add_seccomp(struct json_writer *w)
{
	jw_key(w, "seccomp");
	jw_object_begin(w);
	jw_member_bool(w, "enabled", true);
	add_names(w, "actions", seccomp_action_name);
	add_names(w, "operators", seccomp_op_name);
	jw_object_end(w);
}

static void add_switch(struct json_writer *w, const char *key, bool enabled)
{
	jw_key(w, key);
	jw_object_begin(w);
	jw_member_bool(w, "enabled", enabled);
	jw_object_end(w);
}

static void add_linux(struct json_writer *w)
{
	jw_key(w, "linux");
	jw_object_begin(w);
	add_namespaces(w);
	add_names(w, "capabilities", spec_cap_name);
	add_cgroup(w);
	add_seccomp(w);
	add_switch(w, "apparmor", false);
	add_switch(w, "selinux", false);
	add_switch(w, "intelRdt", false);
	jw_key(w, "mountExtensions");
	jw_object_begin(w);
	add_switch(w, "idmap", false);
	jw_object_end(w);
	jw_object_end(w);
}

static int run(void *given, int argc, char **argv, struct err *err)
{
	struct json_writer w = { .indent = 2 };
	int r;

	(void)given, (void)argc, (void)argv;
	jw_object_begin(&w);
	jw_member_string(&w, "ociVersionMin", OCI_VERSION_MIN);
	jw_member_string(&w, "ociVersionMax", OCI_VERSION_MAX);
	jw_key(&w, "hooks");
	jw_array_begin(&w);
	for (enum spec_hook_kind kind = 0; kind < SPEC_HOOK_KINDS; kind++)
		jw_string(&w, spec_hook_name(kind));
	jw_array_end(&w);
	jw_key(&w, "mountOptions");
	jw_array_begin(&w);
	mount_options_each(add_word, &w);
	jw_array_end(&w);
	add_linux(&w);
	jw_object_end(&w);
	strbuf_putc(&w.out, '\n');
	r = w.out.failed ? -ENOMEM : fd_write_all(STDOUT_FILENO, w.out.data, w.out.len);
	strbuf_free(&w.out);
	return r < 0 ? err_num(err, r, "print the features") : 0;
}

const struct command oci_features = {
	.name = "features",
	.summary = "print what this runtime implements as JSON",
	.run = run,
};
