#include "tests/e2e/restored.hpp"

#include <algorithm>

#include <gmock/gmock.h>

namespace parley::e2e {
namespace {

constexpr const char* names[] = {"a", "b", "c"};
constexpr int first_new = 8;   // whoever joined the old cluster has a lower number

}  // namespace

void Restored::SetUp() {
    begin(3, Watch::by_hand);
    founders_ = cluster_->servers();
}

std::string Restored::address_of(int replica) const {
    const std::string& first = founders_.front();
    const std::size_t colon = first.rfind(':');
    return first.substr(0, colon + 1) + std::to_string(std::stoi(first.substr(colon + 1)) + replica - 1);
}

std::vector<std::string> Restored::with_new_members(std::vector<std::string> words) const {
    int replica = first_new;
    for (const std::string name : names) words.push_back(name + "=" + address_of(replica++));
    return words;
}

void Restored::go_on_with(const std::string& folder) {
    for (const std::string name : names) anew_.emplace(name, Process(sandbox_.command("parleyd", {folder + "/" + name}, "anew-" + name)));
    cluster_->is_now({address_of(first_new), address_of(first_new + 1), address_of(first_new + 2)}, folder + "/ca.pem");
    ASSERT_TRUE(cluster_->wait_until_all_are_up());
    // People have to trust the new authority and to log in.
    auto words = cluster_->reach();
    words.insert(words.begin(), {"login", "owner", "--password-file", sandbox_.path("password"), "--profile", "later"});
    const Finished logged_in = sandbox_.parley(words);
    ASSERT_EQ(logged_in.code, 0) << logged_in.errors;
}

void Restored::expect_held_through(std::uint64_t slot, const Writers& writers, const Histories& before, const Histories& after) {
    EXPECT_THAT(complaints_about(after), ::testing::IsEmpty());
    EXPECT_THAT(missing_from(after, through(slot, writers.noted())), ::testing::IsEmpty());
    for (const auto& [room, messages] : after) {
        ASSERT_LE(messages.size(), before.at(room).size());
        EXPECT_TRUE(std::equal(messages.begin(), messages.end(), before.at(room).begin())) << room;
    }
}

std::map<std::string, Acknowledged> through(std::uint64_t slot, const std::map<std::string, Acknowledged>& noted) {
    std::map<std::string, Acknowledged> kept;
    for (const auto& [text, acknowledged] : noted) {
        if (acknowledged.slot <= slot) kept.emplace(text, acknowledged);
    }
    return kept;
}

}  // namespace parley::e2e
