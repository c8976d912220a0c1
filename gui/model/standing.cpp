#include "gui/model/standing.hpp"

#include <algorithm>

#include "gui/model/words.hpp"

namespace parley::gui {

std::string standing_of(const ReplicasSeen& seen) {
    if (seen.replicas.empty()) return tr("Asking the replicas…");
    const auto answering = static_cast<std::size_t>(std::count_if(seen.replicas.begin(), seen.replicas.end(), [](const auto& one) { return one.report.has_value(); }));
    std::size_t members = seen.replicas.size();
    for (const auto& replica : seen.replicas) {
        if (replica.report && replica.report->replicas > 0) members = replica.report->replicas;
    }
    const std::size_t quorum = members / 2 + 1;
    const std::string counted = tr("{0} of {1} replicas answer.", answering, members) + " ";   // sentences, one behind the other
    if (answering < quorum) return counted + tr("Nothing can be saved until a majority is back; what you type is kept here.");
    if (answering == quorum) return counted + tr("Everything works, but no further one may fail.");
    return counted + tr_count("{0} more may fail and everything goes on.", "{0} more may fail and everything goes on.", answering - quorum);
}

std::string replica_role_text(const std::string& role) {
    if (role == "leader") return tr("leader");
    if (role == "follower") return tr("follower");
    if (role == "candidate") return tr("candidate");
    return role;
}

}  // namespace parley::gui
