// RichText: what a message's text looks like: blocks of spans with their emphasis. Markdown as people type it in a chat
// (GitHub's dialect, through cmark-gfm); line breaks stay, raw HTML and pictures are shown as the text they are.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace parley::gui {

struct Span {
    std::string text;              // UTF-8; '\n' breaks the line
    bool is_bold = false;
    bool is_italic = false;
    bool is_struck = false;
    bool is_code = false;
    bool is_mention = false;
    bool is_faint = false;         // said by the program, not by the author
    std::string link;              // http, https or mailto; empty: none
    friend bool operator==(const Span&, const Span&) = default;
};

struct Block {
    enum class Kind : std::uint8_t { paragraph, heading, code, quote, item };
    Kind kind = Kind::paragraph;
    int depth = 0;                 // of quotes and lists around it
    std::string mark;              // "•" or "3." before a list's item
    std::vector<Span> spans;
};

struct RichText {
    std::vector<Block> blocks;
};

RichText rich_text_of(const std::string& text);

// What of it can be selected: what stands in its blocks, a line break between two; not the marks of lists, and not what
// the program says. Offsets of a selection count its bytes.
std::string selectable_text(const RichText& text);
// Bytes from..to of that, as one would type it: lists keep the marks of the items whose beginning is in it.
std::string copied_text(const RichText& text, std::size_t from, std::size_t to);

// Only these are opened: a message must not start programs.
bool is_safe_link(const std::string& link);

}  // namespace parley::gui
