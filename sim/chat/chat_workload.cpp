// The chat workload: real servers, real SQLite and real clients that register, join, write, read and get killed.
#include <algorithm>

#include <fmt/core.h>

#include "chat/state/chat_state.hpp"
#include "chat/state/view.hpp"
#include "consensus/core/membership.hpp"
#include "net/ports/probe.hpp"
#include "sim/chance.hpp"
#include "sim/chat/chat_replica.hpp"
#include "sim/chat/file_watch.hpp"
#include "sim/chat/person.hpp"
#include "sim/chat/room_audit.hpp"
#include "sim/chat/unnoticed_damage.hpp"
#include "sim/chat/wrong_results.hpp"
#include "sim/disk/vfs.hpp"
#include "sim/workload.hpp"

namespace parley::sim {
namespace {

class ChatWorkload final : public Workload {
public:
    explicit ChatWorkload(const WorldGround& ground)
        : ground_(ground), oracle_(ground.oracles.judge, ground.oracles.history), wrong_results_(ground.oracles.judge, ground.replicas), files_(ground), people_(ground.oracles.judge),
          memories_(ground.clients.size()),
          accounts_((ground.clients.size() + static_cast<std::size_t>(ground.options.devices) - 1) / static_cast<std::size_t>(ground.options.devices)) {
        oracle_.highest_applied = [this] { return highest_applied(); };
    }

    void install() override;
    [[nodiscard]] bool warm() const override;
    void wind_up() override;
    void wind_down() override;
    [[nodiscard]] bool settled(std::string& missing) const override;
    [[nodiscard]] bool recovered(std::string& missing) const override;
    void audit() override;
    void power_lost(Machine&) override {}
    [[nodiscard]] std::optional<std::size_t> leader() const override;
    [[nodiscard]] ReplicaLoad load(std::size_t replica) const override;
    [[nodiscard]] std::string standing(std::size_t replica) const override;
    void hand_over(std::size_t to) override;
    void change(const consensus::MembershipChange& change) override;
    [[nodiscard]] std::uint32_t priority(std::size_t replica) const override {
        return static_cast<const ChatReplica*>(ground_.replicas[replica]->process())->status().priority;
    }
    void err(Machine& machine) override { wrong_results_.err(machine); }
    [[nodiscard]] bool is_known_to_be_old(std::size_t replica, const consensus::Log& copy) const override;
    [[nodiscard]] bool stalls_by_right() const override;
    [[nodiscard]] bool goes_away() override;
    [[nodiscard]] bool is_missed(std::string& missing) const override;
    void look() override { files_.look(); }
    [[nodiscard]] std::uint64_t operations() const override { return oracle_.acknowledged(); }

private:
    [[nodiscard]] std::vector<LeaseOracle::Holder> lease_holders() const;
    [[nodiscard]] std::uint64_t highest_applied() const;
    void install_people();
    [[nodiscard]] bool takes_part(const Machine& machine) const;
    [[nodiscard]] bool has_unnoticed_damage(std::string& missing) const;
    // Nobody who was contradicted takes part, and all that take part agree.
    [[nodiscard]] bool self_checked(std::string& missing) const;
    void audit_replica(Machine& machine);

