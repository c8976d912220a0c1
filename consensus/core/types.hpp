// The words of the protocol: who, which attempt, which place, what. Strong types that do not convert into each other.
// Sources: Lamport, "The Part-Time Parliament" (1998) and "Paxos Made Simple" (2001).
#pragma once

#include <algorithm>
#include <compare>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "net/archive/archive.hpp"
#include "net/ports/bytes.hpp"

namespace parley::consensus {

using net::make_nvp;

// 64 random bits, made together with the data folder; 0 is nobody.
struct NodeId {
    std::uint64_t value = 0;
    friend auto operator<=>(const NodeId&, const NodeId&) = default;
};

// 64 random bits shared by all members of one cluster; 0 is none.
struct ClusterId {
    std::uint64_t value = 0;
    friend auto operator<=>(const ClusterId&, const ClusterId&) = default;
};

// A place in the log, counted from 1; 0 is "before the first".
struct Slot {
    std::uint64_t value = 0;
    friend auto operator<=>(const Slot&, const Slot&) = default;
    [[nodiscard]] Slot next() const { return Slot{value + 1}; }
    [[nodiscard]] Slot previous() const { return Slot{value - 1}; }
};

// One attempt to lead. Ordered by round, then node, so that no two nodes ever own the same ballot. {0, nobody} is below all.
struct Ballot {
    std::uint64_t round = 0;
    NodeId node;
    friend auto operator<=>(const Ballot&, const Ballot&) = default;
};

// Names one log write of this incarnation; grows by one per write, 0 is "nothing written yet".
struct WriteId {
    std::uint64_t value = 0;
    friend auto operator<=>(const WriteId&, const WriteId&) = default;
};

template <class Archive>
void serialize(Archive& archive, NodeId& id, unsigned) { archive & make_nvp("value", id.value); }
template <class Archive>
void serialize(Archive& archive, ClusterId& id, unsigned) { archive & make_nvp("value", id.value); }
template <class Archive>
void serialize(Archive& archive, Slot& slot, unsigned) { archive & make_nvp("value", slot.value); }
template <class Archive>
void serialize(Archive& archive, WriteId& id, unsigned) { archive & make_nvp("value", id.value); }
template <class Archive>
void serialize(Archive& archive, Ballot& ballot, unsigned) {
    archive & make_nvp("round", ballot.round) & make_nvp("node", ballot.node);
}

// What one slot can hold.
enum class BatchKind : std::uint8_t {
    no_op = 0,      // fills a slot during recovery; changes nothing
    commands = 1,   // commands for the state machine, in order
    configuration = 2,   // one command: the encoded Configuration that governs the slots behind this one
};
constexpr BatchKind greatest(BatchKind) { return BatchKind::configuration; }

// The contents of a slot, decoded.
struct Batch {
    BatchKind kind = BatchKind::no_op;
    std::int64_t log_time_ms = 0;              // the leader's stamp; never smaller than the one of the slot before
    std::vector<net::Bytes> commands;          // opaque here
    friend bool operator==(const Batch&, const Batch&) = default;
};
template <class Archive>
void serialize(Archive& archive, Batch& batch, unsigned) {
    archive & make_nvp("kind", batch.kind) & make_nvp("log_time_ms", batch.log_time_ms) &
        make_nvp("commands", batch.commands);
}

// The contents of a slot as they travel and lie on disk: encoded once, shared, never changed.
class Value {
public:
    Value() = default;                              // empty: not a legal slot content
    explicit Value(const Batch& batch) : Value(net::encode(batch)) {}
    explicit Value(net::Bytes encoded_batch) : encoded_(net::share(std::move(encoded_batch))) {}

    [[nodiscard]] bool empty() const { return encoded_ == nullptr || encoded_->empty(); }
    [[nodiscard]] net::ByteView bytes() const { return encoded_ ? net::ByteView{*encoded_} : net::ByteView{}; }
    [[nodiscard]] const net::SharedBytes& shared() const { return encoded_; }
    [[nodiscard]] std::size_t size() const { return encoded_ ? encoded_->size() : 0; }
    [[nodiscard]] net::Result<Batch> decoded() const { return net::decode<Batch>(bytes()); }

    friend bool operator==(const Value& left, const Value& right) {
        if (left.encoded_ == right.encoded_) return true;
        return std::ranges::equal(left.bytes(), right.bytes());
    }

