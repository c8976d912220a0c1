// parleyd: one replica. Only words, exit codes and the one place where start-up errors become a sentence.
#include <exception>
#include <iostream>
#include <string>
#include <vector>

#include "chat/daemon/daemon.hpp"

namespace {

template <class... F>
struct Overload : F... {
    using F::operator()...;
};
template <class... F>
Overload(F...) -> Overload<F...>;

int say(const parley::chat::SayAndLeave& message) {
    (message.code == 0 ? std::cout : std::cerr) << message.text;
    return message.code;
}

}  // namespace

int main(int argument_count, char** arguments) {
    using namespace parley::chat;
    const std::vector<std::string> words(arguments + 1, arguments + argument_count);
    try {
        return std::visit(Overload{
                              [](const RunReplica& command) { return run_replica(command); },
                              [](const InspectFolder& command) { return inspect_folder(command); },
                              [](const InitCluster& command) { return init_cluster(command); },
                              [](const RenewCertificate& command) { return renew_certificate(command); },
                              [](const SayAndLeave& command) { return say(command); },
                          },
                          parse_daemon_arguments(words));
    } catch (const std::exception& error) {
        std::cerr << "parleyd: " << error.what() << std::endl;
        return 1;
    }
}
