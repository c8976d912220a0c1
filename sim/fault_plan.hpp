// The fault plan: every decision of a run that is not the default, as data. A run is (seed, options, plan); a plan that
// was written down can be replayed, and made smaller, entry by entry.
#pragma once

#include <cstdint>
#include <functional>
#include <iosfwd>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "net/ports/result.hpp"
#include "net/ports/time.hpp"

namespace parley::sim {

enum class FaultKind : std::uint8_t {
    // decided frame by frame
    lose,         // a consensus frame never arrives
    duplicate,    // a consensus frame arrives twice
    reorder,      // a consensus frame overtakes, or is overtaken
    delay,        // a frame takes far longer
    flip,         // one bit of the frame changes below the checksum
    reset,        // the connection breaks; a suffix of what was sent is lost
    // planned for a time; the arguments say where and how long
    kill,         // the process dies, the page cache lives; starts again later
    power_cut,    // un-synced sectors and names are drawn; connections hang half-open
    partition,    // two sides, both ways
    one_way,      // one direction between two machines
    isolate,      // one machine from all others
    pause,        // the process stands still while clocks run
    slow_disk,    // every sync takes longer for a while
    clock_shift,  // a wall clock jumps
    restart_all,  // every replica loses power at once
    client_kill,  // a client's process dies and starts again from its store
    relay,        // whoever leads is cut off, round after round
    // damage to disks, as far as the fault budget allows
    rot_log,      // a bit, a sector or a block of the log changes on the medium
    rot_meta,     // the same in one copy of meta, while the process is down
    misdirect,    // a block of the log is written over another one
    wipe,         // the disk is replaced by an empty one
    // operations of disks that fail, and say so
    write_error,  // only a part of the bytes is written
    sync_error,   // the pages look clean, the medium has not changed
    read_error,
    disk_full,    // for a time nothing grows
    stall,        // one write takes very long
    // links, speeds and clocks
    clog,         // nothing gets through for a while, then all of it at once
    swizzle,      // replicas are clogged one by one and released in another order
    drop_type,    // one replica's messages of one type are lost
    half_open,    // connections between two machines carry nothing, and no end is told
    reconnect,    // all connections break, round after round
    priorities,   // links and replicas get very different speeds
    clock_drift,
    clock_freeze,
    suspend,      // a pause in which the steady clock stands too
    squeeze,      // a chosen slot is left on one reachable voter, and its record there is damaged
    gap,          // the leader's proposals are lost, later ones are not, and then it is cut off
    rot_ahead,    // what a follower missed is found damaged on the leader
    rot_image,    // a snapshot for others changes on the medium
    // what operators do
    transfer,     // whoever leads is asked to let another replica lead
    // orders of events that chance hardly brings about
    late_vote,    // a replica votes for the newest slots, fetches older ones behind that, and is killed
    install_crash,   // a replica dies while it installs a snapshot
    lone_leader,  // what a leader proposed to nobody is all that a follower is told of
    add,          // … to take a replica in as a learner
    promote,      // … to give a learner a vote
    remove,       // … to let a member go
    replace,      // add, promote and remove in a row, asked again and again
    rot_state,    // a page of a replica's database changes on the medium
    upgrade,      // a replica is restarted with another version of its program
    move,         // a member gets another address: chosen first, then its process is started there
    wrong_result, // a replica's state machine once does something else than the others'
    lease,        // whoever leads is asked to switch leases on, or off
    old_backup,   // a replica's disk is replaced by what it held a while ago
    bridge,       // two halves that cannot reach each other, and one replica that is in both
    outage,       // all replicas lose power at once, and days pass
    disk_fills,   // others fill the disks of some replicas: little is left, and then it must do
    prefer,       // whoever leads is asked to give a member another priority
};
inline constexpr std::size_t fault_kinds = 57;
const char* name_of(FaultKind kind);
std::optional<FaultKind> fault_kind_of(std::string_view name);
const char* meaning_of(FaultKind kind);

struct FaultEntry {
    net::Instant at{};
    FaultKind kind = FaultKind::lose;
    std::uint64_t key = 0;              // what was hit: a frame's event id, or the place in the storm
    std::vector<std::int64_t> arguments;
};

using FaultPlan = std::vector<FaultEntry>;

// Of the format below, and of what the entries mean: raised when a kind, a key or an argument changes its meaning.
inline constexpr std::int64_t plan_version = 1;

void write_entries(std::ostream& out, const FaultPlan& plan);   // JSON, one entry a line
net::Result<FaultPlan> read_entries(std::istream& in);

// Decides faults, either by drawing at the rates given or by looking them up in a plan; both ways write down what struck.
class Faults {
public:
    using Rates = std::map<FaultKind, std::int64_t>;   // in a million frames

    Faults(std::uint64_t seed, Rates rates) : seed_(seed), rates_(std::move(rates)) {}
    Faults(std::uint64_t seed, const FaultPlan& plan);

    // Frame faults strike only while the storm lasts; a replayed plan says by itself when.
    void set_storm(bool on) { storm_ = on; }
    [[nodiscard]] bool replaying() const { return replaying_; }

    // Fresh bits that shape the fault when it strikes here, none when it does not.
    std::optional<std::uint64_t> strikes(FaultKind kind, std::uint64_t key, net::Instant now);
    // A planned fault was carried out; or its time came and it found nothing to hit, or was refused: then it does not count.
    void record(FaultEntry entry, bool has_struck = true);

    // Told of each fault as it strikes: what struck before a crash of the simulator itself is known that way.
    void observe(std::function<void(const FaultEntry&)> observer) { observer_ = std::move(observer); }
    [[nodiscard]] const FaultPlan& struck() const { return struck_; }
    [[nodiscard]] const std::map<FaultKind, std::uint64_t>& counts() const { return counts_; }
    [[nodiscard]] FaultPlan planned() const;   // the entries with a time of their own, of a replayed plan

private:
    std::uint64_t seed_;
    Rates rates_;
    std::map<std::pair<FaultKind, std::uint64_t>, FaultEntry> replayed_;
    bool replaying_ = false;
    bool storm_ = false;
    FaultPlan struck_;
    std::map<FaultKind, std::uint64_t> counts_;
    std::function<void(const FaultEntry&)> observer_;
};

}  // namespace parley::sim
