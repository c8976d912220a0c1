// Who may try a password, and when again: one account and one address, a guesser with many of either, and what is remembered.
#include "chat/gateway/log_in_guard.hpp"

#include <gtest/gtest.h>

namespace parley::chat {
namespace {

using namespace std::chrono_literals;
using Verdict = LogInGuard::Verdict;
using Outcome = LogInGuard::Outcome;

class Guarding : public testing::Test {
protected:
    // Tries one wrong password; how long to wait, zero when it was tried.
    net::Duration guess(const std::string& account, const std::string& network) {
        const auto decision = guard.begin(account, network, now);
        if (decision.verdict == Verdict::go_on) guard.settle(decision.attempt, Outcome::wrong, now);
        return decision.wait;
    }
    bool may_come_in(const std::string& account, const std::string& network) {
        const auto decision = guard.begin(account, network, now);
        if (decision.verdict == Verdict::go_on) guard.settle(decision.attempt, Outcome::right, now);
        return decision.verdict == Verdict::go_on;
    }

    LogInRates rates;
    LogInGuard guard{rates};
    net::Instant now{1h};
};

TEST(Allowance, GivesABurstAndThenOneAtATime) {
    const Rate rate{3, 10s};
    Allowance used;
    net::Instant now{};
    for (std::uint32_t left = 3; left > 0; --left) {
        EXPECT_EQ(used.left(rate, now), left);
        EXPECT_EQ(used.wait(rate, now), 0s);
        used.take(rate, now);
    }
    EXPECT_EQ(used.left(rate, now), 0U);
    EXPECT_EQ(used.wait(rate, now), 10s);
    now += 9s;
    EXPECT_EQ(used.wait(rate, now), 1s);
    now += 1s;
    EXPECT_EQ(used.left(rate, now), 1U);
    now += 1h;
    EXPECT_EQ(used.left(rate, now), 3U) << "rest saves up no more than the burst";
}

TEST(Allowance, OfNoLimitIsNeverUsedUp) {
    Allowance used;
    for (int i = 0; i < 1'000; ++i) used.take(Rate{}, {});
    EXPECT_EQ(used.wait(Rate{}, {}), 0s);
    EXPECT_EQ(used.full_at(), net::Instant{});
    EXPECT_FALSE(Rate::per_second(0, 4).is_limit());
    EXPECT_EQ(Rate::per_second(100, 4).burst, 400U);
    EXPECT_EQ(Rate::per_second(100, 4).each, 10ms);
}

TEST(NetworkOf, LeavesOutThePortAndWhatOneCustomerOfIPv6Has) {
    EXPECT_EQ(network_of("192.0.2.7:41234"), "192.0.2.7");
    EXPECT_EQ(network_of("[2001:db8:1:2:3:4:5:6]:443"), "2001:db8:1:2::/64");
    EXPECT_EQ(network_of("[2001:db8:1:2::9]:444"), "2001:db8:1:2::/64");
    EXPECT_EQ(network_of("[2001:db8::9]:1"), "2001:db8:0:0::/64");
    EXPECT_EQ(network_of("[::1]:1"), "0:0:0:0::/64");
    EXPECT_EQ(network_of("[::ffff:192.0.2.7]:1"), "192.0.2.7") << "IPv4 all the same";
    EXPECT_EQ(network_of("client"), "client");
}

TEST_F(Guarding, OneAddressHasAFewWrongPasswordsForAnAccountAndThenWaits) {
    for (std::uint32_t i = 0; i < rates.of_pair.burst; ++i) EXPECT_EQ(guess("ann", "a"), 0s);
    EXPECT_EQ(guess("ann", "a"), rates.of_pair.each);
    now += rates.of_pair.each;
    EXPECT_EQ(guess("ann", "a"), 0s);
    EXPECT_GT(guess("ann", "a"), 0s) << "one, not another handful";
}

TEST_F(Guarding, ARightPasswordCostsNothing) {
    for (int i = 0; i < 1'000; ++i) EXPECT_TRUE(may_come_in("ann", "a"));
    for (std::uint32_t i = 0; i < rates.of_pair.burst; ++i) EXPECT_EQ(guess("ann", "a"), 0s);
}

TEST_F(Guarding, WhatWasNotTriedDoesNotCount) {
    for (int i = 0; i < 100; ++i) {
        const auto decision = guard.begin("ann", "a", now);
        ASSERT_EQ(decision.verdict, Verdict::go_on);
        guard.settle(decision.attempt, Outcome::untried, now);
    }
}

TEST_F(Guarding, ManyAtOnceAreNoWayAroundIt) {
    std::vector<LogInGuard::Try> tries;
    for (;;) {
        const auto decision = guard.begin("ann", "a", now);
        if (decision.verdict != Verdict::go_on) {
            EXPECT_EQ(decision.verdict, Verdict::later) << "nothing was wrong yet";
            break;
        }
        tries.push_back(decision.attempt);
    }
    EXPECT_EQ(tries.size(), rates.of_pair.burst);
    for (const auto& one : tries) guard.settle(one, Outcome::wrong, now);
    EXPECT_EQ(guard.begin("ann", "a", now).verdict, Verdict::of_account);
}

TEST_F(Guarding, OneAddressCannotGoThroughManyAccounts) {
    std::uint32_t tried = 0;
    for (int i = 0; i < 1'000; ++i) tried += guess("account " + std::to_string(i), "a") == 0s ? 1U : 0U;
    EXPECT_EQ(tried, rates.of_address.burst);
    EXPECT_EQ(guard.begin("another", "a", now).verdict, Verdict::of_address);
    EXPECT_TRUE(may_come_in("another", "b")) << "from elsewhere";
}

TEST_F(Guarding, ManyAddressesCannotGuessOneAccountAndItsOwnerComesInAllTheSame) {
    guard.know("ann", "home");
    std::uint32_t tried = 0;
    for (int round = 0; round < 10; ++round) {
        for (int i = 0; i < 1'000; ++i) tried += guess("ann", "bot " + std::to_string(i)) == 0s ? 1U : 0U;
    }
    EXPECT_LE(tried, rates.of_account.burst + rates.of_strangers.burst);
    EXPECT_TRUE(may_come_in("ann", "home")) << "where she is known";
    EXPECT_TRUE(may_come_in("bob", "bot 1")) << "another account, from one of the addresses";
}

TEST_F(Guarding, AGuesserWithOneAddressLeavesRoomForTheOwnerAtANewOne) {
    for (int i = 0; i < 1'000; ++i) {
        guess("ann", "guesser");
        now += 1s;
    }
    EXPECT_TRUE(may_come_in("ann", "hotel"));
}

TEST_F(Guarding, WhoIsKnownStillCannotGuessForEver) {
    guard.know("ann", "home");
    std::uint32_t tried = 0;
    for (int i = 0; i < 100; ++i) tried += guess("ann", "home") == 0s ? 1U : 0U;
    EXPECT_EQ(tried, rates.of_pair.burst);
}

TEST_F(Guarding, RemembersOnlySoMuchAndForgetsTheLeastGuiltyFirst) {
    rates.remembered_max = 100;
    guard = LogInGuard{rates};
    while (guess("ann", "guesser") == 0s) {}
    for (int i = 0; i < 10'000; ++i) {
        guess("account " + std::to_string(i), "bot " + std::to_string(i));
        guard.know("account " + std::to_string(i), "somewhere");
    }
    EXPECT_LE(guard.remembered(), 5 * rates.remembered_max);
    EXPECT_EQ(guard.begin("ann", "guesser", now).verdict, Verdict::of_account);
    now += 1h;
    EXPECT_EQ(guess("ann", "guesser"), 0s);
}

}  // namespace
}  // namespace parley::chat
