#include "chat/search/text.hpp"

#include <utf8proc.h>

#include "chat/state/names.hpp"

namespace parley::chat {
namespace {

using CodePoint = utf8proc_int32_t;

template <class Visit>
bool each_character(std::string_view text, Visit visit) {
    while (!text.empty()) {
        CodePoint point = 0;
        const auto* bytes = reinterpret_cast<const utf8proc_uint8_t*>(text.data());  // NOLINT(cppcoreguidelines-pro-type-reinterpret-cast)
        const auto size = utf8proc_iterate(bytes, static_cast<utf8proc_ssize_t>(text.size()), &point);
        if (size <= 0) return false;
        visit(point, text.substr(0, static_cast<std::size_t>(size)));
        text.remove_prefix(static_cast<std::size_t>(size));
    }
    return true;
}

// Scripts written without blanks between words, and Korean, whose words carry their endings with them.
bool is_ideograph(CodePoint point) {
    const auto within = [point](CodePoint first, CodePoint last) { return point >= first && point <= last; };
    if (point < 0x1100) return false;
    return within(0x1100, 0x11FF) || within(0x3005, 0x3007) || within(0x3040, 0x318F) || within(0x31A0, 0x31BF) ||
           within(0x31F0, 0x31FF) || within(0x3400, 0x4DBF) || within(0x4E00, 0x9FFF) || within(0xA960, 0xA97F) ||
           within(0xAC00, 0xD7FF) || within(0xF900, 0xFAFF) || within(0x1B000, 0x1B16F) || within(0x20000, 0x3FFFF);
}

bool is_blank(CodePoint point) { return point == ' ' || point == '\n' || point == '\t' || point == 0x3000 || point == 0xA0; }

// What SQLite's unicode61 makes words of.
bool is_word_character(CodePoint point) {
    const utf8proc_category_t category = utf8proc_category(point);
    return (category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_LO) ||
           (category >= UTF8PROC_CATEGORY_ND && category <= UTF8PROC_CATEGORY_NO) || category == UTF8PROC_CATEGORY_CO;
}

}  // namespace

std::string searchable(std::string_view text) {
    std::string result;
    bool wants_blank = false;   // before the next character, unless the text begins with it
    const bool valid = each_character(fold_name(text), [&](CodePoint point, std::string_view bytes) {
        if (is_blank(point)) {
            wants_blank = true;
            return;
        }
        const bool alone = is_ideograph(point);
        if ((wants_blank || alone) && !result.empty()) result += ' ';
        result += bytes;
        wants_blank = alone;
    });
    return valid ? result : std::string{};
}

bool has_word(std::string_view searchable) {
    bool found = false;
    each_character(searchable, [&found](CodePoint point, std::string_view) { found = found || is_word_character(point); });
    return found;
}

bool has_ideograph(std::string_view searchable) {
    bool found = false;
    each_character(searchable, [&found](CodePoint point, std::string_view) { found = found || is_ideograph(point); });
    return found;
}

bool has_link(std::string_view text) {
    for (const std::string_view scheme : {"http://", "https://"}) {
        for (std::size_t at = text.find(scheme); at != std::string_view::npos; at = text.find(scheme, at + 1)) {
            const std::size_t host = at + scheme.size();
            if (host < text.size() && static_cast<unsigned char>(text[host]) > ' ') return true;
        }
    }
    return false;
}

}  // namespace parley::chat
