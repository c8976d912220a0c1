// Load: the ground for tests in which many people write while something happens to the cluster: an owner, eight rooms, readers, and
// what must hold of all of it in the end.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tests/e2e/audit.hpp"

namespace parley::e2e {

class Load : public ::testing::Test {
protected:
    void begin(int replicas, Watch watch, const std::vector<std::string>& up_options = {});
    // Reader number `reader` tails all rooms at that replica; 0: at any.
    void start_reader(int reader, int replica);

    // Registers an account, then runs commands as it.
    void prepare(const std::string& name);
    void expect_done(const std::string& profile, std::vector<std::string> arguments);

    [[nodiscard]] Writers::Plan plan(int messages) const;

    // Every replica alike, every acknowledgement kept, verify content, every reader complete.
    void expect_promises_kept(const Writers& writers);

    Sandbox sandbox_;
    std::vector<std::string> rooms_;
    std::optional<Cluster> cluster_;

private:
    void expect_readers_saw(const Histories& expected);

    std::map<int, Process> readers_;
};

}  // namespace parley::e2e
