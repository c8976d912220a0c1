// Completion scripts: bash's is run, the others are looked at.
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <memory>

#include <gtest/gtest.h>
#include <unistd.h>

#include "chat/cli/invocation.hpp"

namespace parley::chat {
namespace {

std::string script_of(const std::string& shell) {
    const auto parsed = parse_arguments({"completion", shell}, "");
    const auto* stop = std::get_if<Stop>(&parsed);
    return stop != nullptr && stop->code == 0 ? stop->text : "";
}

// What bash offers for the last of these words.
std::string offered(const std::string& words) {
    std::string file = std::string{::testing::TempDir()} + "parley-completion-XXXXXX";
    const int descriptor = ::mkstemp(file.data());
    if (descriptor >= 0) ::close(descriptor);
    std::ofstream{file} << script_of("bash") << "COMP_WORDS=(" << words << ")\nCOMP_CWORD=$((${#COMP_WORDS[@]} - 1))\n_parley\necho \"${COMPREPLY[*]}\"\n";
    std::string output;
    const std::unique_ptr<FILE, int (*)(FILE*)> pipe{::popen(("bash " + file).c_str(), "r"), &::pclose};
    char buffer[4096];
    while (pipe && std::fgets(buffer, sizeof buffer, pipe.get()) != nullptr) output += buffer;
    std::remove(file.c_str());
    return output;
}

TEST(Completion, BashOffersCommandsSubcommandsAndOptions) {
    EXPECT_EQ(offered("parley hist"), "history\n");
    EXPECT_EQ(offered("parley room crea"), "create\n");
    EXPECT_EQ(offered("parley history general --befo"), "--before\n");
    EXPECT_EQ(offered("parley --servers a:1 room --serv"), "--servers\n");
    EXPECT_EQ(offered("parley history --versi"), "\n") << "an option of the program alone";
}

TEST(Completion, ZshAndFishKnowTheSameWords) {
    for (const char* shell : {"zsh", "fish"}) {
        const std::string script = script_of(shell);
        for (const char* word : {"history", "members", "servers", "base-port"}) {
            EXPECT_NE(script.find(word), std::string::npos) << shell << " " << word;
        }
    }
    EXPECT_NE(script_of("zsh").find("#compdef parley"), std::string::npos);
    EXPECT_NE(script_of("fish").find("__fish_seen_subcommand_from room; and not"), std::string::npos);
}

TEST(Completion, OtherShellsAreAMistake) {
    const auto parsed = parse_arguments({"completion", "csh"}, "");
    EXPECT_EQ(std::get<Stop>(parsed).code, 2);
}

}  // namespace
}  // namespace parley::chat
