#include "chat/client/replies/measure.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "chat/client/replies/ranking.hpp"
#include "chat/client/replies/reply_text.hpp"

namespace parley::chat {
namespace {

using Keys = std::set<std::string>;

Keys commonest_three(const std::vector<ReplyPair>& pairs) {
    std::map<std::string, std::uint64_t> uses;
    for (const ReplyPair& pair : pairs) ++uses[reply_key(pair.reply)];
    std::vector<std::pair<std::uint64_t, std::string>> sorted;
    for (const auto& [key, count] : uses) sorted.emplace_back(count, key);
    std::sort(sorted.rbegin(), sorted.rend());
    Keys keys;
    for (std::size_t i = 0; i < std::min(suggestions_max, sorted.size()); ++i) keys.insert(sorted[i].second);
    return keys;
}

net::Result<void> ask_about(ReplyStore& store, const ReplyPair& pair, const Keys& commonest, const Keys& said, Measured& measured) {
    const auto found = store.find(pair.prompt);
    if (!found) return found.error();
    const std::string key = reply_key(pair.reply);
    const auto suggested = best_replies(*found, {pair.room, pair.time_ms}, {}, false);
    ++measured.held_out;
    if (std::any_of(suggested.begin(), suggested.end(), [&](const std::string& text) { return reply_key(text) == key; })) ++measured.hits;
    if (commonest.contains(key)) ++measured.hits_of_commonest;
    if (said.contains(key)) ++measured.said_before;
    return {};
}

}  // namespace

net::Result<Measured> measure(ReplyStore& store, const std::vector<std::vector<ReplyPair>>& people) {
    Measured measured;
    for (const std::vector<ReplyPair>& pairs : people) {
        const auto held_out = pairs.end() - static_cast<std::ptrdiff_t>(pairs.size() / 5);
        const std::vector<ReplyPair> past(pairs.begin(), held_out);
        if (auto emptied = store.belong_to(UserId{++measured.people}); !emptied) return emptied.error();
        if (auto added = store.add(past); !added) return added.error();
        measured.learned += past.size();
        const Keys commonest = commonest_three(past);
        Keys said;
        for (const ReplyPair& pair : past) said.insert(reply_key(pair.reply));
        for (auto pair = held_out; pair != pairs.end(); ++pair) {
            if (auto asked = ask_about(store, *pair, commonest, said, measured); !asked) return asked.error();
        }
    }
    return measured;
}

}  // namespace parley::chat
