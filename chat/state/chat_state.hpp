// ChatState: the replicated state of the chat in one SQLite database (rules and schema: docs/state.md).
// One writer connection lives here; readers are Views. Never random(), never the wall clock, never an unordered SELECT.
#pragma once

#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "chat/state/boundary.hpp"
#include "chat/state/effects.hpp"
#include "consensus/state_machine.hpp"

namespace parley::chat {

// Part of the meaning of a command: every replica of a cluster must have the same.
struct Limits {
    std::size_t text_bytes_max = std::size_t{16} << 10U;
    std::size_t name_bytes_max = 64;
    std::uint32_t logins_per_user_max = 64;
    std::uint32_t sessions_per_login_max = 64;
    std::uint32_t rooms_max = 100'000;
    std::uint32_t members_per_room_max = 100'000;
    std::uint32_t edits_per_message_max = 100;
    std::uint32_t emojis_per_message_max = 24;
    std::uint32_t pins_per_room_max = 50;
    std::size_t topic_bytes_max = 1024;
    std::uint32_t bans_per_room_max = 10'000;
    std::uint32_t invites_per_user_max = 100;                              // that can still be used
    std::uint32_t uses_per_invite_max = 1'000;
    std::int64_t invite_ms_max = std::int64_t{90} * 24 * 3600 * 1000;
    std::uint32_t blocked_per_user_max = 1'000;
    std::uint32_t answers_kept_max = 64;                                   // per session (Q8)
    std::int64_t session_idle_ms_max = std::int64_t{7} * 24 * 3600 * 1000; // of log time, outages not counted
    std::uint64_t file_bytes_max = std::uint64_t{1} << 30U;
    std::size_t file_name_bytes_max = 255;
    std::uint32_t uploads_per_user_max = 16;
    std::int64_t upload_ms_max = std::int64_t{24} * 3600 * 1000;           // of active time, from its last beginning
    std::uint64_t file_bytes_per_user_max = std::uint64_t{10} << 30U;      // messages with files and uploads
    std::uint64_t all_file_bytes_max = std::uint64_t{100} << 30U;          // each file once
    std::size_t people_per_conversation_max = 9;                           // oneself counts
    std::uint32_t conversations_begun_max = 1'000;                         // of several people, by one user
    std::uint32_t drafts_per_user_max = 100;
    std::int64_t expected_voters_ms = std::int64_t{10} * 60 * 1000;        // of active time
    std::uint64_t boundary_slots = 1024;                                   // how far boundaries of the self-check are apart (P13)
};

// When SQLite's log, in frames of 4 KiB, is copied back into the database file and begins anew.
inline constexpr int default_checkpoint_frames = 2'000;

// What must stop the replica: a write that SQLite refused (Q2). Caught once, by the replica's owner.
class StateFailure : public std::runtime_error {
public:
    explicit StateFailure(const std::string& sentence, bool damaged = false) : std::runtime_error(sentence), damaged_(damaged) {}
    // The database's bytes are not what was written: it has to be set aside and made anew, not opened again (Q6).
    [[nodiscard]] bool damaged() const { return damaged_; }

private:
    bool damaged_;
};

class ChatState final : public consensus::StateMachine {
public:
    // Opens or makes the database at `native_path` with SQLite VFS `vfs` (nullptr: the default one). Throws
    // StateFailure with a sentence when the file is damaged, of a newer format, or cannot be opened.
    ChatState(const std::string& native_path, const char* vfs, const Limits& limits, int checkpoint_frames = default_checkpoint_frames);
    // What was executed and not committed is dropped; the log brings it back.
    ~ChatState() override;

    // Slots that are committed; at most executed_through().
    [[nodiscard]] consensus::Slot applied_through() const override;
    [[nodiscard]] consensus::Slot executed_through() const;

    // Executes and commits.
    void apply(std::span<const consensus::DecodedSlot> slots) override;

    // Executes the next slots inside a transaction that stays open: their effects can be taken at once, a View sees them
    // only after commit(). The log, not this database, makes them durable. Throws StateFailure.
    void execute(std::span<const consensus::DecodedSlot> slots);
    // Commits all that was executed, in one transaction; nothing to do is fine. Throws StateFailure.
    void commit();

    // Of the state at executed_through().
    [[nodiscard]] std::uint64_t digest() override;

    // Something waits to be erased: messages of deleted rooms, texts of accounts that went with them or that are older by now (Unix time)
    // than their room keeps them. It goes a little with each slot, whatever the slot
    // holds. After a start it may say so once for nothing.
    [[nodiscard]] bool has_to_erase(std::int64_t now_ms) const;

    // What a replica starts with.
    [[nodiscard]] consensus::AppliedState applied() const;
    // Of the slot after executed_through(); none before the first change of membership. At a start that is applied_through().
    [[nodiscard]] const std::optional<consensus::Configuration>& configuration() const;

    // The running hashes at the newest boundaries up to executed_through(), in order (P13).
    [[nodiscard]] const std::vector<Boundary>& boundaries() const;

    // The effects of what was executed, in order; each is given out once.
    std::vector<Effect> take_effects();

    // SQLite's log is copied back into the database file when it grew past a limit; takes as long as a sync of the disk,
    // never waits for a reader. Does nothing inside a transaction. Throws StateFailure.
    void checkpoint_if_due();
    // Every slot up to here is in the database file itself, synced: no power cut takes it back, so the log need not
    // keep it. Known from checkpoints of this process, the first of which is part of opening.
    [[nodiscard]] consensus::Slot durable_through() const;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace parley::chat
