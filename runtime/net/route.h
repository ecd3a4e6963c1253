/*
 * route.h - what the host's own routing says, for choosing subnets that do not collide.
 *
 * Owns: listing the destinations of the main table, and the number in a device name of ours.
 * Does not own: routes inside containers (link.h).
 */
#ifndef CBOX_NET_ROUTE_H
#define CBOX_NET_ROUTE_H

#include <stdbool.h>
#include <stdint.h>

#include "runtime/net/address.h"
#include "user/base/err.h"

/* Calls each for every destination of this namespace's main table but default routes. */
int route_list(int (*each)(const struct prefix *prefix, void *context), void *context,
	       struct err *err);

/* The n of "cbox<n>"; false for any other name. */
bool route_device_number(const char *device, uint32_t *n);

#endif
