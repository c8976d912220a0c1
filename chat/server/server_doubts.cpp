// When this replica must end, or set its state aside: a failing disk, a damaged state, one that the others contradict (P13), a disk that
// went back (P12).
#include <utility>

#include <fmt/core.h>

#include "chat/server/impl.hpp"
#include "net/ports/marks.hpp"
#include "net/ports/probe.hpp"

namespace parley::chat {

void Server::Impl::fail(const net::Error& error) {
    if (std::exchange(failed_, true)) return;
    if (events_.failed) events_.failed(error);
}

// A damaged state is set aside by the next start, when nobody has its files open any more.
void Server::Impl::state_failed(const net::Error& error) {
    if (error.kind != net::ErrorKind::damaged || net::planted("damaged_state_refuses")) return fail(error);
    if (std::exchange(failed_, true)) return;
    note(fmt::format("{}. The state is set aside and made anew", error.message));
    const net::Result<void> marked = mark_damaged(disk_, state_files(options_));
    if (!marked && events_.failed) events_.failed(marked.error());
    if (marked && events_.start_anew) events_.start_anew();
}

void Server::Impl::fetch_state() {
    net::probe<"state_fetched_anew">();
    view_->before_each_read([] { return net::Error{net::ErrorKind::io_failed, "it is being fetched from the other replicas"}; });
    exchange_.need(*to_fetch_, "this replica's own state is damaged or gone, or the others contradict it");
}

net::Result<void> Server::Impl::before_read() {
    if (failed_ || self_check_.is_disputed()) {
        return net::Error{net::ErrorKind::io_failed, "the other replicas contradict it"};
    }
    return applier_.settle();
}

void Server::Impl::judged(const Judgement& judgement) {
    switch (judgement.verdict) {
        case Verdict::results_differ: return leave_state(judgement);
        case Verdict::batches_differ: return end_voting(judgement);
        case Verdict::disputed:
            note(fmt::format("up to slot {} another replica has come to another state, and no majority agrees with either: nothing more "
                             "is shown here until one does", judgement.slot));
            break;
        case Verdict::agrees:
        case Verdict::waiting: break;
    }
    gateway_.withhold(judgement.verdict == Verdict::disputed);
}

void Server::Impl::leave_state(const Judgement& judgement) {
    if (std::exchange(failed_, true)) return;
    net::probe<"self_check_results_differ">();
    note(fmt::format("up to slot {} the majority has applied the same and come to another state: this replica's state is set aside and fetched "
                     "from the others", judgement.slot));
    const net::Result<void> marked = mark_diverged(disk_, state_files(options_), judgement.slot);
    if (!marked && events_.failed) events_.failed(marked.error());
    if (marked && events_.start_anew) events_.start_anew();
}

void Server::Impl::end_voting(const Judgement& judgement) {
    const net::Result<void> marked = mark_expelled(disk_, state_files(options_), judgement.slot);
    fail(marked ? check_may_vote(disk_, state_files(options_)).error() : marked.error());
}

void Server::Impl::went_back(const net::Error& error) {
    const net::Result<void> marked = mark_went_back(disk_, state_files(options_));
    fail(marked ? error : marked.error());
}

}  // namespace parley::chat
