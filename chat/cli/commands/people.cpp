// profile, draft, receipts: how one is shown, what one is about to say, and who has read what.
#include <fmt/format.h>

#include "chat/cli/commands/commands.hpp"
#include "chat/cli/commands/shown_names.hpp"
#include "chat/cli/output.hpp"
#include "chat/cli/runtime.hpp"
#include "consensus/core/types.hpp"

namespace parley::chat {
namespace {

std::string shown_name(const RoomRow& room) { return (room.is_direct ? "@" : "") + room.name; }

void print_draft(const GlobalOptions& options, const std::string& room, const DraftRow& draft) {
    if (options.json) {
        print_line(JsonLine{}.text("room", room).text("text", draft.text).number("time_ms", draft.time_ms).str());
    } else {
        print_line(fmt::format("{}: {}", harmless(room), harmless(draft.text)));
    }
}

void show_drafts(Runtime& runtime, std::optional<RoomId> only) {
    Client& client = runtime.client();
    const auto page = runtime.wait<DraftPage>([&](auto reply) { client.drafts(runtime.deadline(), std::move(reply)); });
    bool are_any = false;
    for (const DraftRow& draft : page.drafts) {
        if (only && *only != draft.room) continue;
        const auto room = runtime.wait<RoomRow>([&](auto reply) { client.room(ByRoom{draft.room}, runtime.deadline(), std::move(reply)); });
        print_draft(runtime.options(), shown_name(room), draft);
        are_any = true;
    }
    if (!are_any && !runtime.options().json) print_line("no draft");
}

}  // namespace

Exit run(const ProfileCommand& command, const GlobalOptions& options) {
    Runtime runtime{options};
    Client& client = runtime.open_account();
    runtime.require_level(consensus::level_of_people);
    if (command.name || command.colour) runtime.submit(SetProfile{command.name, command.colour});
    const Account& account = *client.account();
    ShownNames names{runtime};
    names.look_up(std::vector{account.user});
    const ProfileRow& profile = names.of(account.user);
    const std::string colour = colour_text(profile.colour);
    if (options.json) {
        print_line(JsonLine{}.text("name", account.name).text("shown", profile.name).text("colour", colour).str());
    } else {
        print_line(fmt::format("you are shown as {}{}", harmless(names.beside(account.user, account.name)), colour.empty() ? "" : ", in " + colour));
    }
    return Exit::ok;
}

Exit run(const DraftCommand& command, const GlobalOptions& options) {
    Runtime runtime{options};
    Client& client = runtime.open_account();
    runtime.require_level(consensus::level_of_people);
    if (!command.target) {
        show_drafts(runtime, std::nullopt);
        return Exit::ok;
    }
    const auto room = runtime.wait<RoomRow>([&](auto reply) { client.room(*command.target, runtime.deadline(), std::move(reply)); });
    if (!command.text) {
        show_drafts(runtime, room.room);
        return Exit::ok;
    }
    const Answer answer = runtime.submit(KeepDraft{ByRoom{room.room}, *command.text});
    if (options.json) {
        print_line(JsonLine{}.text("room", shown_name(room)).text("text", *command.text).number("slot", answer.slot).str());
    } else {
        print_line(fmt::format("the draft for {} is {}", harmless(shown_name(room)), command.text->empty() ? "gone" : "kept"));
    }
    return Exit::ok;
}

Exit run(const ReceiptsCommand& command, const GlobalOptions& options) {
    Runtime runtime{options};
    Client& client = runtime.open_account();
    runtime.require_level(consensus::level_of_people);
    ShownNames names{runtime};
    std::uint64_t readers = 0;
    for (std::string after;;) {
        const auto page = runtime.wait<ReceiptPage>([&](auto reply) {
            client.receipts({command.message.target, command.message.number, after, 100}, runtime.deadline(), std::move(reply));
        });
        std::vector<UserId> users;
        for (const ReceiptRow& reader : page.readers) users.push_back(reader.user);
        names.look_up(users);
        for (const ReceiptRow& reader : page.readers) {
            print_line(options.json ? JsonLine{}.text("name", reader.name).text("shown", names.of(reader.user).name).number("read", reader.read).str()
                                    : fmt::format("{}  read up to {}", harmless(names.beside(reader.user, reader.name)), reader.read));
        }
        readers += page.readers.size();
        if (!page.more || page.readers.empty()) break;
        after = page.readers.back().name;
    }
    if (readers == 0 && !options.json) print_line("nobody has read it yet");
    return Exit::ok;
}

}  // namespace parley::chat
