// The same for what really travels: each message between replicas and each command of the chat.
#include <gtest/gtest.h>

#include "chat/state/commands.hpp"
#include "consensus/core/messages.hpp"
#include "tests/unit/archive/hostile.hpp"

namespace parley {
namespace {

using namespace consensus;

Value some_value() {
    return Value{Batch{BatchKind::commands, 1'700'000'000'000, {net::Bytes(5, std::byte{0x42}), net::Bytes{}, net::Bytes(1, std::byte{1})}}};
}

// Every alternative, its lists filled.
std::vector<Message> messages() {
    const Ballot ballot{3, NodeId{0xA1}};
    const AcceptedValue accepted{Slot{8}, Ballot{2, NodeId{0xB2}}, some_value()};
    std::vector<Message> all(std::variant_size_v<Message>);
    const auto put = [&all](Message message) { all[message.index()] = std::move(message); };
    put(PrePrepare{ballot, Slot{9}});
    put(Prepare{ballot, Slot{10}});
    Promise promise;
    promise.ballot = ballot;
    promise.accepted = {accepted, accepted};
    promise.faulty = {Slot{11}, Slot{12}};
    promise.last = true;
    put(promise);
    Accept accept;
    accept.ballot = ballot;
    accept.slot = Slot{13};
    accept.value = some_value();
    put(accept);
    CatchUpData data;
    data.from = Slot{1};
    data.chosen = {accepted};
    put(data);
    Forward forward;
    forward.commands = {net::Bytes(3, std::byte{7}), net::Bytes{}};
    put(forward);
    return all;   // the others are fixed fields; their default values will do
}

// The alternative `index` of a variant, default made.
template <class Variant, std::size_t index = 0>
Variant alternative(std::size_t wanted) {
    if constexpr (index + 1 < std::variant_size_v<Variant>) {
        if (wanted != index) return alternative<Variant, index + 1>(wanted);
    }
    return Variant{std::in_place_index<index>};
}

TEST(HostileBytes, EveryMessageBetweenReplicasSurvives) {
    const auto filled = messages();
    for (std::size_t i = 0; i < filled.size(); ++i) {
        SCOPED_TRACE(i);
        net::survive(filled[i].index() == i ? filled[i] : alternative<Message>(i));
    }
}

TEST(HostileBytes, EveryChatCommandSurvives) {
    using Body = decltype(chat::Command::body);
    for (std::size_t i = 0; i < std::variant_size_v<Body>; ++i) {
        SCOPED_TRACE(i);
        chat::Command command;
        command.body = alternative<Body>(i);
        net::survive(command);
    }
    for (std::size_t i = 0; i < std::variant_size_v<chat::Operation>; ++i) {
        SCOPED_TRACE(i);
        chat::Numbered numbered;
        numbered.operation = alternative<chat::Operation>(i);
        chat::Command command;
        command.body = numbered;
        net::survive(command);
    }
}

TEST(HostileBytes, ABatchSurvivesAndCannotHideAnotherForm) {
    net::survive(some_value().decoded().value());
}

}  // namespace
}  // namespace parley
