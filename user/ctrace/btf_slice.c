/*
 * btf_slice.c - see btf_slice.h.
 */
#include "user/ctrace/btf_slice.h"

#include <bpf/btf.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "user/base/cleanup.h"
#include "user/base/fd.h"
#include "user/base/str.h"

#define KERNEL_BTF "/sys/kernel/btf/vmlinux"
/* The offset of every 64th type is kept: types have no fixed size. */
#define STRIDE 64
#define MAX_WANTED 256
#define MAX_MAPPED 1024
#define MAX_NESTING 32

struct name {
	const char *text; /* of the wanted BTF; flavours are cut off by len */
	uint32_t len, hash;
	const struct btf_type *type;
};

struct slicer {
	/* the kernel's BTF */
	const char *types, *types_end, *strings;
	size_t strings_len;
	uint32_t *marks;
	size_t marks_count, marks_capacity;
	/* what is wanted */
	const struct btf *wanted;
	struct name names[MAX_WANTED];
	unsigned names_count;
	uint64_t hash_seen[4]; /* a bit for each low byte of a wanted name's hash */
	/* the result */
	struct btf *out;
	struct {
		uint32_t from;
		int to;
	} mapped[MAX_MAPPED];
	unsigned mapped_count;
	int void_ptr, any_int;
};

static uint32_t hash_of(const char *text, size_t len)
{
	uint32_t h = 2166136261u;

	for (size_t i = 0; i < len; i++)
		h = (h ^ (unsigned char)text[i]) * 16777619u;
	return h;
}

static size_t name_len(const char *text)
{
	const char *flavour = strstr(text, "___");

	return flavour && flavour != text ? (size_t)(flavour - text) : strlen(text);
}

static bool holds_members(unsigned kind)
{
	return kind == BTF_KIND_STRUCT || kind == BTF_KIND_UNION;
}

static void collect_names(struct slicer *s)
{
	for (uint32_t id = 1; id < btf__type_cnt(s->wanted); id++) {
		const struct btf_type *t = btf__type_by_id(s->wanted, id);
		const char *text = btf__name_by_offset(s->wanted, t->name_off);
		struct name *n = &s->names[s->names_count];

		if ((!holds_members(btf_kind(t)) && btf_kind(t) != BTF_KIND_ENUM) || !text[0] ||
		    s->names_count == MAX_WANTED)
			continue;
		*n = (struct name){ .text = text, .type = t };
		n->len = (uint32_t)name_len(text);
		n->hash = hash_of(text, n->len);
		s->hash_seen[n->hash >> 6 & 3] |= 1ULL << (n->hash & 63);
		s->names_count++;
	}
}

static size_t type_size(const struct btf_type *t)
{
	size_t vlen = btf_vlen(t);

	switch (btf_kind(t)) {
	case BTF_KIND_INT:
	case BTF_KIND_VAR:
	case BTF_KIND_DECL_TAG:
		return sizeof(*t) + 4;
	case BTF_KIND_ARRAY:
		return sizeof(*t) + sizeof(struct btf_array);
	case BTF_KIND_STRUCT:
	case BTF_KIND_UNION:
	case BTF_KIND_DATASEC:
	case BTF_KIND_ENUM64:
		return sizeof(*t) + vlen * 12;
	case BTF_KIND_ENUM:
	case BTF_KIND_FUNC_PROTO:
		return sizeof(*t) + vlen * 8;
	}
	return sizeof(*t);
}

static const char *kernel_name(const struct slicer *s, uint32_t offset)
{
	return offset < s->strings_len ? s->strings + offset : "";
}

/* The type at this place, or NULL when it does not end inside the section. */
static const struct btf_type *type_at(const struct slicer *s, const char *at)
{
	const struct btf_type *t = (const struct btf_type *)at;
	size_t left = (size_t)(s->types_end - at);

	return left >= sizeof(*t) && left >= type_size(t) ? t : NULL;
}

static const struct btf_type *next_type(const struct slicer *s, const struct btf_type *t)
{
	return type_at(s, (const char *)t + type_size(t));
}

