// parley-bench: measures a running cluster. Here only the way from words to a measurement and from an error to a code.
#include <csignal>
#include <exception>
#include <iostream>

#include "chat/bench/bench.hpp"

int main(int argument_count, char** arguments) {
    using namespace parley::chat;
    std::signal(SIGPIPE, SIG_IGN);
    const auto fail = [](Exit code, const std::string& sentence) {
        std::cerr << "parley-bench: " << sentence << std::endl;
        return static_cast<int>(code);
    };
    try {
        const auto parsed = parse_bench_arguments({arguments + 1, arguments + argument_count});
        if (const auto* stop = std::get_if<Stop>(&parsed)) {
            (stop->code == 0 ? std::cout : std::cerr) << (stop->code == 0 ? "" : "parley-bench: ") << stop->text << "\n";
            return stop->code;
        }
        const auto& invocation = std::get<BenchInvocation>(parsed);
        return static_cast<int>(std::visit([&](const auto& command) { return run(command, invocation.options); }, invocation.command));
    } catch (const CommandFailed& failure) {
        return fail(failure.code, failure.what());
    } catch (const std::exception& error) {
        return fail(Exit::refused, error.what());
    }
}
