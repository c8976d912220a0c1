// Runner: plays a scenario file. Lines that begin with "> " are commands, lines that begin with "#" and empty lines are
// kept as they are, and every other line is the transcript, made anew. A file that plays to itself is right.
// The commands are listed in tests/scenario/README.md.
#pragma once

#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "tests/unit/core/cluster.hpp"

namespace parley::consensus::testing {

class Runner {
public:
    // The file's text as it should be. A command that makes no sense ends it with a line "error: …".
    static std::string play(const std::string& text);

private:
    void run(const std::string& command);
    void run_words(const std::vector<std::string>& words);
    void make_nodes(const std::vector<std::string>& words);
    void elect(const std::vector<std::string>& words);
    void pass_time(const std::vector<std::string>& words);
    void deliver(const std::vector<std::string>& words, bool drop);
    void deliver_quietly(std::size_t index);
    void disk(NodeId node);
    void cut(const std::vector<std::string>& words);
    void report_roles();
    void say(const std::string& line) { out_ += "  " + line + "\n"; }
    // "1->2", "Accept", "once" and so on, all of which must fit.
    [[nodiscard]] bool fits(const InFlight& message, const std::vector<std::string>& words) const;

    std::unique_ptr<Cluster> cluster_;
    std::string out_;
    std::set<std::pair<NodeId, NodeId>> cuts_;
    std::map<NodeId, std::string> roles_;
};

}  // namespace parley::consensus::testing