static const struct btf_type *kernel_type(const struct slicer *s, uint32_t id)
{
	const struct btf_type *t;

	if (!id || (id - 1) / STRIDE >= s->marks_count)
		return NULL;
	t = type_at(s, s->types + s->marks[(id - 1) / STRIDE]);
	for (uint32_t skip = (id - 1) % STRIDE; t && skip; skip--)
		t = next_type(s, t);
	return t;
}

static const struct btf_type *skip_modifiers(const struct slicer *s, uint32_t *id)
{
	const struct btf_type *t = kernel_type(s, *id);

	for (int i = 0; t && i < MAX_NESTING; i++) {
		switch (btf_kind(t)) {
		case BTF_KIND_TYPEDEF:
		case BTF_KIND_CONST:
		case BTF_KIND_VOLATILE:
		case BTF_KIND_RESTRICT:
		case BTF_KIND_TYPE_TAG:
			*id = t->type;
			t = kernel_type(s, *id);
			continue;
		}
		return t;
	}
	return NULL;
}

/* A name of the kernel among the wanted ones, from the i-th on; -1 if there is none. */
static int find_name(const struct slicer *s, const char *text, unsigned i)
{
	size_t len = strlen(text);
	uint32_t hash = hash_of(text, len);

	if (!(s->hash_seen[hash >> 6 & 3] >> (hash & 63) & 1))
		return -1;
	for (; i < s->names_count; i++)
		if (s->names[i].hash == hash && s->names[i].len == len &&
		    !memcmp(s->names[i].text, text, len))
			return (int)i;
	return -1;
}

/* Does any wanted structure of this name, or a nameless one within, have this member? */
static bool has_member(const struct slicer *s, const struct btf_type *t, const char *member)
{
	const struct btf_member *m = btf_members(t);

	for (unsigned i = 0; i < btf_vlen(t); i++) {
		const char *name = btf__name_by_offset(s->wanted, m[i].name_off);
		const struct btf_type *inner = btf__type_by_id(s->wanted, m[i].type);

		if (str_eq(name, member))
			return true;
		if (!name[0] && holds_members(btf_kind(inner)) && has_member(s, inner, member))
			return true;
	}
	return false;
}

static bool wants_member(const struct slicer *s, const char *parent, const char *member)
{
	for (int i = find_name(s, parent, 0); i >= 0; i = find_name(s, parent, (unsigned)i + 1))
		if (holds_members(btf_kind(s->names[i].type)) &&
		    has_member(s, s->names[i].type, member))
			return true;
	return false;
}

static int copy_type(struct slicer *s, uint32_t id, const char *parent, int depth);

static int remember(struct slicer *s, uint32_t from, int to)
{
	if (to > 0 && s->mapped_count < MAX_MAPPED) {
		s->mapped[s->mapped_count].from = from;
		s->mapped[s->mapped_count++].to = to;
	}
	return to;
}

/*
 * Members are copied before the structure: libbpf appends fields to the last type only. parent
 * is the name whose members are wanted; nameless structures inherit it.
 */
static int copy_members(struct slicer *s, const struct btf_type *t, const char *parent, int depth)
{
	const struct btf_member *m = btf_members(t);
	unsigned vlen = btf_vlen(t);
	cleanup_free int *types = calloc(vlen + 1, sizeof(*types));
	const char *name = kernel_name(s, t->name_off);
	int id, r = 0;

	if (!types)
		return -ENOMEM;
	for (unsigned i = 0; i < vlen; i++) {
		const char *member = kernel_name(s, m[i].name_off);

		if (member[0] && !wants_member(s, parent, member))
			continue;
		types[i] = copy_type(s, m[i].type, parent, depth + 1);
		if (types[i] < 0)
			return types[i];
	}
	id = btf_kind(t) == BTF_KIND_STRUCT ? btf__add_struct(s->out, name, t->size)
					    : btf__add_union(s->out, name, t->size);
	for (unsigned i = 0; i < vlen && id > 0 && r == 0; i++) {
		if (!types[i])
			continue;
		r = btf__add_field(s->out, kernel_name(s, m[i].name_off), types[i],
				   btf_member_bit_offset(t, i), btf_member_bitfield_size(t, i));
	}
	return r < 0 ? r : id;
}

