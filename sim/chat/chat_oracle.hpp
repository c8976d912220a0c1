// ChatOracle (O4, O5, O6, O14): what people wrote, were told and saw, against what the rooms hold. Every text is
// written once and begins unlike any other, so this beginning is a message's name; an edit keeps it.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "chat/state/effects.hpp"
#include "sim/oracles/history.hpp"
#include "sim/oracles/judge.hpp"

namespace parley::sim {

class ChatOracle {
public:
    ChatOracle(Judge& judge, History& history) : judge_(judge), history_(history) {}

    // A person gave this text to the client library, which now owes it to them.
    void written(const std::string& text, chat::RoomId room);
    // The outcomes a person can be told. Nothing that they write gives a reason to refuse it, and no session of theirs
    // grows so old that an outcome could be unknown.
    void acknowledged(const std::string& text, chat::RoomId room, std::uint64_t number, std::uint64_t slot);
    void refused(const std::string& text, chat::Refusal why);
    // `is_expired`: sessions do end in this run. Then it may have taken effect, and may not any more.
    void unknown(const std::string& text, const std::string& why, bool is_expired);
    // No replica has applied more than this slot.
    std::function<std::uint64_t()> highest_applied;
    // Refused for a good reason: it may appear nowhere.
    void withdrawn(const std::string& text);
    // A person was told that this message of theirs is deleted.
    void deleted(chat::RoomId room, std::uint64_t number) { deleted_.insert({room, number}); }

    // A subscriber's stream; `next` is the number it must have.
    void delivered(MachineId person, const chat::RoomMessage& message, std::uint64_t next);
    // A person knows that the room has come to this change: everybody must hear of it.
    void change_known(chat::RoomId room, std::uint64_t change);
    // What a person made of a message and its changes, and what a replica has in the end.
    void kept(MachineId person, const chat::RoomMessage& shown, const chat::RoomMessage& wanted);
    // One replica's room from its beginning to its end, in the final audit.
    void audited(MachineId replica, chat::RoomId room, const std::vector<chat::RoomMessage>& messages);
    // After audited() for every room of that replica: all that was acknowledged was among them.
    void audit_done(MachineId replica);
    void write_final_state();

    [[nodiscard]] std::uint64_t acknowledged() const { return acknowledged_; }
    [[nodiscard]] std::uint64_t last_change_of(chat::RoomId room) const;
    // The greatest number that anybody saw or was told in this room.
    [[nodiscard]] std::uint64_t last_of(chat::RoomId room) const;

private:
    using Place = std::pair<chat::RoomId, std::uint64_t>;
    struct Text {
        std::uint64_t before = 0;        // slot of the newest acknowledgement when it was written
        bool is_acknowledged = false;
        Place place;                     // once known
        bool has_place = false;
        bool is_withdrawn = false;
        std::optional<std::uint64_t> over_since;   // its session was over when this slot was the newest anywhere
    };
    void seen(const char* where, MachineId machine, const chat::RoomMessage& message);
    void settle(const std::string& text, Place place);
    void check_deleted(MachineId replica, const chat::RoomMessage& message);

    Judge& judge_;
    History& history_;
    std::map<std::string, Text> texts_;                       // by their beginning
    std::map<Place, chat::RoomMessage> messages_;
    std::map<Place, std::string> texts_by_place_;             // their beginning
    std::set<Place> deleted_;
    std::map<chat::RoomId, std::uint64_t> last_;
    std::map<chat::RoomId, std::uint64_t> last_change_;
    std::set<std::string> audited_;
    std::uint64_t newest_slot_ = 0;
    std::uint64_t acknowledged_ = 0;
};

}  // namespace parley::sim
