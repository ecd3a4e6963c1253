/*
 * emit.h - the way of an event to user space, and the count of those that did not make it.
 *
 * Owns: the ring buffer (its size is set by user space before load) and the per-CPU counters.
 * An event that finds no room is never dropped in silence.
 */
#ifndef CBOX_BPF_COMMON_EMIT_H
#define CBOX_BPF_COMMON_EMIT_H

#include "bpf/common/kernel.h"

#define EMIT_MAX_COUNTERS 8

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 1 << 18);
} events SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, EMIT_MAX_COUNTERS);
	__type(key, __u32);
	__type(value, __u64);
} counters SEC(".maps");

static __always_inline void count(__u32 counter)
{
	__u64 *value = bpf_map_lookup_elem(&counters, &counter);

	/* A program may be preempted by another one of ours on the same CPU. */
	if (value)
		__sync_fetch_and_add(value, 1);
}

static __always_inline void emit(void *event, __u64 size, __u32 lost_counter)
{
	if (bpf_ringbuf_output(&events, event, size, 0))
		count(lost_counter);
}

#endif
