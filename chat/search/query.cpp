#include "chat/search/query.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <string_view>

#include <fmt/format.h>

#include "chat/search/text.hpp"

namespace parley::chat {
namespace {

constexpr std::size_t query_bytes_max = 1024;
constexpr std::size_t terms_max = 32;

struct Piece {
    std::string key;       // from, in, before, after, has; empty for a word
    std::string text;
    bool is_quoted = false;
};

net::Error refused(std::string sentence) { return {net::ErrorKind::refused, std::move(sentence)}; }

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n'; }

// No message has one. To SQLite a zero is the end of what it is given: the rest of an expression would be missing, and a search that fails
// in there looks like a damaged index.
bool is_control(char c) { return (static_cast<unsigned char>(c) < 0x20 && !is_blank(c)) || c == 0x7F; }

// Reads "…" or a word, from `at` on.
Piece read_value(std::string_view text, std::size_t& at) {
    Piece piece;
    if (at < text.size() && text[at] == '"') {
        const std::size_t end = text.find('"', at + 1);
        piece.is_quoted = true;
        piece.text = text.substr(at + 1, end == std::string_view::npos ? end : end - at - 1);
        at = end == std::string_view::npos ? text.size() : end + 1;
        return piece;
    }
    const std::size_t begin = at;
    while (at < text.size() && !is_blank(text[at]) && text[at] != '"') ++at;
    piece.text = text.substr(begin, at - begin);
    return piece;
}

constexpr std::array<std::string_view, 5> keys{"from", "in", "before", "after", "has"};

std::vector<Piece> pieces_of(std::string_view text) {
    std::vector<Piece> pieces;
    for (std::size_t at = 0; at < text.size();) {
        if (is_blank(text[at])) {
            ++at;
            continue;
        }
        std::string key;
        for (const std::string_view one : keys) {
            const std::string_view rest = text.substr(at);
            if (rest.starts_with(one) && rest.substr(one.size()).starts_with(':')) key = one;
        }
        if (!key.empty()) at += key.size() + 1;
        Piece piece = read_value(text, at);
        piece.key = std::move(key);
        pieces.push_back(std::move(piece));
    }
    return pieces;
}

std::string quoted(std::string_view text) {
    std::string result = "\"";
    for (const char c : text) {
        result += c;
        if (c == '"') result += c;
    }
    return result + "\"";
}

net::Result<void> add_term(SearchQuery& query, const Piece& piece) {
    std::string_view text = piece.text;
    const bool is_prefix = !piece.is_quoted && text.size() > 1 && text.ends_with('*');
    if (is_prefix) text.remove_suffix(1);
    const std::string term = searchable(text);
    if (term.empty()) return piece.text.empty() ? net::Result<void>{} : refused("the words to look for are not UTF-8");
    if (!has_word(term) || has_ideograph(term)) query.literals.push_back(term);
    if (!has_word(term)) return {};
    query.match += (query.match.empty() ? "" : " AND ") + quoted(term) + (is_prefix ? "*" : "");
    return {};
}

net::Result<void> add_day(std::optional<std::int64_t>& limit, const Piece& piece, std::int32_t zone_minutes) {
    limit = day_ms(piece.text, zone_minutes);
    if (limit) return {};
    return refused(fmt::format("\"{}\" is no day: write {}:2026-11-21", piece.text, piece.key));
}

net::Result<void> add(SearchQuery& query, const Piece& piece, std::int32_t zone_minutes) {
    if (piece.key.empty()) return add_term(query, piece);
    if (piece.text.empty()) return refused(fmt::format("something is missing after {}:", piece.key));
    if (piece.key == "before") return add_day(query.before_ms, piece, zone_minutes);
    if (piece.key == "after") return add_day(query.after_ms, piece, zone_minutes);
    if (piece.key == "has") {
        const std::uint32_t has = piece.text == "link" ? Has::link : piece.text == "file" ? Has::file : 0;
        query.has |= has;
        return has != 0 ? net::Result<void>{} : refused(fmt::format("has:{} is not known; there are has:link and has:file", piece.text));
    }
    std::string& name = piece.key == "from" ? query.from : query.in;
    if (!name.empty()) return refused(fmt::format("{}: may stand there once", piece.key));
    const bool has_mark = (piece.key == "from" && piece.text.starts_with('@')) || (piece.key == "in" && piece.text.starts_with('#'));
    name = piece.text.substr(has_mark ? 1 : 0);
    return name.empty() ? refused(fmt::format("something is missing after {}:", piece.key)) : net::Result<void>{};
}

}  // namespace

std::optional<std::int64_t> day_ms(const std::string& day, std::int32_t zone_minutes) {
    int year = 0;
    unsigned month = 0;
    unsigned of_month = 0;
    const auto number = [](std::string_view part, auto& value) {
        const auto [end, error] = std::from_chars(part.data(), part.data() + part.size(), value);
        return error == std::errc{} && end == part.data() + part.size();
    };
    if (day.size() != 10 || day[4] != '-' || day[7] != '-') return std::nullopt;
    const std::string_view text = day;
    if (!number(text.substr(0, 4), year) || !number(text.substr(5, 2), month) || !number(text.substr(8, 2), of_month)) return std::nullopt;
    const std::chrono::year_month_day date{std::chrono::year{year}, std::chrono::month{month}, std::chrono::day{of_month}};
    if (!date.ok()) return std::nullopt;
    constexpr std::int32_t zone_max = 24 * 60;
    if (zone_minutes < -zone_max || zone_minutes > zone_max) return std::nullopt;
    const std::chrono::milliseconds greenwich = std::chrono::sys_days{date}.time_since_epoch();
    return (greenwich - std::chrono::minutes{zone_minutes}).count();
}

net::Result<SearchQuery> parse_search(const std::string& text, std::int32_t zone_minutes) {
    if (text.size() > query_bytes_max) return refused("this is too long to look for");
    if (std::ranges::any_of(text, is_control)) return refused("no message has control characters in it");
    const std::vector<Piece> pieces = pieces_of(text);
    if (pieces.size() > terms_max) return refused("these are too many words to look for at once");
    SearchQuery query;
    for (const Piece& piece : pieces) {
        if (const net::Result<void> added = add(query, piece, zone_minutes); !added) return added.error();
    }
    const bool says_something = !query.match.empty() || !query.literals.empty() || !query.from.empty() || !query.in.empty() ||
                                query.before_ms || query.after_ms || query.has != 0;
    if (!says_something) return refused("say what to look for: words, \"a phrase\", begin*, from:ada in:general before:2026-11-21 after:2026-11-01 has:link has:file");
    return query;
}

}  // namespace parley::chat
