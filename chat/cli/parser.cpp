// CLI11 behind Parser.
#include "chat/cli/parser.hpp"

#include <algorithm>
#include <charconv>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "chat/cli/completion.hpp"

namespace parley::chat {
namespace {

// CLI11 takes "[a,b]" apart, and "{}" for nothing, where several words are allowed, and forgets a "--" before the last of
// them. Texts may be just that, so such words travel through it behind this mark.
constexpr char shield = '\x01';

std::vector<std::string> shielded(const std::vector<std::string>& words) {
    std::vector<std::string> result;
    bool only_words = false;
    for (const std::string& word : words) {
        if (word == "--" && !only_words) {
            only_words = true;
            continue;
        }
        const bool is_list = word.size() >= 2 && ((word.front() == '[' && word.back() == ']') || word == "{}");
        result.push_back(is_list || only_words ? shield + word : word);
    }
    return result;
}

void unshield(std::vector<std::string>& words) {
    for (std::string& word : words) {
        if (!word.empty() && word.front() == shield) word.erase(0, 1);
    }
}

Stop stopped(const CLI::App& app, const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) {
        const bool is_version = error.get_name() == "CallForVersion";
        return {0, is_version ? std::string{error.what()} + "\n" : app.help()};
    }
    return {2, fmt::format("{}; parley --help lists the commands", error.what())};
}

}  // namespace

Parser::Parser()
    : app_(std::make_unique<CLI::App>("Parley: a replicated team chat. Data and servers of the cluster: parley up --help", "parley")) {
    add_global_options();   // first: commands take the footer over
    add_completion();
}
Parser::~Parser() = default;

void Parser::add_global_options() {
    app_->require_subcommand(0, 1);   // a text may be the name of a command: parley send general status
    app_->fallthrough();              // so that they may stand behind the command, too
    app_->footer("--servers, --profile, --ca, --tls, --json, --stale and --timeout go with every command. Exit codes: 0 done,\n"
                 "1 refused or failed, 2 usage, 3 no quorum or not reachable in time.");
    app_->set_version_flag("--version", "parley " PARLEY_VERSION);
    app_->add_option("--servers", words.servers, "HOST:PORT,… of replicas; default: the local cluster's");
    app_->add_option("--profile", words.profile, "Which of your accounts; default $PARLEY_PROFILE, else \"default\"");
    app_->add_option("--ca", words.ca, "File with the CA of the cluster");
    app_->add_option("--tls", words.tls, "on or off; off for loopback addresses only");
    app_->add_flag("--json", words.json, "Print one JSON object a line");
    app_->add_flag("--stale", words.stale, "Read what the replica has, also without a quorum; it may not be the newest");
    app_->add_option("--timeout", words.timeout_s, "Seconds to wait for an answer; default 10");
}

void Parser::add_completion() {
    completion_ = app_->add_subcommand("completion", "Print the completion script of a shell");
    completion_->add_option("shell", words.shell, "bash, zsh or fish")->required()->check(CLI::IsMember({"bash", "zsh", "fish"}));
}

Parser::Verb Parser::add(Verb group, const char* name, const char* what, Make make) {
    CLI::App* verb = (group != nullptr ? group : app_.get())->add_subcommand(name, what);
    verbs_.emplace_back(verb, std::move(make));
    return verb;
}

Parser::Verb Parser::add_with_verbs(const char* name, const char* what, Make make) {
    const Verb verb = add(nullptr, name, what, std::move(make));
    verb->require_subcommand(0, 1);
    return verb;
}

Parser::Verb Parser::add_group(const char* name, const char* what) {
    CLI::App* group = app_->add_subcommand(name, what);
    group->require_subcommand(1);
    return group;
}

bool Parser::given(Verb verb, const char* option) { return verb->count(option) > 0; }

void Parser::takes_words(Verb verb, const char* name, const char* what) { verb->add_option(name, words.rest, what); }

void Parser::takes_password(Verb verb) {
    verb->add_option("--password-file", words.password_file, "Read the password from the first line of this file");
    verb->add_flag("--password-stdin", words.password_stdin, "Read the password from the first line of standard input");
}

void Parser::takes_flag(Verb verb, const char* name, bool& value, const char* what) { verb->add_flag(name, value, what); }
void Parser::takes(Verb verb, const char* name, std::uint64_t& value, const char* what) { verb->add_option(name, value, what); }
void Parser::takes(Verb verb, const char* name, std::uint32_t& value, const char* what) { verb->add_option(name, value, what); }
void Parser::takes(Verb verb, const char* name, std::string& value, const char* what) { verb->add_option(name, value, what); }
void Parser::takes_port(Verb verb, const char* name, std::uint16_t& value, const char* what) {
    verb->add_option(name, value, what)->check(CLI::Range(1, 65530));
}

std::variant<CliCommand, Stop> Parser::parse(const std::vector<std::string>& arguments) {
    try {
        std::vector<std::string> all = shielded(arguments);
        std::reverse(all.begin(), all.end());   // CLI11 takes them from the back
        app_->parse(all);
        unshield(words.rest);
    } catch (const CLI::ParseError& error) {
        return stopped(*app_, error);
    }
    if (completion_->parsed()) return Stop{0, completion_script(*app_, words.shell)};
    for (const auto& [verb, make] : verbs_) {
        if (verb->parsed() && verb->get_subcommands().empty()) return make();
    }
    throw Mistake{"say what to do, for example: parley status; parley --help lists the commands"};
}

const std::vector<std::string>& Parser::expect(std::size_t least, std::size_t most, const std::string& form) const {
    if (words.rest.size() < least || words.rest.size() > most) throw Mistake{form};
    return words.rest;
}

Target target_of(const std::string& word) {
    auto target = parse_target(word);
    if (!target) throw Mistake{target.error().message};
    return *target;
}

MessageName message_of(const std::string& word) {
    auto name = parse_message_name(word);
    if (!name) throw Mistake{name.error().message};
    return *std::move(name);
}

std::uint64_t number_of(const std::string& word) {
    std::uint64_t number = 0;
    const char* end = word.data() + word.size();
    const auto [stop, error] = std::from_chars(word.data(), end, number);
    if (word.empty() || error != std::errc{} || stop != end) throw Mistake{fmt::format("\"{}\" is not a message number", word)};
    return number;
}

}  // namespace parley::chat
