#include "chat/client/replies/ranking.hpp"

#include <algorithm>
#include <cmath>
#include <map>

#include "chat/client/replies/reply_text.hpp"

namespace parley::chat {
namespace {

constexpr double half_life_days = 60;
constexpr double ms_a_day = 24.0 * 60 * 60 * 1000;
constexpr double same_room = 1.25;
constexpr double likeness_min = 0.15;      // below it two messages have a filler word in common and nothing else
constexpr std::size_t neighbours_max = 40;
constexpr std::size_t terms_max = 32;

// How much it says that a message has this term: a rare one says more.
class Weights {
public:
    explicit Weights(const FoundReplies& found) : pairs_(static_cast<double>(found.pairs)) {
        for (const auto& [term, count] : found.pairs_with) {
            weights_[term] = of(static_cast<double>(count));
            all_ += weights_[term];
        }
        mean_ = weights_.empty() ? 1 : all_ / static_cast<double>(weights_.size());
    }
    // 0 to 1: the weight of what both have, in the mean weight of the two. Terms that are not in the question are taken to weigh
    // as much as its own do in the mean.
    [[nodiscard]] double likeness(const std::vector<std::string>& terms) const {
        double common = 0;
        std::size_t strange = 0;
        for (const std::string& term : terms) {
            const auto known = weights_.find(term);
            if (known == weights_.end()) {
                ++strange;
            } else {
                common += known->second;
            }
        }
        const double both = all_ + common + static_cast<double>(strange) * mean_;
        return both > 0 ? 2 * common / both : 0;
    }

private:
    [[nodiscard]] double of(double count) const { return std::log(1 + (pairs_ + 1) / (count + 1)); }

    double pairs_;
    double all_ = 0;
    double mean_ = 1;
    std::map<std::string, double> weights_;
};

double recency(std::int64_t time_ms, std::int64_t now_ms) {
    const double days = std::max(0.0, static_cast<double>(now_ms - time_ms) / ms_a_day);
    return 0.4 + 0.6 * std::exp2(-days / half_life_days);
}

struct Vote {
    double weight = 0;
    const ReplyCandidate* candidate = nullptr;
};

std::vector<Vote> nearest(const FoundReplies& found, const Occasion& occasion) {
    const Weights weights{found};
    std::vector<Vote> votes;
    for (const ReplyCandidate& candidate : found.candidates) {
        const double likeness = candidate.exact ? 1 : weights.likeness(terms_of(candidate.prompt, terms_max));
        if (likeness < likeness_min) continue;
        const double place = candidate.room == occasion.room ? same_room : 1;
        votes.push_back({likeness * likeness * recency(candidate.time_ms, occasion.time_ms) * place, &candidate});
    }
    // Of equals the newer one first, then by text, so that the same question gets the same answer.
    std::sort(votes.begin(), votes.end(), [](const Vote& one, const Vote& other) {
        if (one.weight != other.weight) return one.weight > other.weight;
        if (one.candidate->time_ms != other.candidate->time_ms) return one.candidate->time_ms > other.candidate->time_ms;
        return one.candidate->reply < other.candidate->reply;
    });
    if (votes.size() > neighbours_max) votes.resize(neighbours_max);
    return votes;
}

struct Choice {
    double score = 0;
    std::int64_t time_ms = 0;
    std::string key;
    std::string reply;           // as it was written last
};

std::vector<Choice> by_reply(const std::vector<Vote>& votes) {
    std::map<std::string, Choice> choices;
    for (const Vote& vote : votes) {
        Choice& choice = choices[reply_key(vote.candidate->reply)];
        choice.score += vote.weight;
        if (!choice.reply.empty() && vote.candidate->time_ms <= choice.time_ms) continue;
        choice.time_ms = vote.candidate->time_ms;
        choice.reply = vote.candidate->reply;
    }
    std::vector<Choice> sorted;
    for (auto& [key, choice] : choices) {
        choice.key = key;
        sorted.push_back(std::move(choice));
    }
    std::stable_sort(sorted.begin(), sorted.end(), [](const Choice& one, const Choice& other) { return one.score > other.score; });
    return sorted;
}

class Selection {
public:
    void offer(const std::string& key, const std::string& reply) {
        if (texts_.size() >= suggestions_max || key.empty()) return;
        const bool repeats = std::any_of(keys_.begin(), keys_.end(), [&](const std::string& chosen) { return nearly_equal(chosen, key); });
        if (repeats) return;
        keys_.push_back(key);
        texts_.push_back(reply);
    }
    std::vector<std::string> take() { return std::move(texts_); }

private:
    std::vector<std::string> keys_;
    std::vector<std::string> texts_;
};

}  // namespace

std::vector<std::string> best_replies(const FoundReplies& found, const Occasion& occasion, const std::vector<std::string>& fallback,
                                      bool fallback_first) {
    Selection selection;
    for (const Choice& choice : by_reply(nearest(found, occasion))) selection.offer(choice.key, choice.reply);
    const auto offer_fallback = [&] {
        for (const std::string& text : fallback) selection.offer(reply_key(text), text);
    };
    if (fallback_first) offer_fallback();
    for (const CommonReply& common : found.commonest) selection.offer(common.key, common.reply);
    offer_fallback();
    return selection.take();
}

}  // namespace parley::chat
