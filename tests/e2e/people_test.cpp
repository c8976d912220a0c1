// What a cluster knows of people, from the command line against real replicas: conversations of several, profiles, drafts, receipts,
// administrators, and accounts that go.
#include <chrono>
#include <memory>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sqlite3.h>

#include "tests/e2e/cluster.hpp"

namespace parley::e2e {
namespace {

using std::chrono::seconds;
using ::testing::HasSubstr;
using ::testing::Not;

class People : public ::testing::Test {
protected:
    People() : cluster_(sandbox_, 3, Watch::supervised) {
        for (const char* const name : {"ada", "bob", "cem"}) sandbox_.register_account(name);
    }
    std::string done(const std::string& profile, const std::vector<std::string>& arguments) {
        Finished finished = sandbox_.as(profile, arguments);
        EXPECT_EQ(finished.code, 0) << finished.errors;
        return finished.output;
    }
    // Refused in words that have this in them.
    void refused(const std::string& profile, const std::vector<std::string>& arguments, const std::string& why) {
        const Finished finished = sandbox_.as(profile, arguments);
        EXPECT_EQ(finished.code, 1) << finished.output;
        EXPECT_THAT(finished.errors, HasSubstr(why));
    }

    Sandbox sandbox_;
    Cluster cluster_;
};

TEST_F(People, SeveralTalkInOneConversationWhoeverBegins) {
    const MessageLine first = sent_line(done("ada", {"send", "@bob,@cem", "tea?", "--json"}));
    const MessageLine second = sent_line(done("cem", {"send", "@bob,@ada", "yes", "--json"}));
    EXPECT_EQ(second.number, first.number + 1);
    const auto lines = message_lines(done("bob", {"history", "@cem,@ada", "--json"}));
    ASSERT_GE(lines.size(), 2U);
    EXPECT_EQ(lines[lines.size() - 2].text, "tea?");
    EXPECT_EQ(lines.back().text, "yes");
    EXPECT_THAT(done("bob", {"unread"}), HasSubstr("@ada,@cem"));
    sandbox_.register_account("eve");
    EXPECT_THAT(done("eve", {"search", "tea", "--json"}), Not(HasSubstr("tea?"))) << "it is theirs";
    refused("ada", {"send", "@bob,@nobody", "hello"}, "no user of this name");
    done("cem", {"block", "ada"});
    EXPECT_EQ(sandbox_.as("ada", {"send", "@bob,@cem", "still there?"}).code, 1);
}

TEST_F(People, AShownNameStandsBesideTheName) {
    done("bob", {"profile", "--name", "Bob the Builder", "--colour", "#336699"});
    done("bob", {"send", "general", "hello"});
    EXPECT_THAT(done("ada", {"history", "general"}), HasSubstr("Bob the Builder"));
    EXPECT_THAT(done("ada", {"users", "bob"}), HasSubstr("Bob the Builder"));
    EXPECT_EQ(sandbox_.as("cem", {"profile", "--name", "ada"}).code, 1) << "somebody else's name";
    EXPECT_EQ(sandbox_.as("cem", {"profile", "--name", "a\nb"}).code, 1);
}

TEST_F(People, ADraftIsOnAllDevices) {
    done("ada", {"draft", "general", "not yet said"});
    EXPECT_EQ(sandbox_.parley({"login", "ada", "--profile", "ada-phone", "--password-file", sandbox_.path("password")}).code, 0);
    EXPECT_THAT(sandbox_.parley({"draft", "general", "--profile", "ada-phone"}).output, HasSubstr("not yet said"));
    EXPECT_THAT(done("bob", {"draft"}), Not(HasSubstr("not yet said")));
}

TEST_F(People, WhoHasReadIsTold) {
    const MessageLine sent = sent_line(done("ada", {"send", "general", "read this", "--json"}));
    done("bob", {"send", "general", "me too"});
    done("bob", {"read", "general"});
    EXPECT_THAT(done("ada", {"receipts", sent.message}), HasSubstr("bob"));
    EXPECT_THAT(done("ada", {"receipts", sent.message}), Not(HasSubstr("cem")));
}

TEST_F(People, OneAdministratorAlwaysRemains) {
    EXPECT_EQ(sandbox_.as("ada", {"delete-account", "--yes"}).code, 1) << "the only one";
    done("ada", {"admin", "role", "bob", "admin"});
    done("bob", {"admin", "users"});
    done("bob", {"admin", "role", "ada", "user"});
    EXPECT_EQ(sandbox_.as("ada", {"admin", "users"}).code, 1);
    EXPECT_EQ(sandbox_.as("bob", {"admin", "role", "bob", "user"}).code, 1) << "the last one";
}

TEST_F(People, AnAccountGoesWithItsTextsAndItsNameIsFreed) {
    done("cem", {"send", "general", "something to forget"});
    done("ada", {"admin", "delete", "cem", "--erase-texts", "--yes"});
    EXPECT_NE(sandbox_.as("cem", {"send", "general", "still here"}).code, 0);
    EXPECT_TRUE(eventually(seconds{20}, [&] { return done("bob", {"history", "general"}).find("something to forget") == std::string::npos; }));
    const std::string file = sandbox_.write_file("again.password", "another long password\n");
    const std::vector<std::string> again{"register", "cem", "--profile", "again", "--password-file", file};
    EXPECT_EQ(sandbox_.parley(again).code, 1) << "the name is taken until it is freed";
    done("ada", {"admin", "free-name", "cem"});
    EXPECT_EQ(sandbox_.parley(again).code, 0);
    EXPECT_EQ(sandbox_.parley({"verify"}).code, 0) << "all replicas came to the same";
}

// Read beside the running replica.
std::int64_t number_in_state(const std::string& replica_folder, const char* query) {
    const std::string path = replica_folder + "/state/chat.db";
    sqlite3* raw = nullptr;
    EXPECT_EQ(sqlite3_open_v2(path.c_str(), &raw, SQLITE_OPEN_READONLY, nullptr), SQLITE_OK);
    const std::unique_ptr<sqlite3, int (*)(sqlite3*)> database{raw, &sqlite3_close};
    sqlite3_stmt* statement = nullptr;
    EXPECT_EQ(sqlite3_prepare_v2(raw, query, -1, &statement, nullptr), SQLITE_OK) << sqlite3_errmsg(raw);
    const std::unique_ptr<sqlite3_stmt, int (*)(sqlite3_stmt*)> asked{statement, &sqlite3_finalize};
    return sqlite3_step(statement) == SQLITE_ROW ? sqlite3_column_int64(statement, 0) : -1;
}

TEST_F(People, ADeletedRoomIsErasedWhereNobodyWrites) {
    done("ada", {"room", "create", "attic"});
    for (const char* const text : {"one", "two", "three"}) done("ada", {"send", "attic", text});
    done("ada", {"room", "delete", "attic", "--yes"});
    constexpr const char* left = "SELECT (SELECT count(*) FROM rooms WHERE name = 'attic') + (SELECT count(*) FROM doomed_rooms) + "
                                 "(SELECT count(*) FROM messages WHERE room NOT IN (SELECT room FROM rooms))";
    for (int replica = 1; replica <= 3; ++replica) {
        EXPECT_TRUE(eventually(seconds{20}, [&] { return number_in_state(cluster_.replica_folder(replica), left) == 0; })) << replica;
    }
}

}  // namespace
}  // namespace parley::e2e
