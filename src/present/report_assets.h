/*
 * report_assets.h - the style sheet and the script of the report, taken from assets/ when the program is built, with
 * their SHA-256 as the page's content security policy wants it ("sha256-<base64>").
 *
 * Ownership: static. Threads: constant. Limits, failure: none.
 */
#ifndef FL_REPORT_ASSETS_H
#define FL_REPORT_ASSETS_H

#include "base/base.h"

extern const struct fl_str fl_report_css, fl_report_js;
extern const char fl_report_css_hash[], fl_report_js_hash[];

#endif
