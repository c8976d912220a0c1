// tail: follows rooms until interrupted. Each message once and in order, whatever happens to replicas and links: the
// client library resumes from the last position.
#include <csignal>

#include <fmt/format.h>

#include "chat/cli/commands/commands.hpp"
#include "chat/cli/output.hpp"
#include "chat/cli/runtime.hpp"

namespace parley::chat {
namespace {

class Follower {
public:
    Follower(Runtime& runtime, const TailCommand& command) : runtime_(runtime), command_(command) {}

    void follow(const RoomRow& room) {
        const std::string name = (room.is_direct ? "@" : "") + room.name;
        const std::uint64_t after = command_.from ? (*command_.from > 0 ? *command_.from - 1 : 0) : room.last;
        ++open_;
        SubscriptionEvents events;
        events.messages = [this, name](const std::vector<RoomMessage>& messages) {
            for (const RoomMessage& message : messages) print(name, message);
        };
        events.changes = [this, name](const std::vector<MessageChange>& changes) {
            for (const MessageChange& change : changes) print(name, change);
        };
        events.ended = [this, name](const net::Error& error) { ended(name, error); };
        runtime_.client().subscribe(room.room, after, room.changes, std::move(events));
    }
    [[nodiscard]] bool has_failed() const { return failed_; }

private:
    void print(const std::string& room, const RoomMessage& message) {
        guarded([&] { print_line(runtime_.options().json ? message_json(room, message).str() : one_line(room, message)); });
    }
    void print(const std::string& room, const MessageChange& change) {
        guarded([&] { print_line(runtime_.options().json ? change_json(room, change).str() : one_line(room, change)); });
    }
    // Nobody reads any more: the end, without a complaint.
    template <class Print>
    void guarded(Print print) {
        try {
            print();
        } catch (const CommandFailed&) {
            runtime_.loop().stop();
        }
    }
    void ended(const std::string& room, const net::Error& error) {
        note_line(fmt::format("parley: {}: {}", room, error.message));
        if (--open_ > 0) return;
        failed_ = true;
        runtime_.loop().stop();
    }

    Runtime& runtime_;
    const TailCommand& command_;
    std::size_t open_ = 0;
    bool failed_ = false;
};

std::vector<RoomRow> rooms_of(Runtime& runtime, const TailCommand& command) {
    if (command.targets.empty()) {
        return runtime.wait<RoomPage>([&](auto reply) { runtime.client().my_rooms(runtime.deadline(), std::move(reply)); }).rooms;
    }
    std::vector<RoomRow> rooms;
    for (const Target& target : command.targets) {
        rooms.push_back(runtime.wait<RoomRow>([&](auto reply) { runtime.client().room(target, runtime.deadline(), std::move(reply)); }));
    }
    return rooms;
}

}  // namespace

Exit run(const TailCommand& command, const GlobalOptions& options) {
    Runtime runtime{options};
    runtime.open_account();
    const auto rooms = rooms_of(runtime, command);
    Follower follower{runtime, command};
    for (const RoomRow& room : rooms) follower.follow(room);
    runtime.loop().on_signal({SIGINT, SIGTERM, SIGHUP}, [&](int) { runtime.loop().stop(); });
    runtime.loop().run();
    return follower.has_failed() ? Exit::refused : Exit::ok;
}

}  // namespace parley::chat
