#include "task/config.h"

#include "io/file.h"
#include "task/section.h"
#include "task/task.h"

#include <unistd.h>

enum fl_code fl_config_read(struct fl_providers *p, const char *path, bool given, struct fl_err *err)
{
	struct fl_str text;
	const struct fl_yaml *root;
	struct fl_config_section section;
	if (!path || (!given && access(path, F_OK) != 0))
		return FL_OK;
	FL_TRY(fl_file_read(path, FL_CONFIG_BYTES, &p->arena, &text, err));
	FL_TRY(fl_yaml_parse(&root, &p->arena, text, path, err));
	if (root->kind == FL_YAML_SCALAR && root->text.n == 0)
		return FL_OK; /* an empty file */
	FL_TRY(fl_schema_read(&fl_config_table, root, &section, &p->arena, err));
	return fl_providers_read(p, &section.providers, false, err);
}
