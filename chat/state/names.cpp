// Folding and judging with utf8proc. Never depends on the locale.
#include "chat/state/names.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <memory>
#include <utility>

#include <utf8proc.h>

namespace parley::chat {
namespace {

using CodePoint = utf8proc_int32_t;

const utf8proc_uint8_t* bytes_of(std::string_view text) {
    return reinterpret_cast<const utf8proc_uint8_t*>(text.data());  // NOLINT(cppcoreguidelines-pro-type-reinterpret-cast)
}

// Calls `visit` with each code point; false as soon as the bytes are not UTF-8 or `visit` says so.
template <class Visit>
bool each_code_point(std::string_view text, Visit visit) {
    while (!text.empty()) {
        CodePoint point = 0;
        const auto size = utf8proc_iterate(bytes_of(text), static_cast<utf8proc_ssize_t>(text.size()), &point);
        if (size <= 0 || !visit(point)) return false;
        text.remove_prefix(static_cast<std::size_t>(size));
    }
    return true;
}

bool is_simple_ascii(std::string_view text) {
    return std::ranges::all_of(text, [](char c) { return c >= ' ' && c <= '~'; });
}

std::string fold_ascii(std::string_view text) {
    std::string folded(text);
    for (char& c : folded) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    return folded;
}

std::string fold_once(std::string_view text) {
    constexpr auto options = static_cast<utf8proc_option_t>(UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_COMPAT |
                                                            UTF8PROC_CASEFOLD | UTF8PROC_IGNORE);
    utf8proc_uint8_t* out = nullptr;
    const auto size = utf8proc_map(bytes_of(text), static_cast<utf8proc_ssize_t>(text.size()), &out, options);
    const std::unique_ptr<utf8proc_uint8_t, decltype(&std::free)> owner(out, &std::free);
    if (size <= 0) return {};
    return {reinterpret_cast<const char*>(out), static_cast<std::size_t>(size)};  // NOLINT(cppcoreguidelines-pro-type-reinterpret-cast)
}

// Letters that a reader takes for a Latin one, after case folding.
constexpr std::array<std::pair<CodePoint, char>, 33> look_alikes{{
    {0x0430, 'a'}, {0x0435, 'e'}, {0x043E, 'o'}, {0x0440, 'p'}, {0x0441, 'c'}, {0x0443, 'y'}, {0x0445, 'x'},
    {0x0455, 's'}, {0x0456, 'i'}, {0x0458, 'j'}, {0x04BB, 'h'}, {0x0501, 'd'}, {0x051B, 'q'}, {0x051D, 'w'},
    {0x04CF, 'l'}, {0x043C, 'm'}, {0x043A, 'k'}, {0x0442, 't'}, {0x0432, 'b'}, {0x03B1, 'a'}, {0x03BF, 'o'},
    {0x03BD, 'v'}, {0x03C1, 'p'}, {0x03B9, 'i'}, {0x03BA, 'k'}, {0x03C5, 'u'}, {0x03C7, 'x'}, {0x03B3, 'y'},
    {0x0585, 'o'}, {0x0578, 'n'}, {0x057D, 'u'}, {0x0570, 'h'}, {0x0581, 'g'},
}};

// Alphabets whose letters look alike; a name keeps to one of them.
enum class Alphabet { other, latin, greek, cyrillic, armenian, cherokee };

Alphabet alphabet_of(CodePoint point) {
    const auto within = [point](CodePoint first, CodePoint last) { return point >= first && point <= last; };
    if (within('a', 'z') || within('A', 'Z') || within(0x00C0, 0x024F)) return Alphabet::latin;
    if (within(0x0370, 0x03FF) || within(0x1F00, 0x1FFF)) return Alphabet::greek;
    if (within(0x0400, 0x052F) || within(0x1C80, 0x1C8F)) return Alphabet::cyrillic;
    if (within(0x0530, 0x058F)) return Alphabet::armenian;
    if (within(0x13A0, 0x13FF) || within(0xAB70, 0xABBF)) return Alphabet::cherokee;
    return Alphabet::other;
}

bool mixes_alphabets(std::string_view folded) {
    Alphabet seen = Alphabet::other;
    return !each_code_point(folded, [&seen](CodePoint point) {
        const Alphabet here = alphabet_of(point);
        if (here == Alphabet::other) return true;
        if (seen == Alphabet::other) seen = here;
        return seen == here;
    });
}

bool is_control(CodePoint point) { return point < 0x20 || (point >= 0x7F && point <= 0x9F); }

// Visible characters and the plain space. Directional overrides, joiners and other invisible characters are of category Cf.
bool is_visible(CodePoint point) {
    switch (utf8proc_category(point)) {
        case UTF8PROC_CATEGORY_CN: case UTF8PROC_CATEGORY_CC: case UTF8PROC_CATEGORY_CF: case UTF8PROC_CATEGORY_CS:
        case UTF8PROC_CATEGORY_CO: case UTF8PROC_CATEGORY_ZL: case UTF8PROC_CATEGORY_ZP:
            return false;
        case UTF8PROC_CATEGORY_ZS:
            return point == ' ';
        case UTF8PROC_CATEGORY_LU: case UTF8PROC_CATEGORY_LL: case UTF8PROC_CATEGORY_LT: case UTF8PROC_CATEGORY_LM:
        case UTF8PROC_CATEGORY_LO: case UTF8PROC_CATEGORY_MN: case UTF8PROC_CATEGORY_MC: case UTF8PROC_CATEGORY_ME:
        case UTF8PROC_CATEGORY_ND: case UTF8PROC_CATEGORY_NL: case UTF8PROC_CATEGORY_NO: case UTF8PROC_CATEGORY_PC:
        case UTF8PROC_CATEGORY_PD: case UTF8PROC_CATEGORY_PS: case UTF8PROC_CATEGORY_PE: case UTF8PROC_CATEGORY_PI:
        case UTF8PROC_CATEGORY_PF: case UTF8PROC_CATEGORY_PO: case UTF8PROC_CATEGORY_SM: case UTF8PROC_CATEGORY_SC:
        case UTF8PROC_CATEGORY_SK: case UTF8PROC_CATEGORY_SO:
            return true;
    }
    return false;
}

// '/', '*' and '?' mean something in `room/12` and in searches.
bool may_be_in_a_name(CodePoint point) { return point != '/' && point != '*' && point != '?' && is_visible(point); }

// A slash of either kind leads out of the folder, on one system or the other.
bool may_be_in_a_file_name(CodePoint point) { return point != '/' && point != '\\' && is_visible(point); }

void append(std::string& text, CodePoint point) {
    std::array<utf8proc_uint8_t, 4> bytes{};
    const auto size = static_cast<std::size_t>(utf8proc_encode_char(point, bytes.data()));
    for (std::size_t i = 0; i < size; ++i) text.push_back(static_cast<char>(bytes.at(i)));
}

// At most so many bytes of it, and no part of a character.
std::string_view beginning(std::string_view text, std::size_t bytes_max) {
    if (text.size() <= bytes_max) return text;
    constexpr auto is_continuation = [](char byte) { return (static_cast<unsigned char>(byte) & 0xC0U) == 0x80U; };
    std::size_t end = bytes_max;
    while (end > 0 && is_continuation(text[end])) --end;
    return text.substr(0, end);
}

// What may be in a file name, of bytes that may be no UTF-8; a run of blanks as one.
std::string visible_part(std::string_view name) {
    std::string kept;
    while (!name.empty()) {
        CodePoint point = 0;
        const auto size = utf8proc_iterate(bytes_of(name), static_cast<utf8proc_ssize_t>(name.size()), &point);
        name.remove_prefix(size > 0 ? static_cast<std::size_t>(size) : 1);
        if (size <= 0) continue;
        const bool is_space = is_control(point) || utf8proc_category(point) == UTF8PROC_CATEGORY_ZS;
        if (is_space && !kept.empty() && kept.back() != ' ') kept.push_back(' ');
        if (!is_space && may_be_in_a_file_name(point)) append(kept, point);
    }
    return kept;
}

std::string_view without_spaces_around(std::string_view text) {
    while (text.starts_with(' ')) text.remove_prefix(1);
    while (text.ends_with(' ')) text.remove_suffix(1);
    return text;
}

// A folded name may be longer than what was typed: one code point becomes up to 18.
constexpr std::size_t folded_growth_max = 4;

bool is_name(std::string_view name, std::size_t bytes_max) {
    if (name.empty() || name.size() > bytes_max) return false;
    if (name.front() == ' ' || name.back() == ' ' || name.find("  ") != std::string_view::npos) return false;
    if (!each_code_point(name, may_be_in_a_name)) return false;
    const std::string folded = fold_name(name);
    if (folded.empty() || folded.size() > folded_growth_max * bytes_max) return false;
    // Compatibility characters may fold into what was refused above, a fullwidth slash for one.
    if (!each_code_point(folded, may_be_in_a_name)) return false;
    if (folded.front() == ' ' || folded.back() == ' ') return false;
    // What the command line reads as something else than a name.
    return folded.front() != '@' && folded.front() != '#' && folded.front() != '-';
}

bool is_blank(CodePoint point) {
    if (point == ' ' || point == '\n' || point == '\t') return true;
    if (point < 0x80) return false;
    const utf8proc_category_t category = utf8proc_category(point);
    return category == UTF8PROC_CATEGORY_ZS || category == UTF8PROC_CATEGORY_ZL || category == UTF8PROC_CATEGORY_ZP ||
           category == UTF8PROC_CATEGORY_CF;
}

}  // namespace

std::string fold_name(std::string_view name) {
    if (is_simple_ascii(name)) return fold_ascii(name);
    std::string folded = fold_once(name);
    // Folding and composing can each make work for the other; four rounds are more than any character needs.
    for (int round = 0; round < 4 && !folded.empty(); ++round) {
        std::string again = fold_once(folded);
        if (again == folded) break;
        folded = std::move(again);
    }
    return folded;
}

std::string name_skeleton(std::string_view folded) {
    std::string skeleton;
    each_code_point(folded, [&skeleton](CodePoint point) {
        for (const auto& [foreign, latin] : look_alikes) {
            if (foreign == point) {
                skeleton.push_back(latin);
                return true;
            }
        }
        append(skeleton, point);
        return true;
    });
    return skeleton;
}

std::optional<Refusal> judge_user_name(std::string_view name, std::size_t bytes_max) {
    if (!is_name(name, bytes_max)) return Refusal::name_invalid;
    if (mixes_alphabets(fold_name(name))) return Refusal::name_confusing;
    return std::nullopt;
}

std::string conversation_name(std::vector<std::string> others) {
    std::ranges::sort(others, {}, [](const std::string& name) { return fold_name(name); });
    std::string name;
    for (const std::string& other : others) name += (name.empty() ? "" : ",@") + other;
    return name;
}

std::vector<std::string> names_in_conversation(std::string_view name) {
    constexpr std::string_view between = ",@";
    std::vector<std::string> names;
    for (std::size_t end = name.find(between); end != std::string_view::npos; end = name.find(between)) {
        names.emplace_back(name.substr(0, end));
        name.remove_prefix(end + between.size());
    }
    names.emplace_back(name);
    return names;
}

std::optional<Refusal> judge_room_name(std::string_view name, std::size_t bytes_max) {
    if (!is_name(name, bytes_max) || mixes_alphabets(fold_name(name))) return Refusal::room_name_invalid;
    return std::nullopt;
}

std::optional<Refusal> judge_text(std::string_view text, std::size_t bytes_max) {
    if (text.empty()) return Refusal::text_empty;
    if (text.size() > bytes_max) return Refusal::text_too_long;
    bool blank = true;
    const bool valid = each_code_point(text, [&blank](CodePoint point) {
        if (is_control(point) && point != '\n' && point != '\t') return false;
        if (blank && !is_blank(point)) blank = false;
        return true;
    });
    if (!valid) return Refusal::text_invalid;
    if (blank) return Refusal::text_empty;
    return std::nullopt;
}

std::optional<Refusal> judge_emoji(std::string_view emoji) {
    constexpr std::size_t bytes_max = 32;   // a family of four with skin tones takes 41, one person of any kind at most 28
    if (emoji.empty() || emoji.size() > bytes_max) return Refusal::reaction_invalid;
    CodePoint before = 0;
    utf8proc_int32_t state = 0;
    std::size_t characters = 0;
    const bool valid = each_code_point(emoji, [&](CodePoint point) {
        if (is_control(point) || utf8proc_category(point) == UTF8PROC_CATEGORY_CN) return false;
        if (characters == 0 || utf8proc_grapheme_break_stateful(before, point, &state)) {
            if (is_blank(point)) return false;
            ++characters;
        }
        before = point;
        return characters == 1;
    });
    return valid ? std::nullopt : std::optional{Refusal::reaction_invalid};
}

std::optional<Refusal> judge_file_name(std::string_view name, std::size_t bytes_max) {
    const bool is_sized = !name.empty() && name.size() <= bytes_max;
    const bool is_trimmed = without_spaces_around(name) == name && name.find("  ") == std::string_view::npos;
    const bool is_named = name.find_first_not_of('.') != std::string_view::npos;
    if (is_sized && is_trimmed && is_named && each_code_point(name, may_be_in_a_file_name)) return std::nullopt;
    return Refusal::file_name_invalid;
}

std::string plain_file_name(std::string_view name, std::size_t bytes_max) {
    if (!judge_file_name(name, bytes_max)) return std::string{name};
    constexpr std::size_t ending_bytes_max = 16;
    const std::string kept = visible_part(name);
    std::string_view stem = without_spaces_around(kept);
    std::string_view ending;
    const std::size_t dot = stem.rfind('.');
    const bool has_ending = dot != std::string_view::npos && dot > 0 && stem.size() - dot <= std::min(ending_bytes_max, bytes_max / 2);
    if (has_ending) {
        ending = stem.substr(dot);
        stem.remove_suffix(ending.size());
    }
    std::string plain{without_spaces_around(beginning(stem, bytes_max - ending.size()))};
    plain += ending;
    return judge_file_name(plain, bytes_max) ? "file" : plain;
}

bool is_file_type(std::string_view type) {
    constexpr std::size_t bytes_max = 127;
    const auto is_token = [](std::string_view part) {
        return !part.empty() && part.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789!#$&^_.+-") == std::string_view::npos;
    };
    const std::size_t slash = type.find('/');
    if (type.empty()) return true;
    return type.size() <= bytes_max && slash != std::string_view::npos && is_token(type.substr(0, slash)) && is_token(type.substr(slash + 1));
}

bool is_plain_line(std::string_view text, std::size_t bytes_max) {
    return text.size() <= bytes_max && each_code_point(text, [](CodePoint point) { return !is_control(point); });
}

}  // namespace parley::chat
