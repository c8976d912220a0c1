#include "gui/model/rich_text.hpp"

#include <algorithm>
#include <cctype>
#include <memory>
#include <string_view>

#include <cmark-gfm-core-extensions.h>
#include <cmark-gfm.h>
#include <fmt/format.h>

namespace parley::gui {
namespace {

// Markdown that nests without end costs time without end; such a text is shown as it is.
constexpr int depth_max = 12;

struct FreeNode {
    void operator()(cmark_node* node) const { cmark_node_free(node); }
};
struct FreeParser {
    void operator()(cmark_parser* parser) const { cmark_parser_free(parser); }
};

std::unique_ptr<cmark_node, FreeNode> parse(const std::string& text) {
    [[maybe_unused]] static const bool registered = (cmark_gfm_core_extensions_ensure_registered(), true);
    const std::unique_ptr<cmark_parser, FreeParser> parser(cmark_parser_new(CMARK_OPT_VALIDATE_UTF8));
    for (const char* name : {"autolink", "strikethrough"}) {
        if (cmark_syntax_extension* extension = cmark_find_syntax_extension(name)) cmark_parser_attach_syntax_extension(parser.get(), extension);
    }
    cmark_parser_feed(parser.get(), text.data(), text.size());
    return std::unique_ptr<cmark_node, FreeNode>(cmark_parser_finish(parser.get()));
}

std::string literal_of(cmark_node* node) {
    const char* literal = cmark_node_get_literal(node);
    return literal == nullptr ? "" : literal;
}

bool is_name_letter(char letter) {
    const auto code = static_cast<unsigned char>(letter);
    return std::isalnum(code) != 0 || letter == '_' || letter == '-' || code >= 0x80;
}

class Builder {
public:
    RichText build(const std::string& text) {
        const auto document = parse(text);
        blocks_of(document.get(), 0, Block::Kind::paragraph);
        for (Block& block : result_.blocks) trim(block);
        return std::move(result_);
    }

private:
    void blocks_of(cmark_node* parent, int depth, Block::Kind kind) {
        for (cmark_node* node = cmark_node_first_child(parent); node != nullptr; node = cmark_node_next(node)) block(node, depth, kind);
    }

    void block(cmark_node* node, int depth, Block::Kind kind) {
        const cmark_node_type type = cmark_node_get_type(node);
        if (depth > depth_max) return;
        if (type == CMARK_NODE_BLOCK_QUOTE) return blocks_of(node, depth + 1, Block::Kind::quote);
        if (type == CMARK_NODE_LIST) return list(node, depth);
        begin(type == CMARK_NODE_HEADING ? Block::Kind::heading : kind, depth);
        if (type == CMARK_NODE_CODE_BLOCK) {
            result_.blocks.back().kind = Block::Kind::code;
            return add(literal_of(node), Span{.text = {}, .is_code = true, .link = {}});
        }
        if (type == CMARK_NODE_HTML_BLOCK) return add(literal_of(node), {});
        if (type == CMARK_NODE_THEMATIC_BREAK) return add("———", {});
        spans_of(node, Span{.text = {}, .is_bold = type == CMARK_NODE_HEADING, .link = {}}, 0);
    }

    void list(cmark_node* node, int depth) {
        const bool is_ordered = cmark_node_get_list_type(node) == CMARK_ORDERED_LIST;
        int number = cmark_node_get_list_start(node);
        for (cmark_node* item = cmark_node_first_child(node); item != nullptr; item = cmark_node_next(item)) {
            const std::size_t first = result_.blocks.size();
            blocks_of(item, depth + 1, Block::Kind::item);
            if (result_.blocks.size() == first) begin(Block::Kind::item, depth + 1);
            if (result_.blocks[first].mark.empty()) result_.blocks[first].mark = is_ordered ? fmt::format("{}.", number) : "•";
            ++number;
        }
    }

    void begin(Block::Kind kind, int depth) { result_.blocks.push_back({kind, depth, "", {}}); }

    void spans_of(cmark_node* parent, const Span& style, int depth) {
        for (cmark_node* node = cmark_node_first_child(parent); node != nullptr; node = cmark_node_next(node)) span(node, style, depth);
    }

