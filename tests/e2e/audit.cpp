// Reading back and comparing.
#include "tests/e2e/audit.hpp"

#include <algorithm>
#include <set>
#include <stdexcept>
#include <utility>

namespace parley::e2e {
namespace {

constexpr std::size_t complaints_max = 10;

void complain(std::vector<std::string>& complaints, std::string sentence) {
    if (complaints.size() < complaints_max) complaints.push_back(std::move(sentence));
}

std::string words_of(const MessageLine& message) {
    return message.message + " (slot " + std::to_string(message.slot) + ", " + message.from + ": " + message.text + ")";
}

}  // namespace

Histories read_histories(Sandbox& sandbox, const Cluster& cluster, int replica, const std::string& profile,
                         const std::vector<std::string>& rooms) {
    Histories histories;
    for (const std::string& room : rooms) {
        auto& messages = histories[room];
        while (true) {
            // Built with a sanitizer, a replica that has just come back takes its time for a page of long texts.
            std::vector<std::string> arguments{"history", room, "--limit", "500", "--json", "--timeout", "60"};
            if (messages.empty()) {
                arguments.insert(arguments.end(), {"--before", "501"});
            } else {
                arguments.insert(arguments.end(), {"--after", std::to_string(messages.back().number)});
            }
            const auto where = cluster.reach(replica);
            arguments.insert(arguments.end(), where.begin(), where.end());
            const Finished finished = sandbox.as(profile, arguments);
            if (finished.code != 0) throw std::runtime_error("history of " + room + ": " + finished.errors);
            const auto page = message_lines(finished.output);
            if (page.empty()) break;
            messages.insert(messages.end(), page.begin(), page.end());
        }
    }
    return histories;
}

Histories histories_of(const std::vector<MessageLine>& lines) {
    Histories histories;
    for (const MessageLine& line : lines) histories[line.room].push_back(line);
    return histories;
}

std::string difference(const Histories& one, const Histories& other) {
    for (const auto& [room, messages] : one) {
        const auto found = other.find(room);
        if (found == other.end()) return room + " is missing";
        const auto& others = found->second;
        for (std::size_t i = 0; i < std::min(messages.size(), others.size()); ++i) {
            if (!(messages[i] == others[i])) return words_of(messages[i]) + " against " + words_of(others[i]);
        }
        if (messages.size() != others.size()) {
            return room + " has " + std::to_string(messages.size()) + " against " + std::to_string(others.size()) + " messages";
        }
    }
    return one.size() == other.size() ? "" : "there are further rooms";
}

std::vector<std::string> complaints_about(const Histories& histories) {
    std::vector<std::string> complaints;
    std::set<std::string> texts;
    for (const auto& [room, messages] : histories) {
        std::uint64_t expected = 1;
        for (const MessageLine& message : messages) {
            if (message.number != expected) {
                complain(complaints, room + ": number " + std::to_string(message.number) + " where " + std::to_string(expected) + " belongs");
            }
            expected = message.number + 1;
            if (message.kind == "text" && !texts.insert(message.text).second) complain(complaints, room + ": twice: " + message.text);
        }
    }
    return complaints;
}

std::vector<std::string> missing_from(const Histories& histories, const std::map<std::string, Acknowledged>& noted) {
    std::vector<std::string> complaints;
    for (const auto& [text, place] : noted) {
        const auto room = histories.find(place.room);
        const bool is_there = room != histories.end() && place.number >= 1 && place.number <= room->second.size() &&
                              room->second[place.number - 1].text == text && room->second[place.number - 1].slot == place.slot;
        if (!is_there) complain(complaints, place.room + "/" + std::to_string(place.number) + " is not: " + text);
    }
    return complaints;
}

}  // namespace parley::e2e
