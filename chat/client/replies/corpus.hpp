// A corpus to measure quick replies by, made from a seed: people with habits, and what they answered, in the order of time.
// It is a model of people and no sample of them; what is in it:
// - Each person is asked things of 24 kinds, some kinds much more often than others. A question is a template of its kind with
//   names, things and times put in, often with a few words before or behind it, sometimes with a letter wrong.
// - For each kind a person has one to four replies of a common stock that he gives in his own manner (small letters, a sign
//   at the end, …), the first far more often than the last. Many kinds have replies in common ("ok").
// - After three fifths of the time every person changes a third of the habits.
// - About three replies of ten are said once and never again, and about one question of ten is of no kind: nobody can
//   know those from the past.
#pragma once

#include <cstdint>
#include <vector>

#include "chat/client/replies/pairs.hpp"

namespace parley::chat {

struct CorpusSize {
    std::uint32_t people = 20;
    std::uint32_t pairs = 500;    // of each person
};

// One list a person, oldest first; numbers, rooms and times are filled in. The same for the same arguments, everywhere.
std::vector<std::vector<ReplyPair>> make_corpus(std::uint64_t seed, const CorpusSize& size);

}  // namespace parley::chat
