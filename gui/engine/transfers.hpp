// Transfers: files of the window on their way out and in, as an actor on the engine's Loop. What goes out is shown where its message will be, goes on
// through every break of the connection, and can be given up; what comes in goes on where an earlier attempt stopped. Small pictures
// come by themselves, one at a time, and are kept in memory alone.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "chat/client/download.hpp"
#include "chat/client/files/kept_file.hpp"
#include "chat/client/local_store.hpp"
#include "chat/client/upload.hpp"
#include "gui/engine/commands.hpp"

namespace parley::gui {

class Transfers {
public:
    // Posts the message of a file that is whole, as an operation that outlives this process.
    using Post = net::Function<chat::EntryId(const chat::PostFile& post)>;
    struct Ports {
        net::Loop& loop;
        chat::LocalStore& local;
        chat::Client& client;
        net::Function<void(Notification)> notify;
        Post post;
    };
    explicit Transfers(Ports ports);
    ~Transfers();
    Transfers(const Transfers&) = delete;
    Transfers& operator=(const Transfers&) = delete;

    // ---- out ----
    void send(SendFile wanted);
    // What is shown under this entry, before or after it was posted, goes; the replicas need not keep it. False: nothing of it is known here.
    bool give_up(chat::EntryId entry);
    // Of a refused one: once more from the beginning, which is soon over for what the replicas have.
    bool retry(chat::EntryId entry);
    // The message that was posted has an answer.
    void answered(chat::EntryId entry, bool is_done);

    // ---- in ----
    void look(const LookAtFile& what);
    void open(const OpenPicture& what);
    void fetch(const FetchFile& what);
    void stop(chat::RoomId room, std::uint64_t number);

    // Somebody else sits here now, or nobody.
    void forget();

    // Entries of files that are not posted yet have numbers that no outbox gives.
    static constexpr std::uint64_t upload_bit = std::uint64_t{1} << 62U;

private:
    using Where = std::pair<chat::RoomId, std::uint64_t>;
    struct Out {
        SendFile wanted;
        chat::MessageFile file;
        std::unique_ptr<chat::Upload> upload;      // while it goes
        std::optional<chat::EntryId> posted;
        Carrying::Stage told = Carrying::Stage::waiting;
        bool is_refused = false;
    };
    struct In {
        std::unique_ptr<chat::Download> download;
        std::unique_ptr<chat::KeptFile> kept;
        FileStanding standing;
    };
    struct Look {
        Where where;
        chat::MessageFile file;
        bool is_opened = false;
    };
    using Outs = std::map<chat::EntryId, std::shared_ptr<Out>>;

    void start_next();
    bool start(chat::EntryId id, Out& out);
    void post_show_next();
    void moved(chat::EntryId id, const chat::UploadProgress& progress);
    void brought(chat::EntryId id, const net::Result<chat::FileId>& file);
    void refuse(chat::EntryId id, const std::string& sentence);
    [[nodiscard]] Outs::iterator shown_as(chat::EntryId entry);
    void show(chat::EntryId id, const Out& out);

    void fetched(Where where, const net::Result<chat::FileReport>& report);
    void came(Where where, const chat::DownloadProgress& progress);
    [[nodiscard]] std::string kept_path(Where where, const chat::MessageFile& file);
    void want_picture(Look look);
    void show_next();
    void shown(const net::Result<net::Bytes>& bytes);
    void remember_picture(Where where, std::shared_ptr<const net::Bytes> bytes);
    void tell(Notification notification) { ports_.notify(std::move(notification)); }

    Ports ports_;
    Outs outs_;
    std::uint64_t next_upload_ = 0;
    std::map<Where, In> ins_;
    net::Instant told_at_{};                       // progress is told some times a second, not a chunk
    std::deque<Look> looks_;                       // one at a time
    bool is_looking_ = false;
    std::unique_ptr<chat::Download> look_;
    net::Bytes look_bytes_;
    std::map<Where, std::shared_ptr<const net::Bytes>> pictures_;
    std::deque<Where> pictures_order_;             // the oldest first
    std::uint64_t pictures_bytes_ = 0;
    std::shared_ptr<int> alive_ = std::make_shared<int>(0);
};

}  // namespace parley::gui
