// Commands as they lie in the log.
#include "chat/state/commands.hpp"
#include "tests/fuzz/one_form.hpp"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    parley::fuzz::expect_one_form<parley::chat::Command>(data, size);
    return 0;
}
