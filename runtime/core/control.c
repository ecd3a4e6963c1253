/*
 * control.c - see control.h.
 *
 * The waits are not FUTEX_PRIVATE: the kernel's own wakes, for CLEARTID and for the robust list,
 * use the shared form, and private and shared waiters do not meet.
 */
#include "runtime/core/control.h"

#include <linux/futex.h>
#include <stddef.h>

#include "runtime/linux/sys.h"

static long futex(uint32_t *word, int operation, uint32_t value)
{
	return sys4(SYS_futex, word, operation, value, NULL);
}

static void publish(struct control *control, enum sync_point point)
{
	__atomic_store_n(&control->child, point, __ATOMIC_SEQ_CST);
	futex(&control->child, FUTEX_WAKE, 1);
}

int control_wait_parent(struct control *control, enum sync_point point)
{
	/* nobody to tell when the permit is there already: the usual case at SYNC_READY */
	if (__atomic_load_n(&control->permit, __ATOMIC_SEQ_CST) < (uint32_t)point)
		publish(control, point);
	for (;;) {
		uint32_t word = __atomic_or_fetch(&control->parent, FUTEX_WAITERS,
						  __ATOMIC_SEQ_CST);

		if (__atomic_load_n(&control->permit, __ATOMIC_SEQ_CST) >= (uint32_t)point)
			return 0;
		if (word & FUTEX_OWNER_DIED)
			return -ESRCH;
		futex(&control->parent, FUTEX_WAIT, word);
	}
}

void control_permit(struct control *control, enum sync_point point)
{
	uint32_t word;

	__atomic_store_n(&control->permit, (uint32_t)point, __ATOMIC_SEQ_CST);
	word = __atomic_fetch_and(&control->parent, ~FUTEX_WAITERS, __ATOMIC_SEQ_CST);
	if (word & FUTEX_WAITERS)
		futex(&control->parent, FUTEX_WAKE, 1);
}

uint32_t control_wait_child(struct control *control, uint32_t seen)
{
	uint32_t word;

	while ((word = __atomic_load_n(&control->child, __ATOMIC_SEQ_CST)) == seen)
		futex(&control->child, FUTEX_WAIT, seen);
	return word;
}

/* The list has one entry, which precedes the word by offset. */
static struct robust_entry {
	struct robust_list_head head;
	struct robust_list entry;
} robust;

int control_init(struct control *control, int tid)
{
	*control = (struct control){ .child = CONTROL_CHILD_RUNS, .parent = (uint32_t)tid };
	robust.entry.next = &robust.head.list;
	robust.head.list.next = &robust.entry;
	robust.head.futex_offset = (long)((char *)&control->parent - (char *)&robust.entry);
	robust.head.list_op_pending = NULL;
	return (int)sys2(SYS_set_robust_list, &robust.head, sizeof(robust.head));
}
