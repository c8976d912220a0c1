// Random but reproducible commands for the tests that compare databases: mostly sensible ones, with repeats, gaps,
// strangers, refusals and broken bytes in between. No model of the state: the databases are compared with each other.
#pragma once

#include <random>
#include <vector>

#include "tests/unit/state/state_fixture.hpp"

namespace parley::chat::testing {

class RandomCommands {
public:
    explicit RandomCommands(std::uint64_t seed, std::size_t text_bytes_max = 200) : random_(seed), text_bytes_max_(text_bytes_max) {}

    // Slots 1..count: the first ones make accounts and sessions.
    std::vector<consensus::DecodedSlot> slots(std::uint64_t count);

private:
    struct Session {
        SessionId id;
        std::uint64_t next = 1;
    };

    std::uint64_t draw(std::uint64_t below) { return std::uniform_int_distribution<std::uint64_t>(0, below - 1)(random_); }
    bool chance(std::uint64_t percent) { return draw(100) < percent; }
    net::Bytes command(std::uint64_t slot, std::uint32_t place);
    net::Bytes unnumbered(std::uint64_t slot, std::uint32_t place);
    net::Bytes numbered();
    std::string text();
    Operation operation();
    Operation file_operation();
    Operation people_operation();
    net::Bytes confirmation();
    Operation message_change();
    Operation room_operation();
    Operation access_operation();
    Target target();
    std::string user_name();
    std::string room_name();

    std::mt19937_64 random_;
    std::size_t text_bytes_max_;
    std::vector<Session> sessions_;
    std::int64_t log_time_ms_ = 1'000'000;
    std::uint64_t request_ = 0;
};

}  // namespace parley::chat::testing
