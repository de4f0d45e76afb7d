#include "catalog/device.h"

#include "base/money.h"
#include "lang/quantity.h"

#include <ctype.h>

const char *const fl_device_kind_words[] = {"gpu", "unified", "cpu", "phone", "board", "tpu", NULL};

/* --- bandwidth ---------------------------------------------------------------------------------------------------- */

enum fl_code fl_bandwidth_read(struct fl_str text, bool bare, int64_t *out, struct fl_err *err)
{
	static const struct {
		const char *name;
		int scale; /* power of ten of bytes a second */
	} units[] = {{"GB/s", 9}, {"TB/s", 12}, {"MB/s", 6}};
	struct fl_str figure = fl_str_trim(text);
	int scale = bare ? 9 : -1;
	for (size_t i = 0; i < FL_COUNT(units); i++) {
		struct fl_str unit = fl_str_from(units[i].name);
		if (fl_str_ends(figure, unit)) {
			figure = fl_str_trim(fl_str_sub(figure, 0, figure.n - unit.n));
			scale = units[i].scale;
			break;
		}
	}
	if (scale >= 0 && fl_decimal_parse(figure, scale, false, out, NULL) == FL_OK && *out > 0 &&
	    *out <= FL_BANDWIDTH_MOST)
		return FL_OK;
	fl_err_set(err, FL_E_INVALID, "'%.*s' is no bandwidth", FL_FMT(fl_str_sub(text, 0, 60)));
	fl_err_found(err, "'%.*s'", FL_FMT(fl_str_sub(text, 0, 60)));
	fl_err_expected(err, "1008 GB/s or 3.35 TB/s, at most 1000 TB/s");
	return FL_E_INVALID;
}

static enum fl_code read_bandwidth(struct fl_reading *r, const struct fl_field *f, const struct fl_yaml *v, void *to)
{
	if (v->kind != FL_YAML_SCALAR || fl_bandwidth_read(v->text, false, to, NULL) != FL_OK)
		return fl_schema_wrong(r, f, v);
	return FL_OK;
}
static const struct fl_type bandwidth_type = {
    .name = "bandwidth",
    .expected = "a bandwidth, as 1008 GB/s or 3.35 TB/s",
    .size = sizeof(int64_t),
    .read = read_bandwidth,
    .schema = "{\"type\":\"string\",\"pattern\":\"^\\\\s*\\\\+?[0-9.]+([eE][-+]?[0-9]+)? *[GTM]B/s\\\\s*$\"}"};

/* --- tables ------------------------------------------------------------------------------------------------------- */

#define FIGURE(member, most, text)                                                                                     \
	{                                                                                                              \
		.key = #member, .type = &fl_type_number, .at = offsetof(struct fl_device, member), .bounded = true,    \
		.min = 0.001, .max = (most), .help = text                                                              \
	}
#define SIZE(k, member, text)                                                                                          \
	{                                                                                                              \
		.key = k, .type = &fl_type_bytes, .at = offsetof(struct fl_device, member), .bounded = true,           \
		.min = 1e6, .max = 1e15, .help = text                                                                  \
	}

static const struct fl_device device_defaults = {.checked = FL_DATE_NONE};
static const struct fl_field device_fields[] = {
    {.key = "name",
     .type = &fl_type_str,
     .at = offsetof(struct fl_device, name),
     .required = true,
     .help = "as its maker calls it"},
    {.key = "aliases",
     .type = &fl_type_str,
     .shape = FL_MANY,
     .at = offsetof(struct fl_device, aliases),
     .help = "other names of it, those that drivers report among them"},
    {.key = "kind",
     .type = &fl_type_word,
     .words = fl_device_kind_words,
     .at = offsetof(struct fl_device, kind),
     .required = true,
     .help = "what kind of hardware it is"},
    SIZE("memory", memory_bytes, "memory of one device"),
    SIZE("usable", usable_bytes, "of it for models, where that is less than 90 %"),
    {.key = "usable_basis",
     .type = &fl_type_str,
     .at = offsetof(struct fl_device, usable_basis),
     .help = "where `usable` is from"},
    {.key = "bandwidth", .type = &bandwidth_type, .at = offsetof(struct fl_device, bandwidth), .help = "of its memory"},
    FIGURE(bf16_tflops, 1e6, "dense TFLOPS at 16 bit"),
    FIGURE(fp8_tflops, 1e6, "dense TFLOPS at 8 bit"),
    FIGURE(fp4_tflops, 1e6, "dense TFLOPS at 4 bit"),
    FIGURE(npu_tops, 1e6, "TOPS of its neural unit, as its maker counts them"),
    {.key = "watts",
     .type = &fl_type_int,
     .at = offsetof(struct fl_device, watts),
     .bounded = true,
     .min = 1,
     .max = 1e6,
     .help = "its power limit"},
    {.key = "note", .type = &fl_type_str, .at = offsetof(struct fl_device, note), .help = "what a reader should know"},
    {.key = "source",
     .type = &fl_type_str,
     .shape = FL_MANY,
     .at = offsetof(struct fl_device, source),
     .help = "names of sources, or addresses"},
    {.key = "checked",
     .type = &fl_type_date,
     .at = offsetof(struct fl_device, checked),
     .help = "day on which it was read"},
    {.key = "second_hand",
     .type = &fl_type_bool,
     .at = offsetof(struct fl_device, second_hand),
     .help = "the maker's own page was not seen"},
};
const struct fl_table fl_device_table = {.name = "device",
                                         .field = device_fields,
                                         .fields = FL_COUNT(device_fields),
                                         .size = sizeof(struct fl_device),
                                         .defaults = &device_defaults};

