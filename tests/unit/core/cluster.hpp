// Cluster: replicas without a network or a disk, for tests of the protocol alone. Messages lie in a bag until a test or
// a random schedule takes them out; each node's disk is a model that keeps what was made durable, and the ordering law
// (asserting messages and chosen slots wait for the writes before them) is applied as the Driver does.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "consensus/core/replica.hpp"

namespace parley::consensus::testing {

// What one node's disk holds; outlives its crashes.
struct ModelDisk {
    Ballot promised;
    std::map<Slot, AcceptedValue> records;   // the highest ballot of each slot
    std::set<Slot> faulty;
    Slot chosen_through;                     // may lag
    Slot applied_through;                    // what the state machine took
    Configuration configuration;             // of the slot after that: the state machine keeps it
};

struct InFlight {
    NodeId from;
    NodeId to;
    Message message;
};

class Cluster {
public:
    // `voters` of the nodes, the first ones, form the cluster; 0: all of them.
    Cluster(std::size_t size, Options options, std::size_t voters = 0);

    // Events. Time is one for all nodes.
    void advance(net::Duration by) { now_ += by; }
    void tick(NodeId node);
    void propose(NodeId node, const std::string& text);
    void read(NodeId node);
    void peer_down(NodeId node, NodeId peer);
    void peer_up(NodeId node, NodeId peer);
    void hand_over(NodeId node, NodeId to);
    // Asks the node, whether it leads or not.
    net::Result<void> change(NodeId node, ChangeKind kind, NodeId whom);
    // Takes the message out of the bag (or leaves a copy there) and hands it over.
    void deliver(std::size_t index, bool keep_copy = false);
    void drop(std::size_t index);
    // The oldest write in flight becomes durable; what waited for it leaves.
    bool sync(NodeId node);
    void crash(NodeId node);
    void restart(NodeId node);

    // Runs ticks and delivers everything, in order, for a while: a network without faults.
    void run(net::Duration time, net::Duration step = std::chrono::milliseconds{10});
    void settle();   // delivers and syncs until nothing is left to do

    [[nodiscard]] NodeId node(std::size_t number) const { return NodeId{number}; }   // from 1
    [[nodiscard]] std::size_t size() const { return nodes_.size(); }
    [[nodiscard]] bool alive(NodeId node) const { return nodes_.at(node).replica.has_value(); }
    [[nodiscard]] ReplicaStatus status(NodeId node) const { return nodes_.at(node).replica->status(); }
    // As far as chosen values tell.
    [[nodiscard]] const Configuration& newest_configuration() const { return governs_.rbegin()->second; }
    [[nodiscard]] bool is_member(NodeId node) const { return find_member(newest_configuration(), node) != nullptr; }
    [[nodiscard]] std::optional<NodeId> leader() const;   // the one with the highest ballot that leads
    [[nodiscard]] std::deque<InFlight>& bag() { return bag_; }
    [[nodiscard]] ModelDisk& disk(NodeId node) { return nodes_.at(node).disk; }
    [[nodiscard]] bool syncing(NodeId node) const { return !nodes_.at(node).waiting.empty(); }
    // Command texts in order of their slots, as this node's state machine took them.
    [[nodiscard]] const std::vector<std::string>& applied(NodeId node) const { return nodes_.at(node).applied; }
    [[nodiscard]] std::uint32_t refused(NodeId node) const { return nodes_.at(node).refused; }
    [[nodiscard]] std::size_t reads_answered() const { return reads_answered_; }
    // The first contradiction between nodes, empty while there is none: two values chosen for one slot (by a quorum of
    // durable votes of one ballot, whether or not anybody noticed, or handed out), two values durable under one
    // (slot, ballot), a slot handed out twice or out of order, a read slot below what any state machine had when it was
    // asked for.
    [[nodiscard]] const std::string& contradiction() const { return contradiction_; }

    // Called when something becomes durable, and when a state machine takes a slot.
    std::function<void(NodeId, const Write&)> on_write;
    std::function<void(NodeId, const ChosenSlot&)> on_chosen;

    void skew_clock(NodeId node, std::int64_t ms) { nodes_.at(node).skew_ms = ms; }
    void set_auto_sync(bool on) { auto_sync_ = on; }
    void set_chance(std::uint64_t bits) { chance_ = bits; }
    net::Instant now() const { return now_; }

private:
    struct Waiting {
        Output output;
        std::vector<Outgoing> asserting;
    };
    struct Node {
        std::optional<Replica> replica;
        ModelDisk disk;
        std::deque<Waiting> waiting;
        std::vector<std::string> applied;
        std::uint32_t refused = 0;
        std::int64_t skew_ms = 0;
        WriteId durable;
        std::map<std::uint64_t, Slot> reads;   // by ticket: what was applied anywhere when it was asked
    };
    void step(NodeId node, Event event);
    void take(NodeId node, Output output);
    void write(NodeId id, const Write& write);
    void observe_vote(NodeId id, const AcceptedValue& record);
    void observe_chosen(Slot slot, const Value& value);
    void observe_message(NodeId id, const Message& message);
    [[nodiscard]] Slot chosen_end() const;
    void hand_out(NodeId id, const ChosenSlot& chosen);
    void answer_reads(Node& node, const ReadSlotKnown& known);
    [[nodiscard]] Moment moment(const Node& node);
    void contradict(std::string sentence);

    std::map<NodeId, Node> nodes_;
    Configuration configuration_;
    Options options_;
    std::deque<InFlight> bag_;
    net::Instant now_{std::chrono::seconds{100}};
    std::uint64_t chance_ = 1;
    bool auto_sync_ = false;
    std::map<Slot, Configuration> governs_;   // by the first slot
    std::map<Slot, Value> chosen_;
    std::map<std::pair<Slot, Ballot>, Value> voted_;
    std::map<std::pair<Slot, Ballot>, std::set<NodeId>> votes_;
    Slot applied_anywhere_;
    std::uint64_t last_ticket_ = 0;
    std::size_t reads_answered_ = 0;
    std::string contradiction_;
};

Member member_of(std::size_t number);
Batch batch_of(const std::string& text);
std::vector<std::string> texts(const Value& value);
net::Bytes bytes_of(const std::string& text);

}  // namespace parley::consensus::testing
