// Messages as Markdown: any text becomes blocks and spans; no link that a program could be started with is among them, what can be
// selected can be copied, and out of valid UTF-8 comes valid UTF-8.
#include <string>

#include "chat/state/names.hpp"
#include "gui/model/rich_text.hpp"
#include "net/ports/check.hpp"

namespace {

using namespace parley;

// UTF-8 without control characters, as the state machine has it, which lets nothing else become a message. A part of one may show nothing.
bool is_clean(const std::string& text) { return chat::judge_text(text, text.size()) != chat::Refusal::text_invalid; }

void expect_clean(const gui::RichText& rich, bool was_clean) {
    for (const gui::Block& block : rich.blocks) {
        CHECK(block.depth >= 0, "a block is not less deep than the page");
        for (const gui::Span& span : block.spans) {
            CHECK(span.link.empty() || gui::is_safe_link(span.link), "a link that must not be opened");
            CHECK(!was_clean || is_clean(span.text), "a span is no text any more");
        }
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    if (size < 2) return 0;
    const std::string text(reinterpret_cast<const char*>(data) + 2, size - 2);
    const gui::RichText rich = gui::rich_text_of(text);
    expect_clean(rich, is_clean(text));
    const std::string all = gui::selectable_text(rich);
    const std::size_t from = all.size() * data[0] / 255;
    const std::size_t to = all.size() * data[1] / 255;
    gui::copied_text(rich, std::min(from, to), std::max(from, to));
    CHECK(all.empty() || !gui::copied_text(rich, 0, all.size()).empty(), "what is selected is not copied");
    return 0;
}
