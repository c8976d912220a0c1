// Restored: a Load whose cluster is followed by a new one that began with a snapshot of it, or with what one replica held.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "tests/e2e/load.hpp"

namespace parley::e2e {

class Restored : public Load {
protected:
    void SetUp() override;

    // Behind the ports of the founders, who are 1 to 3.
    [[nodiscard]] std::string address_of(int replica) const;
    // Three new ones, called a, b and c, as operands of a command.
    [[nodiscard]] std::vector<std::string> with_new_members(std::vector<std::string> words) const;
    // From now on cluster_ is the one in that folder, and the profile "later" is logged in to it.
    void go_on_with(const std::string& folder);

    // Nothing is there that was not there before, and nothing of what was acknowledged up to that slot is missing.
    void expect_held_through(std::uint64_t slot, const Writers& writers, const Histories& before, const Histories& after);

    Histories histories(const std::string& profile) { return read_histories(sandbox_, *cluster_, 0, profile, rooms_); }

    std::vector<std::string> founders_;

private:
    std::map<std::string, Process> anew_;
};

// Of what was noted, what lies at or below that slot.
std::map<std::string, Acknowledged> through(std::uint64_t slot, const std::map<std::string, Acknowledged>& noted);

}  // namespace parley::e2e
