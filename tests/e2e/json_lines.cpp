// The only place of these tests that parses JSON.
#include "tests/e2e/json_lines.hpp"

#include <nlohmann/json.hpp>

#include "tests/e2e/sandbox.hpp"

namespace parley::e2e {

using nlohmann::json;

namespace {

MessageLine place_of(const json& object) {
    MessageLine message;
    object.at("message").get_to(message.message);
    object.at("room").get_to(message.room);
    object.at("number").get_to(message.number);
    object.at("slot").get_to(message.slot);
    return message;
}

}  // namespace

MessageLine sent_line(const std::string& line) { return place_of(json::parse(line)); }

MessageLine message_line(const std::string& line) {
    const json object = json::parse(line);
    MessageLine message = place_of(object);
    object.at("from").get_to(message.from);
    object.at("text").get_to(message.text);
    message.kind = object.value("kind", "text");
    static_cast<void>(object.at("time_ms").get<std::int64_t>());
    return message;
}

std::vector<MessageLine> message_lines(const std::string& output) {
    std::vector<MessageLine> messages;
    for (const std::string& line : lines_of(output)) messages.push_back(message_line(line));
    return messages;
}

std::vector<ReplicaLine> replica_lines(const std::string& output) {
    std::vector<ReplicaLine> replicas;
    for (const std::string& line : lines_of(output)) {
        const json object = json::parse(line);
        ReplicaLine replica;
        object.at("ok").get_to(replica.ok);
        object.at("address").get_to(replica.address);
        if (replica.ok) {
            object.at("id").get_to(replica.id);
            object.at("role").get_to(replica.role);
            object.at("pid").get_to(replica.pid);
            object.at("chosen").get_to(replica.chosen);
            object.at("applied").get_to(replica.applied);
            object.at("refused_links").get_to(replica.refused_links);
            object.at("ballot").get_to(replica.ballot);
            object.at("clients").get_to(replica.clients);
            static_cast<void>(object.at("version").get<std::string>());
            static_cast<void>(object.at("lag_ms").get<double>());
            static_cast<void>(object.at("rtt_ms").get<double>());
        }
        replicas.push_back(replica);
    }
    return replicas;
}

LocalFile local_file(const std::string& text) {
    const json object = json::parse(text);
    return {object.at("servers").get<std::vector<std::string>>(), object.at("ca").get<std::string>()};
}

std::uint64_t number_in(const std::string& line, const std::string& key) { return nlohmann::json::parse(line).at(key).get<std::uint64_t>(); }

}  // namespace parley::e2e
