#include "chat/cli/lab_orders.hpp"

#include <algorithm>

#include "chat/cli/exit.hpp"
#include "chat/cli/local_cluster.hpp"
#include "net/asio/command_socket.hpp"

namespace parley::chat {
namespace {

net::Error no_cluster() { return {net::ErrorKind::unreachable, "no cluster runs here: start one with `parley up --lab`"}; }

net::Result<std::string> judged(const net::Result<std::string>& answer) {
    if (!answer) return net::Error{net::ErrorKind::refused, "the cluster that runs here has no lab: start it with `parley up --lab`"};
    constexpr std::size_t mark = 4;   // "ok: " or "no: "
    std::string words = answer->size() < mark ? std::string{} : answer->substr(mark);
    if (!answer->starts_with("ok: ")) return net::Error{net::ErrorKind::refused, std::move(words)};
    return words;
}

bool all_within(const std::vector<std::string>& servers, const std::vector<std::string>& known) {
    return std::all_of(servers.begin(), servers.end(), [&](const auto& server) { return std::find(known.begin(), known.end(), server) != known.end(); });
}

}  // namespace

std::string order_lab(const std::string& order) {
    const auto local = read_local_cluster();
    if (!local) throw CommandFailed(exit_of(no_cluster()), no_cluster().message);
    return value_or_fail(judged(net::ask_command_socket(local->data, lab_socket, order)));
}

void order_lab(net::AsioLoop& loop, const LabOrder& order, net::Function<void(net::Result<std::string>)> done) {
    const auto local = read_local_cluster();
    if (!local) return done(no_cluster());
    net::ask_command_socket(loop, local->data, lab_socket, to_line(order),
                            [done = std::move(done)](net::Result<std::string> answer) mutable { done(judged(answer)); });
}

void look_at_lab(net::AsioLoop& loop, const std::vector<std::string>& servers, net::Function<void(std::optional<FoundLab>)> done) {
    const auto local = read_local_cluster();
    if (!local || servers.empty() || !all_within(servers, local->servers)) return done(std::nullopt);
    order_lab(loop, LabOrder{.verb = LabOrder::Verb::show, .link = {}},
              [known = local->servers, done = std::move(done)](const net::Result<std::string>& words) mutable {
                  const auto state = words ? lab_state_from(*words) : net::Result<LabState>{words.error()};
                  done(state ? std::optional{FoundLab{std::move(known), *state}} : std::nullopt);
              });
}

}  // namespace parley::chat
