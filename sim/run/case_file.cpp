#include "sim/run/case_file.hpp"

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <sstream>

#include <fmt/core.h>
#include <nlohmann/json.hpp>

namespace parley::sim {
namespace {

using net::Error;
using net::ErrorKind;

Error malformed(const std::string& what) { return Error{ErrorKind::malformed, what}; }

net::Result<void> read_options(const nlohmann::json& given, RunOptions& options) {
    if (!given.is_object()) return malformed("the options are no object");
    for (const auto& [name, value] : given.items()) {
        const auto fields = option_fields();
        const auto field =
            std::find_if(fields.begin(), fields.end(), [&wanted = name](const OptionField& one) { return wanted == one.name; });
        if (field == fields.end()) return malformed("there is no option " + name);
        if (!value.is_number_integer()) return malformed("the option " + name + " is no number");
        const auto number = value.get<std::int64_t>();
        if (number < field->low || number > field->high)
            return malformed("the option " + name + " is out of its range");
        options.*field->field = number;
    }
    return {};
}

net::Result<CaseFile> read_head(const std::string& line) {
    const auto head = nlohmann::json::parse(line, nullptr, false);
    if (!head.is_object() || !head.contains("plan") || !head.at("plan").is_number_integer()) {
        return malformed("the first line does not say which version of the plan format this is");
    }
    if (const auto version = head.at("plan").get<std::int64_t>(); version != plan_version) {
        return malformed(fmt::format("this is version {} of the plan format, and this program reads version {}",
                                     version, plan_version));
    }
    CaseFile one;
    if (const auto seed = head.find("seed"); seed != head.end() && seed->is_number_unsigned())
        one.seed = seed->get<std::uint64_t>();
    const auto text = [&head](const char* name) {
        const auto found = head.find(name);
        return found != head.end() && found->is_string() ? found->get<std::string>() : std::string{};
    };
    one.options.profile = profile_named(text("profile")).value_or(Profile::toy);
    one.planted = text("planted");
    one.oracle = text("oracle");
    one.what = text("what");
    const auto read = head.contains("options") ? read_options(head.at("options"), one.options) : net::Result<void>{};
    if (!read) return read.error();
    return one;
}

constexpr std::string_view fault_mark{
    "\x01"
    "fault\x01"};

}  // namespace

void say_fault(const FaultEntry& entry) {
    std::ostringstream line;
    line << fault_mark;
    write_entries(line, {entry});
    std::fputs(line.str().c_str(), stderr);
    std::fflush(stderr);
}

FaultPlan plan_said(const std::string& said) {
    std::stringstream entries;
    for (std::size_t at = said.find(fault_mark); at != std::string::npos; at = said.find(fault_mark, at + 1)) {
        const std::size_t begin = at + fault_mark.size();
        const std::size_t end = said.find('\n', begin);
        if (end != std::string::npos) entries << said.substr(begin, end - begin) << '\n';
    }
    auto plan = read_entries(entries);
    return plan ? std::move(*plan) : FaultPlan{};
}

void write_case(std::ostream& out, const CaseFile& one) {
    const RunOptions usual;
    nlohmann::json options = nlohmann::json::object();
    for (const OptionField& field : option_fields()) {
        if (one.options.*field.field != usual.*field.field) options[field.name] = one.options.*field.field;
    }
    const nlohmann::json head{
        {"plan", plan_version}, {"seed", one.seed},       {"profile", name_of(one.options.profile)},
        {"options", options},   {"planted", one.planted}, {"oracle", one.oracle},
        {"what", one.what}};
    out << head.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) << '\n';
    write_entries(out, one.plan);
}

net::Result<CaseFile> read_case(std::istream& in) {
    std::string line;
    if (!std::getline(in, line)) return malformed("the file is empty");
    auto one = read_head(line);
    if (!one) return one;
    auto plan = read_entries(in);
    if (!plan) return plan.error();
    one->plan = std::move(*plan);
    return one;
}

net::Result<CaseFile> read_case_file(const std::string& path) {
    std::ifstream in{path};
    if (!in) return Error{ErrorKind::not_found, path + ": the file cannot be opened"};
    auto one = read_case(in);
    if (!one) return Error{one.error().kind, path + ": " + one.error().message};
    return one;
}

}  // namespace parley::sim
