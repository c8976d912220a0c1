// MessageView: the part of View that reads messages and what happened to them. Runs inside the transaction of its caller.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "chat/state/sqlite.hpp"
#include "chat/state/view.hpp"

namespace parley::chat {

class MessageView {
public:
    explicit MessageView(Connection& connection);

    std::vector<RoomMessage> after(RoomId room, std::uint64_t number, std::uint32_t limit, UserId asking);
    std::vector<RoomMessage> before(RoomId room, std::uint64_t number, std::uint32_t limit, UserId asking);   // ascending, too
    std::optional<RoomMessage> one(RoomId room, std::uint64_t number, UserId asking);
    std::vector<RoomMessage> replies(RoomId room, std::uint64_t root, std::uint64_t after, std::uint32_t limit, UserId asking);
    std::vector<RoomMessage> pinned(RoomId room, std::uint32_t limit, UserId asking);
    std::vector<SenderRow> senders(RoomId room, std::uint64_t after, UserId asking);
    std::vector<EditRow> edits(RoomId room, std::uint64_t number, std::uint32_t limit);
    std::vector<MessageChange> changes(RoomId room, std::uint64_t after, std::uint32_t limit);

private:
    std::vector<RoomMessage> with_reactions(Run& run, UserId asking);

    std::optional<MessageFile> file_of(const RoomMessage& message);

    Connection& connection_;
    std::optional<Statement> file_;   // once it is needed
    Statement after_;
    Statement before_;
    Statement one_;
    Statement replies_;
    Statement pinned_;
    Statement reactions_;
    Statement senders_;
    Statement edits_;
    Statement changes_;
};

}  // namespace parley::chat
