// NextVoters: before a leader changes who votes it makes sure that no whole file loses its quorum by that (rule B2, decision 0017). It tells the
// state whom to expect: from that slot on nothing becomes whole without a quorum of them. Then it waits until a quorum of them, and whoever is
// new among them, holds every file that was whole there. It never changes the members itself.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <vector>

#include "chat/keeping/chunk_fetch.hpp"
#include "chat/keeping/file_messages.hpp"
#include "chat/state/view.hpp"
#include "consensus/core/types.hpp"

namespace parley::chat {

struct NextVotersOptions {
    net::Duration ask_interval = std::chrono::milliseconds{500};
    net::Duration propose_again = std::chrono::seconds{2};
    std::int64_t left_ms_min = 5 * 60'000;    // of active time, for the configuration to be chosen in
    net::Duration wanted_for = std::chrono::seconds{20};   // who still wants it by then says so again
};

struct NextVotersEvents {
    net::Function<void(consensus::NodeId, const FileMessage&)> send;
    // May be lost; it is proposed again.
    net::Function<void(const ExpectVoters&)> propose;
    net::Function<consensus::Configuration()> configuration;
};

class NextVoters {
public:
    NextVoters(net::Loop& loop, View& view, ChunkFetch& fetch, consensus::NodeId self, NextVotersOptions options, NextVotersEvents events);
    NextVoters(const NextVoters&) = delete;
    NextVoters& operator=(const NextVoters&) = delete;
    ~NextVoters();

    // `voters`: all of them, after the change; `newcomer`: the one who does not vote yet. `ready` once, when the change may be proposed: at
    // once, to the configuration that governs at that moment. Another call takes the place of this one; for the same voters it goes on with
    // what was found out. Nobody is surprised long after by a change that was wanted once: it is given up when no call says it again.
    void prepare(std::vector<consensus::NodeId> voters, std::optional<consensus::NodeId> newcomer, net::Task ready);
    void cancel();
    void told(consensus::NodeId from, const CompleteTold& told);

    [[nodiscard]] bool is_under_way() const { return !voters_.empty(); }
    // Who was not known to hold every file at the last look, for a sentence.
    [[nodiscard]] std::vector<consensus::NodeId> incomplete() const;

private:
    void tick();
    // The state expects exactly these, and for long enough.
    [[nodiscard]] bool is_expected();
    void propose();
    void ask();
    [[nodiscard]] bool is_enough() const;

    net::Loop& loop_;
    View& view_;
    ChunkFetch& fetch_;
    consensus::NodeId self_;
    NextVotersOptions options_;
    NextVotersEvents events_;
    std::vector<consensus::NodeId> voters_;        // empty: nothing is prepared
    net::Instant wanted_at_{};
    std::optional<consensus::NodeId> newcomer_;
    net::Task ready_;
    std::optional<std::uint64_t> expected_from_;   // the slot from which on they have been expected without a break
    std::set<consensus::NodeId> complete_;         // at that slot or a later one
    std::optional<net::Instant> proposed_at_;
    net::TimerId timer_;
};

}  // namespace parley::chat
