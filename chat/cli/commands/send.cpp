// send: each text once, even if the process is killed and the user repeats the command. What an earlier process left
// behind goes first and is told on standard error; an entry leaves the store only after its result was printed.
#include <iostream>
#include <iterator>

#include <fmt/format.h>

#include "chat/cli/commands/commands.hpp"
#include "chat/cli/commands/leftovers.hpp"
#include "chat/cli/output.hpp"
#include "chat/cli/runtime.hpp"
#include "consensus/core/types.hpp"

namespace parley::chat {
namespace {

constexpr std::size_t text_bytes_read_max = std::size_t{1} << 20U;   // far above the servers' limit, which says so

std::string text_of(const SendCommand& command) {
    if (command.text != "-") return command.text;
    std::string text;
    char buffer[4096];
    while (text.size() < text_bytes_read_max && std::cin.read(buffer, sizeof buffer).gcount() > 0) {
        text.append(buffer, static_cast<std::size_t>(std::cin.gcount()));
    }
    while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.pop_back();
    return text;
}

const Post* as_post(const OutboxEntry& entry) { return std::get_if<Post>(&entry.operation); }

bool is_same(const OutboxEntry& entry, const SendCommand& command, const std::string& text) {
    const Post* post = as_post(entry);
    return post != nullptr && to_text(post->target) == to_text(command.target) && post->text == text &&
           post->reply_to == command.reply_to;
}

void print_posted(const GlobalOptions& options, const Target& target, const Answer& answer) {
    const auto& posted = std::get<Posted>(answer.result);
    const std::string room = name_in(target, posted);
    if (options.json) {
        print_line(JsonLine{}.text("message", message_name(room, posted.number)).text("room", room)
                       .number("number", posted.number).number("slot", answer.slot).str());
    } else {
        print_line(fmt::format("{} (slot {})", message_name(room, posted.number), answer.slot));
    }
}

Exit finish(Runtime& runtime, const SendCommand& command, EntryId entry, const net::Result<Answer>& result) {
    print_posted(runtime.options(), command.target, posted_or_fail(runtime, entry, result));
    runtime.client().confirm(entry);
    return Exit::ok;
}

}  // namespace

Exit run(const SendCommand& command, const GlobalOptions& options) {
    const std::string text = text_of(command);
    Runtime runtime{options};
    Client& client = runtime.open_account();
    const bool is_about_several = std::holds_alternative<ByPeople>(command.target);
    if (is_about_several) runtime.require_level(consensus::level_of_people);
    const auto own = settle_leftovers(runtime, [&](const OutboxEntry& entry) { return is_same(entry, command, text); });
    if (own) return finish(runtime, command, *own, await_entry(runtime, *own));

    EntryId entry;
    const auto result = runtime.try_wait<Answer>([&](auto reply) {
        Client::SubmitOptions submit;
        submit.within = runtime.deadline();
        submit.note = "send";
        submit.keep_until_confirmed = true;
        entry = client.submit(Post{command.target, text, command.reply_to}, std::move(submit), std::move(reply));
    });
    return finish(runtime, command, entry, result);
}

}  // namespace parley::chat
