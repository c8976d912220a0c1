// What an administrator can do to whom, and how it is said.
#include <gtest/gtest.h>

#include "gui/model/acts.hpp"
#include "tests/unit/gui/messages.hpp"

namespace parley::gui::testing {
namespace {

chat::UserRow user(chat::UserId id, const std::string& name, bool is_disabled = false) {
    chat::UserRow made;
    made.user = id;
    made.name = name;
    made.is_disabled = is_disabled;
    return made;
}

std::vector<std::string> labels(const std::vector<Act>& acts) {
    std::vector<std::string> found;
    for (const Act& act : acts) found.push_back(act.label);
    return found;
}

using Labels = std::vector<std::string>;

TEST(Acts, NobodyDisablesOneself) {
    EXPECT_TRUE(acts_for(user(ann, "ann"), ann).empty());
    EXPECT_EQ(labels(acts_for(user(bob, "bob"), ann)), Labels{"Disable"});
    EXPECT_EQ(labels(acts_for(user(bob, "bob", true), ann)), Labels{"Enable"});
}

TEST(Acts, WhatHurtsIsAskedFirstAndWhatUndoesItIsNot) {
    const Act disable = acts_for(user(bob, "bob"), ann).front();
    EXPECT_NE(disable.question.find("bob"), std::string::npos);
    EXPECT_TRUE(std::get<chat::DisableUser>(disable.operation).disabled);
    const Act enable = acts_for(user(bob, "bob", true), ann).front();
    EXPECT_EQ(enable.question, "");
    EXPECT_FALSE(std::get<chat::DisableUser>(enable.operation).disabled);
}

TEST(Acts, DeletingARoomSaysHowMuchIsLost) {
    const std::vector<Act> acts = acts_for(row(kitchen, "kitchen", 12));
    EXPECT_EQ(labels(acts), (Labels{"Archive", "Delete"}));
    EXPECT_NE(acts.back().question.find("12 messages"), std::string::npos);
    EXPECT_EQ(acts.back().yes, "Really delete #kitchen");
    chat::RoomRow archived = row(kitchen, "kitchen", 1);
    archived.is_archived = true;
    EXPECT_EQ(labels(acts_for(archived)), (Labels{"Open again", "Delete"}));
    EXPECT_NE(acts_for(archived).back().question.find("1 message,"), std::string::npos);
}

TEST(Acts, OnlyAShorterTimeErases) {
    chat::RoomRow room = row(kitchen, "kitchen");
    EXPECT_NE(keep_texts(room, 30).question, "") << "from for ever";
    room.retention_days = 30;
    EXPECT_NE(keep_texts(room, 29).question, "");
    EXPECT_EQ(keep_texts(room, 31).question, "");
    EXPECT_EQ(keep_texts(room, 0).question, "");
    EXPECT_EQ(std::get<chat::SetRetention>(keep_texts(room, 7).operation).days, 7U);
}

TEST(Acts, DaysAreReadAsPeopleWriteThem) {
    EXPECT_EQ(days_in("30"), 30U);
    EXPECT_EQ(days_in("  7 "), 7U);
    EXPECT_EQ(days_in("off"), 0U);
    EXPECT_EQ(days_in("0"), 0U);
    for (const char* wrong : {"", "  ", "-1", "1.5", "ten", "7 days", "99999999999"}) EXPECT_EQ(days_in(wrong), std::nullopt) << wrong;
}

TEST(Acts, TheAuditLogReadsAsSentences) {
    using chat::AuditAct;
    EXPECT_EQ(sentence_of({1, noon, "ann", AuditAct::user_disabled, "bob", ""}), "ann disabled bob");
    EXPECT_EQ(sentence_of({1, noon, "ann", AuditAct::registration_set, "closed", ""}), "ann let nobody register any more");
    EXPECT_EQ(sentence_of({1, noon, "ann", AuditAct::retention_set, "kitchen", "30 days"}), "ann had texts in #kitchen kept for 30 days");
    EXPECT_EQ(sentence_of({1, noon, "ann", AuditAct::retention_set, "kitchen", "0 days"}), "ann had texts in #kitchen kept for ever");
    EXPECT_EQ(sentence_of({1, noon, "ann", AuditAct::room_deleted, "kitchen", ""}), "ann deleted #kitchen");
}

}  // namespace
}  // namespace parley::gui::testing
