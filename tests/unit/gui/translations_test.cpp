// The catalogues in po/ against the sources: nothing is missing, nothing is left in English, and every place is where it can be filled.
#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "chat/state/commands.hpp"
#include "net/asio/temporary_folder.hpp"

namespace parley::gui::testing {
namespace {

using ::testing::IsEmpty;

struct Entry {
    std::string context, english, many;
    std::vector<std::string> translations;
    bool is_fuzzy = false;
};
using Key = std::pair<std::string, std::string>;

void run(const std::string& command) {
    if (std::system(command.c_str()) != 0) throw std::runtime_error(command + " failed");
}

// What stands between the first and the last quote, as it is written there.
std::string between_quotes(const std::string& line) {
    const std::size_t first = line.find('"');
    return line.substr(first + 1, line.rfind('"') - first - 1);
}

// Of a file that msgcat wrote with every text on one line; the head and what is obsolete are left out.
std::vector<Entry> entries_of(const std::string& po) {
    const net::TemporaryFolder folder("translations");
    const std::string flat = folder.path() + "/flat.po";
    run("msgcat --no-wrap --force-po --output-file=" + flat + " " + po);
    // A text with line breaks is still written on several: joined again.
    std::ifstream file(flat);
    std::vector<std::string> lines;
    for (std::string line; std::getline(file, line);) {
        if (line.starts_with('"') && !lines.empty()) lines.back().insert(lines.back().rfind('"'), between_quotes(line));
        else lines.push_back(line);
    }
    std::vector<Entry> entries;
    Entry entry;
    for (const std::string& line : lines) {
        if (line.starts_with("#~")) continue;
        if (line.empty()) {
            if (!entry.english.empty()) entries.push_back(entry);
            entry = {};
        }
        if (line.starts_with("#,") && line.find("fuzzy") != std::string::npos) entry.is_fuzzy = true;
        if (line.starts_with("msgctxt")) entry.context = between_quotes(line);
        if (line.starts_with("msgid ")) entry.english = between_quotes(line);
        if (line.starts_with("msgid_plural")) entry.many = between_quotes(line);
        if (line.starts_with("msgstr")) entry.translations.push_back(between_quotes(line));
    }
    if (!entry.english.empty()) entries.push_back(entry);
    return entries;
}

std::set<Key> keys_of(const std::vector<Entry>& entries) {
    std::set<Key> keys;
    for (const Entry& entry : entries) keys.insert({entry.context, entry.english});
    return keys;
}

// "{0}", "{1:02}": with how they are filled.
std::multiset<std::string> places_of(const std::string& text) {
    std::multiset<std::string> places;
    for (std::size_t begin = text.find('{'); begin != std::string::npos; begin = text.find('{', begin + 1)) {
        places.insert(text.substr(begin, text.find('}', begin) + 1 - begin));
    }
    return places;
}

std::set<std::string> kinds_of(const std::multiset<std::string>& places) { return {places.begin(), places.end()}; }

std::vector<Key> without(const std::set<Key>& all, const std::set<Key>& some) {
    std::vector<Key> rest;
    std::ranges::set_difference(all, some, std::back_inserter(rest));
    return rest;
}

TEST(Translations, TheTemplateHasTheTextsOfTheSources) {
    const net::TemporaryFolder folder("translations");
    const std::string template_now = folder.path() + "/now.pot";
    run("po/extract.sh " + template_now);
    const std::set<Key> kept = keys_of(entries_of("po/parley.pot"));
    const std::set<Key> now = keys_of(entries_of(template_now));
    ASSERT_GT(now.size(), 400U);
    EXPECT_THAT(without(now, kept), IsEmpty()) << "take them over: cmake --build build/release --target translations";
    EXPECT_THAT(without(kept, now), IsEmpty()) << "the same";
}

TEST(Translations, GermanIsWhole) {
    const std::vector<Entry> german = entries_of("po/de.po");
    EXPECT_EQ(keys_of(german), keys_of(entries_of("po/parley.pot")));
    run("msgfmt --check --output-file=/dev/null po/de.po");
    for (const Entry& entry : german) {
        EXPECT_FALSE(entry.is_fuzzy) << entry.english;
        EXPECT_EQ(entry.translations.size(), entry.many.empty() ? 1U : 2U) << entry.english;
        for (const std::string& text : entry.translations) EXPECT_NE(text, "") << entry.english;
    }
}

TEST(Translations, PlacesAgree) {
    for (const Entry& entry : entries_of("po/de.po")) {
        const auto wanted = kinds_of(places_of(entry.many.empty() ? entry.english : entry.many));
        EXPECT_EQ(wanted.contains("{}"), false) << "a place has a number, so that it can be moved: " << entry.english;
        EXPECT_EQ(kinds_of(places_of(entry.translations.back())), wanted) << entry.english;
        // One of something may be said in words.
        for (const std::string& place : places_of(entry.translations.front())) EXPECT_TRUE(wanted.contains(place)) << entry.english << ": " << place;
    }
}

TEST(Translations, EveryRefusalHasWords) {
    const std::set<Key> known = keys_of(entries_of("po/parley.pot"));
    for (int code = 0; code <= static_cast<int>(greatest(chat::Refusal{})); ++code) {
        const std::string sentence = chat::sentence(static_cast<chat::Refusal>(code));
        EXPECT_TRUE(known.contains({"", sentence})) << sentence;
    }
}

// Literals of the views that look like something to read and do not go through the catalogue.
TEST(Translations, NothingVisibleIsLeftInEnglish) {
    const net::TemporaryFolder folder("translations");
    const std::string found = folder.path() + "/all.pot";
    const std::string common = "xgettext --language=C++ --from-code=UTF-8 --force-po --no-location gui/views/*.cpp gui/views/*.hpp gui/model/acts.cpp gui/model/admin.cpp "
                               "gui/model/fault_lab.cpp gui/model/files.cpp gui/model/model.cpp gui/model/model_people.cpp gui/model/rows.cpp gui/model/standing.cpp gui/model/times.cpp ";
    run(common + "--extract-all --output=" + found + " 2>" + folder.path() + "/warnings");   // of empty texts
    std::set<Key> all;
    for (const Entry& entry : entries_of(found)) all.insert({"", entry.english});
    std::set<Key> translated;
    for (const Entry& entry : entries_of("po/parley.pot")) {
        translated.insert({"", entry.english});
        if (!entry.many.empty()) translated.insert({"", entry.many});
        if (!entry.context.empty()) translated.insert({"", entry.context});
    }
    const std::vector<std::string> own{"Parley", "LANGUAGE", "Deutsch", "English", "Messages", "administrator", "their own", "their own, with texts", "answered something else"};
    std::vector<std::string> left;
    for (const auto& [context, text] : without(all, translated)) {
        const bool is_code = text.find("svg") != std::string::npos || text.find("<") != std::string::npos || text.ends_with(".hpp") || text.ends_with(".h");
        const bool has_words = std::isupper(static_cast<unsigned char>(text.front())) != 0 && text.size() > 3;
        const std::size_t space = text.find(' ');
        const bool has_sentence = space != std::string::npos && space > 1 && text.size() > space + 2 && std::isalpha(static_cast<unsigned char>(text[space - 1])) != 0 &&
                                  std::isalpha(static_cast<unsigned char>(text[space + 1])) != 0;
        // Keys of a menu, %Y-%m-%d, {0}.
        const bool is_key = text.starts_with("\\t") || text.find('%') != std::string::npos;
        if (!is_code && !is_key && (has_words || has_sentence) && std::ranges::find(own, text) == own.end()) left.push_back(text);
    }
    EXPECT_THAT(left, IsEmpty());
}

}  // namespace
}  // namespace parley::gui::testing
