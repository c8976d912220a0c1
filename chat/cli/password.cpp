// Reading of passwords. The terminal's echo is restored however the reading ends.
#include "chat/cli/password.hpp"

#include <cerrno>
#include <cstdio>
#include <iostream>

#include <fcntl.h>
#include <fmt/format.h>
#include <termios.h>
#include <unistd.h>

#include "chat/cli/local_cluster.hpp"

namespace parley::chat {
namespace {

class Terminal {
public:
    Terminal() : file_(::open("/dev/tty", O_RDWR | O_CLOEXEC)) {}
    Terminal(const Terminal&) = delete;
    Terminal& operator=(const Terminal&) = delete;
    ~Terminal() {
        if (file_ >= 0) ::close(file_);
    }

    [[nodiscard]] bool is_there() const { return file_ >= 0; }
    void say(const std::string& text) const { (void)!::write(file_, text.data(), text.size()); }

    // False at the end of input.
    bool read_line(std::string& line) const {
        line.clear();
        char letter = 0;
        for (;;) {
            const ssize_t got = ::read(file_, &letter, 1);
            if (got < 0 && errno == EINTR) continue;
            if (got <= 0) return !line.empty();
            if (letter == '\n') return true;
            line += letter;
        }
    }

    bool read_hidden_line(std::string& line) const {
        termios shown{};
        if (::tcgetattr(file_, &shown) != 0) return false;
        termios hidden = shown;
        hidden.c_lflag &= static_cast<tcflag_t>(~(ECHO | ECHOE | ECHOK | ECHONL));
        ::tcsetattr(file_, TCSAFLUSH, &hidden);
        const bool there = read_line(line);
        ::tcsetattr(file_, TCSAFLUSH, &shown);
        say("\n");
        return there;
    }

private:
    int file_;
};

net::Error refused(std::string sentence) { return {net::ErrorKind::refused, std::move(sentence)}; }

std::string first_line(const std::string& text) {
    std::string line = text.substr(0, text.find('\n'));
    if (line.ends_with('\r')) line.pop_back();
    return line;
}

net::Result<std::string> not_empty(std::string password) {
    if (password.empty()) return refused("the password is empty");
    return password;
}

net::Result<std::string> ask_password(bool twice) {
    auto password = ask_terminal("Password: ", true);
    if (!password || !twice) return password;
    const auto again = ask_terminal("Again:    ", true);
    if (!again) return again.error();
    if (*again != *password) return refused("the two passwords differ; nothing was done");
    return password;
}

}  // namespace

net::Result<std::string> ask_terminal(const std::string& question, bool hidden) {
    const Terminal terminal;
    if (!terminal.is_there()) {
        return refused("there is no terminal to ask; give --password-file FILE or --password-stdin");
    }
    terminal.say(question);
    std::string line;
    const bool there = hidden ? terminal.read_hidden_line(line) : terminal.read_line(line);
    if (!there) return refused("nothing was entered");
    return line;
}

net::Result<std::string> obtain_password(const PasswordSource& source, bool twice) {
    if (source.file) {
        const auto text = read_whole_file(*source.file);
        if (!text) return refused(fmt::format("the password file cannot be read: {}", text.error().message));
        return not_empty(first_line(*text));
    }
    if (source.standard_input) {
        std::string line;
        std::getline(std::cin, line);
        return not_empty(first_line(line));
    }
    auto password = ask_password(twice);
    if (!password) return password;
    return not_empty(std::move(*password));
}

}  // namespace parley::chat
