#include "sim/oracles/oracles.hpp"

#include <fmt/core.h>

#include "consensus/driver/peers.hpp"
#include "net/frame/frame.hpp"

namespace parley::sim {
namespace {

constexpr std::size_t type_offset = 6;   // behind length and version (docs/wire.md)

bool is_consensus_message(net::ByteView frame) {
    if (frame.size() <= net::frame_header_size) return false;
    const auto type = std::to_integer<std::uint16_t>(frame[type_offset]) |
                      static_cast<std::uint16_t>(std::to_integer<std::uint16_t>(frame[type_offset + 1]) << 8U);
    return type == static_cast<std::uint16_t>(consensus::FrameType::consensus_message);
}

bool is_heartbeat(net::ByteView payload) {
    static const std::size_t heartbeat = consensus::Message{consensus::Heartbeat{}}.index();
    return !payload.empty() && std::to_integer<std::size_t>(payload[0]) == heartbeat;
}

// Only these say anything about slots and disks; the variant's index is the first byte.
bool is_of_interest(net::ByteView payload) {
    static const auto wanted = [] {
        std::array<bool, 256> table{};
        for (const consensus::Message& message :
             {consensus::Message{consensus::Prepare{}}, consensus::Message{consensus::Promise{}},
              consensus::Message{consensus::Accept{}}, consensus::Message{consensus::Accepted{}},
              consensus::Message{consensus::CatchUpData{}}, consensus::Message{consensus::PrePrepare{}},
              consensus::Message{consensus::PrePrepareAnswer{}}}) {
            table.at(message.index()) = true;
        }
        return table;
    }();
    return !payload.empty() && wanted.at(std::to_integer<std::size_t>(payload[0]));
}

}  // namespace

Oracles::Oracles(const EventQueue& queue, std::size_t voters, const consensus::LeadershipTimes& leadership)
    : judge(queue),
      history(queue),
      agreement(judge, voters),
      configurations(judge, agreement),
      leases(judge),
      levels(judge, configurations),
      quorums(judge, configurations),
      durability(judge, agreement, configurations),
      equality(judge),
      bounds(judge),
      room(judge),
      log_time(judge, configurations),
      preference(judge, leadership),
      commands(judge, history) {
    agreement.govern_by(configurations);
}

bool Oracles::consensus_frame(consensus::NodeId from, const net::SharedBytes& frame) {
    if (!is_consensus_message(*frame)) return false;
    const net::ByteView payload = net::ByteView{*frame}.subspan(net::frame_header_size);
    if (!is_of_interest(payload) && !(levels.is_watching() && is_heartbeat(payload))) return false;
    if (frame != last_frame_) {
        auto message = net::decode<consensus::Message>(payload);
        if (!message) {
            judge.fail(Oracle::agreement, "a replica sends a message that does not decode");
            return false;
        }
        last_frame_ = frame;
        last_message_ = std::move(*message);
    }
    levels.sent(from, *last_message_);
    leases.sent(from, *last_message_);
    log_time.sent(from, *last_message_);
    see_values(*last_message_);
    agreement.sent(from, *last_message_);
    configurations.sent(from, *last_message_);
    quorums.sent(from, *last_message_);
    room.sent(from, *last_message_);
    return durability.sent(from, *last_message_);
}

void Oracles::consensus_frame_reached(consensus::NodeId from, consensus::NodeId to, const net::FrameView& frame) {
    static const std::size_t prepare = consensus::Message{consensus::Prepare{}}.index();
    static const std::size_t accept = consensus::Message{consensus::Accept{}}.index();
    static const std::size_t promise = consensus::Message{consensus::Promise{}}.index();
    static const std::size_t accepted = consensus::Message{consensus::Accepted{}}.index();
    static const std::size_t heartbeat_answer = consensus::Message{consensus::HeartbeatAnswer{}}.index();
    if (frame.header.type != static_cast<std::uint16_t>(consensus::FrameType::consensus_message) || frame.payload.empty()) return;
    const auto index = std::to_integer<std::size_t>(frame.payload[0]);
    const bool is_report = index == heartbeat_answer && levels.is_watching();
    const bool wants_room = (index == prepare || index == accept) && has_room;
    if (index != promise && index != accepted && !is_report && !wants_room) return;
    // What does not decode is the receiver's to refuse.
    const auto message = net::decode<consensus::Message>(frame.payload);
    if (!message) return;
    if (is_report) levels.reached(from, to, *message);
    else if (wants_room) room.reached(to, has_room(to), *message);
    else quorums.reached(from, to, *message);
}

void Oracles::see_values(const consensus::Message& message) {
    if (const auto* accept = std::get_if<consensus::Accept>(&message)) {
        configurations.value_seen(accept->slot, accept->value);
        if (const auto configuration = consensus::configuration_in(accept->value)) preference.seen(*configuration);
    }
    const auto* promise = std::get_if<consensus::Promise>(&message);
    const auto* data = std::get_if<consensus::CatchUpData>(&message);
    if (promise == nullptr && data == nullptr) return;
    for (const auto& held : promise != nullptr ? promise->accepted : data->chosen) configurations.value_seen(held.slot, held.value);
}

void Oracles::applied(consensus::NodeId node, consensus::Slot slot, const consensus::Value& value) {
    configurations.value_seen(slot, value);
    agreement.settle_below(node, slot);
    configurations.applied(node, slot);
    levels.applied(node, slot, value);
    log_time.applied(slot, value);
    quorums.applied(node, slot);
    agreement.taken_as_chosen(node, slot, hash_of_value(value));
    durability.applied(node, slot);
}

void Oracles::installed(MachineId machine, const ImageSeen& image, consensus::Slot replaced) {
    ++images_installed;
    if (image.slot <= replaced) {
        judge.fail(Oracle::snapshot, fmt::format("machine {} replaces its state at slot {} by an image of slot {}", machine.value,
                                                 replaced.value, image.slot.value));
    }
    if (equality.known(image.slot) != image.state) {
        judge.fail(Oracle::snapshot, fmt::format("machine {} begins anew with a state at slot {} that no replica had there",
                                                 machine.value, image.slot.value));
    }
    const auto made = images_.find(image.slot);
    if (made != images_.end() && made->second == image.bytes) return;
    judge.fail(Oracle::snapshot, fmt::format("machine {} begins anew with an image of slot {} that nobody made", machine.value,
                                             image.slot.value));
}

}  // namespace parley::sim
