// replies: what one might answer. Nothing in here sends a message; what is shown says where it came from.
#include <algorithm>

#include <fmt/format.h>

#include "chat/cli/commands/commands.hpp"
#include "chat/cli/output.hpp"
#include "chat/cli/reply_service.hpp"
#include "chat/cli/runtime.hpp"
#include "chat/client/replies/corpus.hpp"
#include "chat/client/replies/learner.hpp"
#include "chat/client/replies/measure.hpp"
#include "chat/client/replies/quick_replies.hpp"
#include "net/asio/temporary_folder.hpp"

namespace parley::chat {
namespace {

constexpr std::uint32_t newest_rows = 200;

std::string shown_name(const RoomRow& room) { return (room.is_direct ? "@" : "") + room.name; }

// What was not learned today is learned the next time: it is no reason to show nothing.
void learn(Runtime& runtime, ReplyStore& store, UserId me, const MessagePage& newest) {
    const auto learned = runtime.try_wait<Learned>([&](auto reply) { learn_rooms(runtime.client(), store, me, {}, runtime.deadline(), std::move(reply)); });
    if (!learned) return note_line("parley: your newest replies were not learned: " + learned.error().message);
    const auto known = store.learned(newest.room.room);
    // Read once more, for what was edited or deleted since.
    const bool continues = known && !newest.messages.empty() && newest.messages.front().number <= *known + 1;
    if (!continues) return;
    if (const auto again = store.learn(me, newest.messages); !again) note_line("parley: " + again.error().message);
}

std::string origin(const Suggestions& suggestions) {
    if (suggestions.source == ReplySource::openai) {
        return fmt::format("suggested by the model at {}, which was sent the newest texts of this room", harmless(suggestions.service));
    }
    return "from your own replies, and phrases; nothing left this machine";
}

void print_suggestions(const GlobalOptions& options, const std::string& room, const RoomMessage& last, const Suggestions& suggestions) {
    const std::string to = message_name(room, last.number);
    if (!options.json) print_line(fmt::format("to {}, {}: {}", to, harmless(last.author_name), harmless(last.text)));
    for (std::size_t i = 0; i < suggestions.texts.size(); ++i) {
        const std::string& text = suggestions.texts[i];
        if (!options.json) {
            print_line(fmt::format("{}  {}", i + 1, harmless(text)));
            continue;
        }
        JsonLine line;
        line.number("suggestion", i + 1).text("text", text).text("source", reply_source_name(suggestions.source)).text("room", room).text("to", to);
        if (!suggestions.service.empty()) line.text("service", suggestions.service);
        print_line(line.str());
    }
    if (!options.json) print_line("(" + origin(suggestions) + ")");
}

std::string service_name() {
    const auto config = read_reply_config();
    return config && config->openai ? config->openai->base_url.host : "";
}

// What would make every question fail is said when the mode is chosen.
void require_service() {
    const ReplyConfig config = value_or_fail(read_reply_config());
    if (!config.openai) {
        throw CommandFailed(Exit::refused, fmt::format("no service is configured; write [openai] with base_url and model into {}", reply_config_path()));
    }
    value_or_fail(read_reply_key(*config.openai));
}

std::vector<std::string> rooms_that_may_leave(Runtime& runtime, ReplyStore& store) {
    std::vector<std::string> names;
    const auto rooms = value_or_fail(store.rooms_that_may_leave());
    if (rooms.empty()) return names;
    const auto mine = runtime.wait<RoomPage>([&](auto reply) { runtime.client().my_rooms(runtime.deadline(), std::move(reply)); });
    for (const RoomRow& row : mine.rooms) {
        if (std::ranges::find(rooms, row.room) != rooms.end()) names.push_back(shown_name(row));
    }
    return names;
}

void print_measured(const GlobalOptions& options, const RepliesMeasureCommand& command, const Measured& measured) {
    if (options.json) {
        return print_line(JsonLine{}.number("seed", command.seed).number("people", measured.people).number("learned", measured.learned)
                              .number("held_out", measured.held_out).decimal("hit_at_3", measured.hit_rate())
                              .decimal("commonest_at_3", measured.commonest_rate()).decimal("possible", measured.possible_rate())
                              .decimal("ratio", measured.ratio()).flag("ok", measured.ratio() >= ratio_required).str());
    }
    print_line(fmt::format("seed {}: {} people of a made-up corpus, {} pairs learned, the {} after them held out", command.seed, measured.people,
                           measured.learned, measured.held_out));
    print_line(fmt::format("{:.3f}  the reply was among the three suggestions (hit@3)", measured.hit_rate()));
    print_line(fmt::format("{:.3f}  it was among the person's three commonest replies", measured.commonest_rate()));
    print_line(fmt::format("{:.3f}  the person had said it before at all: no suggestion from the past can do better", measured.possible_rate()));
    print_line(fmt::format("{:.1f} times as good as the commonest; at least {:.1f} is required", measured.ratio(), ratio_required));
}

}  // namespace

Exit run(const RepliesCommand& command, const GlobalOptions& options) {
    Runtime runtime{options};
    Client& client = runtime.open_account();
    const UserId me = client.account()->user;
    const auto store = runtime.open_replies();
    if (value_or_fail(store->mode()) == ReplyMode::off) throw CommandFailed(Exit::refused, "quick replies are off; `parley replies mode local` turns them on");
    const AskHistory newest{command.target, 0, std::uint64_t{INT64_MAX}, newest_rows};
    const auto page = runtime.wait<MessagePage>([&](auto reply) { client.history(newest, runtime.deadline(), std::move(reply)); });
    learn(runtime, *store, me, page);
    ReplyServices services{runtime.loop()};
    QuickReplies quick{runtime.loop(), *store, services.find()};
    const auto suggestions = runtime.wait<Suggestions>([&](auto reply) {
        quick.suggest(page.room.room, me, page.messages, [reply = std::move(reply)](Suggestions given) mutable { reply(std::move(given)); });
    });
    if (!suggestions.problem.empty()) throw CommandFailed(Exit::refused, suggestions.problem);
    if (suggestions.to == 0) {
        if (!options.json) print_line("nobody else has written here of late");
        return Exit::ok;
    }
    print_suggestions(options, shown_name(page.room), *last_of_others(page.messages, me), suggestions);
    return Exit::ok;
}

Exit run(const RepliesModeCommand& command, const GlobalOptions& options) {
    Runtime runtime{options};
    runtime.open_account();
    const auto store = runtime.open_replies();
    if (const auto wanted = reply_mode_of(command.mode)) {
        if (*wanted == ReplyMode::openai) require_service();
        require(store->set_mode(*wanted));
    }
    const ReplyMode mode = value_or_fail(store->mode());
    const std::string service = mode == ReplyMode::openai ? service_name() : "";
    const auto rooms = rooms_that_may_leave(runtime, *store);
    if (options.json) {
        print_line(JsonLine{}.text("mode", reply_mode_name(mode)).text("service", service).texts("rooms", rooms).str());
        return Exit::ok;
    }
    print_line(reply_mode_name(mode));
    if (mode != ReplyMode::openai) return Exit::ok;
    print_line(fmt::format("asked for the rooms that are allowed: {}; for others your own replies are used", service.empty() ? "no service is configured" : service));
    print_line(rooms.empty() ? "no room is allowed; `parley replies allow ROOM` allows one" : "allowed: " + harmless(fmt::format("{}", fmt::join(rooms, ", "))));
    return Exit::ok;
}

Exit run(const RepliesAllowCommand& command, const GlobalOptions& options) {
    Runtime runtime{options};
    Client& client = runtime.open_account();
    const auto store = runtime.open_replies();
    const auto room = runtime.wait<RoomRow>([&](auto reply) { client.room(command.target, runtime.deadline(), std::move(reply)); });
    require(store->set_may_leave(room.room, command.may));
    const std::string name = shown_name(room);
    if (options.json) {
        print_line(JsonLine{}.text("room", name).flag("allowed", command.may).str());
    } else if (command.may) {
        const std::string service = service_name();
        print_line(fmt::format("{}: its newest texts are sent to {} when you want replies there, while the mode is openai", harmless(name),
                               service.empty() ? "the service in replies.toml" : service));
    } else {
        print_line(fmt::format("{}: nothing of it is sent to any service", harmless(name)));
    }
    return Exit::ok;
}

Exit run(const RepliesForgetCommand&, const GlobalOptions& options) {
    Runtime runtime{options};
    Client& client = runtime.open_account();
    const auto store = runtime.open_replies();
    const std::uint64_t pairs = value_or_fail(store->pairs());
    const auto mine = runtime.wait<RoomPage>([&](auto reply) { client.my_rooms(runtime.deadline(), std::move(reply)); });
    std::vector<std::pair<RoomId, std::uint64_t>> newest;
    for (const RoomRow& row : mine.rooms) newest.emplace_back(row.room, row.last);
    require(store->forget_all(newest));
    if (options.json) {
        print_line(JsonLine{}.number("forgotten", pairs).str());
    } else {
        print_line(fmt::format("forgotten: {} of your replies; what you answer from now on is learned", pairs));
    }
    return Exit::ok;
}

Exit run(const RepliesMeasureCommand& command, const GlobalOptions& options) {
    const net::TemporaryFolder folder{"replies"};
    net::AsioLoop loop;
    net::PosixDisk disk(loop, folder.path(), net::PosixDiskOptions{.inline_sync = true});
    const auto store = value_or_fail(ReplyStore::open(disk, "", nullptr));
    const Measured measured = value_or_fail(measure(*store, make_corpus(command.seed, {command.people, command.pairs})));
    print_measured(options, command, measured);
    if (measured.ratio() >= ratio_required) return Exit::ok;
    throw CommandFailed(Exit::refused, "the suggestions are not good enough on this corpus");
}

}  // namespace parley::chat
