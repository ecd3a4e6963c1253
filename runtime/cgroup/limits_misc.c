/*
 * limits_misc.c - linux.resources: pids, hugepageLimits, network, rdma, unified.
 *
 * See: cgroup-v1/{pids,hugetlb,net_cls,net_prio,rdma}.rst; cgroup-v2.rst.
 */
#include "runtime/cgroup/limits.h"
#include "user/base/fmt.h"

#define JSON(name) "linux.resources." name

static void write_pids(struct limits *limits, const struct spec_i64 *limit)
{
	struct cgroup_hierarchy *h;
	char value[24] = "max"; /* both versions spell it so */

	if (!limit->set || limit->value == 0)
		return;
	h = limits_place(limits, CG_PIDS, JSON("pids.limit"));
	if (limit->value > 0)
		fmt_string(value, sizeof(value), "%lld", (long long)limit->value);
	limits_write(limits, h, JSON("pids.limit"), "pids.max", value);
}

/* Reservations count against the limit too: without it a mmap succeeds and its first use SIGBUSes. */
static void write_hugepages(struct limits *limits, const struct spec_resources *res)
{
	static const char json[] = JSON("hugepageLimits");
	struct cgroup_hierarchy *h;
	char file[64], value[24];

	for (size_t i = 0; i < res->hugepage_count; i++) {
		const struct spec_hugepage_limit *limit = &res->hugepages[i];

		h = limits_place(limits, CG_HUGETLB, json);
		if (!h)
			return;
		fmt_string(value, sizeof(value), "%llu", (unsigned long long)limit->limit_bytes);
		fmt_string(file, sizeof(file), "hugetlb.%s.%s", limit->page_size,
			   h->v2 ? "max" : "limit_in_bytes");
		limits_write(limits, h, json, file, value);
		fmt_string(file, sizeof(file), "hugetlb.%s.rsvd.%s", limit->page_size,
			   h->v2 ? "max" : "limit_in_bytes");
		if (limits->result == 0 && limits_has_file(limits, h, file))
			limits_write(limits, h, json, file, value);
	}
}

static void write_network(struct limits *limits, const struct spec_resources *res)
{
	char value[96];

	if (res->network_class_id.set && res->network_class_id.value)
		limits_write_i64(limits, limits_place(limits, CG_NET_CLS, JSON("network.classID")),
				 JSON("network.classID"), "net_cls.classid",
				 res->network_class_id.value);
	for (size_t i = 0; i < res->network_priority_count; i++) {
		fmt_string(value, sizeof(value), "%s %u", res->network_priorities[i].name,
			   res->network_priorities[i].priority);
		limits_write(limits, limits_place(limits, CG_NET_PRIO, JSON("network.priorities")),
			     JSON("network.priorities"), "net_prio.ifpriomap", value);
	}
}

static void write_rdma(struct limits *limits, const struct spec_resources *res)
{
	char value[160];

	for (size_t i = 0; i < res->rdma_count; i++) {
		const struct spec_rdma_limit *limit = &res->rdma[i];
		size_t len = fmt_string(value, sizeof(value), "%s", limit->device);

		if (limit->hca_handles.set && len < sizeof(value))
			len += fmt_string(value + len, sizeof(value) - len, " hca_handle=%lld",
					  (long long)limit->hca_handles.value);
		if (limit->hca_objects.set && len < sizeof(value))
			fmt_string(value + len, sizeof(value) - len, " hca_object=%lld",
				   (long long)limit->hca_objects.value);
		limits_write(limits, limits_place(limits, CG_RDMA, JSON("rdma")), JSON("rdma"),
			     "rdma.max", value);
	}
}

/* Any file of the v2 folder, by name. Last, so that it wins over the members that mean the same. */
static void write_unified(struct limits *limits, const struct spec_resources *res)
{
	char json[96];

	if (!res->unified_count)
		return;
	if (limits->cg->mode != CGROUP_MODE_V2) {
		limits_unsupported(limits, JSON("unified"),
				   "names files of cgroup v2, and this host uses v1");
		return;
	}
	for (size_t i = 0; i < res->unified_count; i++) {
		fmt_string(json, sizeof(json), JSON("unified.%s"), res->unified[i].file);
		limits_write(limits, cg_find_v2(limits->cg), json, res->unified[i].file,
			     res->unified[i].value);
		limits_settle(limits); /* json is this round's */
	}
}

void limits_misc(struct limits *limits, const struct spec_resources *res)
{
	write_pids(limits, &res->pids_limit);
	write_hugepages(limits, res);
	write_network(limits, res);
	write_rdma(limits, res);
	limits_settle(limits);
	write_unified(limits, res);
}
