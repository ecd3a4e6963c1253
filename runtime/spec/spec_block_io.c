/*
 * spec_block_io.c - linux.resources.blockIO.
 *
 * See: config-linux.md "Block IO".
 */
#include "runtime/spec/section.h"

/* The kernel takes 10-1000 (v1) and 1-10000 (v2, converted); 0 means "leave alone". */
#define WEIGHT_MAX 1000

static int read_throttle(struct arena *arena, const struct json *node, void *item, struct err *err)
{
	struct spec_throttle_device *device = item;
	int r = json_expect(node, JSON_OBJECT, err);

	(void)arena;
	if (r == 0)
		r = spec_require_u32(node, "major", &device->major, err);
	if (r == 0)
		r = spec_require_u32(node, "minor", &device->minor, err);
	if (r == 0)
		r = spec_require_u64(node, "rate", &device->rate, err);
	return r;
}

static int read_throttles(struct arena *arena, const struct json *node, const char *key,
			  struct spec_throttle_list *list, struct err *err)
{
	return spec_read_list(arena, node, key, sizeof(*list->items), read_throttle, &list->items,
			      &list->count, err);
}

static int read_weight_device(struct arena *arena, const struct json *node, void *item,
			      struct err *err)
{
	struct spec_weight_device *device = item;
	int r = json_expect(node, JSON_OBJECT, err);

	(void)arena;
	if (r == 0)
		r = spec_require_u32(node, "major", &device->major, err);
	if (r == 0)
		r = spec_require_u32(node, "minor", &device->minor, err);
	if (r == 0)
		r = spec_read_i64(node, "weight", 0, WEIGHT_MAX, &device->weight, err);
	if (r == 0)
		r = spec_read_i64(node, "leafWeight", 0, WEIGHT_MAX, &device->leaf_weight, err);
	if (r == 0 && !device->weight.set && !device->leaf_weight.set)
		r = json_err(node, err, "needs weight or leafWeight");
	return r;
}

int spec_section_block_io(struct arena *arena, const struct json *node, struct spec_block_io *io,
			  struct err *err)
{
	int r = spec_read_i64(node, "weight", 0, WEIGHT_MAX, &io->weight, err);

	if (r == 0)
		r = spec_read_i64(node, "leafWeight", 0, WEIGHT_MAX, &io->leaf_weight, err);
	if (r == 0)
		r = spec_read_list(arena, node, "weightDevice", sizeof(*io->weight_devices),
				   read_weight_device, &io->weight_devices,
				   &io->weight_device_count, err);
	if (r == 0)
		r = read_throttles(arena, node, "throttleReadBpsDevice", &io->read_bps, err);
	if (r == 0)
		r = read_throttles(arena, node, "throttleWriteBpsDevice", &io->write_bps, err);
	if (r == 0)
		r = read_throttles(arena, node, "throttleReadIOPSDevice", &io->read_iops, err);
	if (r == 0)
		r = read_throttles(arena, node, "throttleWriteIOPSDevice", &io->write_iops, err);
	return r;
}
