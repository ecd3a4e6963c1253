/*
 * limits_io.c - linux.resources.blockIO.
 *
 * See: cgroup-v1/blkio-controller.rst; cgroup-v2.rst "IO", block/bfq-iosched.rst. Weights need a
 * scheduler that has them: BFQ takes 1-1000 in its own file on both versions, v2's io.weight
 * (the iocost controller) 1-10000.
 */
#include <errno.h>

#include "runtime/cgroup/convert.h"
#include "runtime/cgroup/limits.h"
#include "user/base/fmt.h"

#define JSON(name) "linux.resources.blockIO." name

static bool wanted(const struct spec_i64 *weight)
{
	return weight->set && weight->value != 0;
}

/* v1 without CFQ (gone in Linux 5.0) has BFQ's file only. */
static const char *weight_file(const struct limits *limits, const struct cgroup_hierarchy *h,
			       bool device)
{
	if (h->v2)
		return limits_has_file(limits, h, "io.bfq.weight") ? "io.bfq.weight" : "io.weight";
	if (limits_has_file(limits, h, "blkio.bfq.weight"))
		return device ? "blkio.bfq.weight_device" : "blkio.bfq.weight";
	return device ? "blkio.weight_device" : "blkio.weight";
}

static uint64_t weight_value(const char *file, int64_t weight)
{
	bool iocost = file[0] == 'i' && file[3] == 'w';

	return iocost ? cg_io_weight_of_blkio((uint64_t)weight) : (uint64_t)weight;
}

static void write_weights(struct limits *limits, const struct spec_block_io *io)
{
	struct cgroup_hierarchy *h;
	const char *file;
	char value[64];

	if (!wanted(&io->weight) && !io->weight_device_count)
		return;
	h = limits_place(limits, CG_IO,
			 wanted(&io->weight) ? JSON("weight") : JSON("weightDevice"));
	if (!h)
		return;
	if (wanted(&io->weight)) {
		file = weight_file(limits, h, false);
		limits_write_i64(limits, h, JSON("weight"), file,
				 (int64_t)weight_value(file, io->weight.value));
	}
	for (size_t i = 0; i < io->weight_device_count; i++) {
		const struct spec_weight_device *device = &io->weight_devices[i];

		if (!wanted(&device->weight))
			continue;
		file = weight_file(limits, h, true);
		fmt_string(value, sizeof(value), "%u:%u %llu", device->major, device->minor,
			   (unsigned long long)weight_value(file, device->weight.value));
		limits_write(limits, h, JSON("weightDevice"), file, value);
	}
}

/* Leaf weights were CFQ's; no kernel since 5.0 has them. */
static void refuse_leaf_weights(struct limits *limits, const struct spec_block_io *io)
{
	bool any = wanted(&io->leaf_weight);

	for (size_t i = 0; i < io->weight_device_count; i++)
		any |= wanted(&io->weight_devices[i].leaf_weight);
	if (any)
		limits_unsupported(limits, JSON("leafWeight"), "kernels since 5.0 have no CFQ");
}

static void write_throttles(struct limits *limits, const struct spec_throttle_list *list,
			    const char *json, const char *v1_file, const char *v2_key)
{
	struct cgroup_hierarchy *h = list->count ? limits_place(limits, CG_IO, json) : NULL;
	char value[64];

	for (size_t i = 0; h && i < list->count; i++) {
		const struct spec_throttle_device *device = &list->items[i];
		unsigned long long rate = device->rate;

		if (!h->v2)
			fmt_string(value, sizeof(value), "%u:%u %llu", device->major, device->minor,
				   rate);
		else if (rate)
			fmt_string(value, sizeof(value), "%u:%u %s=%llu", device->major,
				   device->minor, v2_key, rate);
		else /* 0 takes the limit away, as on v1 */
			fmt_string(value, sizeof(value), "%u:%u %s=max", device->major,
				   device->minor, v2_key);
		limits_write(limits, h, json, h->v2 ? "io.max" : v1_file, value);
		if (limits->result == -ENODEV)
			err_hint(limits->err, "no block device %u:%u is here", device->major,
				 device->minor);
	}
}

void limits_io(struct limits *limits, const struct spec_block_io *io)
{
	write_weights(limits, io);
	refuse_leaf_weights(limits, io);
	write_throttles(limits, &io->read_bps, JSON("throttleReadBpsDevice"),
			"blkio.throttle.read_bps_device", "rbps");
	write_throttles(limits, &io->write_bps, JSON("throttleWriteBpsDevice"),
			"blkio.throttle.write_bps_device", "wbps");
	write_throttles(limits, &io->read_iops, JSON("throttleReadIOPSDevice"),
			"blkio.throttle.read_iops_device", "riops");
	write_throttles(limits, &io->write_iops, JSON("throttleWriteIOPSDevice"),
			"blkio.throttle.write_iops_device", "wiops");
	limits_settle(limits);
}