static int copy_enum(struct slicer *s, const struct btf_type *t)
{
	const struct btf_enum *values = btf_enum(t);
	int id = btf__add_enum(s->out, kernel_name(s, t->name_off), t->size);

	for (unsigned i = 0; i < btf_vlen(t) && id > 0; i++) {
		int r = btf__add_enum_value(s->out, kernel_name(s, values[i].name_off),
					    values[i].val);

		if (r < 0)
			return r;
	}
	return id;
}

/* The new id of a kernel type; 0 for what no relocation can go through. */
static int copy_type(struct slicer *s, uint32_t id, const char *parent, int depth)
{
	const struct btf_type *t = skip_modifiers(s, &id);
	const char *name;
	int elem;

	if (!t || depth > MAX_NESTING)
		return 0;
	for (unsigned i = 0; i < s->mapped_count; i++)
		if (s->mapped[i].from == id)
			return s->mapped[i].to;
	name = kernel_name(s, t->name_off);
	switch (btf_kind(t)) {
	case BTF_KIND_PTR:
		return s->void_ptr;
	case BTF_KIND_INT:
		return remember(s, id, btf__add_int(s->out, name, t->size, btf_int_encoding(t)));
	case BTF_KIND_ENUM:
		return remember(s, id, copy_enum(s, t));
	case BTF_KIND_ARRAY:
		elem = copy_type(s, btf_array(t)->type, parent, depth + 1);
		return elem <= 0 ? elem
				 : btf__add_array(s->out, s->any_int, elem,
						  (int)btf_array(t)->nelems);
	case BTF_KIND_STRUCT:
	case BTF_KIND_UNION:
		if (!name[0])
			return copy_members(s, t, parent, depth);
		return remember(s, id, copy_members(s, t, name, depth));
	}
	return 0;
}

static int add_mark(struct slicer *s, const struct btf_type *t)
{
	if (s->marks_count == s->marks_capacity) {
		size_t capacity = s->marks_capacity ? s->marks_capacity * 2 : 4096;
		uint32_t *marks = realloc(s->marks, capacity * sizeof(*marks));

		if (!marks)
			return -ENOMEM;
		s->marks = marks;
		s->marks_capacity = capacity;
	}
	s->marks[s->marks_count++] = (uint32_t)((const char *)t - s->types);
	return 0;
}

/* One pass: remembers where types are, and the ids of those with a wanted name. */
static int scan(struct slicer *s, uint32_t *hits, unsigned *hits_count)
{
	const struct btf_type *t = type_at(s, s->types);
	uint32_t id = 1;

	for (; t; t = next_type(s, t), id++) {
		unsigned kind = btf_kind(t);

		if ((id - 1) % STRIDE == 0 && add_mark(s, t) < 0)
			return -ENOMEM;
		if ((!holds_members(kind) && kind != BTF_KIND_ENUM) || !t->name_off ||
		    find_name(s, kernel_name(s, t->name_off), 0) < 0)
			continue;
		if (*hits_count < MAX_MAPPED)
			hits[(*hits_count)++] = id;
	}
	return 0;
}

static int open_sections(struct slicer *s, const void *kernel, size_t size, struct err *err)
{
	const struct btf_header *h = kernel;

	if (size < sizeof(*h) || h->magic != BTF_MAGIC || h->hdr_len > size ||
	    (h->hdr_len + h->type_off) % 4 ||
	    (uint64_t)h->hdr_len + h->type_off + h->type_len > size ||
	    (uint64_t)h->hdr_len + h->str_off + h->str_len > size || !h->str_len ||
	    h->type_len < sizeof(struct btf_type) || h->type_len > UINT32_MAX / 2)
		return err_set(err, EINVAL, "the kernel's BTF is malformed");
	s->types = (const char *)kernel + h->hdr_len + h->type_off;
	s->types_end = s->types + h->type_len;
	s->strings = (const char *)kernel + h->hdr_len + h->str_off;
	s->strings_len = h->str_len;
	if (s->strings[s->strings_len - 1] != '\0')
		return err_set(err, EINVAL, "the kernel's BTF is malformed");
	return 0;
}

