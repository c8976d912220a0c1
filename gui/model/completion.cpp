#include "gui/model/completion.hpp"

#include "chat/client/slash_commands.hpp"
#include "chat/state/names.hpp"
#include "gui/model/slash.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <utility>

namespace parley::gui {
namespace {

constexpr std::size_t choices_max = 8;
constexpr std::size_t emoji_letters_min = 2;      // ":)" and "12:30" want no list

struct Emoji {
    const char* name;
    const char* text;
};
constexpr std::array emojis{
    Emoji{"+1", "👍"}, Emoji{"-1", "👎"}, Emoji{"100", "💯"}, Emoji{"beer", "🍺"}, Emoji{"bell", "🔔"}, Emoji{"bug", "🐛"}, Emoji{"cake", "🎂"},
    Emoji{"clap", "👏"}, Emoji{"coffee", "☕"}, Emoji{"confused", "😕"}, Emoji{"cry", "😢"}, Emoji{"eyes", "👀"}, Emoji{"fire", "🔥"},
    Emoji{"grin", "😁"}, Emoji{"grinning", "😀"}, Emoji{"handshake", "🤝"}, Emoji{"heart", "❤️"}, Emoji{"hourglass", "⏳"}, Emoji{"joy", "😂"},
    Emoji{"laughing", "😆"}, Emoji{"lock", "🔒"}, Emoji{"mag", "🔍"}, Emoji{"muscle", "💪"}, Emoji{"ok", "👌"}, Emoji{"party", "🎉"},
    Emoji{"point_up", "☝️"}, Emoji{"pray", "🙏"}, Emoji{"question", "❓"}, Emoji{"rocket", "🚀"}, Emoji{"rofl", "🤣"}, Emoji{"sad", "🙁"},
    Emoji{"scream", "😱"}, Emoji{"see_no_evil", "🙈"}, Emoji{"shrug", "🤷"}, Emoji{"sleeping", "😴"}, Emoji{"slight_smile", "🙂"},
    Emoji{"smile", "😄"}, Emoji{"sob", "😭"}, Emoji{"sparkles", "✨"}, Emoji{"star", "⭐"}, Emoji{"sunglasses", "😎"}, Emoji{"sweat_smile", "😅"},
    Emoji{"tada", "🎉"}, Emoji{"thinking", "🤔"}, Emoji{"thumbsup", "👍"}, Emoji{"turtle", "🐢"}, Emoji{"upside_down", "🙃"},
    Emoji{"warning", "⚠️"}, Emoji{"wave", "👋"}, Emoji{"white_check_mark", "✅"}, Emoji{"wink", "😉"}, Emoji{"x", "❌"}, Emoji{"zap", "⚡"}};

bool continues_word(char letter) {
    const auto code = static_cast<unsigned char>(letter);
    return std::isalnum(code) != 0 || letter == '_' || letter == '-' || letter == '+' || letter == '.' || code >= 0x80;
}

// Those that begin with the letters, then those that have them further on; in the order given.
void add_matching(std::vector<CompletionChoice>& choices, std::vector<std::pair<std::string, CompletionChoice>> offered, const std::string& letters) {
    const std::string wanted = chat::fold_name(letters);
    for (const bool at_start : {true, false}) {
        for (const auto& [name, choice] : offered) {
            const std::size_t at = chat::fold_name(name).find(wanted);
            if (at != std::string::npos && (at == 0) == at_start && choices.size() < choices_max) choices.push_back(choice);
        }
    }
}

std::vector<std::pair<std::string, CompletionChoice>> people_of(const Model& model) {
    std::vector<std::pair<std::string, CompletionChoice>> offered;
    const Room* room = model.selected();
    if (room == nullptr) return offered;
    for (const chat::UserRow& member : room->members.value_or(std::vector<chat::UserRow>{})) {
        if (!member.is_deleted && member.name != model.own_name()) offered.push_back({member.name, {"@" + member.name, "@" + member.name + " "}});
    }
    if (!room->row().is_direct) offered.push_back({"room", {"@room  everybody here", "@room "}});
    return offered;
}

std::vector<std::pair<std::string, CompletionChoice>> rooms_of(const Model& model) {
    std::vector<std::pair<std::string, CompletionChoice>> offered;
    for (const chat::RoomId id : model.rooms()) {
        const chat::RoomRow& row = model.find(id)->row();
        if (!row.is_direct) offered.push_back({row.name, {"#" + row.name, "#" + row.name + " "}});
    }
    return offered;
}

}  // namespace

std::optional<CompletionQuery> completion_at(const std::string& text, std::size_t caret) {
    const std::string before = text.substr(0, caret);
    const bool is_command = chat::is_slash_command(before) && before.find_first_of(" \t\n") == std::string::npos;
    if (is_command) return CompletionQuery{'/', 0, before.substr(1)};
    std::size_t from = before.size();
    while (from > 0 && continues_word(text[from - 1])) --from;
    if (from == 0) return std::nullopt;
    const char mark = text[from - 1];
    if (mark != '@' && mark != '#' && mark != ':') return std::nullopt;
    if (from > 1 && !std::isspace(static_cast<unsigned char>(text[from - 2]))) return std::nullopt;   // a mail address, a time
    CompletionQuery query{mark, from - 1, before.substr(from)};
    if (mark == ':' && query.letters.size() < emoji_letters_min) return std::nullopt;
    return query;
}

std::vector<CompletionChoice> completions(const CompletionQuery& query, const Model& model) {
    if (query.mark == '/') return slash_choices(query.letters);
    std::vector<CompletionChoice> choices;
    if (query.mark == '@') add_matching(choices, people_of(model), query.letters);
    if (query.mark == '#') add_matching(choices, rooms_of(model), query.letters);
    if (query.mark != ':') return choices;
    std::vector<std::pair<std::string, CompletionChoice>> offered;
    for (const Emoji& emoji : emojis) {
        offered.push_back({emoji.name, {std::string{emoji.text} + "  :" + emoji.name + ":", std::string{emoji.text} + " "}});
    }
    add_matching(choices, std::move(offered), query.letters);
    return choices;
}

}  // namespace parley::gui
