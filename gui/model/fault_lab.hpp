// FaultLab: the lab of the local cluster (`parley up --lab`) as its page shows it: what is broken, what can be done to whom,
// what is under way and how it ended. Made of notifications, like the rest of the model.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "gui/model/notifications.hpp"

namespace parley::gui {

// Something that can be done now, or not.
struct LabAct {
    std::string label;             // "Kill"
    std::string doing;             // "Killing replica 2"
    std::string done;              // "Replica 2 is dead until it is restarted."
    chat::LabOrder order;
    bool makes_sense = true;       // a dead replica cannot be frozen
};
// A replica, or a link between two. The acts of a row keep their number and order.
struct LabRow {
    enum class Look { well, leads, strained, broken };
    std::string name;              // "Replica 2", "1 – 3"
    std::string state;             // "leader, up to date, answers in 0.8 ms"
    Look look = Look::well;
    std::vector<LabAct> acts;
};

class FaultLab {
public:
    // The window's cluster has one.
    [[nodiscard]] bool is_there() const { return seen_.is_there; }
    [[nodiscard]] std::vector<LabRow> replicas(const ReplicasSeen& replicas) const;
    // `late_ms`: how late everything comes on a link that is made slow.
    [[nodiscard]] std::vector<LabRow> links(std::uint32_t late_ms) const;
    [[nodiscard]] LabAct heal_all() const;

    // ---- acts ----
    struct Outcome {
        std::string sentence;
        bool is_bad = false;
    };
    // The number under which the engine is told; it ends with LabObeyed.
    ActId begin(const LabAct& act);
    [[nodiscard]] Outcome outcome() const;

    // True when something that is shown changed.
    bool take(LabSeen& n);
    bool take(LabObeyed& n);

private:
    [[nodiscard]] LabRow replica(std::uint32_t number, const ReplicasSeen& seen) const;
    [[nodiscard]] LabRow link(chat::LabLink link, std::uint32_t late_ms) const;

    LabSeen seen_;
    std::map<ActId, LabAct> running_;
    std::uint64_t last_act_ = 0;
    Outcome outcome_;
};

}  // namespace parley::gui
