// ChatState: opens the database, and carries slots through one transaction into effects.
#include "chat/state/chat_state.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "chat/state/command_level.hpp"
#include "chat/state/context.hpp"
#include "chat/state/decoded_command.hpp"
#include "chat/state/digest.hpp"
#include "chat/state/running_hash.hpp"
#include "chat/state/schema.hpp"
#include "chat/state/store.hpp"
#include "consensus/core/membership.hpp"
#include "net/ports/check.hpp"
#include "net/ports/marks.hpp"

namespace parley::chat {
namespace {

// A step of log time counts at most this much towards the age of a session (Q8): an outage ends nobody's session.
constexpr std::int64_t active_step_ms_max = 5'000;

std::unique_ptr<Connection> open_database(const std::string& native_path, const char* vfs) {
    auto connection = std::make_unique<Connection>(native_path, vfs, Connection::Use::writer);
    state::prepare_schema(*connection);
    connection->lock_down();
    return connection;
}

}  // namespace

struct ChatState::Impl {
    Impl(const std::string& native_path, const char* vfs, const Limits& given_limits, int given_checkpoint_frames)
        : limits(given_limits), checkpoint_frames(given_checkpoint_frames), connection(open_database(native_path, vfs)),
          store(*connection), digest(*connection), applied_through(store.progress().applied_through) {
        Run run(read_configuration);
        if (!run.row()) return;
        const auto level = consensus::level_of(run.blob(0));
        // What the program claims to know is compared before anything is applied, with the whole replica in view.
        if (level > highest_level_applied) throw StateFailure(consensus::outdated(*level, highest_level_applied).message);
        auto kept = net::decode<consensus::Configuration>(run.blob(0));
        if (!kept) throw StateFailure("the state holds a configuration of the cluster that cannot be read");
        configuration = *std::move(kept);
    }

    void apply_slot(const consensus::DecodedSlot& decoded);
    void apply_batch(const consensus::DecodedSlot& decoded);
    void chain(const consensus::DecodedSlot& decoded, std::size_t effects_before);
    void apply_command(state::Context& context, const net::Bytes& bytes);
    [[nodiscard]] bool is_known(const Command& command) const { return !configuration || level_of(command) <= configuration->level; }
    Answer apply_body(state::Context& context, const Unnumbered& body);
    Answer apply_body(state::Context& context, const Numbered& body) { return state::execute(context, body); }
    Answer verify(state::Context& context);
    void advance(std::uint64_t slot, std::int64_t log_time_ms);
    void take_configuration(const consensus::Batch& batch);

    // `write` on the database; an error of SQLite is the end of this replica (Q2).
    template <class Write>
    void or_fail(const char* what, Write write);
    void plant_early_progress(consensus::Slot through);

