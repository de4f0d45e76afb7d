/*
 * builtin.c - the catalogue that the program carries, and the user's files over it.
 */
#include "catalog/catalog.h"
#include "catalog/image.h"
#include "catalog/index.h"

#include <pthread.h>

/* Made by compile.c at build time. */
extern uint64_t fl_catalog_image[];
extern const size_t fl_catalog_image_size;

static struct fl_catalog *builtin;

static void open_builtin(void)
{
	builtin = fl_image_open(&fl_catalog_table, fl_catalog_image, fl_catalog_image_size);
	if (!builtin)
		FL_BUG("the built-in catalogue is damaged");
	fl_catalog_init(builtin);
	fl_catalog_index(builtin);
}

const struct fl_catalog *fl_catalog_builtin(void)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	pthread_once(&once, open_builtin);
	return builtin;
}

/* Overlays make new lists of what they change: the copy shares everything else with the built-in one. */
enum fl_code fl_catalog_load(struct fl_catalog *c, const struct fl_str *file, size_t files, struct fl_err *err)
{
	*c = *fl_catalog_builtin();
	fl_catalog_init(c);
	return fl_catalog_add(c, file, files, err);
}
