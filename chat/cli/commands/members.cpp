// cluster members, add, promote, move, remove, replace: the leader is asked, and asked again until the configuration says that it is so. What
// makes no sense is refused with a sentence and changes nothing.
#include <algorithm>
#include <filesystem>

#include <fmt/format.h>

#include "chat/cli/commands/commands.hpp"
#include "chat/cli/commands/replicas.hpp"
#include "chat/cli/output.hpp"
#include "chat/daemon/formation.hpp"
#include "chat/daemon/join_token.hpp"
#include "consensus/core/membership.hpp"
#include "net/asio/authority.hpp"

namespace parley::chat {
namespace {

using consensus::Configuration;
using consensus::Member;

constexpr std::chrono::minutes join_wait_max{10};

ConfigurationReport configuration(Runtime& runtime, net::Instant end) {
    for (;; wait(runtime, std::chrono::milliseconds{100})) {
        if (auto report = ask_configuration(runtime)) return *std::move(report);
        if (runtime.loop().now() >= end) throw CommandFailed(Exit::unreachable, "no replica answers; `parley status` shows which are up");
    }
}

const Member* member_named(const Configuration& configuration, const std::string& alias) {
    for (const auto* group : {&configuration.voters, &configuration.learners}) {
        const auto found = std::ranges::find(*group, alias, &Member::alias);
        if (found != group->end()) return &*found;
    }
    return nullptr;
}

Member named_member(const Configuration& configuration, const std::string& alias) {
    if (const Member* const member = member_named(configuration, alias)) return *member;
    throw CommandFailed(Exit::refused, fmt::format("the cluster has no replica \"{}\"; `parley cluster members` shows them", alias));
}

bool is_done(const Configuration& now, const AskMembership& wanted) {
    const consensus::NodeId node{wanted.node};
    const Member* const member = consensus::find_member(now, node);
    switch (wanted.kind) {
        case consensus::ChangeKind::add: return member != nullptr;
        case consensus::ChangeKind::promote: return consensus::find_voter(now, node) != nullptr;
        case consensus::ChangeKind::remove: return member == nullptr;
        case consensus::ChangeKind::move: return member != nullptr && member->address == wanted.address;
        case consensus::ChangeKind::leases_on: return now.leases;
        case consensus::ChangeKind::leases_off: return !now.leases;
        case consensus::ChangeKind::prefer: return member != nullptr && consensus::priority_of(now, node) == wanted.priority;
        case consensus::ChangeKind::join:
        case consensus::ChangeKind::raise: break;
    }
    return false;
}

// Asks the leader until it is done. A refusal that will not go away ends it; one that may is told when the time is up.
Configuration change(Runtime& runtime, const AskMembership& wanted, net::Instant end) {
    std::string why = "no replica leads; `parley status` shows which are up";
    for (;; wait(runtime, std::chrono::milliseconds{100})) {
        const Configuration now = configuration(runtime, end).configuration;
        if (is_done(now, wanted)) return now;
        if (runtime.loop().now() >= end) throw CommandFailed(Exit::unreachable, "not done in time: " + why);
        const auto lines = ask_status(runtime);
        const ReplicaLine* const leader = leader_of(lines);
        if (leader == nullptr) continue;
        const Replies replies = ask_all(runtime, {leader->address}, wanted);
        if (*replies[0]) continue;
        why = replies[0]->error().message;
        if (replies[0]->error().kind != net::ErrorKind::refused) continue;
        // What was asked a moment ago may have happened since the configuration was looked at.
        const Configuration meanwhile = configuration(runtime, end).configuration;
        if (is_done(meanwhile, wanted)) return meanwhile;
        throw CommandFailed(Exit::refused, why);
    }
}

// ca.pem and ca.key lie beside each other in the cluster's data folder, and nowhere else.
net::Authority authority_of(const KnownCluster& cluster) {
    const auto folder = std::filesystem::path{cluster.ca_file}.parent_path();
    const std::string key = (folder / "ca.key").string();
    if (cluster.ca_file.empty() || !std::filesystem::exists(key)) {
        throw CommandFailed(Exit::refused, "a new replica's certificate needs the key of the cluster's authority: run this where ca.key lies, and name "
                                           "the ca.pem beside it with --ca FILE");
    }
    return net::Authority::load(cluster.ca_file, key);
}

// Of a node that is a member already.
Configuration change_member(Runtime& runtime, consensus::ChangeKind kind, consensus::NodeId node, net::Instant end) {
    return change(runtime, AskMembership{kind, node.value, {}, {}, 0}, end);
}

FoundingMember newcomer_of(const std::string& word) {
    try {
        return member_of(word);
    } catch (const std::runtime_error& wrong) {
        throw CommandFailed(Exit::refused, wrong.what());
    }
}

// The member is in when this returns. Asked twice for the same name and address, before anybody joined: a new token for the same.
std::string add(Runtime& runtime, const FoundingMember& newcomer, net::Instant end) {
    const ConfigurationReport known = configuration(runtime, end);
    const Member* const same = member_named(known.configuration, newcomer.alias);
    const bool is_waited_for = same != nullptr && same->address == newcomer.address && same->joined == 0 &&
                               consensus::find_learner(known.configuration, same->node) != nullptr;
    JoinToken token;
    token.cluster = consensus::ClusterId{known.cluster};
    token.level = known.configuration.level;
    token.member = is_waited_for ? *same : Member{new_node_id(), newcomer.address, newcomer.alias};
    token.tls = runtime.cluster().tls != nullptr;
    if (token.tls) {
        const net::Authority authority = authority_of(runtime.cluster());
        const net::Credentials credentials = credentials_of(token.member, authority);
        token.ca_pem = authority.certificate_pem();
        token.certificate_pem = credentials.certificate_pem;
        token.key_pem = credentials.key_pem;
    }
    change(runtime, AskMembership{consensus::ChangeKind::add, token.member.node.value, token.member.alias, token.member.address, 0}, end);
    token.servers = servers_of(runtime);
    std::erase(token.servers, token.member.address);
    return to_text(token);
}

void tell_token(const GlobalOptions& options, const FoundingMember& newcomer, const std::string& token) {
    if (options.json) {
        print_line(JsonLine{}.text("replica", newcomer.alias).text("address", newcomer.address).text("token", token).flag("ok", true).str());
        return;
    }
    note_line(fmt::format("replica {} is a learner now. On the machine of {}, start it with a new folder and this token, which is a secret and of use "
                          "once:\n    parleyd FOLDER --join TOKEN", newcomer.alias, newcomer.address));
    print_line(token);
}

Exit tell(const GlobalOptions& options, const std::string& alias, const Configuration& now, const char* done) {
    if (options.json) {
        print_line(JsonLine{}.text("replica", alias).text("done", done).number("configuration", now.id).number("voters", now.voters.size())
                       .number("learners", now.learners.size()).flag("ok", true).str());
    } else {
        print_line(fmt::format("replica {} {}; {} voters, {} learners", alias, done, now.voters.size(), now.learners.size()));
    }
    return Exit::ok;
}

// `since`: " now", " already", or nothing.
Exit tell_priority(const GlobalOptions& options, const std::string& alias, const Configuration& now, const char* since) {
    const std::uint32_t priority = consensus::priority_of(now, named_member(now, alias).node);
    if (options.json) {
        print_line(JsonLine{}.text("replica", alias).number("priority", priority).number("configuration", now.id).flag("ok", true).str());
    } else {
        print_line(fmt::format("replica {} has priority {}{}", alias, priority, since));
    }
    return Exit::ok;
}

// Until the newcomer has been started and has what the others have.
Configuration promote_when_ready(Runtime& runtime, const std::string& alias) {
    const net::Instant end = runtime.loop().now() + join_wait_max;
    for (;; wait(runtime, std::chrono::milliseconds{500})) {
        const Member member = named_member(configuration(runtime, end).configuration, alias);
        if (member.joined != 0) return change_member(runtime, consensus::ChangeKind::promote, member.node, end);
        if (runtime.loop().now() >= end) {
            throw CommandFailed(Exit::unreachable, fmt::format("replica {} was not started in ten minutes; the same command goes on from here", alias));
        }
    }
}

}  // namespace

Exit run(const MembersCommand&, const GlobalOptions& options) {
    Runtime runtime{options};
    require_operator(runtime, "the list of members");
    const Configuration now = configuration(runtime, runtime.loop().now() + options.timeout).configuration;
    std::vector<Member> members = now.voters;
    members.insert(members.end(), now.learners.begin(), now.learners.end());
    std::ranges::sort(members, {}, &Member::alias);
    std::vector<std::vector<std::string>> rows{{"id", "address", "node", "vote", "priority"}};
    for (const Member& member : members) {
        const bool votes = consensus::find_voter(now, member.node) != nullptr;
        const char* const vote = votes ? "voter" : member.joined != 0 ? "learner" : "learner, not started yet";
        const std::string node = fmt::format("{:016x}", member.node.value);
        const std::uint32_t priority = consensus::priority_of(now, member.node);
        rows.push_back({member.alias, member.address, node, vote, std::to_string(priority)});
        if (!options.json) continue;
        print_line(JsonLine{}.text("id", member.alias).text("address", member.address).text("node", node).text("vote", vote).number("cluster_level", now.level.value).number("priority", priority).str());
    }
    if (options.json) return Exit::ok;
    if (now.priorities.empty()) {
        for (auto& row : rows) row.pop_back();
    }
    print_line(table(rows));
    return Exit::ok;
}

Exit run(const AddCommand& command, const GlobalOptions& options) {
    Runtime runtime{options};
    require_operator(runtime, "adding a replica");
    const FoundingMember newcomer = newcomer_of(command.member);
    tell_token(options, newcomer, add(runtime, newcomer, runtime.loop().now() + options.timeout));
    return Exit::ok;
}

Exit run(const PromoteCommand& command, const GlobalOptions& options) {
    Runtime runtime{options};
    require_operator(runtime, "promoting a replica");
    const net::Instant end = runtime.loop().now() + options.timeout;
    const Configuration before = configuration(runtime, end).configuration;
    const Member member = named_member(before, command.replica);
    if (consensus::find_voter(before, member.node) != nullptr) throw CommandFailed(Exit::refused, fmt::format("replica {} votes already", command.replica));
    return tell(options, command.replica, change_member(runtime, consensus::ChangeKind::promote, member.node, end), "votes now");
}

Exit run(const MoveCommand& command, const GlobalOptions& options) {
    Runtime runtime{options};
    require_operator(runtime, "moving a replica");
    if (!is_address(command.address)) throw CommandFailed(Exit::refused, fmt::format("\"{}\" is no address: HOST:PORT", command.address));
    const net::Instant end = runtime.loop().now() + options.timeout;
    const Member member = named_member(configuration(runtime, end).configuration, command.replica);
    const Configuration now = change(runtime, AskMembership{consensus::ChangeKind::move, member.node.value, {}, command.address, 0}, end);
    return tell(options, command.replica, now, "is looked for at its new address now");
}

Exit run(const LeaseCommand& command, const GlobalOptions& options) {
    Runtime runtime{options};
    require_operator(runtime, "switching leases");
    const net::Instant end = runtime.loop().now() + options.timeout;
    const auto kind = command.on ? consensus::ChangeKind::leases_on : consensus::ChangeKind::leases_off;
    const Configuration now = change(runtime, AskMembership{kind, 0, {}, {}, 0}, end);
    if (options.json) {
        print_line(JsonLine{}.flag("leases", now.leases).number("configuration", now.id).flag("ok", true).str());
    } else {
        print_line(now.leases ? "leases are on: the leader answers reads without asking the others each time" : "leases are off: each read is confirmed by a majority");
    }
    return Exit::ok;
}

Exit run(const PriorityCommand& command, const GlobalOptions& options) {
    Runtime runtime{options};
    require_operator(runtime, "the priority of a replica");
    const net::Instant end = runtime.loop().now() + options.timeout;
    const Configuration before = configuration(runtime, end).configuration;
    const Member member = named_member(before, command.replica);
    const std::uint32_t priority = consensus::priority_of(before, member.node);
    if (!command.value) return tell_priority(options, command.replica, before, "");
    if (*command.value == priority) return tell_priority(options, command.replica, before, " already");
    // Of a lower feature level: the leader may be a program that does not know the question.
    const auto possible = consensus::changed(before, {consensus::ChangeKind::prefer, member, {}, *command.value});
    if (!possible) throw CommandFailed(Exit::refused, possible.error().message);
    AskMembership wanted{consensus::ChangeKind::prefer, member.node.value, {}, {}, 0};
    wanted.priority = *command.value;
    return tell_priority(options, command.replica, change(runtime, wanted, end), " now");
}

Exit run(const RemoveCommand& command, const GlobalOptions& options) {
    Runtime runtime{options};
    require_operator(runtime, "removing a replica");
    const net::Instant end = runtime.loop().now() + options.timeout;
    const Member member = named_member(configuration(runtime, end).configuration, command.replica);
    return tell(options, command.replica, change_member(runtime, consensus::ChangeKind::remove, member.node, end), "is no member any more");
}

Exit run(const ReplaceCommand& command, const GlobalOptions& options) {
    Runtime runtime{options};
    require_operator(runtime, "replacing a replica");
    const FoundingMember newcomer = newcomer_of(command.member);
    const net::Instant end = runtime.loop().now() + options.timeout;
    const Configuration before = configuration(runtime, end).configuration;
    const Member old = named_member(before, command.replica);
    const Member* const waiting = member_named(before, newcomer.alias);
    if (old.alias == newcomer.alias) throw CommandFailed(Exit::refused, "the new replica needs another name than the one it replaces");
    // Asked again, it goes on where it stopped.
    const bool goes_on = waiting != nullptr && waiting->address == newcomer.address && waiting->joined != 0;
    if (!goes_on) tell_token(options, newcomer, add(runtime, newcomer, end));
    const Configuration promoted = promote_when_ready(runtime, newcomer.alias);
    tell(options, newcomer.alias, promoted, "votes now");
    const net::Instant removed_by = runtime.loop().now() + options.timeout;
    return tell(options, old.alias, change_member(runtime, consensus::ChangeKind::remove, old.node, removed_by), "is no member any more");
}

}  // namespace parley::chat