static int check_required(const struct slicer *s, const char *const *required, struct err *err)
{
	for (; required && *required; required++)
		if (btf__find_by_name_kind(s->out, *required, BTF_KIND_STRUCT) < 0)
			return err_set(err, ENOENT, "struct %s is not in the kernel's own BTF",
				       *required);
	return 0;
}

static int cut(struct slicer *s, const char *const *required, struct err *err)
{
	uint32_t hits[MAX_MAPPED];
	unsigned hits_count = 0;
	int r;

	collect_names(s);
	r = scan(s, hits, &hits_count);
	s->out = btf__new_empty();
	if (r < 0 || !s->out)
		return err_num(err, ENOMEM, "read the kernel's BTF");
	s->void_ptr = btf__add_ptr(s->out, 0);
	s->any_int = btf__add_int(s->out, "int", 4, BTF_INT_SIGNED);
	for (unsigned i = 0; i < hits_count; i++) {
		r = copy_type(s, hits[i], NULL, 0);
		if (r < 0)
			return err_num(err, r, "cut the kernel's BTF");
	}
	return check_required(s, required, err);
}

int btf_slice(const void *kernel, size_t size, const struct btf *wanted,
	      const char *const *required, struct btf **slice, struct err *err)
{
	struct slicer *s = calloc(1, sizeof(*s));
	int r;

	if (!s)
		return err_sys(err, "read the kernel's BTF");
	s->wanted = wanted;
	r = open_sections(s, kernel, size, err);
	if (r == 0)
		r = cut(s, required, err);
	if (r < 0)
		btf__free(s->out);
	else
		*slice = s->out;
	free(s->marks);
	free(s);
	return r;
}

/* mmap() of it came with Linux 6.16; before, it is read into populated memory. */
static void *map_kernel_btf(size_t *size, struct err *err)
{
	cleanup_close int fd = open(KERNEL_BTF, O_RDONLY | O_CLOEXEC);
	struct stat st;
	void *map;

	if (fd < 0 || fstat(fd, &st) < 0) {
		err_sys(err, "open '%s'", KERNEL_BTF);
		return NULL;
	}
	*size = (size_t)st.st_size;
	map = mmap(NULL, *size, PROT_READ, MAP_PRIVATE | MAP_POPULATE, fd, 0);
	if (map != MAP_FAILED)
		return map;
	map = mmap(NULL, *size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE,
		   -1, 0);
	if (map == MAP_FAILED) {
		err_sys(err, "read '%s'", KERNEL_BTF);
		return NULL;
	}
	if (fd_read_full(fd, map, *size) != (ssize_t)*size) {
		err_set(err, EIO, "read '%s': it ended early", KERNEL_BTF);
		munmap(map, *size);
		return NULL;
	}
	return map;
}

int btf_slice_of_kernel(const struct btf *wanted, const char *const *required, int *fd,
			struct err *err)
{
	struct btf *slice = NULL;
	const void *raw;
	uint32_t raw_size;
	size_t size;
	void *kernel = map_kernel_btf(&size, err);
	int r;

	if (!kernel)
		return -err->number;
	r = btf_slice(kernel, size, wanted, required, &slice, err);
	munmap(kernel, size);
	if (r < 0)
		return r;
	raw = btf__raw_data(slice, &raw_size);
	*fd = memfd_create("cbox-btf", MFD_CLOEXEC);
	if (!raw || *fd < 0)
		r = err_sys(err, "keep the kernel's BTF");
	else if (fd_write_all(*fd, raw, raw_size) < 0)
		r = err_set(err, EIO, "keep the kernel's BTF");
	if (r < 0 && *fd >= 0)
		close(take_fd(fd));
	btf__free(slice);
	return r;
}
