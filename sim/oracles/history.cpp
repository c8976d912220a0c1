#include "sim/oracles/history.hpp"

#include <fmt/core.h>
#include <fmt/ranges.h>

namespace parley::sim {
namespace {

std::uint64_t id_of(std::uint64_t client, std::uint64_t number) { return client << 32U | number; }

}  // namespace

void History::write(const std::string& line) const { sink_(queue_.now(), line); }

void History::call(std::uint64_t client, std::uint64_t number, const std::string& conversation, const std::string& body) {
    if (!sink_) return;
    write(fmt::format("{{\"e\":\"call\",\"id\":{},\"client\":{},\"session\":\"s{}\",\"seq\":{},\"op\":\"append\",\"conv\":\"{}\","
                      "\"body\":\"{}\",\"t\":{}}}",
                      id_of(client, number), client, client, number, conversation, body,
                      (queue_.now() - EventQueue::beginning).count()));
}

void History::returned(std::uint64_t client, std::uint64_t number, std::uint64_t position, std::uint64_t slot) {
    if (!sink_) return;
    write(fmt::format("{{\"e\":\"ret\",\"id\":{},\"t\":{},\"ok\":true,\"pos\":{},\"slot\":{}}}", id_of(client, number),
                      (queue_.now() - EventQueue::beginning).count(), position, slot));
}

void History::final_state(const std::string& conversation, const std::vector<std::string>& ids) {
    if (!sink_) return;
    const std::string list = ids.empty() ? "" : fmt::format("\"{}\"", fmt::join(ids, "\",\""));
    write(fmt::format("{{\"e\":\"final\",\"conv\":\"{}\",\"len\":{},\"ids\":[{}]}}", conversation, ids.size(), list));
}

}  // namespace parley::sim
