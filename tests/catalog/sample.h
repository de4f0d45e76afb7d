/*
 * sample.h - small catalogues for tests: YAML texts written to files of a folder of their own and read as the program
 * reads them.
 *
 * Ownership: the caller releases the catalogue; files are removed by sample_clean. Threads: one. Failure: the test fails.
 */
#ifndef FL_CATALOG_SAMPLE_H
#define FL_CATALOG_SAMPLE_H

#include "catalog/catalog.h"

/* Writes a text to a new file; its path lives until sample_clean. */
struct fl_str sample_file(const char *text);
/* Reads such texts, one over the other. */
void sample_read(struct fl_catalog *c, const char *const *text, size_t n);
/* One text that must not be readable: the error. */
void sample_refused(const char *text, struct fl_err *err);
/* Problems that checking finds, as "line:column message" lines. */
size_t sample_problems(const struct fl_catalog *c, struct fl_buf *out);
void sample_clean(void);

/* Sources, labs and providers that the samples name; models are added below `models:`. */
#define SAMPLE_HEAD                                                                                                    \
	"compiled: 2026-11-01\n"                                                                                       \
	"sources:\n"                                                                                                   \
	"  vendor: {name: the vendor, as_of: 2026-10-01, rank: 1}\n"                                                   \
	"  list: {name: a list, as_of: 2026-09-01, rank: 4}\n"                                                         \
	"  other: {name: another list, as_of: 2026-08-01, rank: 4}\n"                                                  \
	"  rumour: {name: a rumour, as_of: 2026-10-20}\n"                                                              \
	"labs:\n"                                                                                                      \
	"  acme: {name: Acme}\n"                                                                                       \
	"  openai: {name: OpenAI}\n"                                                                                   \
	"  meta: {name: Meta}\n"                                                                                       \
	"providers:\n"                                                                                                 \
	"  acme: {name: Acme, aliases: [acme-ai], hosts: [api.acme.example], source: vendor}\n"                        \
	"  openai: {name: OpenAI, hosts: [api.openai.com], source: vendor}\n"                                          \
	"  groq: {name: Groq, source: vendor}\n"                                                                       \
	"  together: {name: Together, aliases: [together_ai], source: vendor}\n"                                       \
	"  openrouter: {name: OpenRouter, reseller: true, source: vendor}\n"

#endif
