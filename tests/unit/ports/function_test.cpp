// Function: moves what it owns, calls it, and says when there is nothing to call.
#include "net/ports/function.hpp"

#include <memory>
#include <string>

#include <gtest/gtest.h>

namespace parley::net {
namespace {

TEST(Function, CallsWithArgumentsAndGivesTheResult) {
    Function<std::string(int, std::string)> repeat = [](int times, const std::string& text) {
        std::string all;
        for (int i = 0; i < times; ++i) all += text;
        return all;
    };
    EXPECT_EQ(repeat(3, "ab"), "ababab");
}

TEST(Function, OwnsWhatCanOnlyBeMoved) {
    auto owned = std::make_unique<int>(4);
    Function<int()> first = [held = std::move(owned)] { return ++*held; };
    EXPECT_EQ(first(), 5);
    Function<int()> second = std::move(first);
    EXPECT_EQ(second(), 6);
}

TEST(Function, DestroysWhatItOwnsOnce) {
    const auto witness = std::make_shared<int>(0);
    {
        Function<void()> function = [witness] {};
        EXPECT_EQ(witness.use_count(), 2);
        function = {};
        EXPECT_EQ(witness.use_count(), 1);
    }
    EXPECT_EQ(witness.use_count(), 1);
}

TEST(Function, KnowsWhetherItIsEmpty) {
    Task task;
    EXPECT_FALSE(static_cast<bool>(task));
    task = [] {};
    EXPECT_TRUE(static_cast<bool>(task));
}

TEST(FunctionDeathTest, ACallOfNothingIsOurOwnMistake) {
    Task task;
    EXPECT_DEATH(task(), "call of an empty Function");
}

}  // namespace
}  // namespace parley::net
