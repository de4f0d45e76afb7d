#include "call/model_list.h"

#include "net/client.h"

struct asking {
	struct fl_model_list *list;
	struct fl_arena *arena;
	struct fl_buf body;
	int status;
	struct fl_http_request request;
};

static void on_head(void *arg, const struct fl_http_head *head)
{
	((struct asking *)arg)->status = head->status;
}

static void on_data(void *arg, struct fl_str bytes)
{
	fl_buf_str(&((struct asking *)arg)->body, bytes);
}

/* {"data": [{"id": "..."}, ...]}: whoever answers something else is no model server. */
static void read_list(struct asking *q, struct fl_str body)
{
	struct fl_json_doc doc;
	if (fl_json_parse(&doc, q->arena, fl_arena_dup(q->arena, body), FL_JSON_LIMITS, NULL) != FL_OK)
		return;
	const struct fl_json *data = fl_json_get(fl_json_root(&doc), FL_S("data"));
	if (!data || data->type != FL_JSON_ARRAY)
		return;
	q->list->answered = true;
	q->list->model = FL_NEW_ARRAY(q->arena, struct fl_str, FL_MIN(data->count, (uint32_t)FL_MODEL_LIST) + 1);
	for (const struct fl_json *e = fl_json_first(data); e && q->list->models < FL_MODEL_LIST;
	     e = fl_json_next(data, e)) {
		struct fl_str id = fl_json_string(fl_json_get(e, FL_S("id")), q->arena);
		if (id.n)
			q->list->model[q->list->models++] = id;
	}
}

static void on_done(void *arg, enum fl_code code, const struct fl_err *err, const struct fl_http_times *times)
{
	struct asking *q = arg;
	(void)err;
	(void)times;
	if (code == FL_OK && q->status == 200 && !q->body.full)
		read_list(q, fl_buf_slice(&q->body));
}

void fl_model_lists(struct fl_model_list *list, size_t n, struct fl_arena *a)
{
	static const struct fl_http_limits limits = {
	    .connect_ms = FL_MODEL_LIST_CONNECT_MS, .total_ms = FL_MODEL_LIST_MS, .body_bytes = FL_MODEL_LIST_BYTES};
	struct fl_loop *loop = fl_loop_create();
	struct fl_http_client *client = fl_http_client_create(loop, NULL);
	struct asking *asking = FL_NEW_ARRAY(a, struct asking, n + 1);
	for (size_t i = 0; i < n; i++) {
		struct asking *q = &asking[i];
		struct fl_http_sink sink = {.head = on_head, .data = on_data, .done = on_done, .arg = q};
		q->list = &list[i];
		q->arena = a;
		fl_buf_init(&q->body, FL_MODEL_LIST_BYTES);
		q->request.method = "GET";
		q->request.url = fl_arena_printf(a, "%.*s/models", FL_FMT(list[i].provider->url));
		fl_http_start(client, &q->request, &limits, &sink);
	}
	fl_loop_run(loop);
	fl_http_client_destroy(client);
	fl_loop_destroy(loop);
	for (size_t i = 0; i < n; i++)
		fl_buf_release(&asking[i].body);
}
