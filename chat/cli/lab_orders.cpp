#include "chat/cli/lab_orders.hpp"

#include "chat/cli/exit.hpp"
#include "chat/cli/local_cluster.hpp"
#include "net/asio/command_socket.hpp"

namespace parley::chat {

std::string order_lab(const std::string& order) {
    const auto local = read_local_cluster();
    if (!local) throw CommandFailed(Exit::unreachable, "no cluster runs here: start one with `parley up --lab`");
    const auto answer = net::ask_command_socket(local->data, lab_socket, order);
    if (!answer) throw CommandFailed(Exit::refused, "the cluster that runs here has no lab: start it with `parley up --lab`");
    constexpr std::size_t mark = 4;   // "ok: " or "no: "
    std::string words = answer->size() < mark ? std::string{} : answer->substr(mark);
    if (!answer->starts_with("ok: ")) throw CommandFailed(Exit::refused, words);
    return words;
}

}  // namespace parley::chat
