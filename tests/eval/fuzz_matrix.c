/* Any bytes as a matrix: either an error with a message, or a whole grid whose figures keep their bounds. */
#include "base/base.h"
#include "eval/matrix.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static const char *const cluster[] = {"", "topic"};
	for (size_t i = 0; i < FL_COUNT(cluster); i++) {
		struct fl_matrix m;
		struct fl_err err = {0};
		enum fl_code code = fl_matrix_read(&m, (struct fl_str){(const char *)data, n}, "fuzz.csv",
		                                   fl_str_from(cluster[i]), &err);
		if (code != FL_OK) {
			FL_ASSERT(err.message[0]);
			continue;
		}
		FL_ASSERT(m.items && m.configs && m.rows >= m.items * m.configs);
		for (size_t cell = 0; cell < m.items * m.configs; cell++) {
			FL_ASSERT(m.score[cell] >= 0 && m.score[cell] <= 1);
			FL_ASSERT(!m.cost_nusd || m.cost_nusd[cell] >= 0);
			FL_ASSERT(!m.latency_s || m.latency_s[cell] >= 0);
		}
		for (size_t item = 0; m.cluster && item < m.items; item++)
			FL_ASSERT(m.cluster[item] < m.clusters);
		fl_matrix_release(&m);
	}
	return 0;
}
