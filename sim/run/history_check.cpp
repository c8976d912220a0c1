#include "sim/run/history_check.hpp"

#include <algorithm>
#include <istream>
#include <map>
#include <optional>
#include <utility>

#include <fmt/core.h>
#include <nlohmann/json.hpp>

namespace parley::sim {
namespace {

using Json = nlohmann::json;

struct Append {
    std::string name;                // "client/number", as the final state calls it
    std::string conversation;
    std::uint64_t client = 0;
    std::uint64_t number = 0;
    std::int64_t called = 0;
    // What had been told when it was called: it must come behind that.
    std::uint64_t slot_before = 0;
    std::string told_before;         // the furthest one acknowledged in its conversation; empty: none
    std::uint64_t seen_before = 0;   // the furthest position that a read of its conversation had seen
    std::optional<std::uint64_t> slot;
    std::uint64_t position = 0;
};

struct Read {
    std::string conversation;
    std::int64_t called = 0;
    std::uint64_t least = 0;         // what it must see: acknowledged, or seen by another read, before it was called
    bool is_answered = false;
};

// What a conversation is known to hold by now.
struct Known {
    std::string told;                // the furthest one acknowledged
    std::uint64_t told_position = 0;
    std::uint64_t seen = 0;          // the furthest position that a read has seen
};

class HistoryCheck {
public:
    net::Result<HistoryReport> run(std::istream& in) {
        std::string line;
        for (std::size_t number = 1; std::getline(in, line); ++number) {
            if (line.empty()) continue;
            const Json json = Json::parse(line, nullptr, false);
            const bool is_right = json.is_object() && (number == 1 ? json.value("v", 0) == 1 : take(json));
            if (is_right) continue;
            return net::Error{net::ErrorKind::malformed, number == 1 ? std::string{"not a history of version 1"}
                                                                     : fmt::format("line {} is no line of a history", number)};
        }
        if (!in.eof()) return net::Error{net::ErrorKind::io_failed, "the history cannot be read"};
        finish();
        return std::move(report_);
    }

private:
    bool take(const Json& json) {
        try {
            const std::string event = json.at("e").get<std::string>();
            if (event == "call") json.value("op", "append") == "read" ? call_read(json) : call(json);
            else if (event == "ret") returned(json);
            else if (event == "final") final_state(json);
            else return event == "fault";
            return true;
        } catch (const Json::exception&) {
            return false;
        }
    }

    void call(const Json& json) {
        Append append;
        append.client = json.at("client").get<std::uint64_t>();
        append.number = json.at("seq").get<std::uint64_t>();
        append.name = fmt::format("{}/{}", append.client, append.number);
        append.conversation = json.at("conv").get<std::string>();
        append.called = json.at("t").get<std::int64_t>();
        append.slot_before = newest_slot_;
        const Known& known = known_[append.conversation];
        append.told_before = known.told;
        append.seen_before = known.seen;
        const std::uint64_t id = json.at("id").get<std::uint64_t>();
        ++report_.calls;
        if (!appends_.emplace(id, append).second) violated(fmt::format("{} is called twice", append.name));
        by_name_[append.name] = id;
    }

    void call_read(const Json& json) {
        Read read;
        read.conversation = json.at("conv").get<std::string>();
        read.called = json.at("t").get<std::int64_t>();
        const Known& known = known_[read.conversation];
        read.least = std::max(known.told_position, known.seen);
        ++report_.calls;
        const auto id = json.at("id").get<std::uint64_t>();
        if (!reads_.emplace(id, read).second) violated(fmt::format("read {} is called twice", id));
    }

    void returned_read(std::uint64_t id, Read& read, const Json& json) {
        if (json.at("t").get<std::int64_t>() < read.called) violated(fmt::format("read {} is answered before it is called", id));
        if (!json.at("ok").get<bool>()) return;   // it saw nothing
        const auto seen = json.at("n").get<std::uint64_t>();
        if (seen < read.least) {
            violated(fmt::format("read {} saw {} up to position {}, and position {} was known before it was called", id, read.conversation, seen, read.least));
        }
        if (!std::exchange(read.is_answered, true)) ++report_.reads;
        Known& known = known_[read.conversation];
        known.seen = std::max(known.seen, seen);
    }

