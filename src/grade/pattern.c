#define PCRE2_CODE_UNIT_WIDTH 8
#include "grade/pattern.h"

#include <pcre2.h>
#include <stdlib.h>

struct fl_pattern {
	pcre2_code *code;
	pcre2_match_data *data;
	pcre2_match_context *context;
};

enum fl_code fl_pattern_create(struct fl_pattern **out, struct fl_str text, struct fl_err *err)
{
	if (text.n > FL_PATTERN_BYTES)
		return fl_err_set(err, FL_E_LIMIT, "a regular expression is longer than %d bytes", FL_PATTERN_BYTES);
	int number;
	PCRE2_SIZE offset;
	pcre2_code *code =
	    pcre2_compile((PCRE2_SPTR)text.p, text.n, PCRE2_UTF | PCRE2_NEVER_BACKSLASH_C, &number, &offset, NULL);
	if (!code) {
		PCRE2_UCHAR said[200];
		pcre2_get_error_message(number, said, sizeof said);
		fl_err_set(err, FL_E_INVALID, "the regular expression cannot be read: %s", (const char *)said);
		fl_err_found(err, "'%.*s', at character %zu", FL_FMT(text), (size_t)offset + 1);
		fl_err_expected(err, "a Perl-compatible regular expression");
		return FL_E_INVALID;
	}
	pcre2_jit_compile(code, PCRE2_JIT_COMPLETE); /* without JIT it only runs slower */
	struct fl_pattern *p = fl_alloc(sizeof *p);
	p->code = code;
	p->data = pcre2_match_data_create_from_pattern(code, NULL);
	p->context = pcre2_match_context_create(NULL);
	if (!p->data || !p->context)
		FL_BUG("out of memory");
	pcre2_set_match_limit(p->context, FL_PATTERN_STEPS);
	pcre2_set_depth_limit(p->context, FL_PATTERN_DEPTH);
	*out = p;
	return FL_OK;
}

void fl_pattern_destroy(struct fl_pattern *p)
{
	if (!p)
		return;
	pcre2_match_context_free(p->context);
	pcre2_match_data_free(p->data);
	pcre2_code_free(p->code);
	free(p);
}

enum fl_code fl_pattern_find(struct fl_pattern *p, struct fl_str text, bool *hit, struct fl_str *group,
                             struct fl_err *err)
{
	int rc = pcre2_match(p->code, (PCRE2_SPTR)(text.p ? text.p : ""), text.n, 0, 0, p->data, p->context);
	*hit = rc > 0;
	if (rc == PCRE2_ERROR_NOMATCH || (rc < 0 && rc <= PCRE2_ERROR_UTF8_ERR1 && rc >= PCRE2_ERROR_UTF8_ERR21))
		return FL_OK;
	if (rc < 0)
		return fl_err_set(err, FL_E_LIMIT, "a regular expression needs more than %d steps on one answer",
		                  FL_PATTERN_STEPS);
	const PCRE2_SIZE *at = pcre2_get_ovector_pointer(p->data);
	int which = rc > 1 && at[2] != PCRE2_UNSET ? 1 : 0;
	*group = fl_str_sub(text, at[2 * which], at[2 * which + 1]);
	return FL_OK;
}
