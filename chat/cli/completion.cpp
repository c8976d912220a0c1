#include "chat/cli/completion.hpp"

#include <vector>

#include <CLI/App.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>

namespace parley::chat {
namespace {

struct Word {
    std::string text;
    std::string meaning;
};

// What may stand behind one command: its subcommands and its options.
struct Place {
    std::string path;   // " room create"; empty for the program itself
    std::vector<Word> commands;
    std::vector<Word> options;
};

std::string first_line(const std::string& text) { return text.substr(0, text.find('\n')); }

void collect(const CLI::App& app, const std::string& path, std::vector<Place>& places) {
    Place place{path, {}, {}};
    for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; })) {
        place.commands.push_back({command->get_name(), first_line(command->get_description())});
    }
    for (const CLI::Option* option : app.get_options()) {
        for (const std::string& name : option->get_lnames()) place.options.push_back({"--" + name, first_line(option->get_description())});
    }
    places.push_back(std::move(place));
    for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; })) {
        collect(*command, path + " " + command->get_name(), places);
    }
}

std::vector<Place> places_of(const CLI::App& app) {
    std::vector<Place> places;
    collect(app, "", places);
    // Options of the program go with every command.
    for (std::size_t i = 1; i < places.size(); ++i) {
        for (const Word& option : places.front().options) {
            if (option.text != "--help" && option.text != "--version") places[i].options.push_back(option);
        }
    }
    return places;
}

// "…" in single quotes, for every shell alike: a quote inside ends the quotes, stands escaped, and begins them anew.
std::string quoted(const std::string& text) {
    std::string result = "'";
    for (const char c : text) {
        if (c == '\'') {
            result += "'\\''";
        } else {
            result += c;
        }
    }
    return result + "'";
}

// The arm of a case that recognises every path of commands.
std::string known_paths(const std::vector<Place>& places) {
    std::vector<std::string> paths;
    for (const Place& place : places) {
        if (!place.path.empty()) paths.push_back(quoted(place.path));
    }
    return fmt::format("{}", fmt::join(paths, " | "));
}

std::string bash_script(const std::vector<Place>& places, const std::string& program) {
    std::string arms;
    for (const Place& place : places) {
        std::vector<std::string> words;
        for (const Word& word : place.commands) words.push_back(word.text);
        for (const Word& word : place.options) words.push_back(word.text);
        arms += fmt::format("        {}) words={} ;;\n", quoted(place.path), quoted(fmt::format("{}", fmt::join(words, " "))));
    }
    return fmt::format(R"(_{0}() {{
    local path='' words='' i
    for ((i = 1; i < COMP_CWORD; i++)); do
        case "$path ${{COMP_WORDS[i]}}" in
            {1}) path="$path ${{COMP_WORDS[i]}}" ;;
        esac
    done
    case "$path" in
{2}    esac
    mapfile -t COMPREPLY < <(compgen -W "$words" -- "${{COMP_WORDS[COMP_CWORD]}}")
}}
complete -o default -F _{0} {0}
)",
                       program, known_paths(places), arms);
}

std::string zsh_script(const std::vector<Place>& places, const std::string& program) {
    const auto described = [](const Word& word) {
        std::string text;
        for (const char c : word.text) {
            if (c == ':') text += '\\';
            text += c;
        }
        return quoted(text + ":" + word.meaning);
    };
    std::string arms;
    for (const Place& place : places) {
        std::string choices;
        for (const Word& word : place.commands) choices += " " + described(word);
        for (const Word& word : place.options) choices += " " + described(word);
        arms += fmt::format("        {}) choices=({}) ;;\n", quoted(place.path), choices);
    }
    return fmt::format(R"(#compdef {0}
_{0}() {{
    local place='' i
    local -a choices
    for ((i = 2; i < CURRENT; i++)); do
        case "$place ${{words[i]}}" in
            {1}) place="$place ${{words[i]}}" ;;
        esac
    done
    case "$place" in
{2}    esac
    _describe {0} choices || _files
}}
if [ "$funcstack[1]" = _{0} ]; then _{0} "$@"; else compdef _{0} {0}; fi
)",
                       program, known_paths(places), arms);
}

// The condition under which fish offers what stands behind a path: its words were seen, and none that would go on.
std::string fish_condition(const Place& place) {
    std::string condition;
    std::size_t begin = 0;
    while (begin < place.path.size()) {
        const std::size_t end = std::min(place.path.find(' ', begin + 1), place.path.size());
        condition += fmt::format("{}__fish_seen_subcommand_from {}", condition.empty() ? "" : "; and ", place.path.substr(begin + 1, end - begin - 1));
        begin = end;
    }
    if (place.commands.empty()) return condition;
    std::vector<std::string> further;
    for (const Word& word : place.commands) further.push_back(word.text);
    return fmt::format("{}not __fish_seen_subcommand_from {}", condition.empty() ? "" : condition + "; and ", fmt::join(further, " "));
}

std::string fish_script(const std::vector<Place>& places, const std::string& program) {
    std::string script;
    for (const Place& place : places) {
        const std::string condition = fish_condition(place);
        for (const Word& word : place.commands) {
            script += fmt::format("complete -c {} -n {} -f -a {} -d {}\n", program, quoted(condition), word.text, quoted(word.meaning));
        }
        for (const Word& word : place.options) {
            const std::string when = place.commands.empty() ? fmt::format(" -n {}", quoted(condition)) : "";
            script += fmt::format("complete -c {}{} -l {} -d {}\n", program, when, word.text.substr(2), quoted(word.meaning));
        }
    }
    return script;
}

}  // namespace

std::string completion_script(const CLI::App& app, const std::string& shell) {
    const std::vector<Place> places = places_of(app);
    if (shell == "bash") return bash_script(places, app.get_name());
    if (shell == "zsh") return zsh_script(places, app.get_name());
    if (shell == "fish") return fish_script(places, app.get_name());
    return {};
}

}  // namespace parley::chat
