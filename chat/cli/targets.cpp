// Parsing of targets and message names. Whether they exist is the server's business.
#include "chat/cli/targets.hpp"

#include <charconv>

#include <fmt/format.h>

#include "chat/state/names.hpp"

namespace parley::chat {
namespace {

template <class... F>
struct Overload : F... {
    using F::operator()...;
};
template <class... F>
Overload(F...) -> Overload<F...>;

net::Error malformed(std::string sentence) { return {net::ErrorKind::malformed, std::move(sentence)}; }

// "@ann" or "@ann,@bob".
net::Result<Target> parse_people(const std::string& text) {
    std::vector<std::string> names = names_in_conversation(std::string_view{text}.substr(1));
    if (names.size() == 1) return Target{ByUserName{std::move(names.front())}};
    for (const std::string& name : names) {
        if (name.empty()) return malformed(fmt::format("\"{}\" lacks a name: write @ann,@bob for a conversation of several people", text));
    }
    return Target{ByPeople{std::move(names)}};
}

}  // namespace

net::Result<Target> parse_target(const std::string& text) {
    if (text.size() > 1 && text.front() == '@') return parse_people(text);
    if (text.size() > 1 && text.front() == '#') return Target{ByRoomName{text.substr(1)}};
    if (text.empty() || text == "@" || text == "#") {
        return malformed("name a room or a person: general, or @ada for a direct conversation");
    }
    return Target{ByRoomName{text}};
}

std::string to_text(const Target& target) {
    return std::visit(Overload{
                          [](const ByRoom& by) { return fmt::format("room:{}", by.room.value); },
                          [](const ByRoomName& by) { return by.name; },
                          [](const ByUserName& by) { return "@" + by.name; },
                          [](const ByPeople& by) { return "@" + conversation_name(by.names); },
                      },
                      target);
}

net::Result<MessageName> parse_message_name(const std::string& text) {
    const net::Error wrong =
        malformed(fmt::format("\"{}\" does not name a message; write ROOM/NUMBER, for example general/57", text));
    const std::size_t slash = text.rfind('/');
    if (slash == std::string::npos || slash == 0) return wrong;
    auto target = parse_target(text.substr(0, slash));
    if (!target) return wrong;
    MessageName name{std::move(*target), 0};
    const char* begin = text.data() + slash + 1;
    const char* end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(begin, end, name.number);
    if (error != std::errc{} || stop != end || name.number == 0) return wrong;
    return name;
}

std::string message_name(const std::string& room, std::uint64_t number) { return fmt::format("{}/{}", room, number); }

}  // namespace parley::chat
