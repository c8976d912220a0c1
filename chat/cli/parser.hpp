// Parser: the words of a command line, taken apart by CLI11, which only parser.cpp sees (it costs seconds to compile). The
// verbs of each area are added in the invocation_*.cpp files.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "chat/cli/invocation.hpp"

namespace CLI {
class App;
}

namespace parley::chat {

// What is wrong with the command line: one sentence that shows how it is done.
struct Mistake {
    std::string sentence;
};

// Raw words as they were given; one set is enough, for one command is run.
struct Words {
    std::string servers, profile, tls, ca, shell;
    double timeout_s = 10;
    bool stale = false;
    bool json = false;
    bool flag = false;
    bool lab = false;
    bool with_texts = false, clear = false, html = false;
    std::string shown_name, colour;
    std::vector<std::string> rest;             // what is no option
    std::string password_file, new_password_file, invite, since, text, output, files;
    std::uint32_t uses = 1, days = 7;
    bool password_stdin = false;
    std::string data = "./.parley", listen = "127.0.0.1";
    std::uint32_t replicas = 3, limit = 50;
    std::uint16_t base_port = 7400;
    std::uint64_t before = 0, after = 0, from = 0, minutes = 0, seed = 1;
    std::uint32_t people = 20, pairs = 500;
};

class Parser {
public:
    using Verb = CLI::App*;
    using Make = std::function<CliCommand()>;

    Parser();
    ~Parser();
    Parser(const Parser&) = delete;
    Parser& operator=(const Parser&) = delete;

    Words words;

    // A verb, and what it means once its words are there; `make` may throw Mistake. `group`: nullptr for none.
    Verb add(Verb group, const char* name, const char* what, Make make);
    // The same with verbs of its own, which may stand in the place of its first word: parley replies general, parley replies mode.
    Verb add_with_verbs(const char* name, const char* what, Make make);
    // A word that needs another one behind it: parley room …
    Verb add_group(const char* name, const char* what);
    static bool given(Verb verb, const char* option);

    // What a verb takes beside its name.
    void takes_words(Verb verb, const char* name, const char* what);
    void takes_password(Verb verb);
    static void takes_flag(Verb verb, const char* name, bool& value, const char* what);
    static void takes(Verb verb, const char* name, std::uint64_t& value, const char* what);
    static void takes(Verb verb, const char* name, std::uint32_t& value, const char* what);
    static void takes(Verb verb, const char* name, std::string& value, const char* what);
    static void takes_port(Verb verb, const char* name, std::uint16_t& value, const char* what);

    // The command, or help, or a mistake.
    std::variant<CliCommand, Stop> parse(const std::vector<std::string>& arguments);

    // The words that are no options, exactly `least` to `most` of them, or the sentence that shows the right form.
    [[nodiscard]] const std::vector<std::string>& expect(std::size_t least, std::size_t most, const std::string& form) const;

private:
    void add_global_options();
    void add_completion();

    std::unique_ptr<CLI::App> app_;
    Verb completion_ = nullptr;
    std::vector<std::pair<Verb, Make>> verbs_;
};

Target target_of(const std::string& word);
MessageName message_of(const std::string& word);
std::uint64_t number_of(const std::string& word);

// The verbs by area.
void add_access_verbs(Parser& parser);
void add_room_verbs(Parser& parser);
// Of --password-file and --password-stdin.
PasswordSource password_of(const Words& words);
void add_message_verbs(Parser& parser);
void add_reply_verbs(Parser& parser);
void add_people_verbs(Parser& parser);
void add_file_verbs(Parser& parser);

}  // namespace parley::chat
