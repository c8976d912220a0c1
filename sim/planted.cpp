#include "sim/planted.hpp"

#include <array>
#include <string>

#include "net/ports/marks.hpp"

namespace parley::sim {
namespace {

constexpr std::array bugs{
    PlantedBug{"acceptor_ignores_promise", "consensus/core", "a voter accepts below its promise", Profile::toy},
    PlantedBug{"ballot_reused_after_restart", "consensus/core", "a node campaigns under a ballot it used before", Profile::toy},
    PlantedBug{"chosen_ignores_ballot", "consensus/core", "a chosen notice settles what was accepted at another ballot", Profile::toy},
    PlantedBug{"adopt_lowest_ballot", "consensus/core", "a new leader adopts the oldest value", Profile::toy},
    PlantedBug{"noop_over_missing_answer", "consensus/core", "a no-op where a voter had not answered", Profile::toy},
    PlantedBug{"quorum_counts_duplicates", "consensus/core", "a repeated vote counts twice", Profile::toy},
    PlantedBug{"quorum_one_short", "consensus/core", "one vote less is enough", Profile::toy},
    PlantedBug{"accept_promises_nothing", "consensus/core", "accepting at a ballot does not promise it", Profile::toy},
    PlantedBug{"promise_hides_records", "consensus/core", "a promise does not report what was accepted", Profile::toy},
    PlantedBug{"voter_overwrites_chosen", "consensus/core", "a voter votes for another value than the one it knows as chosen", Profile::toy},
    PlantedBug{"leader_counts_other_ballots", "consensus/core", "votes at another ballot count", Profile::toy},
    PlantedBug{"candidate_counts_old_promises", "consensus/core", "promises to an earlier attempt count", Profile::toy},
    PlantedBug{"recovery_proposes_chosen_slots", "consensus/core", "slots reported as chosen are proposed and not fetched", Profile::toy},
    PlantedBug{"catch_up_serves_unchosen", "consensus/core", "accepted values are handed to others as chosen", Profile::toy},
    PlantedBug{"prepare_before_durable", "consensus/driver", "Prepare leaves before its own promise is on disk", Profile::toy},
    PlantedBug{"log_promise_in_meta_only", "consensus/storage", "the ballots of records do not count as promises", Profile::toy},
    PlantedBug{"gateway_never_proposes_again", "chat/gateway", "a command that got lost is not proposed again", Profile::sqlite},
    PlantedBug{"chosen_before_durable", "consensus/driver", "slots are applied before they are on this disk", Profile::toy},
    PlantedBug{"accepted_before_durable", "consensus/driver", "Accepted leaves before its record is on disk", Profile::toy},
    PlantedBug{"promise_before_durable", "consensus/driver", "Promise leaves before it is on disk", Profile::toy},
    PlantedBug{"log_ack_before_sync", "consensus/storage", "the log reports done before its fdatasync", Profile::toy},
    PlantedBug{"log_joins_write_in_flight", "consensus/storage", "a batch counts as done with the one before it", Profile::toy},
    PlantedBug{"log_promise_not_persisted", "consensus/storage", "a promise is not written to meta", Profile::toy},
    PlantedBug{"log_meta_single_copy", "consensus/storage", "meta has one copy only", Profile::toy},
    PlantedBug{"log_skip_directory_sync", "consensus/storage", "a new segment's name is not synced", Profile::toy},
    PlantedBug{"log_torn_tail_kept", "consensus/storage", "torn records are taken for good ones", Profile::toy},
    PlantedBug{"log_recover_ignores_faulty", "consensus/storage", "a damaged record counts as never written", Profile::toy},
    PlantedBug{"log_believes_names", "consensus/storage", "opening trusts names that were never synced", Profile::toy},
    PlantedBug{"log_believes_cache", "consensus/storage", "opening trusts the page cache", Profile::toy},
    PlantedBug{"compaction_ignores_gate", "consensus/storage", "the log lets go of what the state machine may lose", Profile::toy},
    PlantedBug{"compaction_before_meta", "consensus/storage", "segments go before meta says so", Profile::toy},
    PlantedBug{"compaction_leftovers_read", "consensus/storage", "opening reads segments that were let go", Profile::toy},
    PlantedBug{"compaction_forgets_ballot", "consensus/storage", "a promise goes with the record that made it", Profile::toy},
    PlantedBug{"floor_not_checked", "consensus/core", "a voter supports a candidate that lies below its floor", Profile::toy},
    PlantedBug{"install_skips_log", "consensus/snapshot", "the log still claims the slots that an image replaced", Profile::toy},
    PlantedBug{"install_takes_older", "consensus/snapshot", "an image that is older than the state is installed", Profile::toy},
    PlantedBug{"snapshot_chunk_unchecked", "consensus/snapshot", "a damaged chunk is believed", Profile::toy},
    PlantedBug{"frame_checksum_unchecked", "net/frame", "a frame with a flipped bit is taken", Profile::toy},
    PlantedBug{"read_marker_goes_back", "chat/state", "marking less as read lowers the marker", Profile::sqlite},
    PlantedBug{"unread_counts_wrong", "chat/state", "one's own message counts as unread", Profile::sqlite},
    PlantedBug{"apply_skips_number_check", "chat/state", "a repeated command takes effect again", Profile::sqlite},
    PlantedBug{"session_answers_forgotten", "chat/state", "the answer to a repeat is lost", Profile::sqlite},
    PlantedBug{"applied_through_outside_transaction", "chat/state", "effects and applied_through are not one transaction", Profile::sqlite},
    PlantedBug{"room_counters_not_flushed", "chat/state", "room counters are written late", Profile::sqlite},
    PlantedBug{"reads_not_settled", "chat/server", "a read sees less than the effects told", Profile::sqlite},
    PlantedBug{"checkpoint_ignores_readers", "chat/state", "a checkpoint beside a reader counts as complete", Profile::sqlite},
    PlantedBug{"database_name_unsynced", "chat/server", "the log is cut though the database's name is not durable", Profile::sqlite},
    PlantedBug{"install_keeps_old_wal", "chat/server", "the old database's log stays beside an installed image", Profile::sqlite},
    PlantedBug{"gateway_ignores_incarnation", "chat/gateway", "an answer to an earlier process is taken for this one's", Profile::sqlite},
    PlantedBug{"subscription_skips_boundary", "chat/gateway", "the message at the edge of a page is not pushed", Profile::sqlite},
    PlantedBug{"outbox_after_send", "chat/client", "a message leaves before it is in the outbox", Profile::sqlite},
    PlantedBug{"client_renumbers_on_retry", "chat/client", "a retry gets a new number", Profile::sqlite},
    PlantedBug{"client_forgets_early", "chat/client", "an entry leaves the outbox before its answer", Profile::sqlite},
};

}  // namespace

std::span<const PlantedBug> planted_bugs() { return bugs; }

const PlantedBug* find_planted(std::string_view name) {
    for (const PlantedBug& bug : bugs) {
        if (bug.name == name) return &bug;
    }
    return nullptr;
}

#ifdef PARLEY_PLANTED
bool can_plant() { return true; }
void plant(std::string_view name) { net::select_planted(std::string{name}); }
#else
bool can_plant() { return false; }
void plant(std::string_view) {}
#endif

}  // namespace parley::sim
