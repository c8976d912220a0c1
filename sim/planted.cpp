#include "sim/planted.hpp"

#include <array>
#include <sstream>
#include <string>

#include "net/ports/marks.hpp"

namespace parley::sim {
namespace {

// Disks stay whole, for voters change: what is damaged may be of more than a minority of those that are left.
constexpr const char* files_while_voters_change =
    "replicas=3 spares=2 files-ms=100 add-every-ms=150 promote-every-ms=150 remove-every-ms=400 isolate-every-ms=500 cut-max-ms=2000 storms=2 mixed-versions=0 grey-ms=0 rot-log-every-ms=0 rot-meta-every-ms=0 misdirect-every-ms=0 wipe-every-ms=0 old-backup-every-ms=0 write-error-every-ms=0 sync-error-every-ms=0 read-error-every-ms=0 disk-full-every-ms=0 rot-ahead-every-ms=0 rot-image-every-ms=0 rot-state-every-ms=0 wrong-result-every-ms=0 squeeze-every-ms=0";

constexpr std::array bugs{
    PlantedBug{"acceptor_ignores_promise", "consensus/core", "P5", "a voter accepts below its promise", Profile::toy, "pause-every-ms=300 relay-every-ms=500"},
    PlantedBug{"ballot_reused_after_restart", "consensus/core", "P4", "a node campaigns under a ballot it used before", Profile::toy, ""},
    PlantedBug{"chosen_ignores_ballot", "consensus/core", "P6", "a chosen notice settles what was accepted at another ballot", Profile::toy, "relay-every-ms=500"},
    PlantedBug{"adopt_lowest_ballot", "consensus/core", "P2", "a new leader adopts the oldest value", Profile::toy, "relay-every-ms=500"},
    PlantedBug{"noop_over_missing_answer", "consensus/core", "P2", "a no-op where a voter had not answered", Profile::toy, "replicas=3 squeeze-every-ms=300 rot-log-every-ms=0 rot-meta-every-ms=0 misdirect-every-ms=0 wipe-every-ms=0 think-ms=30"},
    PlantedBug{"quorum_counts_duplicates", "consensus/core", "P5", "a repeated vote counts twice", Profile::toy, ""},
    PlantedBug{"quorum_one_short", "consensus/core", "P5", "one vote less is enough", Profile::toy, ""},
    PlantedBug{"accept_promises_nothing", "consensus/core", "P5", "accepting at a ballot does not promise it", Profile::toy, ""},
    PlantedBug{"promise_hides_records", "consensus/core", "P1", "a promise does not report what was accepted", Profile::toy, ""},
    PlantedBug{"leader_counts_other_ballots", "consensus/core", "P5", "votes at another ballot count", Profile::toy, "replicas=5 clients=6 window=16 think-ms=2 storm-ms=8000 kill-every-ms=0 power-cut-every-ms=0 isolate-every-ms=0 relay-every-ms=300 one-way-every-ms=0 wipe-every-ms=0 partition-every-ms=0 cut-max-ms=100 duplicate-ppm=400000 delay-ppm=300000 delay-max-ms=1000 latency-us=1000 latency-spread-us=20000 sync-us=1000 sync-spread-us=5000 heartbeat-ms=30 election-ms=100 resend-ms=400 open-slots-max=256 batch-commands-max=1 grey-ms=0 restart-all-every-ms=0 half-open-every-ms=0 drop-type-every-ms=0 rot-ahead-every-ms=0 squeeze-every-ms=0 gap-every-ms=0 lose-ppm=0 pause-every-ms=0 suspend-every-ms=0 stall-every-ms=0 misdirect-every-ms=0 late-vote-every-ms=0 lone-leader-every-ms=0 install-crash-every-ms=0 rot-log-every-ms=0 bridge-every-ms=0 wrong-clocks-ms=0 accepted-slots-max=16384 mixed-versions=0"},
    PlantedBug{"candidate_counts_old_promises", "consensus/core", "P5", "promises to an earlier attempt count", Profile::toy, "replicas=3 delay-ppm=200000 delay-max-ms=2000 relay-every-ms=600 isolate-every-ms=700 cut-max-ms=200"},
    PlantedBug{"prepare_without_token", "consensus/core", "P8", "a voter that was asked to lead does not say so", Profile::toy, "replicas=3 transfer-every-ms=500 clock-offset-max-ms=0 clock-drift-every-ms=0 wipe-every-ms=0"},
    PlantedBug{"handover_never_given_up", "consensus/core", "P8", "a leader whose token got lost proposes nothing any more", Profile::toy, "replicas=3 transfer-every-ms=300 wipe-every-ms=0"},
    PlantedBug{"catch_up_serves_unchosen", "consensus/core", "P6", "accepted values are handed to others as chosen", Profile::toy, "replicas=5 lone-leader-every-ms=1500 think-ms=5 window=4 clients=4 storm-ms=8000 wipe-every-ms=0"},
    PlantedBug{"proposes_behind_configuration", "consensus/core", "P11", "slots are proposed behind a configuration that is not chosen", Profile::reconfig, ""},
    PlantedBug{"two_voters_at_once", "consensus/core", "P11", "a promotion takes every learner along", Profile::reconfig, "replicas=3 spares=3 add-every-ms=150 promote-every-ms=400"},
    PlantedBug{"old_quorum_counted", "consensus/core", "P11", "votes are counted as before the change", Profile::reconfig, ""},
    PlantedBug{"learner_counted", "consensus/core", "P11", "a learner's vote counts", Profile::reconfig, ""},
    PlantedBug{"learner_promoted_lagging", "consensus/core", "P11", "a learner gets a vote however far it is behind", Profile::reconfig, "replicas=3 spares=2 apply-delay-us=0 open-slots-max=4 think-ms=1 window=16 isolate-every-ms=500 cut-max-ms=4000 aim-percent=0 add-every-ms=150 promote-every-ms=150"},
    PlantedBug{"new_voter_unprepared", "consensus/core", "P11", "a newcomer gets a vote before it has promised", Profile::reconfig, ""},
    PlantedBug{"removed_node_campaigns", "consensus/core", "P11", "whoever was removed goes on as a voter", Profile::reconfig, ""},
    PlantedBug{"removal_told_before_durable", "consensus/core", "P11", "whoever was removed goes when those that are left may yet forget it", Profile::reconfig, "replicas=2 spares=2 kill-every-ms=0 power-cut-every-ms=0 latency-us=100 latency-spread-us=100 sync-us=10000 sync-spread-us=10000 tick-ms=5 resend-ms=50 remove-every-ms=150 add-every-ms=150 promote-every-ms=150"},
    PlantedBug{"configuration_not_kept", "consensus/driver", "P11", "a start takes the configuration of the formation, not that of the state", Profile::reconfig, "kill-every-ms=300 downtime-max-ms=50"},
    PlantedBug{"configuration_not_replayed", "consensus/driver", "P11", "a start overlooks configurations that are not applied yet", Profile::reconfig, "apply-delay-us=20000 kill-every-ms=200 downtime-max-ms=50 add-every-ms=150 remove-every-ms=150 promote-every-ms=150"},
    PlantedBug{"level_raised_early", "consensus/core", "levels", "the cluster goes to the next feature level when a quorum knows it", Profile::reconfig, "mixed-versions=1 upgrade-every-ms=1000"},
    PlantedBug{"level_counts_those_that_are_up", "consensus/core", "levels", "whoever is down is not asked what it knows", Profile::reconfig, "mixed-versions=1 upgrade-every-ms=1000"},
    PlantedBug{"level_forgets_learners", "consensus/core", "levels", "learners are not asked what they know", Profile::reconfig, "mixed-versions=1 spares=3 upgrade-every-ms=1000 add-every-ms=150"},
    PlantedBug{"level_not_kept", "consensus/driver", "levels", "a start forgets the feature level that the state holds", Profile::reconfig, "mixed-versions=1 upgrade-every-ms=300 kill-every-ms=300 downtime-max-ms=50"},
    PlantedBug{"newer_level_ignored", "consensus/core", "levels", "an older program goes on in a cluster that uses a newer level", Profile::reconfig, "mixed-versions=1 upgrade-every-ms=300"},
    PlantedBug{"moved_below_its_level", "consensus/core", "levels", "a member moves though not everybody knows moves", Profile::reconfig, "mixed-versions=1 upgrade-every-ms=3000 move-every-ms=300"},
    PlantedBug{"moved_member_not_dialled", "consensus/driver", "P11", "replicas go on dialling the old address of a member that moved", Profile::reconfig, "mixed-versions=0 move-every-ms=300"},
    PlantedBug{"priority_outlives_member", "consensus/core", "P11", "whoever was removed leaves its priority behind", Profile::reconfig, "prefer-every-ms=300 mixed-versions=0 grey-ms=0"},
    PlantedBug{"preference_ignored", "consensus/driver", "P8", "nobody makes way for a higher priority", Profile::reconfig, "prefer-every-ms=1000 mixed-versions=0 wrong-clocks-ms=0 clock-drift-every-ms=0"},
    PlantedBug{"least_preferred", "consensus/driver", "P8", "a leader makes way for the voter of the lowest priority", Profile::reconfig, "prefer-every-ms=1000 mixed-versions=0 wrong-clocks-ms=0 clock-drift-every-ms=0"},
    PlantedBug{"preference_never_tires", "consensus/driver", "P8", "who loses leadership again and again gets it back as soon as ever", Profile::toy, "replicas=3 storm-ms=12000 prefer-every-ms=5000 mixed-versions=0 kill-every-ms=400 aim-percent=80 downtime-max-ms=20"},
    PlantedBug{"read_without_quorum", "consensus/core", "P9", "a leader answers reads without asking whether it still leads", Profile::toy, "replicas=3 read-ms=5 think-ms=5 suspend-every-ms=400 pause-max-ms=2000 isolate-every-ms=500 aim-percent=80"},
    PlantedBug{"read_before_recovery", "consensus/core", "P4", "a leader answers reads before its own no-op is chosen", Profile::toy, "read-ms=5"},
    PlantedBug{"read_answers_not_matched", "consensus/core", "P9", "the answer to an older request for a read slot is taken", Profile::toy, "read-ms=5 delay-ppm=100000"},
    PlantedBug{"read_before_applied", "sim/toy", "P9", "a read does not wait until its slot is applied", Profile::toy, "read-ms=5"},
    PlantedBug{"fresh_read_is_local", "chat/gateway", "P9", "a linearizable read is answered from what this replica has", Profile::sqlite, "read-ms=5 apply-delay-us=20000"},
    PlantedBug{"lease_from_receipt", "consensus/core", "P10", "a pledge counts from when its answer comes", Profile::toy, "replicas=3 lease-every-ms=150 read-ms=5 think-ms=5 window=4 clients=4 apply-delay-us=0 latency-us=100 latency-spread-us=100 sync-us=200 sync-spread-us=200 heartbeat-ms=50 election-ms=300 lease-window-ms=560 steady-drift-ppm=0 resend-ms=50 clock-offset-max-ms=0 clock-drift-every-ms=0 restart-all-every-ms=0 wipe-every-ms=0 mixed-versions=0 silence-max-ms=500 delay-ppm=500000 delay-max-ms=500 one-way-every-ms=250 isolate-every-ms=0 relay-every-ms=0 partition-every-ms=0 cut-max-ms=1500 aim-percent=100 storm-ms=8000 grey-ms=0"},
    PlantedBug{"lease_no_wait_after_start", "consensus/core", "P10", "a voter that starts again has forgotten what it pledged", Profile::toy, "replicas=3 lease-every-ms=150 read-ms=5 think-ms=5 window=4 clients=4 apply-delay-us=0 latency-us=100 latency-spread-us=100 sync-us=200 sync-spread-us=200 heartbeat-ms=50 election-ms=300 lease-window-ms=300 steady-drift-ppm=0 resend-ms=50 clock-offset-max-ms=0 clock-drift-every-ms=0 restart-all-every-ms=0 wipe-every-ms=0 mixed-versions=0 silence-max-ms=500 one-way-every-ms=200 cut-max-ms=3000 kill-every-ms=100 downtime-max-ms=5 aim-percent=0"},
    PlantedBug{"lease_not_rechecked", "consensus/driver", "P10", "the clock is not read again when a leased answer leaves", Profile::toy, "replicas=3 lease-every-ms=150 read-ms=5 think-ms=5 window=4 clients=4 apply-delay-us=0 latency-us=100 latency-spread-us=100 sync-us=200 sync-spread-us=200 heartbeat-ms=50 election-ms=300 lease-window-ms=300 steady-drift-ppm=0 resend-ms=50 clock-offset-max-ms=0 clock-drift-every-ms=0 restart-all-every-ms=0 wipe-every-ms=0 mixed-versions=0 silence-max-ms=500 rare-ppm=300000 isolate-every-ms=500 cut-max-ms=2000 aim-percent=80"},
    PlantedBug{"lease_checked_at_heartbeats", "consensus/core", "P10", "a leader that was frozen looks at the time of its last heartbeat", Profile::toy, "replicas=3 lease-every-ms=150 read-ms=5 think-ms=5 window=4 clients=4 apply-delay-us=0 latency-us=100 latency-spread-us=100 sync-us=200 sync-spread-us=200 heartbeat-ms=50 election-ms=300 lease-window-ms=300 steady-drift-ppm=0 resend-ms=50 clock-offset-max-ms=0 clock-drift-every-ms=0 restart-all-every-ms=0 wipe-every-ms=0 mixed-versions=0 silence-max-ms=500 pause-every-ms=500 pause-max-ms=2000 aim-percent=80"},
    PlantedBug{"lease_ends_with_connection", "consensus/core", "P10", "a closed connection ends a pledge", Profile::toy, "replicas=3 lease-every-ms=150 read-ms=5 think-ms=5 window=4 clients=4 apply-delay-us=0 latency-us=100 latency-spread-us=100 sync-us=200 sync-spread-us=200 heartbeat-ms=50 election-ms=300 lease-window-ms=300 steady-drift-ppm=0 resend-ms=50 clock-offset-max-ms=0 clock-drift-every-ms=0 restart-all-every-ms=0 wipe-every-ms=0 mixed-versions=0 silence-max-ms=500 reconnect-every-ms=400 isolate-every-ms=500 cut-max-ms=1000 aim-percent=80"},
    PlantedBug{"lease_ignores_drift", "consensus/core", "P10", "a pledge counts as long for the leader as for the voter", Profile::toy, "replicas=3 lease-every-ms=150 read-ms=50 think-ms=50 window=4 clients=4 apply-delay-us=0 latency-us=100 latency-spread-us=100 sync-us=200 sync-spread-us=200 heartbeat-ms=50 election-ms=1000 lease-window-ms=1900 steady-drift-ppm=9900 resend-ms=50 clock-offset-max-ms=0 clock-drift-every-ms=0 restart-all-every-ms=0 wipe-every-ms=0 mixed-versions=0 silence-max-ms=500 isolate-every-ms=4000 cut-max-ms=6000 aim-percent=100 storm-ms=40000 grey-ms=0 relay-every-ms=0 kill-every-ms=0 power-cut-every-ms=0 pause-every-ms=0 transfer-every-ms=0 bridge-every-ms=0 wrong-clocks-ms=0 accepted-slots-max=16384 mixed-versions=0"},
    PlantedBug{"lease_quorum_one_short", "consensus/core", "P10", "one pledge less is enough", Profile::toy, "replicas=5 lease-every-ms=150 read-ms=5 think-ms=5 window=4 clients=4 apply-delay-us=0 latency-us=100 latency-spread-us=100 sync-us=200 sync-spread-us=200 heartbeat-ms=50 election-ms=300 lease-window-ms=300 steady-drift-ppm=0 resend-ms=50 clock-offset-max-ms=0 clock-drift-every-ms=0 restart-all-every-ms=0 wipe-every-ms=0 mixed-versions=0 silence-max-ms=500 partition-every-ms=400 cut-max-ms=1500"},
    PlantedBug{"lease_counts_learners", "consensus/core", "P10", "what learners pledge counts", Profile::reconfig, "replicas=3 spares=2 lease-every-ms=150 read-ms=5 think-ms=5 window=4 clients=4 apply-delay-us=0 latency-us=100 latency-spread-us=100 sync-us=200 sync-spread-us=200 heartbeat-ms=50 election-ms=300 lease-window-ms=300 steady-drift-ppm=0 resend-ms=50 clock-offset-max-ms=0 clock-drift-every-ms=0 restart-all-every-ms=0 wipe-every-ms=0 mixed-versions=0 silence-max-ms=500 add-every-ms=150 promote-every-ms=0 replace-every-ms=0 remove-every-ms=0 partition-every-ms=400 cut-max-ms=1500"},
    PlantedBug{"lease_survives_handover", "consensus/core", "P10", "a leader keeps its lease beside the token that it gave", Profile::toy, "replicas=3 lease-every-ms=150 read-ms=5 think-ms=5 window=4 clients=4 apply-delay-us=0 latency-us=100 latency-spread-us=100 sync-us=200 sync-spread-us=200 heartbeat-ms=50 election-ms=300 lease-window-ms=300 steady-drift-ppm=0 resend-ms=50 clock-offset-max-ms=0 clock-drift-every-ms=0 restart-all-every-ms=0 wipe-every-ms=0 mixed-versions=0 silence-max-ms=500 transfer-every-ms=300"},
    PlantedBug{"log_time_is_the_leaders", "consensus/core", "P14", "a leader stamps what its own clock says, and takes itself for right", Profile::toy, "wrong-clocks-ms=100000000"},
    PlantedBug{"log_time_follows_the_clocks", "consensus/core", "P14", "log time goes back when the clocks do", Profile::toy, "clock-offset-max-ms=2000 clock-shift-every-ms=700"},
    PlantedBug{"takes_over_by_own_clock", "consensus/core", "P14", "who is handed leadership stamps before it has heard others' clocks", Profile::toy, "wrong-clocks-ms=100000000 transfer-every-ms=300 replicas=3"},
    PlantedBug{"memory_never_let_go", "consensus/core", "P15", "chosen values stay in memory beyond the limit", Profile::toy, "memory-bytes-max=1024"},
    PlantedBug{"accepted_without_bound", "consensus/core", "P15", "a voter takes more open slots than it may keep", Profile::toy, "accepted-slots-max=8 open-slots-max=256 batch-commands-max=1 window=16 clients=6"},
    PlantedBug{"gateway_keeps_what_is_answered", "chat/gateway", "P15", "an answered command keeps its place", Profile::sqlite, ""},
    PlantedBug{"expired_session_wakes_up", "chat/state", "Q8", "a session that was told to be over is not", Profile::sqlite, "session-idle-ms=400 client-kill-every-ms=500 devices=2 downtime-max-ms=2000 clients=4 clog-every-ms=300 cut-max-ms=2000 window=16"},
    PlantedBug{"retention_a_day_early", "chat/state", "retention", "texts are let go of a day too early", Profile::sqlite, "retention-ms=200 outage-every-ms=1500"},
    PlantedBug{"retention_forgotten", "chat/state", "retention", "old texts stay", Profile::sqlite, "retention-ms=200 outage-every-ms=1500"},
    PlantedBug{"nobody_erases_at_rest", "chat/server", "retention", "what has grown old waits for somebody who writes", Profile::sqlite, "replicas=1 retention-ms=200 clock-offset-max-ms=0 wrong-clocks-ms=0 clock-drift-every-ms=0 grey-ms=0"},
    PlantedBug{"prepare_before_durable", "consensus/driver", "P4", "Prepare leaves before its own promise is on disk", Profile::toy, "disk-checks-ppm=100000"},
    PlantedBug{"log_promise_in_meta_only", "consensus/storage", "L4", "the ballots of records do not count as promises", Profile::toy, ""},
    PlantedBug{"gateway_never_proposes_again", "chat/gateway", "Q8", "a command that got lost is not proposed again", Profile::sqlite, ""},
    PlantedBug{"chosen_before_durable", "consensus/driver", "classes", "slots are applied before they are on this disk", Profile::toy, "disk-checks-ppm=100000"},
    PlantedBug{"accepted_before_durable", "consensus/driver", "classes", "Accepted leaves before its record is on disk", Profile::toy, "disk-checks-ppm=100000"},
    PlantedBug{"promise_before_durable", "consensus/driver", "classes", "Promise leaves before it is on disk", Profile::toy, "disk-checks-ppm=100000"},
    PlantedBug{"log_ack_before_sync", "consensus/storage", "L5", "the log reports done before its fdatasync", Profile::toy, "disk-checks-ppm=100000"},
    PlantedBug{"log_joins_write_in_flight", "consensus/storage", "L1", "a batch counts as done with the one before it", Profile::toy, "disk-checks-ppm=100000"},
    PlantedBug{"log_promise_not_persisted", "consensus/storage", "L4", "a promise is not written to meta", Profile::toy, ""},
    PlantedBug{"log_meta_single_copy", "consensus/storage", "L4", "meta has one copy only", Profile::toy, "rot-meta-every-ms=300"},
    PlantedBug{"log_skip_directory_sync", "consensus/storage", "L6", "a new segment's name is not synced", Profile::toy, ""},
    PlantedBug{"log_torn_tail_kept", "consensus/storage", "L3", "torn records are taken for good ones", Profile::toy, "restart-all-every-ms=500 downtime-max-ms=20"},
    PlantedBug{"log_recover_ignores_faulty", "consensus/storage", "L3", "a damaged record counts as never written", Profile::toy, "rot-log-every-ms=300"},
    PlantedBug{"log_believes_names", "consensus/storage", "L6", "opening trusts names that were never synced", Profile::toy, "kill-every-ms=150 power-cut-every-ms=400 downtime-max-ms=20 segment-kib=64 payload-max=3000"},
    PlantedBug{"log_believes_cache", "consensus/storage", "L5", "opening trusts the page cache", Profile::toy, "kill-every-ms=300 power-cut-every-ms=300 downtime-max-ms=20"},
    PlantedBug{"frame_checksum_unchecked", "net/frame", "frames", "a frame with a flipped bit is taken", Profile::toy, "flip-ppm=5000"},
    PlantedBug{"log_index_keeps_older", "consensus/storage", "L3", "reading a slot gives its first record, not its highest", Profile::toy, "relay-every-ms=500"},
    PlantedBug{"room_numbers_skip", "chat/state", "Q7", "a room leaves a number out", Profile::sqlite, ""},
    PlantedBug{"read_marker_goes_back", "chat/state", "Q7", "marking less as read lowers the marker", Profile::sqlite, ""},
    PlantedBug{"unread_counts_wrong", "chat/state", "Q7", "one's own message counts as unread", Profile::sqlite, ""},
    PlantedBug{"apply_skips_number_check", "chat/state", "Q8", "a repeated command takes effect again", Profile::sqlite, ""},
    PlantedBug{"session_answers_forgotten", "chat/state", "Q8", "the answer to a repeat is lost", Profile::sqlite, ""},
    PlantedBug{"applied_through_outside_transaction", "chat/state", "Q1", "effects and applied_through are not one transaction", Profile::sqlite, ""},
    PlantedBug{"room_counters_not_flushed", "chat/state", "Q1", "room counters are written late", Profile::sqlite, ""},
    PlantedBug{"reads_not_settled", "chat/server", "Q3", "a read sees less than the effects told", Profile::sqlite, ""},
    PlantedBug{"gateway_ignores_incarnation", "chat/gateway", "Q8", "an answer to an earlier process is taken for this one's", Profile::sqlite, "replicas=3 kill-every-ms=150 downtime-max-ms=20 clients=6 window=16 think-ms=2 storm-ms=3000 aim-percent=0 grey-ms=0 devices=1 session-idle-ms=0 retention-ms=0 outage-every-ms=0 presence-ms=0 mixed-versions=0"},
    PlantedBug{"subscription_skips_boundary", "chat/gateway", "Q3", "the message at the edge of a page is not pushed", Profile::sqlite, ""},
    PlantedBug{"outbox_after_send", "chat/client", "outbox", "a message leaves before it is in the outbox", Profile::sqlite, ""},
    PlantedBug{"client_renumbers_on_retry", "chat/client", "Q8", "a retry gets a new number", Profile::sqlite, ""},
    PlantedBug{"client_forgets_early", "chat/client", "Q8", "an entry leaves the outbox before its answer", Profile::sqlite, ""},
    PlantedBug{"delete_keeps_reactions", "chat/state", "changes", "a deleted message keeps its reactions", Profile::sqlite, ""},
    PlantedBug{"edit_keeps_mentions", "chat/state", "mentions", "who is no longer spoken to still counts it", Profile::sqlite, ""},
    PlantedBug{"unreact_keeps_count", "chat/state", "changes", "a reaction that is taken back stays counted", Profile::sqlite, ""},
    PlantedBug{"reply_not_counted", "chat/state", "threads", "a thread tells of fewer answers than it has", Profile::sqlite, ""},
    PlantedBug{"search_skips_tail", "chat/search", "search", "what is not indexed yet is not found", Profile::sqlite, "search-ms=100"},
    PlantedBug{"password_not_changed", "chat/state", "Q9", "a new password is acknowledged and not kept", Profile::sqlite, "password-ms=200"},
    PlantedBug{"kick_keeps_membership", "chat/state", "rights", "whoever is put out of a room stays in it", Profile::sqlite, "devices=1 clients=6"},
    PlantedBug{"ban_not_checked", "chat/state", "rights", "whoever is banned may join", Profile::sqlite, "devices=1 clients=6"},
    PlantedBug{"mute_not_checked", "chat/state", "rights", "whoever is muted may write", Profile::sqlite, "devices=1 clients=6"},
    PlantedBug{"compaction_ignores_gate", "consensus/storage", "L7", "the log lets go of what the state machine may lose", Profile::toy, ""},
    PlantedBug{"compaction_before_meta", "consensus/storage", "L4", "segments go before meta says so", Profile::toy, ""},
    PlantedBug{"compaction_leftovers_read", "consensus/storage", "L2", "opening reads segments that were let go", Profile::toy, ""},
    PlantedBug{"compaction_forgets_ballot", "consensus/storage", "L4", "a promise goes with the record that made it", Profile::toy, "replicas=3 keep-slots=0 keep-kib=0 segment-kib=64 payload-max=3000 durable-slots=1 think-ms=2 window=16 clients=6 storm-ms=8000 latency-us=1000 latency-spread-us=1000 sync-us=200 sync-spread-us=200 open-slots-max=256 message-bytes-max=4096 heartbeat-ms=50 election-ms=300 resend-ms=150 apply-delay-us=0 grey-ms=0 late-vote-every-ms=2000 transfer-every-ms=0 isolate-every-ms=0 partition-every-ms=0 restart-all-every-ms=0 half-open-every-ms=0 drop-type-every-ms=0 rot-ahead-every-ms=0 squeeze-every-ms=0 gap-every-ms=0 lose-ppm=0 pause-every-ms=0 suspend-every-ms=0 stall-every-ms=0 misdirect-every-ms=0 relay-every-ms=0 kill-every-ms=0 power-cut-every-ms=0 wipe-every-ms=0 clock-offset-max-ms=0 clock-drift-every-ms=0"},
    PlantedBug{"floor_not_checked", "consensus/core", "P3", "a voter supports a candidate that lies below its floor", Profile::toy, "replicas=3 keep-slots=0 keep-kib=0 segment-kib=64 payload-max=3000 think-ms=2 window=16 clients=4 storm-ms=8000 latency-us=100 latency-spread-us=400 sync-us=200 sync-spread-us=200 open-slots-max=256 batch-commands-max=1024 batch-bytes-max=1048576 queued-commands-max=32768 message-bytes-max=2097152 heartbeat-ms=50 election-ms=300 apply-delay-us=0 grey-ms=0 isolate-every-ms=700 cut-max-ms=3000 relay-every-ms=600"},
    PlantedBug{"install_skips_log", "consensus/snapshot", "L8", "the log still claims the slots that an image replaced", Profile::toy, ""},
    PlantedBug{"install_takes_older", "consensus/snapshot", "L8", "an image that is older than the state is installed", Profile::toy, "replicas=3 keep-slots=0 keep-kib=0 segment-kib=64 payload-max=200 think-ms=2 window=16 clients=6 storm-ms=8000 latency-us=100 latency-spread-us=400 sync-us=200 sync-spread-us=200 open-slots-max=256 batch-commands-max=1 queued-commands-max=32768 message-bytes-max=2097152 heartbeat-ms=50 election-ms=300 apply-delay-us=0 grey-ms=0 isolate-every-ms=900 cut-max-ms=2500 partition-every-ms=0 restart-all-every-ms=0 half-open-every-ms=0 drop-type-every-ms=0 rot-ahead-every-ms=0 squeeze-every-ms=0 gap-every-ms=0 lose-ppm=0 pause-every-ms=0 suspend-every-ms=0 stall-every-ms=0 misdirect-every-ms=0 relay-every-ms=0 worker-ms=40 kill-every-ms=0 power-cut-every-ms=0 downtime-max-ms=20 install-crash-every-ms=500"},
    PlantedBug{"snapshot_ready_unsynced", "consensus/snapshot", "L6", "the log is told to begin behind an image whose name is not durable", Profile::toy, "replicas=3 keep-slots=0 keep-kib=0 segment-kib=64 payload-max=200 think-ms=2 window=16 clients=6 storm-ms=8000 latency-us=100 latency-spread-us=400 sync-us=200 sync-spread-us=200 open-slots-max=256 batch-commands-max=1 queued-commands-max=32768 message-bytes-max=2097152 heartbeat-ms=50 election-ms=300 apply-delay-us=0 grey-ms=0 isolate-every-ms=900 cut-max-ms=2500 partition-every-ms=0 restart-all-every-ms=0 half-open-every-ms=0 drop-type-every-ms=0 rot-ahead-every-ms=0 squeeze-every-ms=0 gap-every-ms=0 lose-ppm=0 pause-every-ms=0 suspend-every-ms=0 stall-every-ms=0 misdirect-every-ms=0 relay-every-ms=0 worker-ms=40 kill-every-ms=0 power-cut-every-ms=0 downtime-max-ms=20 install-crash-every-ms=1200 wipe-every-ms=0"},
    PlantedBug{"snapshot_chunk_unchecked", "consensus/snapshot", "L8", "a damaged chunk is believed", Profile::toy, "replicas=3 keep-slots=0 keep-kib=0 segment-kib=64 payload-max=200 think-ms=2 window=16 clients=6 storm-ms=8000 latency-us=100 latency-spread-us=400 sync-us=200 sync-spread-us=200 open-slots-max=256 batch-commands-max=1 queued-commands-max=32768 message-bytes-max=2097152 heartbeat-ms=50 election-ms=300 apply-delay-us=0 grey-ms=0 isolate-every-ms=900 cut-max-ms=2500 partition-every-ms=0 restart-all-every-ms=0 half-open-every-ms=0 drop-type-every-ms=0 rot-ahead-every-ms=0 squeeze-every-ms=0 gap-every-ms=0 lose-ppm=0 pause-every-ms=0 suspend-every-ms=0 stall-every-ms=0 misdirect-every-ms=0 relay-every-ms=0 worker-ms=40 image-chunk=64 rot-image-every-ms=10"},
    PlantedBug{"checkpoint_ignores_readers", "chat/state", "Q4", "a checkpoint beside a reader counts as complete", Profile::sqlite, "replicas=3 keep-slots=0 keep-kib=0 hold-kib=512 segment-kib=64 payload-max=3000 think-ms=2 window=16 clients=4 worker-ms=400 commit-ms=1 isolate-every-ms=900 cut-max-ms=2500 power-cut-every-ms=250 kill-every-ms=0 downtime-max-ms=20 aim-percent=40 grey-ms=0"},
    PlantedBug{"database_name_unsynced", "chat/server", "L6", "the log is cut though the database's name is not durable", Profile::sqlite, "replicas=1 vfs-syncs-names=0 keep-slots=0 keep-kib=0 segment-kib=64 payload-max=3000 think-ms=2 commit-ms=1 power-cut-every-ms=400 downtime-max-ms=20 kill-every-ms=0 grey-ms=0"},
    PlantedBug{"install_keeps_old_wal", "chat/server", "L8", "the old database's log stays beside an installed image", Profile::sqlite, "replicas=3 keep-slots=0 keep-kib=0 segment-kib=64 payload-max=3000 isolate-every-ms=900 cut-max-ms=2500 grey-ms=0"},
    PlantedBug{"page_checksum_unchecked", "chat/state", "Q6", "a page that the disk has changed is believed", Profile::sqlite, "replicas=3 rot-state-every-ms=200 scrub-ms=0 cut-max-ms=300 grey-ms=0 old-backup-every-ms=0 outage-every-ms=0 retention-ms=0 mixed-versions=0"},
    PlantedBug{"copied_log_stays", "chat/state", "Q4", "SQLite's log is believed again after it was copied", Profile::sqlite, "replicas=5 rot-state-every-ms=150 kill-every-ms=0 power-cut-every-ms=0 commit-ms=400 storm-ms=8000 payload-max=1000 think-ms=60 window=1 clients=4 grey-ms=0 old-backup-every-ms=0 outage-every-ms=0 retention-ms=0 mixed-versions=0"},
    PlantedBug{"voided_log_comes_back", "chat/state", "Q4", "a power cut brings back SQLite's log that was copied", Profile::sqlite, "replicas=3 rot-state-every-ms=100 storm-ms=8000 payload-max=1000 think-ms=60 cut-max-ms=300 grey-ms=0 old-backup-every-ms=0 outage-every-ms=0 retention-ms=0 mixed-versions=0"},
    PlantedBug{"scrubber_finds_nothing", "chat/server", "L6", "nobody looks for pages that the disk has changed", Profile::sqlite, "replicas=3 rot-state-every-ms=200 cut-max-ms=300 grey-ms=0 old-backup-every-ms=0 outage-every-ms=0 retention-ms=0 mixed-versions=0"},
    PlantedBug{"log_scrubber_finds_nothing", "consensus/storage", "L6", "nobody looks for what the disk has changed in the log", Profile::sqlite, "replicas=3 rot-log-every-ms=200 keep-slots=100000 keep-kib=100000 cut-max-ms=300 grey-ms=0"},
    PlantedBug{"old_backup_believed", "consensus/driver", "P12", "who comes back with an old copy of its disk takes part", Profile::sqlite, "replicas=3 old-backup-every-ms=500 wipe-every-ms=0 rot-log-every-ms=0 rot-meta-every-ms=0 rot-state-every-ms=0 misdirect-every-ms=0 downtime-max-ms=20 grey-ms=0"},
    PlantedBug{"votes_without_room", "consensus/core", "P16", "a voter whose disk is full goes on voting", Profile::sqlite, "replicas=3 disk-fills-every-ms=2000 restart-all-every-ms=0 grey-ms=0"},
    PlantedBug{"room_never_comes_back", "chat/server", "P16", "who has stopped for want of room never begins again", Profile::sqlite, "replicas=3 disk-fills-every-ms=2000 restart-all-every-ms=0 grey-ms=0"},
    PlantedBug{"shortage_told_lasts", "chat/server", "P16", "another replica's word that its disk is full counts for ever", Profile::sqlite, "replicas=3 disk-fills-every-ms=1500 lose-ppm=100000 kill-every-ms=0 power-cut-every-ms=0 restart-all-every-ms=0 grey-ms=0"},
    PlantedBug{"damaged_state_refuses", "chat/server", "Q6", "a damaged state is not made anew", Profile::sqlite, "replicas=3 rot-state-every-ms=300 cut-max-ms=300 grey-ms=0"},
    PlantedBug{"unread_page_is_damage", "chat/state", "Q6", "a page that could not be read counts as damaged", Profile::sqlite, "replicas=3 read-error-every-ms=300 rot-log-every-ms=1000 wrong-result-every-ms=0"},
    PlantedBug{"self_check_ignores_results", "chat/server", "P13", "other results of the same slots count as the same", Profile::sqlite, "replicas=3 wrong-result-every-ms=400 cut-max-ms=300 grey-ms=0"},
    PlantedBug{"self_check_compares_other_slots", "chat/server", "P13", "running hashes of different slots are compared", Profile::sqlite, "replicas=3 grey-ms=0"},
    PlantedBug{"minority_judges_majority", "chat/server", "P13", "one other replica's word is enough to give up one's state", Profile::sqlite, "replicas=3 wrong-result-every-ms=400 cut-max-ms=300 grey-ms=0"},
    PlantedBug{"rebuilding_from_own_log", "chat/server", "P13", "a contradicted state is made anew from this replica's own log", Profile::sqlite, "replicas=3 wrong-result-every-ms=400 cut-max-ms=300 grey-ms=0"},
    PlantedBug{"chunk_told_before_sync", "chat/keeping", "B1", "a part of a file counts as held before it is on the disk", Profile::sqlite, "replicas=3 files-ms=200 mixed-versions=0 grey-ms=0"},
    PlantedBug{"chunk_not_synced", "chat/files", "B1", "a part of a file is given its name before its bytes are synced", Profile::sqlite, "replicas=3 files-ms=200 mixed-versions=0 grey-ms=0"},
    PlantedBug{"chunk_name_not_synced", "chat/files", "B1", "the folder is not synced behind a part of a file", Profile::sqlite, "replicas=3 files-ms=200 mixed-versions=0 grey-ms=0"},
    PlantedBug{"file_quorum_one_short", "chat/keeping", "B1", "one holder less is enough for a file to be whole", Profile::sqlite, "replicas=3 files-ms=200 mixed-versions=0 grey-ms=0"},
    PlantedBug{"file_posted_before_whole", "chat/state", "B1", "a message refers to a file as soon as one replica has it", Profile::sqlite, "replicas=3 files-ms=200 mixed-versions=0 grey-ms=0"},
    PlantedBug{"collector_overlooks_uploads", "chat/keeping", "B1", "parts of files that are still being uploaded are collected", Profile::sqlite, "replicas=3 files-ms=100 mixed-versions=0 grey-ms=0"},
    PlantedBug{"file_goes_with_its_upload", "chat/state", "B1", "a file is gone with the first of those that use it", Profile::sqlite, "replicas=3 files-ms=200 mixed-versions=0 grey-ms=0"},
    PlantedBug{"deleted_message_keeps_file", "chat/state", "files", "the file of a deleted message stays", Profile::sqlite, "replicas=3 files-ms=100 mixed-versions=0 grey-ms=0"},
    PlantedBug{"voters_change_without_files", "chat/server", "B2", "voters change whatever files the next ones hold", Profile::sqlite, files_while_voters_change},
    PlantedBug{"expected_voters_overlooked", "chat/state", "B2", "a file is whole without those who are about to vote", Profile::sqlite, files_while_voters_change},
    PlantedBug{"files_not_fetched", "chat/keeping", "files", "who lacks a part of a file does not fetch it", Profile::sqlite, "replicas=3 files-ms=200 mixed-versions=0 grey-ms=0"},
};

}  // namespace

std::span<const PlantedBug> planted_bugs() { return bugs; }

const PlantedBug* find_planted(std::string_view name) {
    for (const PlantedBug& bug : bugs) {
        if (bug.name == name) return &bug;
    }
    return nullptr;
}

std::map<std::string, std::int64_t> focus_of(const PlantedBug& bug) {
    std::map<std::string, std::int64_t> overrides;
    std::istringstream words{bug.focus};
    for (std::string word; words >> word;) {
        const std::size_t sign = word.find('=');
        overrides[word.substr(0, sign)] = std::stoll(word.substr(sign + 1));
    }
    return overrides;
}

#ifdef PARLEY_PLANTED
bool can_plant() { return true; }
void plant(std::string_view name) { net::select_planted(std::string{name}); }
#else
bool can_plant() { return false; }
void plant(std::string_view) {}
#endif

}  // namespace parley::sim
