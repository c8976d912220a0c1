// Transfers: files of the window on their way out and in, as an actor on the engine's Loop. What goes out is shown where its message will be, goes on
// through every break of the connection and through the end of this process (UploadMemory), and can be given up; what comes in goes on where an earlier attempt stopped. Small pictures
// come by themselves, one at a time, and are kept in memory alone.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "chat/client/download.hpp"
#include "chat/client/files/kept_file.hpp"
#include "chat/client/files/upload_memory.hpp"
#include "chat/client/local_store.hpp"
#include "chat/client/upload.hpp"
#include "gui/engine/commands.hpp"

namespace parley::gui {

class Transfers {
public:
    // Posts the message of a file that is whole, as an operation that outlives this process; `upload`: what is kept of its way until then, if it is.
    using Post = net::Function<chat::EntryId(const chat::PostFile& post, std::optional<chat::KeptUpload> upload)>;
    struct Ports {
        net::Loop& loop;
        chat::ClientStore& store;
        chat::LocalStore& local;
        chat::Client& client;
        net::Function<void(Notification)> notify;
        Post post;
    };
    explicit Transfers(Ports ports);
    ~Transfers();
    Transfers(const Transfers&) = delete;
    Transfers& operator=(const Transfers&) = delete;

    // Who sits here from now on. What others left on its way is forgotten.
    void belong_to(chat::UserId user);

    // ---- out ----
    void send(SendFile wanted);
    // Takes up what an earlier window of this user left on its way: `room_of` says where it is shown, `posted` are the entries whose messages are on their way.
    void adopt(net::Function<std::optional<chat::RoomId>(const chat::Target&)> room_of, const std::set<chat::EntryId>& posted);
    // Of the file whose message that entry is; 0: not known.
    [[nodiscard]] std::uint64_t size_of(chat::EntryId posted) const;
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

    // Nobody sits here now. What is on its way out goes on when the same user comes back; not so when it is `for_good`.
    void forget(bool for_good);

    // Entries of files that are not posted yet have numbers that no outbox gives.
    static constexpr std::uint64_t upload_bit = std::uint64_t{1} << 62U;

private:
    using Where = std::pair<chat::RoomId, std::uint64_t>;
    struct Out {
        chat::KeptUpload kept;
        bool is_kept = false;                      // no: this process alone knows of it
        std::optional<chat::RoomId> room;          // where it is shown
        std::shared_ptr<const net::Bytes> bytes;   // of one without a path that is not kept
        std::unique_ptr<chat::Upload> upload;      // while it goes
        Carrying::Stage told = Carrying::Stage::waiting;
        bool is_posted = false;                    // given to the outbox, which may have refused it on the spot: then kept.posted is none
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

    void keep(Out& out);
    void keep_on(const Out& out);
    void let_go(const Out& out);
    void start_next();
    bool start(chat::EntryId id, Out& out);
    void post_show_next();
    void moved(chat::EntryId id, const chat::UploadProgress& progress);
    void brought(chat::EntryId id, const net::Result<chat::FileId>& file);
    void refuse(chat::EntryId id, const std::string& sentence);
    [[nodiscard]] Outs::iterator shown_as(chat::EntryId entry);
    void show(const Out& out);
    static chat::EntryId shown_id(chat::UploadId id) { return chat::EntryId{upload_bit | id.value}; }

    void fetched(Where where, const net::Result<chat::FileReport>& report);
    void came(Where where, const chat::DownloadProgress& progress);
    [[nodiscard]] std::string kept_path(Where where, const chat::MessageFile& file);
    void want_picture(Look look);
    void show_next();
    void shown(const net::Result<net::Bytes>& bytes);
    void remember_picture(Where where, std::shared_ptr<const net::Bytes> bytes);
    void tell(Notification notification) { ports_.notify(std::move(notification)); }

    Ports ports_;
    chat::UploadMemory memory_;
    chat::UserId user_;
    std::vector<chat::KeptUpload> left_;           // by an earlier window, until it is taken up
    bool is_first_ = true;                         // nobody's were taken up in this process
    Outs outs_;
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
