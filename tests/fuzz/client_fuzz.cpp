// Both directions between client and gateway.
#include "chat/wire/protocol.hpp"
#include "tests/fuzz/one_form.hpp"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    parley::fuzz::expect_one_form<parley::chat::ClientHello>(data, size);
    parley::fuzz::expect_one_form<parley::chat::ClientRequest>(data, size);
    parley::fuzz::expect_one_form<parley::chat::ServerMessage>(data, size);
    return 0;
}
