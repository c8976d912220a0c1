#include "sim/toy/toy_client.hpp"

#include <algorithm>

#include "net/ports/check.hpp"
#include "sim/chance.hpp"
#include "sim/toy/toy_wire.hpp"

namespace parley::sim {
namespace {

using std::chrono::milliseconds;

net::FrameHeader header(ToyFrame type) { return net::FrameHeader{static_cast<std::uint16_t>(type), 0, 1}; }

}  // namespace

ToyClient::ToyClient(const Setting& setting, Machine& machine, Owner owner)
    : setting_(setting), loop_(setting.queue, owner, machine.clock()), dialer_(setting.network.dialer(owner)) {
    dial();
    think();
    read_some();
    look_at_clock();
}

// The next look at the clock begins a request.
void ToyClient::go_on() {
    last_ = 0;
    is_read_last_ = false;
}

void ToyClient::finish_after(std::uint64_t more) { last_ = next_number_ - 1 + more; }

net::Duration ToyClient::patience() const {
    const RunOptions& options = setting_.options;
    return milliseconds{std::max<std::int64_t>(200, options.election_ms)} +
           std::chrono::microseconds{20 * (options.latency_us + options.latency_spread_us)};
}

void ToyClient::dial() {
    if (dialling_) return;
    dialling_ = true;
    const std::string& replica = setting_.replicas.at(loop_.chance() % setting_.replicas.size());
    dialer_->dial(replica, net::LinkPurpose::client, [this](net::Result<std::unique_ptr<net::Link>> result) {
        dialling_ = false;
        if (result) {
            connected(std::move(*result));
            return;
        }
        loop_.after(milliseconds{between(loop_.chance(), 1, 100)}, [this] { dial(); });
    });
}

void ToyClient::connected(std::unique_ptr<net::Link> link) {
    link_ = std::move(link);
    heard_ = loop_.now();
    link_->start({[this](const net::FrameView& frame) { frame_came(frame); },
                  [this](const net::Error&) { disconnect(); }, {}});
    link_->send(net::encode_frame(header(ToyFrame::hello), {}));
    for (const auto& [number, command] : open_) submit(number);
}

void ToyClient::disconnect() {
    link_.reset();
    read_.reset();
    dial();
}

void ToyClient::think() {
    if (thinking_) return;
    thinking_ = true;
    const std::int64_t mean_us = setting_.options.think_ms * 1000;
    loop_.after(std::chrono::microseconds{between(loop_.chance(), 0, 2 * mean_us)}, [this] {
        thinking_ = false;
        call_next();
    });
}

void ToyClient::call_next() {
    const bool has_more = last_ == 0 || next_number_ <= last_;
    if (!has_more || static_cast<std::int64_t>(open_.size()) >= setting_.options.window) return;
    // Answers are kept for the last 64 numbers: none may be asked for again when they are gone (Q8).
    constexpr std::uint64_t ahead_max = 48;
    if (!open_.empty() && next_number_ >= open_.begin()->first + ahead_max) return;
    const std::uint64_t number = next_number_++;
    ToyCommand command{setting_.client, number, {}};
    command.payload.resize(static_cast<std::size_t>(between(loop_.chance(), 0, setting_.options.payload_max)),
                           static_cast<std::byte>(number));
    open_.emplace(number, net::encode(command));
    setting_.commands.called(setting_.client, number);
    submit(number);
    think();
}

void ToyClient::submit(std::uint64_t number) {
    if (link_) link_->send(net::encode_frame(header(ToyFrame::submit), open_.at(number)));
}

void ToyClient::read_some() {
    if (setting_.options.read_ms == 0) return;
    loop_.after(std::chrono::microseconds{between(loop_.chance(), 0, 2000 * setting_.options.read_ms)}, [this] {
        read_some();
        if (!link_ || read_ || is_read_last_) return;
        read_ = Read{++reads_, setting_.commands.acknowledged_through(), loop_.now()};
        link_->send(net::encode_frame(header(ToyFrame::read), net::encode(ToyRead{reads_})));
    });
}

void ToyClient::read_answered(const net::FrameView& frame) {
    const auto answer = net::decode<ToyReadAnswer>(frame.payload);
    CHECK(answer.has_value(), "a toy replica answers what does not decode");
    if (!read_ || read_->id != answer->id) return;
    setting_.commands.read(setting_.client, read_->before, answer->applied_through);
    read_.reset();
    is_read_last_ = last_ != 0 && next_number_ > last_ && open_.empty();
}

void ToyClient::frame_came(const net::FrameView& frame) {
    if (frame.header.type == static_cast<std::uint16_t>(ToyFrame::read_answer)) return read_answered(frame);
    const auto answer = net::decode<ToyAnswer>(frame.payload);
    CHECK(answer.has_value(), "a toy replica answers what does not decode");
    heard_ = loop_.now();
    if (open_.erase(answer->number) == 0) return;   // answered twice, after a repeat
    ++answered_;
    setting_.commands.returned(setting_.client, answer->number, answer->answer);
    think();
}

void ToyClient::look_at_clock() {
    loop_.after(patience() / 2, [this] {
        look_at_clock();
        call_next();
        if (read_ && loop_.now() > read_->asked + 4 * patience()) disconnect();   // ask somewhere else
        if (open_.empty() || loop_.now() < heard_ + patience()) return;
        heard_ = loop_.now();
        // Nothing for too long: ask again here, or somewhere else.
        if (link_ && loop_.chance() % 2 == 0) {
            for (const auto& [number, command] : open_) submit(number);
        } else if (link_) {
            disconnect();
        }
    });
}

}  // namespace parley::sim
