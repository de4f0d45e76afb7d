#include "provider/hosts.h"

/* The part of an address between "://" and the path. */
static struct fl_str host_of(struct fl_str endpoint)
{
	ptrdiff_t at = fl_str_find(endpoint, FL_S("://"), 0);
	if (at < 0)
		return FL_S("");
	struct fl_str host = fl_str_sub(endpoint, (size_t)at + 3, endpoint.n);
	size_t n = 0;
	while (n < host.n && !strchr("/?#", host.p[n]))
		n++;
	host = fl_str_sub(host, 0, n);
	ptrdiff_t user = fl_str_find_char(host, '@', 0);
	return user < 0 ? host : fl_str_sub(host, (size_t)user + 1, host.n);
}

/* Path without query and fragment. */
static struct fl_str path_of(struct fl_str endpoint)
{
	ptrdiff_t at = fl_str_find(endpoint, FL_S("://"), 0);
	size_t from = at < 0 ? 0 : (size_t)at + 3 + host_of(endpoint).n, to = from;
	while (to < endpoint.n && !strchr("?#", endpoint.p[to]))
		to++;
	return fl_str_sub(endpoint, from, to);
}

struct fl_str fl_endpoint_host(struct fl_str endpoint)
{
	struct fl_str host = host_of(endpoint);
	ptrdiff_t colon = fl_str_find_char(host, ':', 0);
	return colon < 0 ? host : fl_str_sub(host, 0, (size_t)colon);
}

/* By the end of the path, or by a part of it that anything may follow. */
static const struct {
	const char *end;
	bool inside; /* it may stand anywhere */
	bool unsure;
	const struct fl_wire *wire;
} paths[] = {
    {"/chat/completions", false, false, &fl_wire_openai_chat},
    {"/messages/count_tokens", false, false, &fl_wire_other},
    {"/messages", false, false, &fl_wire_anthropic_messages},
    {":generateContent", false, false, &fl_wire_gemini_generate},
    {":streamGenerateContent", false, false, &fl_wire_gemini_generate},
    {":embedContent", false, false, &fl_wire_embeddings},
    {":batchEmbedContents", false, false, &fl_wire_embeddings},
    {":countTokens", false, false, &fl_wire_other},
    {"/publishers/anthropic/models/", true, false, &fl_wire_anthropic_messages},
    {":rawPredict", false, true, NULL},
    {":streamRawPredict", false, true, NULL},
    {"/converse", false, false, &fl_wire_bedrock_converse},
    {"/converse-stream", false, false, &fl_wire_bedrock_converse},
    {"/invoke", false, false, &fl_wire_bedrock_invoke},
    {"/invoke-with-response-stream", false, false, &fl_wire_bedrock_invoke},
    {"/api/chat", false, false, &fl_wire_ollama_chat},
    {"/api/generate", false, false, &fl_wire_ollama_chat},
    {"/api/embed", false, false, &fl_wire_embeddings},
    {"/api/embeddings", false, false, &fl_wire_embeddings},
    {"/v2/chat", false, true, &fl_wire_cohere},
    {"/v1/chat", false, true, &fl_wire_cohere},
    {"/v1/generate", false, true, &fl_wire_cohere},
    {"/embeddings", false, false, &fl_wire_embeddings},
    {"/v1/embed", false, false, &fl_wire_embeddings},
    {"/v2/embed", false, false, &fl_wire_embeddings},
    {"/rerank", false, false, &fl_wire_rerank},
    {"/completions", false, true, &fl_wire_openai_completions},
    {"/responses", false, false, &fl_wire_openai_responses},
    {"/responses/", true, false, &fl_wire_openai_responses},
};

const struct fl_wire *fl_endpoint_wire(struct fl_str endpoint, bool *unsure)
{
	struct fl_str path = path_of(endpoint);
	while (path.n > 1 && path.p[path.n - 1] == '/')
		path.n--;
	for (size_t i = 0; i < FL_COUNT(paths); i++) {
		struct fl_str end = fl_str_from(paths[i].end);
		if (paths[i].inside ? fl_str_find(path, end, 0) >= 0 : fl_str_ends(path, end)) {
			*unsure = paths[i].unsure;
			return paths[i].wire;
		}
	}
	*unsure = true;
	return NULL;
}

struct fl_str fl_endpoint_model(struct fl_str endpoint)
{
	static const char *const before[] = {"/models/", "/model/", "/deployments/"};
	struct fl_str path = path_of(endpoint);
	for (size_t i = 0; i < FL_COUNT(before); i++) {
		struct fl_str mark = fl_str_from(before[i]);
		ptrdiff_t at = fl_str_find(path, mark, 0);
		if (at < 0)
			continue;
		struct fl_str rest = fl_str_sub(path, (size_t)at + mark.n, path.n);
		ptrdiff_t slash = fl_str_find_char(rest, '/', 0);
		rest = slash < 0 ? rest : fl_str_sub(rest, 0, (size_t)slash);
		ptrdiff_t verb = i == 0 ? fl_str_find_char(rest, ':', 0) : -1; /* Bedrock's names end with ":0" */
		return verb < 0 ? rest : fl_str_sub(rest, 0, (size_t)verb);
	}
	return FL_S("");
}
