#include "gui/model/standing.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace parley::gui {

std::string standing_of(const ReplicasSeen& seen) {
    if (seen.replicas.empty()) return "Asking the replicas…";
    const auto answering = static_cast<std::size_t>(std::count_if(seen.replicas.begin(), seen.replicas.end(), [](const auto& one) { return one.report.has_value(); }));
    std::size_t members = seen.replicas.size();
    for (const auto& replica : seen.replicas) {
        if (replica.report && replica.report->replicas > 0) members = replica.report->replicas;
    }
    const std::size_t quorum = members / 2 + 1;
    const std::string counted = fmt::format("{} of {} replicas answer. ", answering, members);
    if (answering < quorum) return counted + "Nothing can be saved until a majority is back; what you type is kept here.";
    if (answering == quorum) return counted + "Everything works, but no further one may fail.";
    return counted + fmt::format("{} more may fail and everything goes on.", answering - quorum);
}

}  // namespace parley::gui
