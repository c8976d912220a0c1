#include "gui/model/slash.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "gui/model/words.hpp"

namespace parley::gui {
namespace {

// "/mute NAME [MINUTES]"
std::string usage_of(const chat::SlashWord& word) {
    return fmt::format("/{}{}{}", word.word, *word.needs == '\0' ? "" : " ", tr_known(word.needs));
}

}  // namespace

chat::SlashPlace slash_place(const Model& model) {
    chat::SlashPlace place;
    const Room* room = model.selected();
    if (room == nullptr) return place;
    place.room = room->id();
    place.is_direct = room->row().is_direct;
    place.is_begun = !room->is_provisional();
    if (!model.is_administrator()) place.role = room->row().role;
    // What was pushed may be newer than the list of rooms.
    place.last = std::max(room->row().last, room->last());
    return place;
}

std::string slash_sentence(const chat::SlashRefused& refused) {
    const std::string needs = tr_known(refused.needs);
    return filled(chat::slash_template(refused.why), fmt::make_format_args(refused.word, needs));
}

std::vector<CompletionChoice> slash_choices(const std::string& letters) {
    std::vector<CompletionChoice> choices;
    for (const bool at_start : {true, false}) {
        for (const chat::SlashWord& word : chat::slash_words()) {
            const std::size_t at = std::string{word.word}.find(letters);
            if (at == std::string::npos || (at == 0) != at_start) continue;
            CompletionChoice choice{usage_of(word), fmt::format("/{} ", word.word), tr_known(word.does)};
            // What was typed whole is the first, though it is the beginning of others.
            choices.insert(word.word == letters ? choices.begin() : choices.end(), std::move(choice));
        }
    }
    return choices;
}

std::string slash_hint(const std::string& text) {
    if (!chat::is_slash_command(text)) return "";
    const std::string typed = text.substr(1, text.find_first_of(" \t\n") - 1);
    for (const chat::SlashWord& word : chat::slash_words()) {
        if (word.word == typed) return usage_of(word) + "   ·   " + tr_known(word.does);
    }
    return "";
}

}  // namespace parley::gui
