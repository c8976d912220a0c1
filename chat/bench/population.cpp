// Registers, opens rooms, joins them.
#include "chat/bench/population.hpp"

#include <algorithm>
#include <cstring>

#include <fmt/format.h>
#include <sodium.h>

#include "chat/client/asker.hpp"
#include "chat/cli/exit.hpp"

namespace parley::chat {
namespace {

TokenHash hash_of(const Token& token) {
    TokenHash hash{};
    static_assert(sizeof hash == crypto_hash_sha256_BYTES);
    ::crypto_hash_sha256(reinterpret_cast<unsigned char*>(hash.data()), reinterpret_cast<const unsigned char*>(token.data()), token.size());
    return hash;
}

std::uint64_t random_number(net::Secrets& secrets) {
    std::uint64_t value = 0;
    secrets.fill(std::as_writable_bytes(std::span{&value, 1}));
    return value;
}

const Answer& accepted(const Payload& payload) {
    const auto& answer = std::get<Answer>(payload);
    if (const auto* refused = std::get_if<Refused>(&answer.result)) throw CommandFailed(Exit::refused, sentence(refused->why));
    return answer;
}

// A session of the login that this caller speaks for, for a handful of operations.
class Operations {
public:
    Operations(Caller& caller, net::Secrets& secrets) : caller_(caller) {
        const Payload opened = caller_.call(AskSession{random_number(secrets)});
        session_ = std::get<SessionOpened>(accepted(opened).result).session;
    }
    Answer run(Operation operation) {
        const Payload payload = caller_.call(Submit{session_, next_, next_, std::move(operation)});
        ++next_;
        return accepted(payload);
    }

private:
    Caller& caller_;
    SessionId session_;
    std::uint64_t next_ = 1;
};

Token make_token(net::Secrets& secrets) {
    Token token{};
    secrets.fill(token);
    return token;
}

}  // namespace

Population make_population(Caller& caller, net::Secrets& secrets, std::uint32_t rooms, std::uint32_t logins) {
    Population population;
    const std::string tag = fmt::format("{:08x}", static_cast<std::uint32_t>(random_number(secrets)));
    const std::string password = fmt::format("{:016x}", random_number(secrets));
    for (std::uint32_t i = 0; i < std::min(logins, accounts_made * 64); ++i) {
        const Token token = make_token(secrets);
        const std::string name = fmt::format("bench-{}-{}", tag, i % accounts_made);
        if (i < accounts_made) {
            accepted(caller.call(AskRegister{name, password, hash_of(token), "parley-bench"}));
        } else {
            accepted(caller.call(AskLogIn{name, password, hash_of(token), "parley-bench"}));
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
