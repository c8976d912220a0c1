// What people give names to and call things: the key under which a name is unique is its own key, and what was judged good by
// one rule is good for what builds on it.
#include <string>
#include <string_view>

#include "chat/state/names.hpp"
#include "net/ports/check.hpp"

namespace {

using namespace parley::chat;

// Where a file is saved its name is joined to a folder: it must never lead out of it, nor hide what it is.
void expect_file_names(const std::string& text) {
    constexpr std::size_t file_name_bytes = 100;
    const std::string plain = plain_file_name(text, file_name_bytes);
    CHECK(!judge_file_name(plain, file_name_bytes), "a file's plain name is none");
    if (judge_file_name(text, file_name_bytes)) return;
    CHECK(!text.empty() && text.size() <= file_name_bytes, "a file's name of no length, or too long");
    CHECK(text.find_first_of(std::string_view("/\\\0\n\r", 5)) == std::string::npos, "a file's name leads elsewhere");
    CHECK(text != "." && text != "..", "a file's name is a folder's");
    CHECK(plain == text, "a file's good name is changed");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
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
    expect_file_names(text);
    return 0;
}
