#include "chat/cli/lab_words.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <iterator>
#include <sstream>
#include <stdexcept>
#include <string_view>
#include <vector>

#include <fmt/format.h>

namespace parley::chat {
namespace {

constexpr std::uint32_t late_ms_max = 60'000;
constexpr const char* whole = "nothing is broken";

using Verb = LabOrder::Verb;
constexpr std::array<std::pair<Verb, const char*>, 8> verbs{{{Verb::kill, "kill"}, {Verb::pause, "pause"}, {Verb::resume, "resume"}, {Verb::restart, "restart"},
                                                             {Verb::cut, "cut"}, {Verb::slow, "slow"}, {Verb::heal, "heal"}, {Verb::show, "show"}}};

// Caught where the line came in.
struct BadOrder : std::runtime_error {
    using std::runtime_error::runtime_error;
};

std::optional<std::uint32_t> number_in(std::string_view word) {
    std::uint32_t number = 0;
    const auto [stop, error] = std::from_chars(word.data(), word.data() + word.size(), number);
    if (error != std::errc{} || stop != word.data() + word.size()) return std::nullopt;
    return number;
}

std::uint32_t number_of(const std::string& word, std::uint32_t greatest, const char* what) {
    const auto number = number_in(word);
    if (!number || *number > greatest) throw BadOrder(fmt::format("\"{}\" is no {}", word, what));
    return *number;
}

std::uint32_t replica_named(const std::string& word, std::uint32_t replicas) {
    const std::uint32_t replica = number_of(word, replicas, "replica of this cluster");
    if (replica == 0) throw BadOrder("replicas are counted from 1");
    return replica;
}

std::vector<std::string> words_of(const std::string& line) {
    std::istringstream stream{line};
    return {std::istream_iterator<std::string>{stream}, {}};
}

std::optional<Verb> verb_named(const std::string& word) {
    for (const auto& [verb, name] : verbs) {
        if (word == name) return verb;
    }
    return std::nullopt;
}

const char* name_of(Verb verb) {
    for (const auto& [one, name] : verbs) {
        if (one == verb) return name;
    }
    return "";
}

bool is_about_a_link(Verb verb) { return verb == Verb::cut || verb == Verb::slow; }
bool is_about_all(Verb verb) { return verb == Verb::heal || verb == Verb::show; }
std::size_t words_wanted(Verb verb) { return is_about_all(verb) ? 1 : verb == Verb::slow ? 4 : verb == Verb::cut ? 3 : 2; }

LabOrder order_in(const std::string& line, std::uint32_t replicas) {
    const std::vector<std::string> words = words_of(line);
    const auto verb = words.empty() ? std::nullopt : verb_named(words.front());
    if (!verb || words.size() != words_wanted(*verb)) throw BadOrder("orders are kill N, pause N, resume N, restart N, cut A B, slow A B MS, heal and show");
    LabOrder order{.verb = *verb, .link = {}};
    if (is_about_all(*verb)) return order;
    const std::uint32_t one = replica_named(words[1], replicas);
    if (!is_about_a_link(*verb)) {
        order.replica = one;
        return order;
    }
    const std::uint32_t other = replica_named(words[2], replicas);
    if (one == other) throw BadOrder("a link joins two replicas");
    order.link = lab_link(one, other);
    if (*verb == Verb::slow) order.late_ms = number_of(words[3], late_ms_max, "number of milliseconds up to 60000");
    return order;
}

// "1-3 cut", "1-2 200 ms late", "2 dead"; false: none of these.
bool add_part(LabState& state, const std::vector<std::string>& words) {
    if (words.size() < 2) return false;
    const std::size_t dash = words[0].find('-');
    const auto one = number_in(std::string_view{words[0]}.substr(0, dash));
    if (!one) return false;
    if (dash == std::string::npos) {
        if (words.size() != 2 || (words[1] != "dead" && words[1] != "frozen")) return false;
        state.replicas[*one] = words[1] == "dead" ? LabState::Trouble::dead : LabState::Trouble::frozen;
        return true;
    }
    const auto other = number_in(std::string_view{words[0]}.substr(dash + 1));
    const auto late = words.size() == 4 && words[2] == "ms" && words[3] == "late" ? number_in(words[1]) : std::nullopt;
    const bool is_cut = words.size() == 2 && words[1] == "cut";
    if (!other || (!late && !is_cut)) return false;
    state.links[lab_link(*one, *other)] = late;
    return true;
}

}  // namespace

LabLink lab_link(std::uint32_t one, std::uint32_t other) { return {std::min(one, other), std::max(one, other)}; }

std::string to_line(const LabOrder& order) {
    std::string line = name_of(order.verb);
    if (is_about_all(order.verb)) return line;
    if (!is_about_a_link(order.verb)) return fmt::format("{} {}", line, order.replica);
    line = fmt::format("{} {} {}", line, order.link.first, order.link.second);
    return order.verb == Verb::slow ? fmt::format("{} {}", line, order.late_ms) : line;
}

net::Result<LabOrder> lab_order_from(const std::string& line, std::uint32_t replicas) {
    try {
        return order_in(line, replicas);
    } catch (const BadOrder& bad) {
        return net::Error{net::ErrorKind::refused, bad.what()};
    }
}

std::string to_line(const LabState& state) {
    std::vector<std::string> parts;
    for (const auto& [link, late] : state.links) {
        const std::string how = late ? fmt::format("{} ms late", *late) : "cut";
        parts.push_back(fmt::format("{}-{} {}", link.first, link.second, how));
    }
    for (const auto& [replica, trouble] : state.replicas) {
        parts.push_back(fmt::format("{} {}", replica, trouble == LabState::Trouble::dead ? "dead" : "frozen"));
    }
    return parts.empty() ? whole : fmt::format("{}", fmt::join(parts, ", "));
}

net::Result<LabState> lab_state_from(const std::string& line) {
    LabState state;
    if (line == whole) return state;
    std::istringstream parts{line};
    for (std::string part; std::getline(parts, part, ',');) {
        if (!add_part(state, words_of(part))) return net::Error{net::ErrorKind::malformed, fmt::format("\"{}\" is nothing that a lab says", part)};
    }
    if (state == LabState{}) return net::Error{net::ErrorKind::malformed, "a lab that says nothing"};
    return state;
}

}  // namespace parley::chat
