// The archive on bytes that nobody honest wrote.
#include <random>

#include <gtest/gtest.h>

#include "tests/unit/archive/hostile.hpp"
#include "tests/unit/archive/sample.hpp"

namespace parley::net {
namespace {

using namespace sample;

TEST(HostileBytes, EveryKindOfFieldSurvives) { survive(everything()); }

TEST(HostileBytes, EmptyValuesSurvive) { survive(Everything{}); }

TEST(HostileBytes, AListOfElementsWithoutBytesIsBoundedByTheBytesThatFollow) {
    // Each Nothing takes no byte, so only this rule keeps a length of four billion out.
    Bytes bytes = encode(std::uint32_t{0xFFFFFFFF});
    EXPECT_FALSE(decode<std::vector<Nothing>>(bytes).has_value());
}

TEST(HostileBytes, RandomBytesNeverDoMoreThanBeRefused) {
    std::mt19937_64 random(20);
    for (int round = 0; round < 20'000; ++round) {
        Bytes bytes(random() % 200);
        for (auto& byte : bytes) byte = static_cast<std::byte>(random() % 4 == 0 ? random() : random() % 4);
        decode_within_limits<Everything>(bytes);
        decode_within_limits<Tree>(bytes);
    }
}

}  // namespace
}  // namespace parley::net
