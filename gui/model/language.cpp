#include "gui/model/language.hpp"

#include <algorithm>
#include <sstream>
#include <vector>

namespace parley::gui {
namespace {

bool is_ours(const std::string& code) {
    return std::any_of(languages.begin() + 1, languages.end(), [&](const Language& one) { return code == one.code; });
}

// "de_AT.UTF-8@euro": "de". A locale without a language is what programs speak by themselves.
std::string code_of(const std::string& locale) {
    const std::string code = locale.substr(0, locale.find_first_of("_.@"));
    return code == "C" || code == "POSIX" ? "en" : code;
}

}  // namespace

std::string language_chosen(const std::string& text) {
    std::istringstream words(text);
    std::string code;
    words >> code;
    return is_ours(code) ? code : languages.front().code;
}

std::string language_spoken(const std::string& chosen, const std::function<std::string(const char* variable)>& variable) {
    if (is_ours(chosen)) return chosen;
    std::vector<std::string> wanted;
    std::istringstream several(variable("LANGUAGE"));
    for (std::string one; std::getline(several, one, ':');) wanted.push_back(one);
    for (const char* name : {"LC_ALL", "LC_MESSAGES", "LANG"}) {
        const std::string locale = variable(name);
        if (locale.empty()) continue;
        wanted.push_back(locale);
        break;   // it hides those behind it
    }
    for (const std::string& locale : wanted) {
        if (const std::string code = code_of(locale); is_ours(code)) return code;
    }
    return "en";
}

}  // namespace parley::gui
