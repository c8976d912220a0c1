// Parsing of parleyd's arguments; anything not understood is a usage error with the right form.
#include "chat/daemon/options.hpp"

#include <charconv>

namespace parley::chat {
namespace {

const char* const usage =
    "usage: parleyd DATA [--lifeline FD]     run the replica whose data folder is DATA (DATA/parleyd.toml)\n"
    "       parleyd DATA --join TOKEN            become one more replica of a cluster: makes DATA, then runs it; TOKEN is what\n"
    "                                        `parley cluster add` printed, or a file that holds it\n"
    "       parleyd init DATA NAME=HOST:PORT NAME=HOST:PORT NAME=HOST:PORT\n"
    "                                        make a cluster's folders: one for each replica, to be copied to its machine;\n"
    "                                        --feature-level N: when some of them will run an older version\n"
    "       parleyd inspect DATA [--xml]     print what lies in the log of a replica that does not run\n"
    "       parleyd certificate REPLICA.pem --ca FOLDER [--days N]\n"
    "                                        a new certificate and key in the place of a replica's, from ca.pem and ca.key in FOLDER;\n"
    "                                        a replica that runs takes it at SIGHUP\n"
    "       parleyd --version | --help\n";

SayAndLeave mistake(const std::string& sentence) { return {2, "parleyd: " + sentence + "\n" + usage}; }

std::optional<int> parse_number(const std::string& text) {
    int value = -1;
    const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || stop != text.data() + text.size() || value < 0) return std::nullopt;
    return value;
}

DaemonCommand parse_inspect(const std::vector<std::string>& arguments) {
    InspectFolder inspect;
    for (std::size_t i = 1; i < arguments.size(); ++i) {
        if (arguments[i] == "--xml") {
            inspect.xml = true;
        } else if (arguments[i].starts_with("-") || !inspect.data.empty()) {
            return mistake("inspect takes one folder and --xml, not " + arguments[i]);
        } else {
            inspect.data = arguments[i];
        }
    }
    if (inspect.data.empty()) return mistake("inspect needs the data folder of a replica");
    return inspect;
}

DaemonCommand parse_init(const std::vector<std::string>& arguments) {
    InitCluster init;
    for (std::size_t i = 1; i < arguments.size(); ++i) {
        const std::string& word = arguments[i];
        if (word == "--tls" && i + 1 < arguments.size() && (arguments[i + 1] == "on" || arguments[i + 1] == "off")) {
            init.tls = arguments[++i] == "on";
        } else if (word == "--feature-level" && i + 1 < arguments.size()) {
            const auto level = parse_number(arguments[++i]);
            const auto highest = static_cast<int>(consensus::highest_feature_level.value);
            if (!level || *level < 1 || *level > highest) return mistake("--feature-level is a number from 1 to " + std::to_string(highest));
            init.level.value = static_cast<std::uint32_t>(*level);
        } else if (word.starts_with("-")) {
            return mistake("init takes --tls on|off and --feature-level N, not " + word);
        } else if (init.data.empty()) {
            init.data = word;
        } else {
            init.members.push_back(word);
        }
    }
    if (init.data.empty() || init.members.empty()) return mistake("init needs a new folder and the members of the cluster");
    return init;
}

DaemonCommand parse_certificate(const std::vector<std::string>& arguments) {
    RenewCertificate renew;
    for (std::size_t i = 1; i < arguments.size(); ++i) {
        const std::string& word = arguments[i];
        if (word == "--ca" && i + 1 < arguments.size()) {
            renew.authority = arguments[++i];
        } else if (word == "--days" && i + 1 < arguments.size()) {
            const auto days = parse_number(arguments[++i]);
            if (!days || *days < 1 || *days > 36'500) return mistake("--days is a number from 1 to 36500");
            renew.days = *days;
        } else if (word.starts_with("-") || !renew.certificate.empty()) {
            return mistake("certificate takes one file, --ca FOLDER and --days N, not " + word);
        } else {
            renew.certificate = word;
        }
    }
    if (renew.certificate.empty() || renew.authority.empty()) return mistake("certificate needs a replica's certificate and --ca with the authority's folder");
    return renew;
}

}  // namespace

DaemonCommand parse_daemon_arguments(const std::vector<std::string>& arguments) {
    if (!arguments.empty() && arguments.front() == "inspect") return parse_inspect(arguments);
    if (!arguments.empty() && arguments.front() == "init") return parse_init(arguments);
    if (!arguments.empty() && arguments.front() == "certificate") return parse_certificate(arguments);
    RunReplica run;
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        const std::string& word = arguments[i];
        const bool has_value = i + 1 < arguments.size();
        if (word == "--help" || word == "-h") return SayAndLeave{0, usage};
        if (word == "--version") return SayAndLeave{0, "parleyd " PARLEY_VERSION "\n"};
        if (word == "--data" && has_value) {
            run.data = arguments[++i];
        } else if (word == "--join" && has_value) {
            run.join = arguments[++i];
            if (run.join.empty()) return mistake("--join needs a token, and this one is empty");
        } else if (word == "--lifeline" && has_value) {
            run.lifeline = parse_number(arguments[++i]);
            if (!run.lifeline) return mistake("--lifeline needs the number of an open descriptor");
        } else if (word.starts_with("-")) {
            return mistake((word == "--data" || word == "--lifeline" || word == "--join") ? word + " needs a value" : "unknown option " + word);
        } else if (!run.data.empty()) {
            return mistake("one data folder, not also " + word);
        } else {
            run.data = word;
        }
    }
    if (run.data.empty()) return mistake("name the data folder of the replica");
    return run;
}

}  // namespace parley::chat