    void returned(const Json& json) {
        const auto id = json.at("id").get<std::uint64_t>();
        if (const auto read = reads_.find(id); read != reads_.end()) return returned_read(id, read->second, json);
        const auto found = appends_.find(id);
        if (found == appends_.end()) return violated("an answer to what nobody called");
        Append& append = found->second;
        if (json.at("t").get<std::int64_t>() < append.called) violated(fmt::format("{} is answered before it is called", append.name));
        if (!json.at("ok").get<bool>()) return;   // not known: the final state tells
        const auto slot = json.at("slot").get<std::uint64_t>();
        if (append.slot && *append.slot != slot) violated(fmt::format("{} took effect in slots {} and {}", append.name, *append.slot, slot));
        if (append.slot) return;
        append.slot = slot;
        append.position = json.at("pos").get<std::uint64_t>();
        ++report_.acknowledged;
        if (slot <= append.slot_before) {
            violated(fmt::format("{} took effect in slot {}, and one in slot {} was acknowledged before it was called", append.name, slot, append.slot_before));
        }
        newest_slot_ = std::max(newest_slot_, slot);
        if (append.position <= append.seen_before) {
            violated(fmt::format("{} was told position {}, and a read had seen position {} before it was called", append.name, append.position, append.seen_before));
        }
        // The furthest one: what is called from now on comes behind it.
        Known& known = known_[append.conversation];
        if (known.told.empty() || known.told_position < append.position) known.told = append.name;
        known.told_position = std::max(known.told_position, append.position);
    }

    // A run that goes on behind an audit has another one later, which counts.
    void final_state(const Json& json) {
        report_.has_final_state = true;
        ids_[json.at("conv").get<std::string>()] = json.at("ids").get<std::vector<std::string>>();
    }

    void judge_conversation(const std::string& conversation, const std::vector<std::string>& ids) {
        std::map<std::uint64_t, std::uint64_t> last_of_client;
        std::uint64_t position = 0;
        std::vector<const Append*> unanswered;   // since the last one that was
        for (const std::string& name : ids) {
            if (!final_.emplace(name, final_.size()).second) violated(fmt::format("{} is there twice", name));
            const auto known = by_name_.find(name);
            if (known == by_name_.end()) {
                violated(fmt::format("{} is there, and nobody called it", name));
                continue;
            }
            const Append& append = appends_.at(known->second);
            if (append.conversation != conversation) violated(fmt::format("{} is in {} and was written to {}", name, conversation, append.conversation));
            std::uint64_t& last = last_of_client[append.client];
            if (append.number <= last) violated(fmt::format("{} stands behind number {} of the same client", name, last));
            last = std::max(last, append.number);
            if (!append.slot) {
                unanswered.push_back(&append);
                continue;
            }
            // What was never answered stands before this one.
            for (const Append* earlier : std::exchange(unanswered, {})) {
                if (append.position > earlier->seen_before) continue;
                violated(fmt::format("{} stands before position {}, and a read had seen position {} before it was called", earlier->name, append.position, earlier->seen_before));
            }
            if (append.position < position) violated(fmt::format("{} was told position {} and stands behind position {}", name, append.position, position));
            position = std::max(position, append.position);
        }
    }

    void finish() {
        if (!report_.has_final_state) return;
        for (const auto& [conversation, ids] : ids_) judge_conversation(conversation, ids);
        for (const auto& [id, append] : appends_) {
            const auto place = final_.find(append.name);
            if (!append.slot) ++(place == final_.end() ? report_.without_effect : report_.settled);
            if (place == final_.end()) {
                if (append.slot) violated(fmt::format("{} was acknowledged and is missing", append.name));
                continue;
            }
            const auto earlier = final_.find(append.told_before);
            if (earlier != final_.end() && place->second < earlier->second) {
                violated(fmt::format("{} stands before {}, which was acknowledged before it was called", append.name, append.told_before));
            }
        }
    }

    void violated(std::string sentence) { report_.violations.push_back(std::move(sentence)); }

    HistoryReport report_;
    std::map<std::uint64_t, Append> appends_;         // by id
    std::map<std::string, std::uint64_t> by_name_;
    std::uint64_t newest_slot_ = 0;                   // acknowledged so far
    std::map<std::uint64_t, Read> reads_;             // by id
    std::map<std::string, Known> known_;              // by conversation
    std::map<std::string, std::vector<std::string>> ids_;   // in the final state, by conversation
    std::map<std::string, std::size_t> final_;        // by name: where
};

}  // namespace

net::Result<HistoryReport> check_history(std::istream& in) { return HistoryCheck{}.run(in); }

}  // namespace parley::sim
