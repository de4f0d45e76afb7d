/*
 * image.h - structs that a table describes, as one block of bytes that a program can carry and use where it lies.
 *
 *   struct fl_image_head | root struct | texts, lists and their elements ... | a bit for each 8 bytes: a pointer or not
 *
 * In the block a pointer is the distance from its beginning; fl_image_open turns each into an address, once, in place.
 * Equal texts, and equal lists of texts, are stored once. Places in YAML files are not kept: every struct that was given points to one empty node.
 * Members that the table does not name are zero. Equal structs give equal bytes.
 * The block is made and used by the same build: sizes of structs and byte order are the machine's own.
 *
 * Ownership: the block is the caller's and must outlive all use. Threads: open it once, before others see it. Limits:
 * FL_IMAGE_BYTES. Failure: false when it does not fit, or is no image of this table.
 */
#ifndef FL_IMAGE_H
#define FL_IMAGE_H

#include "lang/schema.h"

#define FL_IMAGE_BYTES (64u << 20)

/* Appends the image of `root` (a struct of table->size bytes). */
bool fl_image_write(const struct fl_table *table, const void *root, struct fl_buf *out);
/* The root struct inside the block, which must be writable and aligned to 16; NULL when it is no such image. */
void *fl_image_open(const struct fl_table *table, void *block, size_t size);

#endif
