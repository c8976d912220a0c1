// What the tests of the state share: a database in a folder of its own, and commands that are one line to write.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "chat/state/chat_state.hpp"
#include "chat/state/view.hpp"

namespace parley::chat::testing {

// An empty folder that goes away with the test.
class ScratchFolder {
public:
    ScratchFolder();
    ~ScratchFolder();
    ScratchFolder(const ScratchFolder&) = delete;
    ScratchFolder& operator=(const ScratchFolder&) = delete;
    [[nodiscard]] std::string file(const std::string& name) const { return (path_ / name).string(); }
    [[nodiscard]] const std::filesystem::path& path() const { return path_; }

private:
    std::filesystem::path path_;
};

TokenHash token(std::uint64_t seed);
net::Bytes encoded(std::variant<Unnumbered, Numbered> body, std::uint64_t request = 1);
consensus::DecodedSlot slot_of(std::uint64_t slot, std::vector<net::Bytes> commands, std::int64_t log_time_ms);
// Any effect as bytes, to compare lists of them.
std::string printed(const Effect& effect);
std::vector<std::string> printed(const std::vector<Effect>& effects);

// One database driven command by command, each in a slot of its own, one second of log time apart.
class Chat {
public:
    explicit Chat(Limits limits = {});

    Result run(std::variant<Unnumbered, Numbered> body);
    Answer answer(std::variant<Unnumbered, Numbered> body);
    void apply(std::vector<net::Bytes> commands);

    // A person with one login and one session.
    struct Person {
        std::string name;
        UserId user;
        LoginId login;
        SessionId session;
        std::uint64_t next = 1;
    };
    Person enrol(const std::string& name);
    SessionId open_session(std::uint64_t token_seed, std::uint64_t nonce);
    Result as(Person& person, Operation operation);
    // The refusal, or fails the test.
    Refusal refused(Person& person, Operation operation);
    std::uint64_t posted(Person& person, Target target, const std::string& text);
    RoomId made_room(Person& person, const std::string& name, bool is_private = false);

    RoomRow room(const Person& person, const Target& target);
    std::vector<RoomMessage> messages(RoomId room);

    // Everything the database holds but what refusals may change: progress and sessions.
    std::string contents();

    ScratchFolder folder;
    std::string path = folder.file("state.db");
    Limits limits;
    std::unique_ptr<ChatState> state;
    std::unique_ptr<View> view;
    std::vector<Effect> effects;       // of the newest apply
    std::uint64_t slot = 0;
    std::int64_t log_time_ms = 1'700'000'000'000;
    std::int64_t step_ms = 1'000;
    std::uint64_t next_token = 1;
};

// The command is refused for this reason, nothing that others can see changed, and only the answer was told.
void expect_refusal(Chat& chat, Chat::Person& person, Operation operation, Refusal why);
void expect_refusal(Chat& chat, Unnumbered command, Refusal why);

template <class Wanted>
std::vector<Wanted> effects_of(const std::vector<Effect>& effects) {
    std::vector<Wanted> found;
    for (const Effect& effect : effects) {
        if (const auto* wanted = std::get_if<Wanted>(&effect)) found.push_back(*wanted);
    }
    return found;
}

inline Target by_name(const std::string& name) { return ByRoomName{name}; }
inline Target by_user(const std::string& name) { return ByUserName{name}; }

}  // namespace parley::chat::testing
