// What people give names to and call things: the key under which a name is unique is its own key, and what was judged good by
// one rule is good for what builds on it.
#include <string>

#include "chat/state/names.hpp"
#include "net/ports/check.hpp"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    using namespace parley::chat;
    constexpr std::size_t name_bytes = 64;
    const std::string text(reinterpret_cast<const char*>(data), size);
    const std::string key = fold_name(text);
    CHECK(fold_name(key) == key, "a folded name folds to another one");
    name_skeleton(key);
    if (!judge_user_name(text, name_bytes)) {
        CHECK(!key.empty() && text.size() <= name_bytes, "a user without a key");
        CHECK(is_plain_line(text, name_bytes), "a user's name with control characters");
    }
    if (!judge_room_name(text, name_bytes)) CHECK(!key.empty(), "a room without a key");
    if (!judge_text(text, size)) CHECK(!text.empty(), "an empty message");
    if (!judge_emoji(text)) CHECK(size <= 32, "a long reaction");
    return 0;
}