static const struct fl_rental rental_defaults = {.date = FL_DATE_NONE};
static const struct fl_field rental_fields[] = {
    {.key = "device",
     .type = &fl_type_str,
     .at = offsetof(struct fl_rental, device),
     .required = true,
     .help = "key of a device"},
    {.key = "low",
     .type = &fl_type_per_hour,
     .at = offsetof(struct fl_rental, low_nusd_per_hour),
     .help = "cheapest offer that was seen"},
    {.key = "high",
     .type = &fl_type_per_hour,
     .at = offsetof(struct fl_rental, high_nusd_per_hour),
     .help = "dearest offer that was seen"},
    {.key = "median",
     .type = &fl_type_per_hour,
     .at = offsetof(struct fl_rental, median_nusd_per_hour),
     .help = "median of the offers"},
    {.key = "date", .type = &fl_type_date, .at = offsetof(struct fl_rental, date), .help = "day of the survey"},
    {.key = "note", .type = &fl_type_str, .at = offsetof(struct fl_rental, note), .help = "what a reader should know"},
    {.key = "source",
     .type = &fl_type_str,
     .shape = FL_MANY,
     .at = offsetof(struct fl_rental, source),
     .help = "names of sources, or addresses"},
};
const struct fl_table fl_rental_table = {.name = "rental",
                                         .field = rental_fields,
                                         .fields = FL_COUNT(rental_fields),
                                         .size = sizeof(struct fl_rental),
                                         .defaults = &rental_defaults};

/* --- names -------------------------------------------------------------------------------------------------------- */

enum { NAME_BYTES = 64 };

/* Letters and digits in lower case, makers' names in front left out; what is longer than NAME_BYTES is cut. */
static struct fl_str plain_name(struct fl_str name, char out[NAME_BYTES])
{
	static const char *const makers[] = {"nvidia", "geforce", "amd",   "radeon",
	                                     "tesla",  "apple",   "intel", "instinct"};
	struct fl_str s = {out, 0};
	for (size_t i = 0; i < name.n && s.n < NAME_BYTES; i++)
		if (isalnum((unsigned char)name.p[i]))
			out[s.n++] = (char)tolower((unsigned char)name.p[i]);
	for (size_t i = 0; i < FL_COUNT(makers);) {
		struct fl_str maker = fl_str_from(makers[i]);
		bool has = fl_str_starts(s, maker) && s.n > maker.n;
		s = has ? fl_str_sub(s, maker.n, s.n) : s;
		i = has ? 0 : i + 1;
	}
	return s;
}

static bool same_name(struct fl_str plain, struct fl_str other)
{
	char text[NAME_BYTES];
	return fl_str_eq(plain, plain_name(other, text));
}

const struct fl_device *fl_device_find(const struct fl_list *devices, struct fl_str name, struct fl_str *key)
{
	char text[NAME_BYTES];
	struct fl_str plain = plain_name(name, text);
	for (size_t i = 0; plain.n && i < devices->n; i++) {
		const struct fl_device *d = (const struct fl_device *)devices->p + i;
		bool is = same_name(plain, d->name) || same_name(plain, devices->name[i]);
		for (size_t k = 0; !is && k < d->aliases.n; k++)
			is = same_name(plain, ((const struct fl_str *)d->aliases.p)[k]);
		if (!is)
			continue;
		if (key)
			*key = devices->name[i];
		return d;
	}
	return NULL;
}

/* Smallest edit distance to any name of a device; a name that contains the other is nearer than any that does not. */
static size_t device_distance(const struct fl_list *devices, size_t i, struct fl_str plain)
{
	const struct fl_device *d = (const struct fl_device *)devices->p + i;
	char text[NAME_BYTES];
	size_t least = SIZE_MAX;
	for (size_t k = 0; k < d->aliases.n + 2; k++) {
		struct fl_str other = k < d->aliases.n ? ((const struct fl_str *)d->aliases.p)[k]
		                                       : (k == d->aliases.n ? d->name : devices->name[i]);
		struct fl_str o = plain_name(other, text);
		bool within = plain.n >= 2 && (fl_str_find(o, plain, 0) >= 0 || fl_str_find(plain, o, 0) >= 0);
		size_t distance = within ? 1 : 1 + fl_str_distance(plain, o);
		least = FL_MIN(least, distance);
	}
	return least;
}

size_t fl_device_near(const struct fl_list *devices, struct fl_str name, struct fl_str out[3])
{
	char text[NAME_BYTES];
	struct fl_str plain = plain_name(name, text);
	size_t best[3], n = 0;
	for (size_t i = 0; i < devices->n; i++) {
		size_t distance = device_distance(devices, i, plain), at = n;
		while (at > 0 && best[at - 1] > distance)
			at--;
		if (at == 3)
			continue;
		n = FL_MIN(n + 1, (size_t)3);
		for (size_t k = n - 1; k > at; k--) {
			best[k] = best[k - 1];
			out[k] = out[k - 1];
		}
		best[at] = distance;
		out[at] = devices->name[i];
	}
	return n;
}
