// Messages between replicas, and the batches inside them.
#include "consensus/core/messages.hpp"
#include "tests/fuzz/one_form.hpp"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    parley::fuzz::expect_one_form<parley::consensus::Message>(data, size);
    parley::fuzz::expect_one_form<parley::consensus::Batch>(data, size);
    return 0;
}
