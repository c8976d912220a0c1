// See runner.hpp.
#include "tests/scenario/runner.hpp"

#include <sstream>
#include <stdexcept>

#include <fmt/format.h>

#include "tests/scenario/describe.hpp"

namespace parley::consensus::testing {

namespace {

std::vector<std::string> split(const std::string& line) {
    std::istringstream stream{line};
    std::vector<std::string> words;
    for (std::string word; stream >> word;) words.push_back(word);
    return words;
}

NodeId node_of(const std::string& word) { return NodeId{std::stoull(word)}; }

}  // namespace

std::string Runner::play(const std::string& text) {
    Runner runner;
    std::istringstream lines{text};
    for (std::string line; std::getline(lines, line);) {
        if (line.empty() || line[0] == '#') runner.out_ += line + "\n";
        if (!line.starts_with("> ")) continue;
        runner.out_ += line + "\n";
        try {
            runner.run(line.substr(2));
        } catch (const std::exception& error) {
            runner.say(fmt::format("error: {}", error.what()));
            return runner.out_;
        }
    }
    return runner.out_;
}

void Runner::run(const std::string& command) {
    const std::vector<std::string> words = split(command);
    if (words.empty()) throw std::runtime_error("an empty command");
    run_words(words);
    if (!cluster_) throw std::runtime_error("the first command is nodes");
    report_roles();
    if (!cluster_->contradiction().empty()) throw std::runtime_error(cluster_->contradiction());
}

void Runner::run_words(const std::vector<std::string>& words) {
    const std::string& verb = words[0];
    if (verb == "nodes") return make_nodes(words);
    if (!cluster_) throw std::runtime_error("the first command is nodes");
    if (verb == "time") return pass_time(words);
    if (verb == "elect") return elect(words);
    if (verb == "deliver") return deliver(words, false);
    if (verb == "drop") return deliver(words, true);
    if (verb == "cut") return cut(words);
    if (verb == "heal") return cuts_.clear();
    if (verb == "crash") return cluster_->crash(node_of(words.at(1)));
    if (verb == "restart") return cluster_->restart(node_of(words.at(1)));
    if (verb == "propose") return cluster_->propose(node_of(words.at(1)), words.at(2));
    if (verb == "closed") return cluster_->peer_down(node_of(words.at(1)), node_of(words.at(2)));
    if (verb == "transfer") return cluster_->hand_over(node_of(words.at(1)), node_of(words.at(2)));
    if (verb == "disk") return disk(node_of(words.at(1)));
    if (verb == "damage") return static_cast<void>(cluster_->disk(node_of(words.at(1))).faulty.insert(Slot{std::stoull(words.at(2))}));
    if (verb == "slow-disks") return cluster_->set_auto_sync(false);
    if (verb == "sync") {
        while (cluster_->sync(node_of(words.at(1)))) {}
        return;
    }
    throw std::runtime_error("unknown command " + verb);
}

void Runner::make_nodes(const std::vector<std::string>& words) {
    Options options;
    options.lease_window = {};   // leases are no subject here: nobody waits for what an earlier life may have pledged
    if (words.size() > 2) options.memory_bytes_max = std::stoull(words.at(2));
    cluster_ = std::make_unique<Cluster>(std::stoull(words.at(1)), options);
    cluster_->set_auto_sync(true);
    cluster_->on_write = [this](NodeId node, const Write& write) {
        say(fmt::format("    {} writes {}", node.value, describe(write)));
    };
    cluster_->on_chosen = [this](NodeId node, const ChosenSlot& chosen) {
        say(fmt::format("    {} applies slot {} {}", node.value, chosen.slot.value, describe(chosen.value)));
    };
}

void Runner::pass_time(const std::vector<std::string>& words) {
    cluster_->advance(std::chrono::milliseconds{std::stoll(words.at(1))});
    for (std::size_t number = 1; number <= cluster_->size(); ++number) {
        const bool wanted = words.size() == 2 || words.at(2) == std::to_string(number);
        if (wanted && cluster_->alive(NodeId{number})) cluster_->tick(NodeId{number});
    }
}

// A first election without its transcript: first_election.txt shows it.
void Runner::elect(const std::vector<std::string>& words) {
    const std::size_t length = out_.size();
    pass_time({"time", "700", words.at(1)});
    deliver({"deliver"}, false);
    out_.resize(length);
}

bool Runner::fits(const InFlight& message, const std::vector<std::string>& words) const {
    for (std::size_t i = 1; i < words.size(); ++i) {
        const std::string& word = words[i];
        if (word == "once") continue;
        const auto arrow = word.find("->");
        if (arrow == std::string::npos) {
            if (word != message_name(message.message)) return false;
            continue;
        }
        const std::string from = word.substr(0, arrow);
        const std::string to = word.substr(arrow + 2);
        if (!from.empty() && node_of(from) != message.from) return false;
        if (!to.empty() && node_of(to) != message.to) return false;
    }
    return true;
}

// Everything that fits, and what follows from it, until nothing that fits is left; with "once" only what is there now.
void Runner::deliver(const std::vector<std::string>& words, bool drop) {
    const bool once = drop || words.back() == "once";
    std::size_t index = 0;
    std::size_t end = cluster_->bag().size();
    for (int count = 0; count < 1000; ++count) {
        while (index < end && !fits(cluster_->bag()[index], words)) ++index;
        if (index >= end) {
            if (once || cluster_->bag().size() == end) return;
            end = cluster_->bag().size();
            continue;
        }
        if (drop) {
            say(fmt::format("{} -> {} {}  (lost)", cluster_->bag()[index].from.value, cluster_->bag()[index].to.value,
                            describe(cluster_->bag()[index].message)));
            cluster_->drop(index);
        } else {
            deliver_quietly(index);
        }
        --end;
    }
    throw std::runtime_error("this never ends");
}

void Runner::deliver_quietly(std::size_t index) {
    const InFlight& message = cluster_->bag()[index];
    const bool lost = cuts_.contains({message.from, message.to}) || !cluster_->alive(message.to);
    say(fmt::format("{} -> {} {}{}", message.from.value, message.to.value, describe(message.message),
                    lost ? "  (lost)" : ""));
    lost ? cluster_->drop(index) : cluster_->deliver(index);
}

void Runner::disk(NodeId node) {
    const ModelDisk& disk = cluster_->disk(node);
    say(fmt::format("promised {} applied {}", describe(disk.promised), disk.applied_through.value));
    for (const auto& [slot, record] : disk.records) {
        say(fmt::format("slot {} {} @{}{}", slot.value, describe(record.value), describe(record.ballot),
                        disk.faulty.contains(slot) ? " damaged" : ""));
    }
}

// cut 1 2: both directions between 1 and 2. cut 1: all of node 1's.
void Runner::cut(const std::vector<std::string>& words) {
    const NodeId one = node_of(words.at(1));
    for (std::size_t number = 1; number <= cluster_->size(); ++number) {
        const NodeId other{number};
        if (words.size() > 2 && node_of(words.at(2)) != other) continue;
        cuts_.insert({one, other});
        cuts_.insert({other, one});
    }
    cuts_.erase({one, one});
}

void Runner::report_roles() {
    for (std::size_t number = 1; number <= cluster_->size(); ++number) {
        const NodeId node{number};
        const std::string role = cluster_->alive(node) ? describe(cluster_->status(node)) : "is down";
        std::string& before = roles_[node];
        if (role != before) say(fmt::format("{} {}", number, role));
        before = role;
    }
}

}  // namespace parley::consensus::testing