    void span(cmark_node* node, Span style, int depth) {
        const cmark_node_type type = cmark_node_get_type(node);
        if (depth > depth_max) return;
        if (type == CMARK_NODE_TEXT) return style.link.empty() ? add_with_mentions(literal_of(node), style) : add(literal_of(node), style);
        if (type == CMARK_NODE_HTML_INLINE) return add(literal_of(node), style);
        if (type == CMARK_NODE_SOFTBREAK || type == CMARK_NODE_LINEBREAK) return add("\n", style);
        if (type == CMARK_NODE_CODE) {
            style.is_code = true;
            return add(literal_of(node), style);
        }
        if (type == CMARK_NODE_STRONG) style.is_bold = true;
        if (type == CMARK_NODE_EMPH) style.is_italic = true;
        if (std::string_view{cmark_node_get_type_string(node)} == "strikethrough") style.is_struck = true;
        if (type == CMARK_NODE_LINK || type == CMARK_NODE_IMAGE) {
            const char* url = cmark_node_get_url(node);
            if (url != nullptr && is_safe_link(url)) style.link = url;
        }
        spans_of(node, style, depth + 1);
    }

    void add_with_mentions(const std::string& text, const Span& style) {
        std::size_t done = 0;
        for (std::size_t at = text.find('@'); at != std::string::npos; at = text.find('@', at + 1)) {
            if (at > 0 && is_name_letter(text[at - 1])) continue;   // somebody@example.org
            std::size_t end = at + 1;
            while (end < text.size() && is_name_letter(text[end])) ++end;
            if (end == at + 1) continue;
            add(text.substr(done, at - done), style);
            Span mention = style;
            mention.is_mention = true;
            add(text.substr(at, end - at), mention);
            done = end;
        }
        add(text.substr(done), style);
    }

    void add(const std::string& text, Span style) {
        if (text.empty()) return;
        std::vector<Span>& spans = result_.blocks.back().spans;
        style.text.clear();
        if (!spans.empty()) {
            Span last = spans.back();
            last.text.clear();
            if (last == style) {
                spans.back().text += text;
                return;
            }
        }
        style.text = text;
        spans.push_back(std::move(style));
    }

    static void trim(Block& block) {
        while (!block.spans.empty()) {
            std::string& text = block.spans.back().text;
            while (!text.empty() && text.back() == '\n') text.pop_back();
            if (!text.empty()) return;
            block.spans.pop_back();
        }
    }

    RichText result_;
};

std::string own_text(const Block& block) {
    std::string text;
    for (const Span& span : block.spans) {
        if (!span.is_faint) text += span.text;
    }
    return text;
}

// "  2. " of an item in a list in a list.
std::string front_of(const Block& block) {
    constexpr std::size_t indent = 2;
    if (block.mark.empty()) return "";
    return std::string(indent * static_cast<std::size_t>(std::max(block.depth - 1, 0)), ' ') + block.mark + " ";
}

}  // namespace

std::string selectable_text(const RichText& text) {
    std::string all;
    for (const Block& block : text.blocks) all += (&block == &text.blocks.front() ? "" : "\n") + own_text(block);
    return all;
}

std::string copied_text(const RichText& text, std::size_t from, std::size_t to) {
    std::string copied;
    std::size_t begin = 0;
    for (const Block& block : text.blocks) {
        const std::string all = own_text(block);
        const std::size_t end = begin + all.size();
        if (begin > from && begin <= to) copied += "\n";
        if (begin >= from && begin < to) copied += front_of(block);
        const std::size_t first = std::max(from, begin);
        const std::size_t last = std::min(to, end);
        if (first < last) copied += all.substr(first - begin, last - first);
        begin = end + 1;
    }
    return copied;
}

RichText rich_text_of(const std::string& text) {
    RichText result = Builder().build(text);
    if (result.blocks.empty() && !text.empty()) result.blocks.push_back({Block::Kind::paragraph, 0, "", {Span{.text = text, .link = {}}}});
    return result;
}

bool is_safe_link(const std::string& link) {
    for (const char* scheme : {"http://", "https://", "mailto:"}) {
        if (link.starts_with(scheme)) return true;
    }
    return false;
}

}  // namespace parley::gui