    template <class Archive>
    friend void serialize(Archive& archive, Value& value, unsigned) {
        if constexpr (Archive::is_saving::value) {
            static const net::Bytes none;
            archive & make_nvp("batch", value.encoded_ ? *value.encoded_ : none);
        } else {
            net::Bytes bytes;
            archive & make_nvp("batch", bytes);
            value = Value{std::move(bytes)};
        }
    }

private:
    net::SharedBytes encoded_;
};

// Which formats and commands a program knows, or a cluster uses (docs/protocol.md, "Feature levels"). Never falls.
struct FeatureLevel {
    std::uint32_t value = 1;
    friend auto operator<=>(const FeatureLevel&, const FeatureLevel&) = default;
};
template <class Archive>
void serialize(Archive& archive, FeatureLevel& level, unsigned) { archive & make_nvp("value", level.value); }

// From here on members change their addresses through the log, and configurations say which did.
inline constexpr FeatureLevel level_of_moves{2};
// From here on a configuration says whether leaders hold leases, and there are messages for them.
inline constexpr FeatureLevel level_of_leases{3};
// From here on replicas tell each other that their disks are full.
inline constexpr FeatureLevel level_of_room{4};
// From here on a configuration says which members should lead rather than others.
inline constexpr FeatureLevel level_of_priorities{5};
// From here on there are conversations of several people, profiles, drafts and more of accounts (docs/decisions/0020).
inline constexpr FeatureLevel level_of_people{6};
// From here on there are files (docs/decisions/0017).
inline constexpr FeatureLevel level_of_files{7};
// What this program knows.
inline constexpr FeatureLevel highest_feature_level{7};

// A slot's value as one acceptor holds it: accepted at this ballot.
struct AcceptedValue {
    Slot slot;
    Ballot ballot;
    Value value;
    friend bool operator==(const AcceptedValue&, const AcceptedValue&) = default;
};
template <class Archive>
void serialize(Archive& archive, AcceptedValue& accepted, unsigned) {
    archive & make_nvp("slot", accepted.slot) & make_nvp("ballot", accepted.ballot) & make_nvp("value", accepted.value);
}

// One replica as the configuration knows it.
struct Member {
    NodeId node;
    std::string address;   // "host:port"
    std::string alias;     // "1", "2", … for people
    // The number drawn by the one process that may make a data folder for it after it was added: no second one ever is (P12).
    std::uint64_t joined = 0;
    friend bool operator==(const Member&, const Member&) = default;
};
template <class Archive>
void serialize(Archive& archive, Member& member, unsigned) {
    archive & make_nvp("node", member.node) & make_nvp("address", member.address) & make_nvp("alias", member.alias) &
        make_nvp("joined", member.joined);
}

// The member's address is not the one that it came with: it was changed by the configuration of this id.
struct Move {
    NodeId node;
    std::uint64_t configuration = 0;
    friend bool operator==(const Move&, const Move&) = default;
};
template <class Archive>
void serialize(Archive& archive, Move& move, unsigned) {
    archive & make_nvp("node", move.node) & make_nvp("configuration", move.configuration);
}

// A member should lead rather than those of lower priority (P8).
inline constexpr std::uint32_t priority_max = 100;
inline constexpr std::uint32_t default_priority = 50;
struct Priority {
    NodeId node;
    std::uint32_t value = default_priority;   // up to priority_max
    friend bool operator==(const Priority&, const Priority&) = default;
};
template <class Archive>
void serialize(Archive& archive, Priority& priority, unsigned) {
    archive & make_nvp("node", priority.node) & make_nvp("value", priority.value);
}

// Who belongs to the cluster. Changed by chosen slots only, one voter at a time (P11).
struct Configuration {
    std::uint64_t id = 1;           // grows by one with each change
    std::vector<Member> voters;     // ordered by node id
    std::vector<Member> learners{};   // members without a vote, ordered by node id
    FeatureLevel level = highest_feature_level;   // of the cluster
    std::vector<Move> moves{};        // ordered by node id; from level_of_moves on
    bool leases = false;              // leaders answer reads on leases (P10); from level_of_leases on
    std::vector<Priority> priorities{};   // other than the default, of members, ordered by node id; from level_of_priorities on
    friend bool operator==(const Configuration&, const Configuration&) = default;
};
// The level lies in the upper bits of the first word and is read before anything else, so that a program can tell what it does not
// know from what is damaged. At level 1 the bytes are those from before there were levels.
inline constexpr unsigned level_shift = 48;
constexpr FeatureLevel level_in(std::uint64_t first_word) { return FeatureLevel{static_cast<std::uint32_t>(first_word >> level_shift) + 1}; }
template <class Archive>
void serialize(Archive& archive, Configuration& configuration, unsigned) {
    std::uint64_t first = configuration.id | std::uint64_t{configuration.level.value - 1} << level_shift;
    archive & make_nvp("id", first);
    if constexpr (!Archive::is_saving::value) {
        configuration.id = first & ((std::uint64_t{1} << level_shift) - 1);
        configuration.level = level_in(first);
    }
    archive & make_nvp("voters", configuration.voters) & make_nvp("learners", configuration.learners);
    if (configuration.level >= level_of_moves) archive & make_nvp("moves", configuration.moves);
    if (configuration.level >= level_of_leases) archive & make_nvp("leases", configuration.leases);
    if (configuration.level >= level_of_priorities) archive & make_nvp("priorities", configuration.priorities);
}

}  // namespace parley::consensus