    WorldGround ground_;
    ChatOracle oracle_;
    WrongResults wrong_results_;
    FileWatch files_;
    PeopleWatch people_;
    std::vector<PersonMemory> memories_;
    std::vector<AccountMemory> accounts_;
    RetentionModel retentions_;
    std::uint64_t newest_digest_slot_ = 0;
    mutable std::optional<std::pair<std::size_t, DamagedPlace>> damage_;   // found the last time, and on which replica
    mutable std::uint64_t highest_ = 0;                       // slot that some replica is known to have applied
    mutable std::uint64_t highest_executed_ = 0;
    std::map<std::uint64_t, std::uint64_t> final_digests_;    // by slot
};

void ChatWorkload::install() {
    ground_.oracles.leases.holders = [this] { return lease_holders(); };
    register_vfs(true);
    let_vfs_sync_names(ground_.options.vfs_syncs_names != 0);
    ground_.queue.on_enter([this](const Dispatched& event) {
        // SQLite's generator and clock belong to the whole process: every machine meets its own.
        reseed_sqlite(hash_of(ground_.seed, hash_of_text("sqlite"), event.id.value));
        set_sqlite_time(WallClock{}.at(event.at));
    });
    const ChatReplicaSetting setting{ground_.queue, ground_.network, ground_.oracles, ground_.options, wrong_results_, files_, ground_.nodes};
    for (const auto& machine : ground_.replicas) {
        machine->install([setting](Machine& where, Owner owner) { return ChatReplica::start(setting, where, owner); });
    }
    install_people();
}

void ChatWorkload::install_people() {
    std::vector<std::string> addresses;
    for (const auto& machine : ground_.replicas) addresses.push_back(machine->identity().address);
    std::vector<std::string> rooms;
    const std::int64_t count = between(hash_of(ground_.seed, hash_of_text("rooms")), 1, 3);
    for (std::int64_t i = 0; i < count; ++i) rooms.push_back(fmt::format("room{}", i));
    for (std::size_t i = 0; i < ground_.clients.size(); ++i) {
        const std::size_t person = i / static_cast<std::size_t>(ground_.options.devices);
        const PersonSetting setting{ground_.queue, ground_.network,     ground_.oracles.judge, oracle_,
                                    ground_.oracles.equality, ground_.options, addresses,      rooms,
                                    arena,         i,             memories_[i],         person,
                                    accounts_[person], accounts_,       retentions_,           newest_digest_slot_, files_, people_};
        ground_.clients[i]->install(
            [setting](Machine& machine, Owner owner) { return Person::start(setting, machine, owner); });
    }
}

bool ChatWorkload::warm() const { return ground_.clients.empty() || operations() > 0; }

void ChatWorkload::wind_up() {
    for (PersonMemory& memory : memories_) memory.last = 0;
}

void ChatWorkload::wind_down() {
    for (PersonMemory& memory : memories_) memory.last = memory.written + 5;
}

bool ChatWorkload::settled(std::string& missing) const {
    for (const auto& machine : ground_.clients) {
        const auto* person = static_cast<const Person*>(machine->process());
        if (person == nullptr) {
            missing = fmt::format("the client on machine {} does not run", machine->id().value);
            return false;
        }
        if (!person->idle(missing)) return false;
    }
    return recovered(missing);
}

// A replica that is down may have applied what nobody else has, so nothing is forgotten.
std::uint64_t ChatWorkload::highest_applied() const {
    for (const auto& machine : ground_.replicas) {
        if (machine->running()) highest_executed_ = std::max(highest_executed_, static_cast<const ChatReplica*>(machine->process())->status().chosen_through);
    }
    return highest_executed_;
}

// Spares that nobody has added know nothing, and those that have gone hear nothing.
bool ChatWorkload::takes_part(const Machine& machine) const {
    const consensus::NodeId node = ground_.nodes[static_cast<std::size_t>(machine.id().value)].node;
    return !machine.is_retired() && consensus::find_member(ground_.oracles.configurations.newest(), node) != nullptr;
}

bool ChatWorkload::recovered(std::string& missing) const {
    for (const auto& machine : ground_.replicas) {
        if (!takes_part(*machine)) continue;
        const auto* replica = static_cast<const ChatReplica*>(machine->process());
        if (replica == nullptr) {
            missing = fmt::format("replica {} does not run", machine->id().value);
            return false;
        }
        highest_ = std::max(highest_, replica->status().applied_through);
    }
    for (const auto& machine : ground_.replicas) {
        if (!takes_part(*machine)) continue;
        const std::uint64_t applied = static_cast<const ChatReplica*>(machine->process())->status().applied_through;
        if (applied == highest_) continue;
        missing = fmt::format("replica {} stands at slot {}, another at {}", machine->id().value, applied, highest_);
        return false;
    }
    if (!self_checked(missing) || !files_.is_settled(missing)) return false;
    return ground_.options.scrub_ms == 0 || !has_unnoticed_damage(missing);
}

// Asked again and again while scrubbers look: what was damaged the last time is looked at first.
bool ChatWorkload::has_unnoticed_damage(std::string& missing) const {
    const auto log_of = [](Machine& machine) -> const consensus::Log& { return static_cast<const ChatReplica*>(machine.process())->log(); };
    if (damage_) {
        Machine& machine = *ground_.replicas[damage_->first];
        if (machine.is_retired() || !is_unnoticed(damage_->second, machine.disk(), log_of(machine))) damage_.reset();
    }
    for (std::size_t i = 0; !damage_ && i < ground_.replicas.size(); ++i) {
        Machine& machine = *ground_.replicas[i];
        if (!takes_part(machine)) continue;
        if (const auto place = unnoticed_damage(machine.disk(), log_of(machine))) damage_ = {i, *place};
    }
    if (damage_) missing = fmt::format("{} of machine {} is damaged and nobody has noticed", text_of(damage_->second), damage_->first);
    return damage_.has_value();
}

// All stand at the same slot, so their newest boundaries are the same one.
bool ChatWorkload::self_checked(std::string& missing) const {
    const std::vector<chat::Boundary>* first = nullptr;
    for (const auto& machine : ground_.replicas) {
        if (!takes_part(*machine)) continue;
        const auto& boundaries = static_cast<const ChatReplica*>(machine->process())->boundaries();
        if (first == nullptr) first = &boundaries;
        const bool differs = !boundaries.empty() && !first->empty() && boundaries.back() != first->back();
        if (!differs) continue;
        missing = fmt::format("the state of replica {} differs from that of another up to slot {}, and it takes part", machine->id().value,
                              boundaries.back().slot);
        return false;
    }
    return true;
}

// The last person, with all their devices.
bool ChatWorkload::goes_away() {
    if (ground_.options.presence_ms == 0 || accounts_.size() < 2) return false;
    for (std::size_t i = (accounts_.size() - 1) * static_cast<std::size_t>(ground_.options.devices); i < ground_.clients.size(); ++i) {
        ground_.clients[i]->crash(CrashKind::process_kill);
    }
    return true;
}

bool ChatWorkload::is_missed(std::string& missing) const {
    for (const auto& machine : ground_.clients) {
        const auto* const person = static_cast<const Person*>(machine->process());
        if (person == nullptr || !accounts_.back().user || person->sees(*accounts_.back().user, chat::Presence::offline)) continue;
        missing = fmt::format("the client on machine {} still sees somebody who has gone", machine->id().value);
        return false;
    }
    net::probe<"gone_and_missed">();
    return true;
}

bool ChatWorkload::is_known_to_be_old(std::size_t replica, const consensus::Log& copy) const {
    const consensus::Recovered& held = copy.recovered();
    const consensus::Life& next = held.lives.back();   // the process that this copy would start
    // Where nothing but starts lies between, as many starts of the copy say the same before anybody asks.
    const auto is_alike = [&next](const consensus::RememberedNode& before) {
        return before.incarnation >= next.incarnation && before.found.units <= next.found.units + (before.incarnation - next.incarnation);
    };
    return std::ranges::all_of(ground_.replicas, [&](const auto& machine) {
        if (machine == ground_.replicas[replica] || !takes_part(*machine)) return true;
        const auto* const other = static_cast<const ChatReplica*>(machine->process());
        return other != nullptr && std::ranges::any_of(other->remembered(), [&](const consensus::RememberedNode& remembered) {
            return remembered.node == held.identity.node && !is_alike(remembered) && has_gone_back(remembered, held.incarnation, {held.lives, copy.reached()});
        });
    });
}

// Two contradict each other, and whoever could tell which is right has no state from before they did, or one that was copied.
bool ChatWorkload::stalls_by_right() const {
    bool is_disputed = false;
    bool is_anybody_behind = false;
    for (const auto& machine : ground_.replicas) {
        const auto* replica = !takes_part(*machine) ? nullptr : static_cast<const ChatReplica*>(machine->process());
        if (replica == nullptr) continue;
        is_disputed = is_disputed || replica->status().role == "disputed";
        is_anybody_behind = is_anybody_behind || replica->needs_snapshot();
    }
    return is_disputed && (is_anybody_behind || wrong_results_.leave_no_majority());
}

std::optional<std::size_t> ChatWorkload::leader() const {
    std::optional<std::size_t> found;
    std::uint64_t highest = 0;
    for (std::size_t i = 0; i < ground_.replicas.size(); ++i) {
        const auto* replica = static_cast<const ChatReplica*>(ground_.replicas[i]->process());
        if (replica == nullptr) continue;
        const chat::StatusReport status = replica->status();
        if (status.role != "leader" || status.ballot_round < highest) continue;   // it may have been replaced
        highest = status.ballot_round;
        found = i;
    }
    return found;
}

ReplicaLoad ChatWorkload::load(std::size_t replica) const {
    return static_cast<const ChatReplica*>(ground_.replicas[replica]->process())->load();
}

std::string ChatWorkload::standing(std::size_t replica) const {
    const chat::StatusReport status = static_cast<const ChatReplica*>(ground_.replicas[replica]->process())->status();
    return fmt::format("({}) is {} of {} at ballot {}, chosen through {}, applied through {}, reaches {} of {}", status.alias,
                       status.role, status.leader_alias.empty() ? "nobody" : status.leader_alias, status.ballot_round,
                       status.chosen_through, status.applied_through, status.reachable, status.replicas);
}

void ChatWorkload::hand_over(std::size_t to) {
    const auto from = leader();
    if (!from) return;
    // Refused: another time.
    static_cast<void>(static_cast<ChatReplica*>(ground_.replicas[*from]->process())->hand_over(ground_.nodes[to].node));
}

void ChatWorkload::change(const consensus::MembershipChange& change) {
    if (const auto from = leader()) static_cast<void>(static_cast<ChatReplica*>(ground_.replicas[*from]->process())->change(change));
}

std::vector<LeaseOracle::Holder> ChatWorkload::lease_holders() const {
    std::vector<LeaseOracle::Holder> found;
    for (std::size_t i = 0; i < ground_.replicas.size(); ++i) {
        const auto* const replica = static_cast<const ChatReplica*>(ground_.replicas[i]->process());
        if (replica == nullptr || !replica->holds_lease()) continue;
        const consensus::ReplicaStatus status = replica->consensus_status();
        found.push_back({ground_.nodes[i].node, status.ballot, status.chosen_through});
    }
    return found;
}

void ChatWorkload::audit() {
    for (const auto& machine : ground_.replicas) {
        if (takes_part(*machine)) audit_replica(*machine);
    }
    oracle_.write_final_state();
}

void ChatWorkload::audit_replica(Machine& machine) {
    if (auto* replica = static_cast<ChatReplica*>(machine.process()); replica != nullptr) {
        (void)replica->settle();   // a failure was told to the judge
    }
    machine.crash(CrashKind::process_kill);
    machine.disk().restart();
    files_.check_bytes(static_cast<std::size_t>(machine.id().value));
    const std::string path = machine.disk().native_path(chat::Server::state_file);
    try {
        chat::ChatState state{path, vfs_name, chat::Limits{}};
        // Not the equality oracle's: a digest that a Verify command took lies within its slot, this one behind it.
        const std::uint64_t slot = state.applied_through().value;
        const std::uint64_t digest = state.digest();
        const bool is_unseen = wrong_results_.is_unseen(machine.id(), state.boundaries().empty() ? 0 : state.boundaries().back().slot);
        if (!is_unseen && final_digests_.emplace(slot, digest).first->second != digest) {
            ground_.oracles.judge.fail(Oracle::equality, fmt::format("the state of machine {} at slot {} differs from that of another",
                                                                     machine.id().value, slot));
        }
        auto view = chat::View::open(path, vfs_name);
        if (!view) throw chat::StateFailure(view.error().message);
        RoomAudit{ground_, oracle_, memories_, retentions_}.check(machine.id(), **view);
        people_.audit(**view, fmt::format("machine {}", machine.id().value));
    } catch (const chat::StateFailure& failure) {
        ground_.oracles.judge.fail(Oracle::recovery, fmt::format("the state on machine {} does not open: {}", machine.id().value,
                                                                 failure.what()));
    }
}

}  // namespace

std::unique_ptr<Workload> make_chat_workload(const WorldGround& ground) { return std::make_unique<ChatWorkload>(ground); }

}  // namespace parley::sim
