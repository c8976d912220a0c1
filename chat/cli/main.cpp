// parley: the command line. Here only the way from words to a command and from an error to a sentence and a code.
#include <cstdlib>
#include <exception>
#include <iostream>

#include "chat/cli/commands/commands.hpp"
#include "chat/cli/terminal/chat_screen.hpp"
#include "chat/cli/up/up.hpp"

namespace {

using namespace parley::chat;

int say(const Stop& stop) {
    if (stop.code == 0) {
        std::cout << stop.text;
    } else {
        std::cerr << "parley: " << stop.text << "\n";
    }
    return stop.code;
}

int run_invocation(const Invocation& invocation) {
    const auto one = [&](const auto& command) { return run(command, invocation.options); };
    return static_cast<int>(std::visit(one, invocation.command));
}

int fail(Exit code, const std::string& sentence) {
    std::cerr << "parley: " << sentence << std::endl;
    return static_cast<int>(code);
}

}  // namespace

int main(int argument_count, char** arguments) {
    const char* profile = std::getenv("PARLEY_PROFILE");
    try {
        const auto parsed = parse_arguments({arguments + 1, arguments + argument_count}, profile == nullptr ? "" : profile);
        if (const auto* stop = std::get_if<Stop>(&parsed)) return say(*stop);
        return run_invocation(std::get<Invocation>(parsed));
    } catch (const CommandFailed& failure) {
        return fail(failure.code, failure.what());
    } catch (const std::exception& error) {
        return fail(Exit::refused, error.what());
    }
}
