// What somebody chose lies in a file of one's own and is there again, or a sentence says why not.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "gui/engine/preferences_file.hpp"
#include "tests/unit/gui/desk.hpp"

namespace parley::gui::testing {
namespace {

Preferences dark_and_large() {
    Preferences preferences;
    preferences.theme = Preferences::Theme::dark;
    preferences.text_percent = 130;
    return preferences;
}

void choose(Desk& desk, const Preferences& preferences) {
    desk.model.apply(PreferencesRead{preferences, ""});   // as the window does
    desk.backend->run(SavePreferences{preferences});
}

std::string file_of(Desk& desk) { return "profile/settings-" + fmt::format("{:016x}", desk.model.own_id().value); }

TEST(BackendPreferences, OutliveThePowerAndBelongToOneUser) {
    Cluster cluster(1);
    Desk ann(cluster, "ann", 1);
    ann.enter();
    EXPECT_EQ(ann.model.preferences(), Preferences{});
    choose(ann, dark_and_large());
    EXPECT_EQ(ann.model.preferences(), dark_and_large());
    ann.stop(sim::CrashKind::power_cut);
    ann.start();
    EXPECT_EQ(ann.model.preferences(), dark_and_large()) << "before anything else is shown";
    ann.backend->run(LogOut{});
    ASSERT_TRUE(ann.until([&] { return !ann.model.is_logged_in(); }));
    ann.name = "bob";
    ann.enter();
    EXPECT_EQ(ann.model.preferences(), Preferences{}) << "somebody else's";
}

TEST(BackendPreferences, TheLanguageIsTheProfilesAndCountsForWhoeverComesNext) {
    Cluster cluster(1);
    Desk ann(cluster, "ann", 1);
    ann.enter();
    EXPECT_EQ(ann.model.language(), "system");
    ann.backend->run(ChooseLanguage{"de"});
    EXPECT_EQ(ann.model.language(), "de");
    ann.backend->run(ChooseLanguage{"en"});
    ann.backend->run(ChooseLanguage{"de"});
    EXPECT_EQ(read_language(*ann.disk), "de") << "before anybody is logged in";
    ann.stop(sim::CrashKind::process_kill);
    ann.start();
    EXPECT_EQ(ann.model.language(), "de");
    ann.backend->run(LogOut{});
    ASSERT_TRUE(ann.until([&] { return !ann.model.is_logged_in(); }));
    ann.name = "bob";
    ann.enter();
    EXPECT_EQ(ann.model.language(), "de");
}

TEST(BackendPreferences, ADamagedFileIsASentenceAndTheUsualSettings) {
    Cluster cluster(1);
    Desk ann(cluster, "ann", 1);
    ann.enter();
    choose(ann, dark_and_large());
    const auto file = *ann.disk->open(file_of(ann), net::OpenMode::read_write);
    ASSERT_TRUE(file->write(0, std::vector<std::byte>(8, std::byte{'x'})));
    ASSERT_TRUE(file->sync());
    ann.stop(sim::CrashKind::process_kill);
    ann.start();
    EXPECT_EQ(ann.model.preferences(), Preferences{});
    EXPECT_NE(ann.model.preferences_problem().find("line 1"), std::string::npos) << ann.model.preferences_problem();
    EXPECT_EQ(ann.model.notice(), ann.model.preferences_problem());
    choose(ann, dark_and_large());
    EXPECT_EQ(ann.model.preferences_problem(), "");
    ann.stop(sim::CrashKind::process_kill);
    ann.start();
    EXPECT_EQ(ann.model.preferences(), dark_and_large());
}

}  // namespace
}  // namespace parley::gui::testing
