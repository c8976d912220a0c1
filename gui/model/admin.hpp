// Admin: what the administrator's page shows: users, rooms, the audit log, who may register, what is under way and how it
// ended, and what the replicas answered lately. Made of notifications, like the rest of the model.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "gui/model/acts.hpp"
#include "gui/model/cluster_history.hpp"
#include "gui/model/notifications.hpp"

namespace parley::gui {

class Admin {
public:
    // Somebody else logs in. Numbers of acts go on, so that a late answer meets none of the new ones.
    void forget();

    // ---- lists ----
    // Only answers to the newest pattern are taken.
    void want_users(const std::string& pattern) { pattern_ = pattern; }
    [[nodiscard]] const std::string& pattern() const { return pattern_; }
    [[nodiscard]] const UsersListed& users() const { return users_; }
    [[nodiscard]] const AllRoomsListed& rooms() const { return rooms_; }
    [[nodiscard]] std::vector<chat::RoomRow> rooms_with(const std::string& letters) const;
    [[nodiscard]] const AuditListed& audit() const { return audit_; }
    [[nodiscard]] std::optional<chat::Registration> registration() const { return registration_; }
    [[nodiscard]] const std::optional<InvitationMade>& invitation() const { return invitation_; }
    [[nodiscard]] const ClusterHistory& history() const { return history_; }

    // ---- acts ----
    struct Outcome {
        ActId act;
        std::string sentence;
        bool is_bad = false;
    };
    // The number under which the engine is told; it ends with ActEnded. is_kept: the engine keeps it over a restart.
    ActId begin(const std::string& subject, const std::string& doing, const std::string& done, bool is_kept);
    [[nodiscard]] bool is_busy(const std::string& subject) const;
    // Of the act that ended last, until another one begins.
    [[nodiscard]] const Outcome& outcome() const { return outcome_; }
    // What the page's bar says; empty: nothing.
    [[nodiscard]] Outcome sentence(const ConnectionStatus& connection) const;

    // True when something that is shown changed.
    bool take(ActEnded& n);
    bool take(UsersListed& n);
    bool take(AllRoomsListed& n);
    bool take(AuditListed& n);
    bool take(RegistrationTold& n);
    bool take(InvitationMade& n);
    void saw(const ReplicasSeen& seen) { history_.add(seen); }

private:
    struct Running {
        std::string subject, doing, done;
        bool is_kept = false;
    };

    std::string pattern_;
    UsersListed users_;
    AllRoomsListed rooms_;
    AuditListed audit_;
    std::optional<chat::Registration> registration_;
    std::optional<InvitationMade> invitation_;
    ClusterHistory history_;
    std::map<ActId, Running> running_;
    std::uint64_t last_act_ = 0;
    Outcome outcome_;
};

}  // namespace parley::gui
