// Completion scripts for shells, made from the command line's own description, so that neither can forget a word.
#pragma once

#include <string>

namespace CLI {
class App;
}

namespace parley::chat {

// The script of "bash", "zsh" or "fish" for the program described; empty for any other shell.
std::string completion_script(const CLI::App& app, const std::string& shell);

}  // namespace parley::chat
