#include "gui/model/fault_lab.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "gui/model/cluster_history.hpp"
#include "gui/model/standing.hpp"
#include "gui/model/words.hpp"

namespace parley::gui {
namespace {

using Trouble = chat::LabState::Trouble;
using Verb = chat::LabOrder::Verb;
using Look = LabRow::Look;

const ReplicasSeen::Replica* answer_of(const std::string& address, const ReplicasSeen& seen) {
    const auto found = std::find_if(seen.replicas.begin(), seen.replicas.end(), [&](const auto& one) { return one.address == address; });
    return found == seen.replicas.end() ? nullptr : &*found;
}

// "follower, 12 slots behind, answers in 1.4 ms"
std::string standing_of(const chat::StatusReport& report, std::int64_t round_trip_us, std::uint64_t newest) {
    const std::uint64_t behind = newest - std::min(newest, report.applied_through);
    const std::string delay = decimal_text(static_cast<double>(round_trip_us) / 1000, 1);
    const std::string role = replica_role_text(report.role);
    if (behind == 0) return tr("{0}, up to date, answers in {1} ms", role, delay);
    return tr_count("{1}, {0} slot behind, answers in {2} ms", "{1}, {0} slots behind, answers in {2} ms", behind, role, delay);
}

chat::LabOrder to_replica(Verb verb, std::uint32_t number) { return {.verb = verb, .replica = number, .link = {}}; }
chat::LabOrder to_link(Verb verb, chat::LabLink link, std::uint32_t late_ms = 0) { return {.verb = verb, .link = link, .late_ms = late_ms}; }

std::vector<LabAct> acts_for(std::uint32_t number, bool is_dead, bool is_frozen) {
    const LabAct pause{tr("Pause"), tr("Freezing replica {0}", number), tr("Replica {0} is frozen until it is resumed.", number), to_replica(Verb::pause, number), !is_dead};
    const LabAct resume{tr("Resume"), tr("Resuming replica {0}", number), tr("Replica {0} goes on.", number), to_replica(Verb::resume, number)};
    return {{tr("Kill"), tr("Killing replica {0}", number), tr("Replica {0} is dead until it is restarted.", number), to_replica(Verb::kill, number), !is_dead},
            is_frozen ? resume : pause,
            {tr("Restart"), tr("Restarting replica {0}", number), tr("Replica {0} starts.", number), to_replica(Verb::restart, number)}};
}

}  // namespace

// ---- what there is ----

std::vector<LabRow> FaultLab::replicas(const ReplicasSeen& replicas) const {
    std::vector<LabRow> rows;
    for (std::uint32_t number = 1; number <= seen_.servers.size(); ++number) rows.push_back(replica(number, replicas));
    return rows;
}

LabRow FaultLab::replica(std::uint32_t number, const ReplicasSeen& seen) const {
    const auto trouble = seen_.state.replicas.find(number);
    const bool is_dead = trouble != seen_.state.replicas.end() && trouble->second == Trouble::dead;
    const bool is_frozen = trouble != seen_.state.replicas.end() && trouble->second == Trouble::frozen;
    LabRow row{tr("Replica {0}", number), "", Look::broken, acts_for(number, is_dead, is_frozen)};
    const ReplicasSeen::Replica* answer = answer_of(seen_.servers[number - 1], seen);
    if (is_dead || is_frozen) {
        row.state = is_dead ? tr("dead") : tr("frozen");
    } else if (answer == nullptr) {
        row.state = tr("not asked yet");
        row.look = Look::well;
    } else if (!answer->report) {
        row.state = tr("does not answer: {0}", answer->sentence);
    } else {
        row.state = standing_of(*answer->report, answer->round_trip_us, newest_slot(seen));
        row.look = answer->report->role == "leader" ? Look::leads : Look::well;
    }
    return row;
}

std::vector<LabRow> FaultLab::links(std::uint32_t late_ms) const {
    std::vector<LabRow> rows;
    const auto count = static_cast<std::uint32_t>(seen_.servers.size());
    for (std::uint32_t one = 1; one <= count; ++one) {
        for (std::uint32_t other = one + 1; other <= count; ++other) rows.push_back(link({one, other}, late_ms));
    }
    return rows;
}

LabRow FaultLab::link(chat::LabLink link, std::uint32_t late_ms) const {
    const auto trouble = seen_.state.links.find(link);
    const bool is_broken = trouble != seen_.state.links.end();
    const bool is_cut = is_broken && !trouble->second;
    const auto [one, other] = link;
    LabRow row{fmt::format("{} – {}", one, other), tr_in("everything on a link", "passes"), Look::well, {}};
    if (is_broken) row.state = is_cut ? tr_in("link", "cut") : tr("{0} ms late", *trouble->second);
    if (is_broken) row.look = is_cut ? Look::broken : Look::strained;
    row.acts.push_back({tr_in("link", "Cut"), tr("Cutting the link between {0} and {1}", one, other), tr("Nothing passes between {0} and {1}.", one, other), to_link(Verb::cut, link), !is_cut});
    row.acts.push_back({tr_in("link", "Slow"), tr("Slowing the link between {0} and {1}", one, other), tr("Everything between {0} and {1} comes {2} ms late.", one, other, late_ms),
                        to_link(Verb::slow, link, late_ms), !is_broken || is_cut || *trouble->second != late_ms});
    row.acts.push_back({tr("Heal"), tr("Healing the link between {0} and {1}", one, other), tr("Everything passes between {0} and {1} again.", one, other), to_link(Verb::slow, link), is_broken});
    return row;
}

LabAct FaultLab::heal_all() const {
    return {tr("Heal everything"), tr("Healing everything"), tr("Every link passes, every replica runs."), {.verb = Verb::heal, .link = {}}, seen_.state != chat::LabState{}};
}

// ---- acts ----

ActId FaultLab::begin(const LabAct& act) {
    const ActId id{++last_act_};
    running_[id] = act;
    outcome_ = {};
    return id;
}

FaultLab::Outcome FaultLab::outcome() const { return running_.empty() ? outcome_ : Outcome{tr("{0}…", running_.rbegin()->second.doing), false}; }

bool FaultLab::take(LabSeen& n) {
    seen_ = std::move(n);
    return true;
}

bool FaultLab::take(LabObeyed& n) {
    const auto found = running_.find(n.act);
    if (found == running_.end()) return false;
    const LabAct act = std::move(found->second);
    running_.erase(found);
    outcome_ = n.refusal.empty() ? Outcome{act.done, false} : Outcome{tr("{0} was refused: {1}.", act.doing, n.refusal), true};
    return true;
}

}  // namespace parley::gui
