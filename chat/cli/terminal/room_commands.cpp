// The /commands of the terminal client for who looks after the shown room.
#include <charconv>
#include <limits>
#include <set>

#include <fmt/format.h>

#include "chat/cli/terminal/chat_engine.hpp"

namespace parley::chat {
namespace {

// "ada rest": names may not hold spaces here; the command line takes those.
std::pair<std::string, std::string> first_word(const std::string& rest) {
    const std::size_t space = rest.find(' ');
    std::string first = rest.substr(0, space);
    if (first.starts_with('@')) first.erase(0, 1);
    const std::size_t behind = space == std::string::npos ? space : rest.find_first_not_of(' ', space);
    return {first, behind == std::string::npos ? "" : rest.substr(behind)};
}

// Minutes as milliseconds; nothing said: for ever.
std::optional<std::uint64_t> mute_time(const std::string& text) {
    constexpr std::uint64_t for_ever = std::numeric_limits<std::uint64_t>::max();
    if (text.empty()) return for_ever;
    std::uint32_t minutes = 0;
    const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), minutes);
    if (error != std::errc{} || stop != text.data() + text.size() || minutes == 0) return std::nullopt;
    return std::uint64_t{minutes} * 60'000;
}

std::optional<Role> role_named(const std::string& word) {
    for (const Role role : {Role::read_only, Role::member, Role::moderator, Role::admin, Role::owner}) {
        if (word == role_name(role)) return role;
    }
    return std::nullopt;
}

}  // namespace

bool ChatEngine::run_room_command(const std::string& word, const std::string& rest) {
    static const std::set<std::string> words{"kick", "ban", "unban", "mute", "unmute", "role", "topic", "rename", "archive", "unarchive", "notify"};
    if (!words.contains(word)) return false;
    const RoomPane* pane = model.selected();
    if (pane == nullptr) {
        model.note("you are in no room");
    } else if (auto operation = room_operation(word, rest, pane->row.room)) {
        operate(*std::move(operation), "", "");
    } else {
        model.note(fmt::format("/{} lacks a word or does not understand one; /help shows what there is", word));
    }
    return true;
}

std::optional<Operation> ChatEngine::room_operation(const std::string& word, const std::string& rest, RoomId room) {
    const ByRoom here{room};
    if (word == "archive") return ArchiveRoom{here, true};
    if (word == "unarchive") return ArchiveRoom{here, false};
    if (word == "topic") return SetTopic{here, rest};
    if (rest.empty()) return std::nullopt;
    if (word == "notify") {
        for (const Notify level : {Notify::everything, Notify::mentions, Notify::nothing}) {
            if (rest == notify_name(level)) return SetNotify{here, level};
        }
        return std::nullopt;
    }
    if (word == "rename") return RenameRoom{here, rest.starts_with('#') ? rest.substr(1) : rest};
    const auto [name, behind] = first_word(rest);
    if (word == "kick") return KickMember{here, name};
    if (word == "ban") return BanUser{here, name};
    if (word == "unban") return UnbanUser{here, name};
    if (word == "unmute") return MuteMember{here, name, 0};
    if (word == "mute") {
        const auto time = mute_time(behind);
        return time ? std::optional<Operation>{MuteMember{here, name, *time}} : std::nullopt;
    }
    const auto role = role_named(behind);
    return role ? std::optional<Operation>{SetRole{here, name, *role}} : std::nullopt;
}

}  // namespace parley::chat
