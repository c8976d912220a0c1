// Population: the accounts, logins and rooms a measurement writes with; made anew each time, not timed.
#pragma once

#include <string>
#include <vector>

#include "chat/bench/caller.hpp"
#include "net/ports/secrets.hpp"

namespace parley::chat {

struct Population {
    std::vector<Token> tokens;           // one login per account, then a second one of each and so on
    std::vector<std::string> names;      // of the accounts; they share a password
    std::string password;
    std::vector<RoomId> rooms;           // every account is in each of them
    std::vector<std::string> room_names;
};

inline constexpr std::uint32_t accounts_made = 8;

Population make_population(Caller& caller, net::Secrets& secrets, std::uint32_t rooms, std::uint32_t logins);

// Asks each address by itself. `leader`: the address of the one that leads, if there is one.
struct Seen {
    std::vector<StatusReport> reports;
    std::vector<std::string> addresses;   // of the reports
    std::string leader_address;
    std::uint64_t leader_process = 0;
};
Seen look(net::AsioLoop& loop, net::AsioDialer& dialer, const std::vector<std::string>& servers);

}  // namespace parley::chat
