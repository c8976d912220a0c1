// What is left when a cluster is gone: a snapshot that was taken while people wrote, or the folder of one replica. A new cluster begins
// with it.
#include <csignal>
#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/e2e/restored.hpp"

namespace parley::e2e {
namespace {

using std::chrono::seconds;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class Disaster : public Restored {
protected:
    Finished parley(std::vector<std::string> words) { return cluster_->parley(std::move(words)); }

    void expect_refused(const std::string& snapshot, const std::string& why) {
        const Finished refused = sandbox_.parley(with_new_members({"cluster", "restore", snapshot, sandbox_.path("refused")}));
        EXPECT_EQ(refused.code, 1) << snapshot;
        EXPECT_THAT(refused.errors, HasSubstr(why)) << snapshot;
        EXPECT_FALSE(std::filesystem::exists(sandbox_.path("refused"))) << snapshot;
    }
};

void cut(const std::string& path, std::uintmax_t by) { std::filesystem::resize_file(path, std::filesystem::file_size(path) - by); }

void flip(const std::string& path, std::streamoff at) {
    std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
    file.seekg(at);
    const int byte = file.get();
    file.seekp(at);
    file.put(static_cast<char>(byte ^ 0x40));
    ASSERT_TRUE(file.good());
}

std::size_t count(const Histories& histories) {
    std::size_t messages = 0;
    for (const auto& entry : histories) messages += entry.second.size();
    return messages;
}

TEST_F(Disaster, ASnapshotTakenUnderLoadBecomesANewCluster) {
    const int total = scaled(6'000, 600);
    Writers writers(sandbox_, *cluster_, plan(total));
    writers.allow(total / 2);
    ASSERT_TRUE(writers.wait_for(total / 2, seconds{60}));
    writers.allow(total);
    const std::string file = sandbox_.path("monday.snapshot");
    const Finished taken = parley({"cluster", "snapshot", file, "--json"});
    ASSERT_EQ(taken.code, 0) << taken.errors;
    ASSERT_TRUE(writers.wait_for(total, seconds{60}));
    writers.stop();
    const std::uint64_t slot = number_in(taken.output, "slot");
    EXPECT_GE(through(slot, writers.noted()).size(), static_cast<std::size_t>(total / 2));   // what was acknowledged before it was asked for
    const Histories before = histories("owner");
    EXPECT_EQ(parley({"cluster", "snapshot", file}).code, 1);   // never over another one
    for (const int replica : {1, 2, 3}) cluster_->kill(replica);

    const std::string folder = sandbox_.path("restored");
    const Finished restored = sandbox_.parley(with_new_members({"cluster", "restore", file, folder}));
    ASSERT_EQ(restored.code, 0) << restored.errors;
    EXPECT_EQ(sandbox_.parley(with_new_members({"cluster", "restore", file, folder})).code, 1);   // nor into a cluster
    ASSERT_NO_FATAL_FAILURE(go_on_with(folder));
    const Histories after = histories("later");
    expect_held_through(slot, writers, before, after);
    const Finished verified = parley({"verify"});
    EXPECT_EQ(verified.code, 0) << verified.output;
    const auto reach = cluster_->reach();
    std::vector<std::string> send{"send", "room-0", "and on it goes", "--profile", "later"};
    send.insert(send.end(), reach.begin(), reach.end());
    EXPECT_EQ(sandbox_.parley(send).code, 0);
    EXPECT_EQ(count(histories("later")), count(after) + 1);
}

TEST_F(Disaster, ASnapshotThatIsNotWhatWasTakenIsRefused) {
    const std::string file = sandbox_.path("good.snapshot");
    ASSERT_EQ(parley({"cluster", "snapshot", file}).code, 0);
    const auto copy = [&](const std::string& name) {
        std::filesystem::copy_file(file, sandbox_.path(name));
        return sandbox_.path(name);
    };
    const std::string in_the_image = copy("image");
    flip(in_the_image, 5'000);
    expect_refused(in_the_image, "bytes in it were changed");
    const std::string in_the_label = copy("label");
    flip(in_the_label, static_cast<std::streamoff>(std::filesystem::file_size(file)) - 40);
    expect_refused(in_the_label, "its label was changed");
    for (const std::uintmax_t by : {std::uintmax_t{1}, std::uintmax_t{24}, std::uintmax_t{5'000}}) {
        const std::string short_one = copy("short-" + std::to_string(by));
        cut(short_one, by);
        expect_refused(short_one, "cut short");
    }
    expect_refused(sandbox_.write_file("letter", "Dear cluster"), "this is no snapshot");
    expect_refused(sandbox_.path("nothing"), "nothing");
    EXPECT_EQ(sandbox_.parley({"cluster", "restore", file, sandbox_.path("refused"), "a=127.0.0.1:7400", "b=127.0.0.1:7401"}).code, 2);
}

TEST_F(Disaster, OneSurvivorBecomesANewCluster) {
    const int total = scaled(3'000, 300);
    Writers writers(sandbox_, *cluster_, plan(total));
    writers.allow(total);
    ASSERT_TRUE(writers.wait_for(total, seconds{60}));
    writers.stop();
    ASSERT_EQ(parley({"verify"}).code, 0);   // replica 1 has everything
    const Histories before = histories("owner");
    for (const int replica : {2, 3}) {
        cluster_->kill(replica);
        std::filesystem::remove_all(cluster_->replica_folder(replica));
    }
    const std::string folder = sandbox_.path("recovered");
    std::vector<std::string> recover = with_new_members({"cluster", "recover", "--from-survivor", cluster_->replica_folder(1), folder});
    const Finished unsure = sandbox_.parley(recover);
    EXPECT_EQ(unsure.code, 1);
    EXPECT_THAT(unsure.errors, HasSubstr("may lose acknowledged messages"));
    recover.emplace_back("--yes");
    const Finished running = sandbox_.parley(recover);
    EXPECT_EQ(running.code, 1) << running.output;   // its process still runs
    EXPECT_FALSE(std::filesystem::exists(folder));
    cluster_->kill(1);
    const Finished recovered = sandbox_.parley(recover);
    ASSERT_EQ(recovered.code, 0) << recovered.errors;

    ASSERT_NO_FATAL_FAILURE(go_on_with(folder));
    const Histories after = histories("later");
    EXPECT_EQ(difference(after, before), "");
    EXPECT_THAT(missing_from(after, writers.noted()), IsEmpty());
    EXPECT_EQ(parley({"verify"}).code, 0);
    auto audit = cluster_->reach();
    audit.insert(audit.begin(), {"admin", "audit", "--profile", "later"});
    EXPECT_THAT(sandbox_.parley(audit).output, HasSubstr("restored"));
}

}  // namespace
}  // namespace parley::e2e
