#include "present/page.h"

#include "present/report_assets.h"

void fl_page_open(struct fl_buf *out, struct fl_str title)
{
	fl_buf_printf(
	    out,
	    "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
	    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src '%s'; script-src "
	    "'%s'; "
	    "base-uri 'none'; form-action 'none'\">\n"
	    "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
	    "<meta name=\"color-scheme\" content=\"light dark\">\n<meta name=\"referrer\" content=\"no-referrer\">\n"
	    "<title>%.*s \xe2\x80\x93 Fulcrum</title>\n<style>",
	    fl_report_css_hash, fl_report_js_hash, FL_FMT(title));
	fl_buf_str(out, fl_report_css);
	fl_buf_z(out, "</style>\n</head>\n<body>\n<main>\n");
}

void fl_page_close(struct fl_buf *out)
{
	fl_buf_z(out, "</main>\n<footer>Written by Fulcrum " FL_VERSION
	              ". This page is whole in itself: it loads nothing and "
	              "sends nothing.</footer>\n<script>");
	fl_buf_str(out, fl_report_js);
	fl_buf_z(out, "</script>\n</body>\n</html>\n");
}
