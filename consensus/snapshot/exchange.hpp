// Exchange: both sides of snapshots of one replica, offering and fetching, behind one door for messages.
#pragma once

#include "consensus/core/step.hpp"
#include "consensus/snapshot/fetch.hpp"
#include "consensus/snapshot/offers.hpp"
#include "consensus/storage/log.hpp"

namespace parley::consensus {

class Exchange {
public:
    Exchange(net::Loop& loop, net::Disk& disk, FetchOptions fetch, FetchEvents fetching, OffersEvents offering)
        : offers_(loop, disk, std::move(offering)), fetch_(loop, disk, std::move(fetch), std::move(fetching)) {}

    void received(NodeId from, SnapshotMessage message) {
        std::visit([&](auto& each) { on(from, each); }, message);
    }
    // After every change of status.
    void status(const ReplicaStatus& status) {
        status.needs_snapshot ? fetch_.need(status.chosen_through.next(), "it is below the floor of every replica that can be reached")
                              : fetch_.need_no_more();
    }
    // Whom to ask from now on.
    void set_peers(std::vector<NodeId> peers) { fetch_.set_peers(std::move(peers)); }
    // An image of that slot or a later one; `why` goes into the note.
    void need(Slot slot, const std::string& why) { fetch_.need(slot, why); }
    // For operators, who are no peers.
    [[nodiscard]] Offers& offers() { return offers_; }
    // For Driver::checkpointed.
    [[nodiscard]] Slot hold() const { return offers_.held().value_or(no_hold); }

private:
    void on(NodeId from, const ImageWanted& wanted) { offers_.wanted(from, wanted); }
    void on(NodeId from, ImageOffered& offered) { fetch_.received(from, std::move(offered)); }
    void on(NodeId from, const ChunkWanted& wanted) { offers_.wanted(from, wanted); }
    void on(NodeId from, const ChunkData& data) { fetch_.received(from, data); }

    Offers offers_;
    Fetch fetch_;
};

}  // namespace parley::consensus
