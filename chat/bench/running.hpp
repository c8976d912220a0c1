// What measurements share: whom they measure, and what they do while it runs: let time pass, wait until everything is well, read
// back what was written.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "chat/bench/caller.hpp"
#include "chat/bench/options.hpp"
#include "chat/bench/population.hpp"
#include "chat/bench/writers.hpp"
#include "chat/cli/trust.hpp"
#include "net/asio/system_secrets.hpp"

namespace parley::chat {

// A cluster, and the accounts and rooms that were made in it for a measurement.
struct Ground {
    // Throws CommandFailed.
    Ground(net::AsioLoop& its_loop, KnownCluster known, const GlobalOptions& options, const WritingOptions& writing);

    net::AsioLoop& loop;
    KnownCluster cluster;
    net::AsioDialer dialer;
    net::SystemSecrets secrets;
    Caller caller;
    Population population;
};

// Runs the Loop for so long, whoever else stops it meanwhile.
void run_for(net::AsioLoop& loop, net::Duration time);

// Throws CommandFailed, with what `trouble` says by then, when they are not open within half a minute.
void open_sessions(net::AsioLoop& loop, Writers& writers, const std::string& trouble);

// Until all replicas answer, reach each other and one of them leads. Throws CommandFailed after a minute.
Seen wait_until_whole(net::AsioLoop& loop, net::AsioDialer& dialer, const std::vector<std::string>& servers);

// From the first text of a room to its last.
void for_each_text(Caller& caller, RoomId room, const std::function<void(const RoomMessage&)>& text);

}  // namespace parley::chat
