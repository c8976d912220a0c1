// Words in another language without a catalogue: what the window says goes through the translator, with its places filled.
#include <map>

#include <gtest/gtest.h>

#include "gui/model/language.hpp"
#include "gui/model/times.hpp"
#include "gui/model/words.hpp"

namespace parley::gui::testing {
namespace {

// Turns what it knows round; leaves the rest.
class Words : public ::testing::Test {
protected:
    Words() {
        set_translator({[](std::string_view context, std::string_view english) -> std::optional<std::string> {
                            if (context == "link" && english == "Cut") return "Trennen";
                            if (context == "decimal sign") return ",";
                            if (!context.empty()) return std::nullopt;
                            if (english == "{0} in {1}") return "{1}: {0}";
                            if (english == "{0} left") return "{0} {1} {2}";   // places that nothing fills
                            if (english == "{0} {1} {2}") return "{2}, {1}, {0}";
                            if (english == "March") return "Maerz";
                            if (english == "Cut") return "Ausschneiden";
                            return std::nullopt;
                        },
                        [](std::string_view, std::string_view, std::uint64_t number) -> std::optional<std::string> {
                            return number == 1 ? "{0} Nachricht fuer {1}" : "fuer {1}: {0} Nachrichten";
                        }});
    }
    ~Words() override { set_translator({}); }
};

TEST_F(Words, PlacesMayStandInAnotherOrder) { EXPECT_EQ(tr("{0} in {1}", "ann", "#kitchen"), "#kitchen: ann"); }

TEST_F(Words, OneEnglishWordMayBeTwo) {
    EXPECT_EQ(tr("Cut"), "Ausschneiden");
    EXPECT_EQ(tr_in("link", "Cut"), "Trennen");
}

TEST_F(Words, WhatIsNotTranslatedIsEnglish) {
    EXPECT_EQ(tr("Heal"), "Heal");
    EXPECT_EQ(tr("{0} joined", "ann"), "ann joined");
    EXPECT_EQ(tr_known("the disk said {0}"), "the disk said {0}") << "others' sentences have no places";
    EXPECT_EQ(tr_known(""), "") << "the empty text is a catalogue's head";
}

TEST_F(Words, ATranslationWithOtherPlacesIsNotUsed) { EXPECT_EQ(tr("{0} left", "ann"), "ann left"); }

TEST_F(Words, NumbersChooseTheirForm) {
    EXPECT_EQ(tr_count("{0} message for {1}", "{0} messages for {1}", 1, "ann"), "1 Nachricht fuer ann");
    EXPECT_EQ(tr_count("{0} message for {1}", "{0} messages for {1}", 7, "ann"), "fuer ann: 7 Nachrichten");
    set_translator({});
    EXPECT_EQ(tr_count("{0} message for {1}", "{0} messages for {1}", 1, "ann"), "1 message for ann");
    EXPECT_EQ(tr_count("{0} message for {1}", "{0} messages for {1}", 0, "ann"), "0 messages for ann");
}

TEST_F(Words, FractionsAndDatesAreTheLanguages) {
    EXPECT_EQ(decimal_text(0.84, 1), "0,8");
    EXPECT_EQ(decimal_text(12, 0), "12");
    EXPECT_EQ(size_text(1536), "1,5 KiB");
    const std::int64_t noon = 1'772'539'200'000;   // 2026-03-03 12:00 UTC
    EXPECT_TRUE(full_time_text(noon).starts_with("2026, Maerz, 3, ")) << full_time_text(noon);
}

TEST(Sizes, AreCutAndNotRounded) {
    EXPECT_EQ(size_text(1), "1 byte");
    EXPECT_EQ(size_text(1023), "1023 bytes");
    EXPECT_EQ(size_text(1024), "1.0 KiB");
    EXPECT_EQ(size_text(1024 * 1024 - 1), "1023.9 KiB");
    EXPECT_EQ(size_text(std::uint64_t{5} << 40U), "5.0 TiB");
}

std::string spoken(const std::string& chosen, std::map<std::string, std::string> environment) {
    return language_spoken(chosen, [environment](const char* name) {
        const auto found = environment.find(name);
        return found == environment.end() ? std::string{} : found->second;
    });
}

TEST(Language, IsTheChosenOneBeforeTheDesktops) {
    EXPECT_EQ(spoken("de", {{"LANGUAGE", "en"}}), "de");
    EXPECT_EQ(spoken("en", {{"LANG", "de_DE.UTF-8"}}), "en");
    EXPECT_EQ(spoken("system", {{"LANG", "de_DE.UTF-8"}}), "de");
}

TEST(Language, IsTheFirstOfTheDesktopThatThereIs) {
    EXPECT_EQ(spoken("system", {}), "en");
    EXPECT_EQ(spoken("system", {{"LANG", "C.UTF-8"}, {"LANGUAGE", "de"}}), "de") << "no locale need be installed";
    EXPECT_EQ(spoken("system", {{"LANG", "de_DE.UTF-8"}, {"LANGUAGE", "fr:en_GB:de"}}), "en");
    EXPECT_EQ(spoken("system", {{"LANG", "de_AT@euro"}, {"LANGUAGE", "fr"}}), "de");
    EXPECT_EQ(spoken("system", {{"LANG", "de_DE.UTF-8"}, {"LC_ALL", "C"}}), "en") << "LC_ALL hides LANG";
    EXPECT_EQ(spoken("system", {{"LANG", "de_DE.UTF-8"}, {"LC_MESSAGES", "en_GB.UTF-8"}}), "en");
    EXPECT_EQ(spoken("system", {{"LANG", "deutsch"}}), "en");
}

TEST(Language, OfAFileThatMakesNoSenseIsTheDesktops) {
    EXPECT_EQ(language_chosen("de\n"), "de");
    EXPECT_EQ(language_chosen(""), "system");
    EXPECT_EQ(language_chosen("klingon"), "system");
}

}  // namespace
}  // namespace parley::gui::testing
