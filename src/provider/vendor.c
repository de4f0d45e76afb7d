/*
 * Source of each row: the vendor's API reference (base URL, authentication, parameters), read in November 2026. An
 * endpoint is said to honour a parameter only where its reference names it.
 */
#include "provider/provider.h"

#define OPENAI_EFFORTS                                                                                                 \
	{                                                                                                              \
		"none", "minimal", "low", "medium", "high", "xhigh", "max"                                             \
	}

static const struct fl_vendor vendors[] = {
    {"openai", "openai", "https://api.openai.com/v1", "OPENAI_API_KEY", "max_completion_tokens", OPENAI_EFFORTS, true,
     false},
    {"openrouter", "openai", "https://openrouter.ai/api/v1", "OPENROUTER_API_KEY", "max_tokens", OPENAI_EFFORTS, true,
     false, 1100},
    {"groq",
     "openai",
     "https://api.groq.com/openai/v1",
     "GROQ_API_KEY",
     "max_completion_tokens",
     {"none", "low", "medium", "high"},
     true,
     false},
    {"xai", "openai", "https://api.x.ai/v1", "XAI_API_KEY", "max_completion_tokens", {"low", "high"}, true, false, 600},
    {"deepseek", "openai", "https://api.deepseek.com", "DEEPSEEK_API_KEY", "max_tokens", {NULL}, false, false},
    {"together",
     "openai",
     "https://api.together.xyz/v1",
     "TOGETHER_API_KEY",
     "max_tokens",
     {"low", "medium", "high"},
     true,
     false},
    {"fireworks",
     "openai",
     "https://api.fireworks.ai/inference/v1",
     "FIREWORKS_API_KEY",
     "max_tokens",
     {"none", "low", "medium", "high"},
     false,
     false},
    {"cerebras",
     "openai",
     "https://api.cerebras.ai/v1",
     "CEREBRAS_API_KEY",
     "max_completion_tokens",
     {"low", "medium", "high"},
     true,
     false},
    {"ollama",
     "openai",
     "http://127.0.0.1:11434/v1",
     NULL,
     "max_tokens",
     {"none", "low", "medium", "high"},
     true,
     true},
    {"llama-server", "openai", "http://127.0.0.1:8080/v1", NULL, "max_tokens", {NULL}, true, true},
    {"lmstudio", "openai", "http://127.0.0.1:1234/v1", NULL, "max_tokens", {NULL}, true, true},
    {"vllm", "openai", "http://127.0.0.1:8000/v1", NULL, "max_tokens", {"low", "medium", "high"}, true, true},
};

const struct fl_vendor *fl_vendors(size_t *count)
{
	*count = FL_COUNT(vendors);
	return vendors;
}
