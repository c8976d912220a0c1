#include "chat/client/replies/quick_replies.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include "chat/client/replies/openai.hpp"
#include "chat/client/replies/phrases.hpp"
#include "chat/client/replies/ranking.hpp"

namespace parley::chat {
namespace {

constexpr std::size_t kept_answers_max = 64;
// Who has answered less often has no habits yet; what fits the message comes before what was said most.
constexpr std::uint64_t pairs_of_a_beginner = 30;

}  // namespace

const char* reply_source_name(ReplySource source) {
    switch (source) {
        case ReplySource::none: return "none";
        case ReplySource::local: return "local";
        case ReplySource::openai: return "openai";
    }
    return "none";
}

struct QuickReplies::Impl : std::enable_shared_from_this<QuickReplies::Impl> {
    using Answer = net::Function<void(Suggestions)>;

    Impl(net::Loop& on, ReplyStore& from, FindService find) : loop(on), store(from), find_service(std::move(find)) {}

    // On the Loop and not before the caller has returned.
    void give(Answer answer, Suggestions suggestions) {
        loop.post([weak = weak_from_this(), answer = std::move(answer), suggestions = std::move(suggestions)]() mutable {
            if (weak.lock()) answer(std::move(suggestions));
        });
    }

    [[nodiscard]] Suggestions local(RoomId room, const RoomMessage& last) const;
    void ask_service(Suggestions begun, UserId me, const std::vector<RoomMessage>& messages, Answer answer);
    void answered(std::uint64_t question, const net::Result<net::HttpAnswer>& answer);
    void supersede();

    net::Loop& loop;
    ReplyStore& store;
    FindService find_service;
    std::optional<ReplyService> service;                  // once it was found
    std::uint64_t questions = 0;
    Suggestions begun;                                    // of the question under way
    Answer waiting;                                       // empty: none is
    std::map<RoomId, Suggestions> kept;
};

Suggestions QuickReplies::Impl::local(RoomId room, const RoomMessage& last) const {
    Suggestions suggestions{room, last.number, ReplySource::local};
    const auto found = store.find(last.text);
    if (!found) {
        suggestions.source = ReplySource::none;
        suggestions.problem = found.error().message;
        return suggestions;
    }
    const Phrases phrases = phrases_for(last.text);
    const std::int64_t now_ms = std::max(last.time_ms, loop.wall_now().ms);
    suggestions.texts = best_replies(*found, {room, now_ms}, phrases.texts, phrases.understood && found->pairs < pairs_of_a_beginner);
    return suggestions;
}

void QuickReplies::Impl::supersede() {
    if (!waiting) return;
    service->http->abandon();
    give(std::move(waiting), Suggestions{begun.room, begun.to});
    waiting = {};
}

void QuickReplies::Impl::ask_service(Suggestions asked, UserId me, const std::vector<RoomMessage>& messages, Answer answer) {
    const auto fail = [&](const std::string& problem) {
        asked.problem = problem;
        give(std::move(answer), std::move(asked));
    };
    if (!service) {
        auto found = find_service();
        if (!found) return fail(found.error().message);   // looked for again the next time: the user mends the file meanwhile
        if (!*found) return fail("no service is configured: write [openai] into replies.toml");
        service = **std::move(found);
    }
    const auto known = kept.find(asked.room);
    if (known != kept.end() && known->second.to == asked.to) return give(std::move(answer), known->second);
    asked.source = ReplySource::openai;
    asked.service = service->config.base_url.host;
    begun = std::move(asked);
    waiting = std::move(answer);
    const std::uint64_t question = ++questions;
    service->http->post(openai_question(service->config, service->key, messages, me),
                           [weak = weak_from_this(), question](const net::Result<net::HttpAnswer>& result) {
                               if (const auto self = weak.lock()) self->answered(question, result);
                           });
}

void QuickReplies::Impl::answered(std::uint64_t question, const net::Result<net::HttpAnswer>& answer) {
    if (question != questions || !waiting) return;
    auto replies = answer ? openai_replies(*answer) : net::Result<std::vector<std::string>>{answer.error()};
    Suggestions suggestions = std::move(begun);
    if (replies) {
        suggestions.texts = *std::move(replies);
        if (kept.size() >= kept_answers_max) kept.clear();
        kept[suggestions.room] = suggestions;
    } else {
        suggestions.problem = replies.error().message;
    }
    auto reply = std::exchange(waiting, {});
    reply(std::move(suggestions));
}

QuickReplies::QuickReplies(net::Loop& loop, ReplyStore& store, FindService find_service)
    : impl_(std::make_shared<Impl>(loop, store, std::move(find_service))) {}

QuickReplies::~QuickReplies() {
    if (impl_->waiting) impl_->service->http->abandon();
}

void QuickReplies::suggest(RoomId room, UserId me, const std::vector<RoomMessage>& messages, net::Function<void(Suggestions)> on_suggestions) {
    Impl& impl = *impl_;
    impl.supersede();
    Suggestions nothing{room};
    const auto last = last_of_others(messages, me);
    const auto mode = impl.store.mode();
    if (!mode) nothing.problem = mode.error().message;
    if (!last || !mode || *mode == ReplyMode::off) return impl.give(std::move(on_suggestions), std::move(nothing));
    const auto may = *mode == ReplyMode::openai ? impl.store.may_leave(room) : net::Result<bool>{false};
    if (!may || !*may) return impl.give(std::move(on_suggestions), impl.local(room, *last));
    impl.ask_service(Suggestions{room, last->number}, me, messages, std::move(on_suggestions));
}

}  // namespace parley::chat
