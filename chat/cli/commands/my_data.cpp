// my-data: everything of the account that the cluster holds, as JSON lines in a folder that only its owner may read.
#include <cerrno>
#include <cstring>
#include <filesystem>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "chat/cli/commands/commands.hpp"
#include "chat/cli/commands/shown_names.hpp"
#include "chat/cli/output.hpp"
#include "chat/cli/runtime.hpp"
#include "consensus/core/types.hpp"

namespace parley::chat {
namespace {

std::string shown_name(const RoomRow& room) { return (room.is_direct ? "@" : "") + room.name; }

// One file of lines; whole on the disk when close() returns.
class Lines {
public:
    Lines(const std::filesystem::path& folder, const char* name)
        : path_((folder / name).string()), file_(::open(path_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR)) {
        if (file_ < 0) fail();
    }
    Lines(const Lines&) = delete;
    Lines& operator=(const Lines&) = delete;
    ~Lines() {
        if (file_ >= 0) ::close(file_);
    }

    void add(const JsonLine& line) {
        waiting_ += line.str() + "\n";
        ++lines_;
        constexpr std::size_t enough = 65'536;
        if (waiting_.size() >= enough) write();
    }
    std::uint64_t close() {
        write();
        if (::fsync(file_) != 0) fail();
        ::close(std::exchange(file_, -1));
        return lines_;
    }

private:
    void write() {
        for (std::string_view left = waiting_; !left.empty();) {
            const ssize_t written = ::write(file_, left.data(), left.size());
            if (written < 0 && errno == EINTR) continue;
            if (written < 0) fail();
            left.remove_prefix(static_cast<std::size_t>(written));
        }
        waiting_.clear();
    }
    [[noreturn]] void fail() const { throw CommandFailed(Exit::refused, fmt::format("cannot write {}: {}", path_, std::strerror(errno))); }

    std::string path_;
    int file_;
    std::string waiting_;
    std::uint64_t lines_ = 0;
};

void make_folder(const std::string& folder) {
    if (::mkdir(folder.c_str(), S_IRWXU) == 0) return;
    if (errno == EEXIST) throw CommandFailed(Exit::refused, fmt::format("{} is there already; name a new folder", folder));
    throw CommandFailed(Exit::refused, fmt::format("cannot make {}: {}", folder, std::strerror(errno)));
}

class Collection {
public:
    Collection(Runtime& runtime, std::filesystem::path folder) : runtime_(runtime), client_(runtime.client()), folder_(std::move(folder)) {}

    void write_account() {
        const Account& account = *client_.account();
        const auto identity = runtime_.wait<Identity>([&](auto reply) { client_.whoami(runtime_.deadline(), std::move(reply)); });
        ShownNames names{runtime_};
        names.look_up(std::vector{account.user});
        Lines lines{folder_, "account.jsonl"};
        lines.add(JsonLine{}.text("name", identity.name).flag("admin", identity.is_admin).text("shown", names.of(account.user).name)
                      .text("colour", colour_text(names.of(account.user).colour)));
        lines.close();
        Lines sessions{folder_, "sessions.jsonl"};
        const auto page = runtime_.wait<LoginPage>([&](auto reply) { client_.logins(runtime_.deadline(), std::move(reply)); });
        for (const OwnLoginRow& row : page.logins) {
            sessions.add(JsonLine{}.number("id", row.login.value).text("device", row.device).number("since_ms", row.since_ms).flag("current", row.is_current));
        }
        sessions.close();
        Lines blocked{folder_, "blocked.jsonl"};
        const auto people = runtime_.wait<UserPage>([&](auto reply) { client_.blocked(runtime_.deadline(), std::move(reply)); });
        for (const UserRow& user : people.users) blocked.add(JsonLine{}.text("name", user.name));
        blocked.close();
    }

    // One's own, and public ones: what one wrote there stays when one leaves.
    void take_rooms() {
        rooms_ = runtime_.wait<RoomPage>([&](auto reply) { client_.my_rooms(runtime_.deadline(), std::move(reply)); }).rooms;
        Lines lines{folder_, "rooms.jsonl"};
        for (const RoomRow& room : rooms_) {
            lines.add(JsonLine{}.text("room", shown_name(room)).flag("private", room.is_private).flag("direct", room.is_direct).text("role", role_name(room.role))
                          .number("read", room.read).number("last", room.last).text("notify", notify_name(room.notify)));
        }
        lines.close();
        for (std::string after;;) {
            const auto page = runtime_.wait<RoomPage>([&](auto reply) { client_.public_rooms({after, 100}, runtime_.deadline(), std::move(reply)); });
            for (const RoomRow& room : page.rooms) {
                if (!room.is_member) rooms_.push_back(room);
            }
            if (!page.more || page.rooms.empty()) return;
            after = page.rooms.back().name;
        }
    }

    void write_drafts() {
        Lines lines{folder_, "drafts.jsonl"};
        if (runtime_.cluster_level() >= consensus::level_of_people) {
            const auto page = runtime_.wait<DraftPage>([&](auto reply) { client_.drafts(runtime_.deadline(), std::move(reply)); });
            for (const DraftRow& draft : page.drafts) {
                const auto room = std::ranges::find(rooms_, draft.room, &RoomRow::room);
                lines.add(JsonLine{}.text("room", room == rooms_.end() ? "" : shown_name(*room)).text("text", draft.text).number("time_ms", draft.time_ms));
            }
        }
        lines.close();
    }

    // Every message one wrote in them.
    std::uint64_t write_messages() {
        Lines lines{folder_, "messages.jsonl"};
        for (const RoomRow& room : rooms_) write_messages_in(room, lines);
        return lines.close();
    }

    [[nodiscard]] std::size_t rooms() const { return rooms_.size(); }

private:
    void write_messages_in(const RoomRow& room, Lines& lines) {
        constexpr std::uint32_t page_rows = 200;
        for (std::uint64_t after = 0;;) {
            const auto page = runtime_.wait<MessagePage>([&](auto reply) {
                client_.history({ByRoom{room.room}, after, 0, page_rows}, runtime_.deadline(), std::move(reply));
            });
            for (const RoomMessage& message : page.messages) {
                if (message.author == client_.account()->user) lines.add(message_json(shown_name(room), message));
            }
            if (page.messages.empty() || !page.more) return;
            after = page.messages.back().number;
        }
    }

    Runtime& runtime_;
    Client& client_;
    std::filesystem::path folder_;
    std::vector<RoomRow> rooms_;
};

}  // namespace

Exit run(const MyDataCommand& command, const GlobalOptions& options) {
    Runtime runtime{options};
    runtime.open_account();
    make_folder(command.folder);
    Collection collection{runtime, command.folder};
    collection.write_account();
    collection.take_rooms();
    collection.write_drafts();
    const std::uint64_t messages = collection.write_messages();
    if (options.json) {
        print_line(JsonLine{}.text("folder", command.folder).number("messages", messages).number("rooms", collection.rooms()).str());
    } else {
        print_line(fmt::format("everything of yours is in {}: {} messages from {} rooms", command.folder, messages, collection.rooms()));
    }
    return Exit::ok;
}

}  // namespace parley::chat
