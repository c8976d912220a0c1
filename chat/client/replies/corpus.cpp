#include "chat/client/replies/corpus.hpp"

#include <algorithm>
#include <string>

#include <fmt/format.h>

#include "chat/client/replies/reply_text.hpp"
#include "consensus/core/chance.hpp"

namespace parley::chat {
namespace {

// The library's distributions give other numbers with other compilers.
class Chance {
public:
    explicit Chance(std::uint64_t seed) : bits_(seed) {}
    std::uint64_t draw() { return bits_.next(); }
    std::size_t below(std::size_t limit) { return static_cast<std::size_t>(draw() % limit); }
    bool percent(unsigned share) { return below(100) < share; }
    template <class T>
    const T& one_of(const std::vector<T>& all) { return all[below(all.size())]; }

private:
    consensus::Chance bits_;
};

using Texts = std::vector<std::string>;

// In templates: N a name, T a thing, W a time, P a place.
struct Kind {
    Texts prompts;
    Texts replies;
};

const std::vector<Kind>& kinds() {
    static const std::vector<Kind> all{
        {{"lunch at W?", "shall we have lunch W", "anyone up for lunch W?", "are you hungry, lunch at P?"}, {"yes, see you there", "give me ten minutes", "not today", "already ate", "sure", "what about the noodle place"}},
        {{"is the build green again?", "did the build pass?", "build of T is red", "who broke the build of T?"}, {"looking", "green again", "that was me, fixing", "rerun it once", "flaky test, ignore it", "on it"}},
        {{"can you review T?", "T needs a review", "could you look at my change to T?", "review of T please"}, {"on it", "will do after lunch", "done, two comments", "looks good", "tomorrow morning", "ask N, I am full"}},
        {{"are you coming to the meeting?", "meeting about T has begun", "we are waiting for you in P", "will you join at W?"}, {"two minutes", "on my way", "start without me", "sorry, coming", "I am in already", "cannot make it"}},
        {{"good morning", "morning everybody", "good morning N", "hi, good morning"}, {"good morning", "morning", "hi", "hello hello", "morning all", "hey"}},
        {{"thanks a lot", "thank you for T", "thanks, that helped", "great, thanks for looking at T"}, {"you're welcome", "any time", "no problem", "sure", "happy to help", "np"}},
        {{"when will T be ready?", "do you have a date for T?", "how long for T still?", "when is T done"}, {"end of the week", "tomorrow", "no idea yet", "depends on N", "it is done", "two more days"}},
        {{"where are you?", "are you in P?", "are you at home today?", "which floor are you on"}, {"at home", "in the office", "on the train", "third floor", "back in ten", "kitchen"}},
        {{"have a nice weekend", "see you on monday", "bye, have a nice evening", "I am off, see you"}, {"you too", "see you", "bye", "enjoy", "thanks, same to you", "until monday"}},
        {{"sorry, I am late", "sorry about T", "my mistake with T, sorry", "apologies, I forgot T"}, {"no problem", "no worries", "it happens", "all good", "don't worry", "fine"}},
        {{"can we move the meeting to W?", "would W work for you too?", "could we talk at W instead?", "is W ok for the call"}, {"works for me", "better W plus an hour", "fine", "W is bad, later?", "ok", "yes please"}},
        {{"the server in P is down", "T does not answer", "users report errors in T", "alarm on T"}, {"looking", "restarting it", "known, N is on it", "back up", "not again", "checking the logs"}},
        {{"happy birthday!", "happy birthday N", "all the best for your birthday", "congratulations, another year"}, {"thank you!", "thanks everybody", "cake in the kitchen", "how kind", "thanks, that is nice"}},
        {{"did you read my mail about T?", "did you get the mail?", "please look at the mail from N", "mail about T is in your inbox"}, {"not yet", "reading it now", "yes, answering later", "which one", "got it", "will reply today"}},
        {{"who has the key for P?", "is P free at W?", "can I have P at W?", "did somebody book P"}, {"I have it", "at the desk", "ask N", "free until noon", "booked all day", "take it"}},
        {{"please deploy T", "can T go live?", "ready to release T?", "shall I roll out T"}, {"go", "wait for the tests", "not on a friday", "deploying", "done", "after W"}},
        {{"how was your holiday?", "nice trip?", "how was it in P?", "back from holiday?"}, {"great, thanks", "too short", "sunny", "wonderful", "I could go again", "cold but good"}},
        {{"do you want coffee?", "coffee?", "getting coffee, anybody?", "coffee in P at W?"}, {"yes please", "tea for me", "had three already", "coming", "always", "black please"}},
        {{"the numbers of T look wrong", "is the report of T right?", "why is T so low this week", "report says T fell"}, {"checking", "old data", "known issue", "let me ask N", "looks right to me", "will correct it"}},
        {{"can you call me?", "do you have a minute?", "quick call about T?", "could I ask you something"}, {"sure", "in five minutes", "calling", "busy until W", "what is it", "write it here"}},
        {{"what do you think of T?", "is T a good idea?", "would you use T for it?", "opinion on T?"}, {"I like it", "not convinced", "let us try", "too early", "ask N first", "makes sense"}},
        {{"I am sick today", "staying at home, cold", "not feeling well, off today", "my kid is ill, offline W"}, {"get well soon", "take care", "rest well", "ok, we manage", "all the best", "get better"}},
        {{"who takes the minutes?", "who is on duty this week?", "whose turn is it for T", "who can cover for N?"}, {"me", "I can", "N I think", "my turn", "not me this time", "let me look"}},
        {{"the printer in P is empty", "no paper in P", "the coffee machine in P is broken", "heating in P is off again"}, {"told the desk", "again?", "I will look", "use the other one", "sigh", "ticket is open"}},
    };
    return all;
}

const Texts names{"anna", "ben", "carla", "deniz", "emil", "fatma", "goran", "hana", "ivan", "jin"};
const Texts things{"the parser", "billing", "the new login", "the index", "search", "the backup", "the invoice job", "the website", "the importer", "our api", "the sales report", "the mobile app"};
const Texts places{"room 4", "the kitchen", "the lab", "the big room", "the cellar", "building b"};
const Texts times{"ten", "noon", "two", "half past three", "five", "tomorrow", "monday"};
const Texts before{"hey", "hey N", "hi,", "btw", "quick one:", "hm,", "so,", "N,"};
const Texts behind{"", "please", "thx", "or not?", "today", "just asking", "if you have time"};
const Texts strange{"river", "window", "blue", "seven", "paper", "garden", "often", "slow", "train", "glass", "winter", "idea", "yellow", "market", "quiet", "stone",
                    "bridge", "letter", "cloud", "corner", "music", "bread", "island", "mirror", "sudden", "copper", "forest", "hammer", "ladder", "needle"};

// Letters that stand for something are capital and alone.
std::string filled(const std::string& pattern, Chance& chance) {
    std::string text;
    for (std::size_t i = 0; i < pattern.size(); ++i) {
        const bool alone = (i == 0 || pattern[i - 1] == ' ') && (i + 1 == pattern.size() || pattern[i + 1] < 'A');
        const char c = alone ? pattern[i] : '\0';
        const Texts* from = c == 'N' ? &names : c == 'T' ? &things : c == 'P' ? &places : c == 'W' ? &times : nullptr;
        text += from == nullptr ? std::string(1, pattern[i]) : chance.one_of(*from);
    }
    return text;
}

std::string with_a_slip(std::string text, Chance& chance) {
    const std::size_t at = chance.below(text.size());
    if (chance.percent(50)) {
        text.erase(at, 1);
    } else {
        text[at] = static_cast<char>('a' + chance.below(26));
    }
    return text;
}

std::string strange_text(Chance& chance, std::size_t words) {
    std::string text;
    for (std::size_t i = 0; i < words; ++i) text += (text.empty() ? "" : " ") + chance.one_of(strange);
    return text;
}

std::string question(const Kind& kind, Chance& chance) {
    std::string text = filled(chance.one_of(kind.prompts), chance);
    if (chance.percent(40)) text = filled(chance.one_of(before), chance) + " " + text;
    if (chance.percent(30)) text += " " + chance.one_of(behind);
    if (chance.percent(10)) text = with_a_slip(text, chance);
    return text;
}

class Person {
public:
    explicit Person(Chance& chance) : chance_(chance), manner_(chance.below(5)) {
        for (std::size_t i = 0; i < kinds().size(); ++i) {
            order_.push_back(i);
            habits_.push_back(new_habit(i));
        }
        for (std::size_t i = order_.size(); i > 1; --i) std::swap(order_[i - 1], order_[chance.below(i)]);
    }
    void change_habits() {
        for (std::size_t i = 0; i < habits_.size(); ++i) {
            if (chance_.percent(33)) habits_[i] = new_habit(i);
        }
    }
    // The k-th of a person's kinds comes about as often as 1/(k+3).
    std::size_t kind_asked() {
        std::size_t total = 0;
        for (std::size_t k = 0; k < order_.size(); ++k) total += 10'000 / (k + 3);
        std::size_t left = chance_.below(total);
        for (std::size_t k = 0; k < order_.size(); ++k) {
            const std::size_t share = 10'000 / (k + 3);
            if (left < share) return order_[k];
            left -= share;
        }
        return order_.back();
    }
    std::string habitual_reply(std::size_t kind) {
        const Texts& habit = habits_[kind];
        std::size_t place = 0;
        while (place + 1 < habit.size() && chance_.percent(42)) ++place;
        return habit[place];
    }

private:
    Texts new_habit(std::size_t kind) {
        Texts habit;
        const std::size_t replies = 1 + chance_.below(4);
        while (habit.size() < replies) {
            const std::string reply = in_own_manner(filled(chance_.one_of(kinds()[kind].replies), chance_));
            if (std::find(habit.begin(), habit.end(), reply) != habit.end()) break;
            habit.push_back(reply);
        }
        return habit;
    }
    [[nodiscard]] std::string in_own_manner(std::string text) const {
        static const Texts endings{"", "!", " :)", ".", " 👍"};
        if (manner_ >= 2) text.front() = static_cast<char>(text.front() >= 'a' && text.front() <= 'z' ? text.front() - 'a' + 'A' : text.front());
        return text + endings[manner_];
    }

