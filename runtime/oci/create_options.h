/*
 * create_options.h - the options create and run have in common, as table rows.
 */
#ifndef CBOX_OCI_CREATE_OPTIONS_H
#define CBOX_OCI_CREATE_OPTIONS_H

#include "runtime/oci/oci.h"

#define OCI_OPTION(type, field) type, offsetof(struct oci_create_options, field)

#define OCI_CREATE_OPTIONS                                                               \
	{ "bundle", 'b', OCI_OPTION(OPT_STRING, bundle), "DIR",                          \
	  "folder of config.json (default: the current one)" },                          \
		{ "pid-file", 0, OCI_OPTION(OPT_STRING, pid_file), "FILE",               \
		  "write the init's pid to FILE" },                                      \
		{ "console-socket", 0, OCI_OPTION(OPT_STRING, console_socket), "SOCKET", \
		  "unix socket that gets the terminal" },                                \
		{ "no-pivot", 0, OCI_OPTION(OPT_FLAG, no_pivot), NULL,                   \
		  "chroot instead of pivot_root, for a root on an initramfs" },          \
		{ "no-new-keyring", 0, OCI_OPTION(OPT_FLAG, no_new_keyring), NULL,       \
		  "keep the caller's session keyring" },                                 \
	{                                                                                \
		"preserve-fds", 0, OCI_OPTION(OPT_U32, preserve_fds), "N",               \
			"pass N file descriptors beyond stderr to the container"         \
	}

#endif
