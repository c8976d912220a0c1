// send: each text once, even if the process is killed and the user repeats the command. What an earlier process left
// behind goes first and is told on standard error; an entry leaves the store only after its result was printed.
#include <iostream>
#include <iterator>

#include <fmt/format.h>

#include "chat/cli/commands/commands.hpp"
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

std::string name_in(const Target& target, const Posted& posted) {
    const bool is_conversation = std::holds_alternative<ByUserName>(target) || std::holds_alternative<ByPeople>(target);
    return is_conversation ? to_text(target) : posted.room_name;
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

// What became of a leftover, in words.
std::string outcome_of(const Post& post, const net::Result<Answer>& result) {
    if (!result) return fmt::format("could not be settled: {}", result.error().message);
    if (const auto* refused = std::get_if<Refused>(&result->result)) {
        return fmt::format("was refused: {}", sentence(refused->why));
    }
    const auto* posted = std::get_if<Posted>(&result->result);
    if (posted == nullptr) return "is done";
    return fmt::format("is {}", message_name(name_in(post.target, *posted), posted->number));
}

// Settles one entry of an earlier process. True if the outcome is known now and was told.
bool settle(Runtime& runtime, const OutboxEntry& entry, const net::Result<Answer>& result) {
    // Answered while an earlier one was waited for, and kept for nobody.
    if (!result && result.error().kind == net::ErrorKind::not_found) return true;
    const bool is_open = !result && result.error().kind != net::ErrorKind::closed;
    if (is_open) {
        throw CommandFailed(exit_of(result.error()), result.error().message + ". An earlier message waits still, so this one was not taken: "
                                                                             "send it again later");
    }
    if (const Post* post = as_post(entry)) {
        note_line(fmt::format("parley: a message to {} left over by an interrupted command {}", to_text(post->target),
                              outcome_of(*post, result)));
    }
    runtime.client().confirm(entry.id);
    return true;
}

Exit finish(Runtime& runtime, const SendCommand& command, EntryId entry, const net::Result<Answer>& result) {
    if (!result) {
        if (result.error().kind == net::ErrorKind::timed_out) {
            throw CommandFailed(Exit::unreachable,
                                result.error().message + ". The message is kept and goes out with your next `parley send`; "
                                                         "repeating this command sends it once");
        }
        if (result.error().kind == net::ErrorKind::closed) runtime.client().confirm(entry);
        throw CommandFailed(exit_of(result.error()), result.error().message);
    }
    if (const auto* refused = std::get_if<Refused>(&result->result)) {
        runtime.client().confirm(entry);
        throw CommandFailed(Exit::refused, sentence(refused->why));
    }
    print_posted(runtime.options(), command.target, *result);
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
    const auto await = [&](EntryId entry) {
        return runtime.try_wait<Answer>([&](auto reply) { client.await(entry, runtime.deadline(), std::move(reply)); });
    };
    // In order, so that nothing overtakes what was typed before it. The last leftover that says the very same is this
    // command, interrupted and typed again.
    const auto leftovers = client.leftovers();
    std::optional<EntryId> own;
    for (const OutboxEntry& entry : leftovers) {
        if (is_same(entry, command, text)) own = entry.id;
    }
    for (const OutboxEntry& entry : leftovers) {
        if (own && entry.id == *own) continue;
        settle(runtime, entry, await(entry.id));
    }
    if (own) return finish(runtime, command, *own, await(*own));

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