    Chance& chance_;
    std::size_t manner_;
    std::vector<std::size_t> order_;
    std::vector<Texts> habits_;
};

std::vector<ReplyPair> pairs_of_one(Chance& chance, std::uint32_t count) {
    Person person(chance);
    std::vector<ReplyPair> pairs;
    std::int64_t time_ms = 1'750'000'000'000;
    for (std::uint32_t i = 0; i < count; ++i) {
        if (i == count / 5 * 3) person.change_habits();
        const bool of_no_kind = chance.percent(10);
        const std::size_t kind = person.kind_asked();
        const std::string asked = of_no_kind ? strange_text(chance, 3 + chance.below(5)) : question(kinds()[kind], chance);
        const bool said_once = of_no_kind || chance.percent(23);
        time_ms += static_cast<std::int64_t>(1 + chance.below(4 * 3'600'000));
        ReplyPair pair;
        pair.room = RoomId{1 + chance.below(5)};
        pair.prompt_number = 2 * std::uint64_t{i} + 1;
        pair.reply_number = pair.prompt_number + 1;
        pair.time_ms = time_ms;
        pair.prompt = prompt_of(asked);
        pair.reply = said_once ? strange_text(chance, 2 + chance.below(4)) : person.habitual_reply(kind);
        pairs.push_back(std::move(pair));
    }
    return pairs;
}

}  // namespace

std::vector<std::vector<ReplyPair>> make_corpus(std::uint64_t seed, const CorpusSize& size) {
    Chance chance(seed);
    std::vector<std::vector<ReplyPair>> people;
    for (std::uint32_t i = 0; i < size.people; ++i) people.push_back(pairs_of_one(chance, size.pairs));
    return people;
}

}  // namespace parley::chat
