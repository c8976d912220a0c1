#include "gui/model/preferences.hpp"

#include <algorithm>
#include <functional>
#include <sstream>
#include <utility>
#include <vector>

#include <fmt/format.h>

namespace parley::gui {
namespace {

using Theme = Preferences::Theme;
using Alerts = Preferences::Alerts;

template <class Value>
using Words = std::vector<std::pair<std::string, Value>>;

// One line of the file: its name, the words it may have, and the field they stand for.
struct Entry {
    std::string name;
    std::vector<std::string> words;
    std::function<std::string(const Preferences&)> write;
    std::function<void(Preferences&, const std::string&)> read;
};

template <class Value>
Entry entry(std::string name, const Words<Value>& words, Value Preferences::*field) {
    Entry made{std::move(name), {}, {}, {}};
    for (const auto& [word, value] : words) made.words.push_back(word);
    made.write = [words, field](const Preferences& from) {
        const auto found = std::find_if(words.begin(), words.end(), [&](const auto& one) { return one.second == from.*field; });
        return found == words.end() ? words.front().first : found->first;
    };
    made.read = [words, field](Preferences& into, const std::string& word) {
        for (const auto& [one, value] : words) {
            if (one == word) into.*field = value;
        }
    };
    return made;
}

Words<int> percents() {
    Words<int> words;
    for (const int percent : text_percents) words.emplace_back(std::to_string(percent), percent);
    return words;
}

const std::vector<Entry>& entries() {
    static const Words<bool> yes_or_no{{"yes", true}, {"no", false}};
    static const std::vector<Entry> all{
        entry("theme", Words<Theme>{{"system", Theme::system}, {"light", Theme::light}, {"dark", Theme::dark}}, &Preferences::theme),
        entry("text_size", percents(), &Preferences::text_percent),
        entry("notifications", Words<Alerts>{{"all", Alerts::all}, {"personal", Alerts::personal}, {"none", Alerts::none}}, &Preferences::alerts),
        entry("sound", yes_or_no, &Preferences::alert_sound),
        entry("show_text", yes_or_no, &Preferences::alert_text),
        entry("tray_icon", yes_or_no, &Preferences::has_tray_icon),
    };
    return all;
}

std::string trimmed(const std::string& text) {
    const std::size_t first = text.find_first_not_of(" \t\r");
    return first == std::string::npos ? "" : text.substr(first, text.find_last_not_of(" \t\r") + 1 - first);
}

std::string known_names() {
    std::vector<std::string> names;
    for (const Entry& one : entries()) names.push_back(one.name);
    return fmt::format("{}", fmt::join(names, ", "));
}

// Empty: the line was understood.
std::string read_line(const std::string& line, Preferences& into) {
    const std::size_t sign = line.find('=');
    if (sign == std::string::npos) return "expected is a name, = and a word";
    const std::string name = trimmed(line.substr(0, sign));
    const std::string word = trimmed(line.substr(sign + 1));
    const auto found = std::find_if(entries().begin(), entries().end(), [&](const Entry& one) { return one.name == name; });
    if (found == entries().end()) return fmt::format("unknown name \"{}\"; known are {}", name, known_names());
    if (std::find(found->words.begin(), found->words.end(), word) == found->words.end()) {
        return fmt::format("{} is one of {}", name, fmt::join(found->words, ", "));
    }
    found->read(into, word);
    return "";
}

}  // namespace

const char* theme_name(Theme theme) {
    switch (theme) {
        case Theme::system: return "system";
        case Theme::light: return "light";
        case Theme::dark: return "dark";
    }
    return "system";
}

Theme theme_named(const std::string& name) {
    return name == "light" ? Theme::light : name == "dark" ? Theme::dark : Theme::system;
}

std::string preferences_text(const Preferences& preferences) {
    std::string text = "# Settings of parley-gui for one account on this computer.\n";
    for (const Entry& one : entries()) text += fmt::format("{} = {}\n", one.name, one.write(preferences));
    return text;
}

net::Result<Preferences> parse_preferences(const std::string& text, const std::string& name) {
    Preferences preferences;
    std::istringstream lines(text);
    std::string line;
    for (std::size_t number = 1; std::getline(lines, line); ++number) {
        const std::string plain = trimmed(line);
        if (plain.empty() || plain.front() == '#') continue;
        const std::string wrong = read_line(plain, preferences);
        if (!wrong.empty()) return net::Error{net::ErrorKind::malformed, fmt::format("{}, line {}: {}", name, number, wrong)};
    }
    return preferences;
}

}  // namespace parley::gui
