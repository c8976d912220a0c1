// Sessions: each request at most once, its answer kept for repeats (docs/state.md Q8). Never creates a session that a
// request merely names.
#include <algorithm>

#include "chat/state/context.hpp"
#include "net/ports/check.hpp"
#include "net/ports/marks.hpp"

namespace parley::chat::state {
namespace {

// Between two looks for idle sessions, in active log time. Idle ones are refused from the first moment on; the sweep
// only frees their rows.
constexpr std::int64_t sweep_every_ms = 3'600'000;

bool is_expired(const Context& context, const SessionRecord& session) {
    return context.store.progress().active_ms - session.used_ms > context.limits.session_idle_ms_max;
}

Answer repeat(const Context& context, const SessionRecord& session, std::uint64_t number) {
    const auto kept = session.answers.find(number);
    if (kept == session.answers.end()) return {context.slot, Refused{Refusal::number_too_old}};
    return kept->second;
}

// What the client has seen is forgotten, and the oldest beyond the limit too.
void forget_answers(SessionRecord& session, std::uint64_t lowest_unanswered, std::uint32_t kept_max) {
    session.answers.erase(session.answers.begin(), session.answers.lower_bound(lowest_unanswered));
    while (session.answers.size() > kept_max) session.answers.erase(session.answers.begin());
}

Result run_operation(Context& context, const Caller& caller, const Operation& operation) {
    return std::visit([&](const auto& chosen) { return execute(context, caller, chosen); }, operation);
}

}  // namespace

Answer execute(Context& context, const OpenSession& command) {
    const auto login_id = context.store.login_by_token(command.token);
    if (!login_id) return {context.slot, Refused{Refusal::unknown_login}};
    if (const auto id = context.store.session_by_nonce(*login_id, command.nonce)) {
        const SessionRecord* known = context.store.session(*id);
        CHECK(known != nullptr, "a nonce without its session");
        if (!is_expired(context, *known)) return {id->slot, SessionOpened{*id}};
        context.store.remove_session(*id);
    }
    // A login that opens more than it may has left the longest unused one behind.
    std::vector<SessionId> open = context.store.sessions_of(*login_id);
    const std::size_t open_max = std::max<std::size_t>(context.limits.sessions_per_login_max, 1);
    for (std::size_t i = 0; i < open.size() && open.size() - i >= open_max; ++i) context.store.remove_session(open[i]);

    const auto login = context.store.login(*login_id);
    CHECK(login.has_value(), "a token without its login");
    SessionRecord record;
    record.login = *login_id;
    record.user = login->user;
    record.nonce = command.nonce;
    record.used_ms = context.store.progress().active_ms;
    const SessionId id{context.slot, context.place};
    context.store.add_session(id, std::move(record));
    return {context.slot, SessionOpened{id}};
}

Answer execute(Context& context, const Numbered& command) {
    const SessionRecord* session = context.store.session(command.session);
    if (net::planted("expired_session_wakes_up") && session != nullptr && is_expired(context, *session)) {
        context.store.change_session(command.session).used_ms = context.store.progress().active_ms;   // the next one finds it in use
        return {context.slot, Refused{Refusal::unknown_session}};
    }
    if (session == nullptr || is_expired(context, *session)) return {context.slot, Refused{Refusal::unknown_session}};
    if (command.number == 0) return {context.slot, Refused{Refusal::malformed}};
    const bool is_repeat = command.number < session->next;
    if (is_repeat && !net::planted("session_answers_forgotten")) return repeat(context, *session, command.number);
    const bool is_ahead = command.number > session->next;
    if (is_ahead && !net::planted("apply_skips_number_check")) return {context.slot, Refused{Refusal::session_gap}};

    const Caller caller{session->user, session->login, command.session, command.number};
    Answer answer{context.slot, run_operation(context, caller, command.operation)};
    // Logging out and deleting the account end the session that asked for it.
    if (context.store.session(command.session) == nullptr) return answer;
    SessionRecord& changed = context.store.change_session(command.session);
    changed.next = std::max(changed.next, command.number + 1);
    changed.used_ms = context.store.progress().active_ms;
    changed.answers.insert_or_assign(command.number, answer);
    forget_answers(changed, std::min(command.lowest_unanswered, command.number), context.limits.answers_kept_max);
    return answer;
}

void sweep_sessions(Context& context) {
    Progress& progress = context.store.progress();
    if (progress.active_ms - progress.swept_ms < sweep_every_ms) return;
    progress.swept_ms = progress.active_ms;
    const std::int64_t oldest = progress.active_ms - context.limits.session_idle_ms_max;
    for (const SessionId id : context.store.sessions_unused_since(oldest)) context.store.remove_session(id);
}

}  // namespace parley::chat::state
