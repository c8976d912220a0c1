// QuickReplies: three suggestions for the last message of others, as an actor on a Loop. It reads the store, asks the
// service where a room may, and never sends anything to a room. Every question gets one answer, later, on the Loop; when
// something fails the answer is empty and says why in a sentence.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "chat/client/replies/config.hpp"
#include "chat/client/replies/reply_store.hpp"
#include "net/ports/loop.hpp"

namespace parley::chat {

// Where suggestions came from, which is to be shown with them.
enum class ReplySource { none, local, openai };
const char* reply_source_name(ReplySource source);   // none, local, openai

struct Suggestions {
    RoomId room;
    std::uint64_t to = 0;              // number of the message they are for; 0: there is none
    ReplySource source = ReplySource::none;
    std::string service{};             // openai: the host that was asked
    std::vector<std::string> texts{};  // three at most, best first; one plain line each
    std::string problem{};             // a sentence; empty when nothing failed
};

// The service, ready to be asked. `http` outlives the QuickReplies.
struct ReplyService {
    OpenAiConfig config;
    std::string key;                   // empty: none
    net::HttpClient* http = nullptr;
};

class QuickReplies {
public:
    // Reads configuration and key when they are wanted, so that somebody without a service pays nothing for it; none: no service is
    // configured.
    using FindService = std::function<net::Result<std::optional<ReplyService>>()>;

    QuickReplies(net::Loop& loop, ReplyStore& store, FindService find_service);
    ~QuickReplies();                   // what was asked is dropped without an answer
    QuickReplies(const QuickReplies&) = delete;
    QuickReplies& operator=(const QuickReplies&) = delete;

    // `messages`: the newest of the room, ascending, without holes; what is among them of others last is what is to be answered. One
    // question is under way at a time: a newer one takes its place, and the older is answered with nothing. An answer of the
    // service is kept for its message, so that looking at a room again asks nobody.
    void suggest(RoomId room, UserId me, const std::vector<RoomMessage>& messages, net::Function<void(Suggestions)> on_suggestions);

private:
    struct Impl;
    std::shared_ptr<Impl> impl_;
};

}  // namespace parley::chat
