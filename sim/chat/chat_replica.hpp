// ChatReplica: one replica process of the chat, the very composition that ships, on the ports of a simulated machine.
#pragma once

#include <memory>

#include "chat/server/server.hpp"
#include "sim/chat/file_watch.hpp"
#include "sim/chat/wrong_results.hpp"
#include "sim/machine.hpp"
#include "sim/options.hpp"
#include "sim/oracles/oracles.hpp"
#include "sim/sim_secrets.hpp"
#include "sim/sim_worker.hpp"

namespace parley::sim {

struct ChatReplicaSetting {
    EventQueue& queue;
    SimNetwork& network;
    Oracles& oracles;
    const RunOptions& options;
    WrongResults& wrong_results;
    FileWatch& files;
    const std::vector<consensus::Member>& nodes;   // by machine
};

class ChatReplica final : public Process {
public:
    // None when it cannot start; the judge was told unless the power failed while it tried.
    static std::unique_ptr<ChatReplica> start(const ChatReplicaSetting& setting, Machine& machine, Owner owner);

    [[nodiscard]] chat::StatusReport status() const { return server_->status(); }
    net::Result<void> hand_over(consensus::NodeId to) { return server_->hand_over(to); }
    net::Result<void> change(const consensus::MembershipChange& change) { return server_->change(change); }
    // Would it answer a read on a lease now?
    [[nodiscard]] bool holds_lease() const;
    [[nodiscard]] consensus::ReplicaStatus consensus_status() const { return server_->metrics().replica; }
    [[nodiscard]] ReplicaLoad load() const;
    net::Result<void> settle() { return server_->settle(); }
    [[nodiscard]] const std::vector<chat::Boundary>& boundaries() const { return server_->boundaries(); }
    [[nodiscard]] std::vector<consensus::RememberedNode> remembered() const { return server_->remembered(); }
    [[nodiscard]] const consensus::Log& log() const { return server_->log(); }
    // No log that it can reach goes on where its state ends.
    [[nodiscard]] bool needs_snapshot() const { return server_->metrics().replica.needs_snapshot || server_->metrics().rebuilding; }

private:
    ChatReplica(const ChatReplicaSetting& setting, Machine& machine, Owner owner);
    bool open(const ChatReplicaSetting& setting, Machine& machine);

    SimLoop loop_;
    SimWorker worker_;
    SimSecrets secrets_;
    std::unique_ptr<net::Dialer> dialer_;
    std::unique_ptr<net::Listener> listener_;
    std::unique_ptr<chat::Server> server_;
};

}  // namespace parley::sim
