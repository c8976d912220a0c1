// See describe.hpp.
#include "tests/scenario/describe.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "tests/unit/core/cluster.hpp"

namespace parley::consensus::testing {

std::string describe(Ballot ballot) { return fmt::format("{}.{}", ballot.round, ballot.node.value); }

std::string describe(const Value& value) {
    const auto batch = value.decoded();
    if (!batch) return "(no batch)";
    if (batch->kind == BatchKind::no_op) return "no-op";
    if (const auto configuration = configuration_in(*batch)) return fmt::format("configuration {}", configuration->id);
    return fmt::format("[{}]", fmt::join(texts(value), " "));
}

namespace {

std::string describe_records(const std::vector<AcceptedValue>& records) {
    std::vector<std::string> parts;
    for (const AcceptedValue& record : records) {
        parts.push_back(fmt::format("{}={}@{}", record.slot.value, describe(record.value), describe(record.ballot)));
    }
    return fmt::format("{{{}}}", fmt::join(parts, ", "));
}

struct Words {
    std::string operator()(const PrePrepare& m) const {
        return fmt::format("{} chosen {}", describe(m.ballot), m.chosen_through.value);
    }
    std::string operator()(const PrePrepareAnswer& m) const {
        return fmt::format("{} {} promised {} chosen {}", describe(m.ballot), m.granted ? "yes" : "no",
                           describe(m.promised), m.chosen_through.value);
    }
    std::string operator()(const Prepare& m) const {
        const std::string token = m.handed_over_by.round > 0 ? fmt::format(" handed over by {}", describe(m.handed_over_by)) : "";
        return fmt::format("{} from {}{}", describe(m.ballot), m.from.value, token);
    }
    std::string operator()(const Promise& m) const {
        std::string text = fmt::format("{} chosen {} covers {}..{}{} {}", describe(m.ballot), m.chosen_through.value,
                                       m.covered_from.value, m.last ? "" : std::to_string(m.covered_through.value),
                                       m.last ? "end" : "", describe_records(m.accepted));
        for (const Slot slot : m.faulty) text += fmt::format(" faulty {}", slot.value);
        return text;
    }
    std::string operator()(const Accept& m) const {
        return fmt::format("{} slot {} {} chosen {}", describe(m.ballot), m.slot.value, describe(m.value),
                           m.chosen_through.value);
    }
    std::string operator()(const Accepted& m) const {
        return fmt::format("{} slot {}", describe(m.ballot), m.through.value);
    }
    std::string operator()(const Reject& m) const {
        return fmt::format("{} promised {}", describe(m.ballot), describe(m.promised));
    }
    std::string operator()(const Heartbeat& m) const {
        return fmt::format("{} chosen {} round {}", describe(m.ballot), m.chosen_through.value, m.round);
    }
    std::string operator()(const HeartbeatAnswer& m) const {
        return fmt::format("{} chosen {} round {}", describe(m.ballot), m.chosen_through.value, m.round);
    }
    std::string operator()(const Chosen& m) const {
        return fmt::format("{} through {}", describe(m.ballot), m.chosen_through.value);
    }
    std::string operator()(const CatchUpRequest& m) const {
        return fmt::format("{}..{}", m.from.value, m.through.value);
    }
    std::string operator()(const CatchUpData& m) const {
        return fmt::format("from {} {} chosen {}", m.from.value, describe_records(m.chosen), m.chosen_through.value);
    }
    std::string operator()(const Forward& m) const { return fmt::format("{} commands", m.commands.size()); }
    std::string operator()(const TakeOver& m) const { return fmt::format("{} next {}", describe(m.ballot), describe(m.next)); }
    std::string operator()(const PledgeAsked& m) const { return fmt::format("{} question {} for {} us", describe(m.ballot), m.question, m.window_us); }
    std::string operator()(const Pledged& m) const { return fmt::format("{} question {} for {} us", describe(m.ballot), m.question, m.window_us); }
    std::string operator()(const ForwardRefused& m) const { return fmt::format("{} commands", m.count); }
    std::string operator()(const ReadRequest&) const { return ""; }
    std::string operator()(const ReadSlot& m) const { return fmt::format("{}", m.slot.value); }
};

}  // namespace

std::string describe(const Message& message) {
    return fmt::format("{} {}", message_name(message), std::visit(Words{}, message));
}

std::string describe(const Write& write) {
    if (const auto* promise = std::get_if<PromiseWrite>(&write)) return "promise " + describe(promise->ballot);
    const AcceptedValue& record = std::get<AcceptWrite>(write).accepted;
    return fmt::format("slot {} {} @{}", record.slot.value, describe(record.value), describe(record.ballot));
}

std::string describe(const ReplicaStatus& status) {
    switch (status.role) {
        case Role::leader: return fmt::format("{} {}", status.leading ? "leads" : "recovers", describe(status.ballot));
        case Role::candidate: return fmt::format("campaigns {}", describe(status.ballot));
        case Role::follower: break;
    }
    if (!status.leader) return "follows nobody";
    return fmt::format("follows {}", status.leader->value);
}

}  // namespace parley::consensus::testing
