/*
 * compile.c - reads the YAML files of the catalogue and writes them as C source: the image that the program carries.
 * Runs at build time. Usage: catalog_compile OUT.c FILE.yaml ...
 */
#include "catalog/catalog.h"
#include "catalog/image.h"

#include <inttypes.h>
#include <stdio.h>

static void say(void *arg, const struct fl_err *e)
{
	(void)arg;
	fprintf(stderr, "%s:%d:%d: %s\n", e->file, e->line, e->column, e->message);
}

static bool write_source(const char *path, const struct fl_buf *image)
{
	FILE *f = fopen(path, "w");
	if (!f)
		return false;
	fprintf(f, "#include <stddef.h>\n#include <stdint.h>\n\n"
	           "extern uint64_t fl_catalog_image[];\nextern const size_t fl_catalog_image_size;\n\n"
	           "_Alignas(16) uint64_t fl_catalog_image[] = {\n");
	for (size_t i = 0; i < image->n; i += 8) {
		uint64_t word = 0;
		memcpy(&word, image->p + i, FL_MIN((size_t)8, image->n - i));
		fprintf(f, "0x%" PRIx64 ",%s", word, i % 64 == 56 ? "\n" : "");
	}
	fprintf(f, "};\nconst size_t fl_catalog_image_size = %zu;\n", image->n);
	return fclose(f) == 0;
}

int main(int argc, char **argv)
{
	struct fl_catalog c;
	struct fl_err err = {0};
	struct fl_buf image;
	struct fl_arena a;
	if (argc < 3) {
		fprintf(stderr, "usage: catalog_compile OUT.c FILE.yaml ...\n");
		return 2;
	}
	fl_arena_init(&a);
	struct fl_str *file = FL_NEW_ARRAY(&a, struct fl_str, (size_t)argc);
	for (int i = 2; i < argc; i++)
		file[i - 2] = fl_str_from(argv[i]);
	if (fl_catalog_read(&c, file, (size_t)argc - 2, &err) != FL_OK) {
		say(NULL, &err);
		return 1;
	}
	size_t problems = fl_catalog_check(&c, say, NULL);
	fl_buf_init(&image, FL_IMAGE_BYTES);
	bool ok = problems == 0 && fl_image_write(&fl_catalog_table, &c, &image) && write_source(argv[1], &image);
	if (problems == 0 && !ok)
		fprintf(stderr, "%s: cannot be written, or the catalogue is too large\n", argv[1]);
	fl_buf_release(&image);
	fl_catalog_release(&c);
	fl_arena_release(&a);
	return ok ? 0 : 1;
}
