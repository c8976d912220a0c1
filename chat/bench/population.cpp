// Registers, opens rooms, joins them.
#include "chat/bench/population.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "chat/bench/operations.hpp"
#include "chat/client/asker.hpp"
#include "chat/cli/exit.hpp"

namespace parley::chat {

Population make_population(Caller& caller, net::Secrets& secrets, std::uint32_t rooms, std::uint32_t logins) {
    Population population;
    const std::string tag = fmt::format("{:08x}", static_cast<std::uint32_t>(random_number(secrets)));
    population.password = fmt::format("{:016x}", random_number(secrets));
    for (std::uint32_t i = 0; i < std::min(logins, accounts_made * 64); ++i) {
        const Token token = make_token(secrets);
        const std::string name = fmt::format("bench-{}-{}", tag, i % accounts_made);
        if (i < accounts_made) {
            population.names.push_back(name);
            accepted(caller.call(AskRegister{name, population.password, hash_of(token), "parley-bench"}));
        } else {
            accepted(caller.call(AskLogIn{name, population.password, hash_of(token), "parley-bench"}));
        }
        population.tokens.push_back(token);
    }
    for (std::uint32_t account = 0; account < std::min(logins, accounts_made); ++account) {
        caller.authenticate(population.tokens[account]);
        Operations operations{caller, secrets};
        for (std::uint32_t i = 0; i < rooms; ++i) {
            if (account > 0) {
                operations.run(JoinRoom{ByRoom{population.rooms[i]}});
                continue;
            }
            population.room_names.push_back(fmt::format("bench-{}-{}", tag, i));
            population.rooms.push_back(std::get<RoomMade>(operations.run(CreateRoom{population.room_names.back(), false}).result).room);
        }
    }
    return population;
}

Seen look(net::AsioLoop& loop, net::AsioDialer& dialer, const std::vector<std::string>& servers) {
    Seen seen;
    Asker asker{loop, dialer};
    std::size_t open = servers.size();
    for (const std::string& server : servers) {
        asker.ask(server, AskStatus{}, std::chrono::seconds{2}, [&](net::Result<Asker::Reply> reply) {
            const auto* report = reply ? std::get_if<StatusReport>(&reply->payload) : nullptr;
            if (report != nullptr) {
                seen.reports.push_back(*report);
                seen.addresses.push_back(server);
                if (report->role == "leader") {
                    seen.leader_address = server;
                    seen.leader_process = report->process;
                }
            }
            if (--open == 0) loop.stop();
        });
    }
    while (open > 0) loop.run();
    return seen;
}

}  // namespace parley::chat
