// The phrase table: what to suggest to somebody of whom nothing was learned yet. By a few cues in the message, in its
// language as far as those tell it (English, German, Chinese, Japanese, Korean); English where nothing does.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace parley::chat {

struct Phrases {
    bool understood = false;           // a cue was found; otherwise they are what one says to anything
    std::vector<std::string> texts;    // three
};

// `text`: as it was written.
Phrases phrases_for(std::string_view text);

}  // namespace parley::chat
