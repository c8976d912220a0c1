// What the rooms of a replica hold against what their own messages, and the people, say of them.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "chat/state/view.hpp"
#include "sim/chat/chat_oracle.hpp"
#include "sim/chat/person.hpp"
#include "sim/chat/retention_model.hpp"
#include "sim/chat/room_model.hpp"
#include "sim/workload.hpp"

namespace parley::sim {

// The room in which nobody keeps track of what is written.
inline constexpr const char* arena = "arena";

class RoomAudit {
public:
    RoomAudit(const WorldGround& ground, ChatOracle& oracle, const std::vector<PersonMemory>& memories, const RetentionModel& retentions)
        : ground_(ground), oracle_(oracle), memories_(memories), retentions_(retentions) {}

    // All rooms of one replica, after the run.
    void check(MachineId machine, chat::View& view);

private:
    // What the room's messages say of its members against what the tables say; a sentence where they differ.
    [[nodiscard]] std::optional<std::string> compare_model(chat::View& view, const chat::RoomRow& room,
                                                           const std::vector<chat::RoomMessage>& messages) const;
    [[nodiscard]] std::optional<std::string> compare_members(chat::View& view, chat::RoomId room, const RoomModel& model) const;
    // The same of what happened to its messages, and of the lists that are read by themselves.
    [[nodiscard]] static std::optional<std::string> compare_changes(chat::View& view, const chat::RoomRow& room,
                                                                    const std::vector<chat::RoomMessage>& messages);
    [[nodiscard]] std::optional<std::string> compare_retention(chat::View& view, const chat::RoomRow& room, const std::vector<chat::RoomMessage>& messages) const;
    [[nodiscard]] static std::optional<std::string> compare_lists(chat::View& view, chat::RoomId room,
                                                                  const std::vector<chat::RoomMessage>& messages);
    [[nodiscard]] std::optional<std::string> compare_reactions(const chat::RoomMessage& message) const;
    // Of all rooms: those that messages have, and no others but for what is on its way.
    [[nodiscard]] static std::optional<std::string> compare_files(chat::View& view, const std::set<chat::FileId>& carried);
    void compare_kept(chat::RoomId room, const std::vector<chat::RoomMessage>& messages);

    const WorldGround& ground_;
    ChatOracle& oracle_;
    const std::vector<PersonMemory>& memories_;
    const RetentionModel& retentions_;
};

}  // namespace parley::sim