    Limits limits;
    int checkpoint_frames;
    std::unique_ptr<Connection> connection;
    state::Store store;
    state::Digest digest;
    Statement read_configuration{*connection, "SELECT configuration FROM membership WHERE one = 1"};
    Statement write_configuration{*connection, "INSERT OR REPLACE INTO membership VALUES (1, ?1)"};
    std::optional<consensus::Configuration> configuration;   // of the next slot, once it was changed
    std::uint64_t applied_through;      // committed
    std::uint64_t durable_through = 0;  // in the database file, synced
    std::uint64_t verified_slot = 0;    // of the last Verify
    std::uint64_t verified_digest = 0;
    std::vector<Effect> effects;        // of what was executed
    std::optional<Transaction> open;    // holds what was executed since the last commit
    bool failed = false;
};

template <class Write>
void ChatState::Impl::or_fail(const char* what, Write write) {
    if (failed) throw StateFailure("the state failed before and takes no more slots");
    try {
        write();
    } catch (const SqliteError& error) {
        failed = true;
        open.reset();
        throw StateFailure(std::string{what} + ": " + error.what(), error.damaged());
    }
}

void ChatState::Impl::plant_early_progress(consensus::Slot through) {
    Transaction early(*connection, Transaction::Kind::write);
    const std::uint64_t before = std::exchange(store.progress().applied_through, through.value);
    store.flush();
    early.commit();
    store.progress().applied_through = before;
}

void ChatState::Impl::advance(std::uint64_t slot, std::int64_t log_time_ms) {
    state::Progress& progress = store.progress();
    CHECK(slot == progress.applied_through + 1, "slots are applied one by one");
    progress.applied_through = slot;
    const std::int64_t step = std::max<std::int64_t>(log_time_ms - progress.log_time_ms, 0);
    progress.log_time_ms += step;
    progress.active_ms += std::min(step, active_step_ms_max);
}

void ChatState::Impl::take_configuration(const consensus::Batch& batch) {
    auto next = consensus::configuration_in(batch);
    if (!next || !consensus::follows(configuration.value_or(consensus::Configuration{}), *next)) return;
    Run(write_configuration, std::span<const std::byte>{batch.commands.front()}).done();
    configuration = *std::move(next);
    store.files().expect_nobody();
}

void ChatState::Impl::apply_slot(const consensus::DecodedSlot& decoded) {
    const std::size_t effects_before = effects.size();
    apply_batch(decoded);
    chain(decoded, effects_before);
}

void ChatState::Impl::chain(const consensus::DecodedSlot& decoded, std::size_t effects_before) {
    state::Progress& progress = store.progress();
    progress.batches = state::chain_batch(progress.batches, decoded);
    progress.results = state::chain_results(progress.results, progress, std::span{effects}.subspan(effects_before));
    if (decoded.slot.value % limits.boundary_slots == 0) store.add_boundary();
}

void ChatState::Impl::apply_batch(const consensus::DecodedSlot& decoded) {
    advance(decoded.slot.value, decoded.batch.log_time_ms);
    state::Context context{store, limits, effects, decoded.slot.value, 0, store.progress().log_time_ms, configuration ? &*configuration : nullptr};
    sweep_sessions(context);
    for (const FileId file : store.erase_some()) tell_if_gone(context, file);
    erase_aged(context);
    erase_left_behind(context);
    end_old_uploads(context);
    if (decoded.batch.kind == consensus::BatchKind::no_op) return;
    if (decoded.batch.kind == consensus::BatchKind::configuration) return take_configuration(decoded.batch);
    for (const net::Bytes& bytes : decoded.batch.commands) {
        apply_command(context, bytes);
        ++context.place;
    }
}

void ChatState::Impl::apply_command(state::Context& context, const net::Bytes& bytes) {
    // Bytes that are no command have no sender to answer: they keep their place and change nothing. So do those of a command that the
    // cluster's level does not have, for replicas of an older version.
    const auto command = decoded_command(bytes);
    if (!command || !is_known(command.value())) return;
    Answer answer = std::visit([&](const auto& body) { return apply_body(context, body); }, command.value().body);
    if (command.value().origin.node != 0) effects.push_back(CommandAnswered{command.value().origin, std::move(answer)});
}

Answer ChatState::Impl::apply_body(state::Context& context, const Unnumbered& body) {
    struct Visitor {
        Impl& impl;
        state::Context& context;
        Answer operator()(const Register& command) const { return state::execute(context, command); }
        Answer operator()(const LogIn& command) const { return state::execute(context, command); }
        Answer operator()(const ChangePassword& command) const { return state::execute(context, command); }
        Answer operator()(const ResetPassword& command) const { return state::execute(context, command); }
        Answer operator()(const OpenSession& command) const { return state::execute(context, command); }
        Answer operator()(const Verify&) const { return impl.verify(context); }
        Answer operator()(const ConfirmFile& command) const { return state::execute(context, command); }
        Answer operator()(const ExpectVoters& command) const { return state::execute(context, command); }
    };
    return std::visit(Visitor{*this, context}, body);
}

Answer ChatState::Impl::verify(state::Context& context) {
    // Digests are compared by slot, so a slot has one: that of its first Verify.
    if (context.slot != verified_slot) {
        store.flush();
        verified_digest = digest.compute();
        verified_slot = context.slot;
        effects.push_back(DigestTaken{context.slot, verified_digest});
    }
    return {context.slot, Verified{verified_digest}};
}

ChatState::ChatState(const std::string& native_path, const char* vfs, const Limits& limits, int checkpoint_frames) {
    try {
        impl_ = std::make_unique<Impl>(native_path, vfs, limits, checkpoint_frames);
        // SQLite does not know any more how much of an older process's log is in the file, and would append to it. A power cut that
        // tears the sector where the two meet takes the last of the old commits out of the log, but not out of the file.
        if (impl_->connection->checkpoint()) impl_->durable_through = impl_->applied_through;
    } catch (const SqliteError& error) {
        throw StateFailure("cannot open the state in " + native_path + ": " + error.what(), error.damaged());
    }
}

ChatState::~ChatState() = default;

consensus::Slot ChatState::applied_through() const { return consensus::Slot{impl_->applied_through}; }

consensus::Slot ChatState::executed_through() const {
    return consensus::Slot{impl_->open ? impl_->store.progress().applied_through : impl_->applied_through};
}

void ChatState::apply(std::span<const consensus::DecodedSlot> slots) {
    execute(slots);
    commit();
}

void ChatState::execute(std::span<const consensus::DecodedSlot> slots) {
    if (slots.empty()) return;
    impl_->or_fail("the state could not be written", [&] {
        if (!impl_->open && net::planted("applied_through_outside_transaction")) impl_->plant_early_progress(slots.back().slot);
        if (!impl_->open) impl_->open.emplace(*impl_->connection, Transaction::Kind::write);
        for (const consensus::DecodedSlot& decoded : slots) impl_->apply_slot(decoded);
    });
}

void ChatState::commit() {
    if (!impl_->open) return;
    impl_->or_fail("the state could not be written", [this] {
        impl_->store.flush();
        impl_->open->commit();
        impl_->open.reset();
        impl_->store.trim();
    });
    impl_->applied_through = impl_->store.progress().applied_through;
}

const std::vector<Boundary>& ChatState::boundaries() const { return impl_->store.boundaries(); }

consensus::AppliedState ChatState::applied() const { return {applied_through(), impl_->configuration, impl_->store.progress().log_time_ms}; }

const std::optional<consensus::Configuration>& ChatState::configuration() const { return impl_->configuration; }

std::uint64_t ChatState::digest() {
    std::uint64_t digest = 0;
    impl_->or_fail("the state could not be read", [&] { digest = impl_->digest.compute(); });
    return digest;
}

bool ChatState::has_to_erase(std::int64_t now_ms) const {
    const state::Progress& progress = impl_->store.progress();
    const bool is_time = progress.retentions > 0 && progress.retention_due_ms <= now_ms;
    return is_time || progress.doomed_rooms > 0 || impl_->store.people().may_have_erasures();
}

std::vector<Effect> ChatState::take_effects() { return std::exchange(impl_->effects, {}); }

consensus::Slot ChatState::durable_through() const { return consensus::Slot{impl_->durable_through}; }

void ChatState::checkpoint_if_due() {
    const int frames = impl_->connection->wal_frames();
    if (impl_->failed || impl_->open || frames < impl_->checkpoint_frames) return;
    impl_->or_fail("the state could not be copied into its file", [&] {
        if (impl_->connection->checkpoint()) impl_->durable_through = impl_->applied_through;
    });
}

}  // namespace parley::chat
