// Upload: brings a file to the cluster until it may be posted. It names the chunks, says what will come, asks the replica it is connected to what
// is missing there, and sends that, as often as it takes: after a reconnect, or in a new process, it goes on with what is missing then.
// The message with the file is whoever's who wanted it.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <vector>

#include "chat/client/client.hpp"
#include "chat/files/content.hpp"

namespace parley::chat {

struct UploadSource {
    std::uint64_t size = 0;
    // Chunk number `place` from 0 on: bytes_of_chunk() of them. Asked for each twice and more, on the Loop.
    net::Function<net::Result<net::Bytes>(std::uint32_t place)> read;
};

struct UploadOptions {
    std::uint32_t window = 3;                                        // chunks on their way
    net::Duration look_again = std::chrono::milliseconds{200};       // at whether it is whole by now
};

struct UploadProgress {
    enum class Stage : std::uint8_t { naming, sending, spreading };  // its chunks; to one replica; from there to enough others
    Stage stage = Stage::naming;
    std::uint64_t bytes = 0;                                         // done in this stage
    std::uint64_t all = 0;
};

struct UploadEvents {
    net::Function<void(const UploadProgress&)> progress;             // optional
    // Once, and the last thing that is called; the Upload may be destroyed in it. The file is whole, and PostFile may follow. An error is a sentence; its kind
    // is `refused` for what the cluster does not take, `malformed` when the source changed meanwhile, or the source's own.
    net::Function<void(net::Result<FileId>)> done;
};

class Upload {
public:
    Upload(net::Loop& loop, Client& client, UploadSource source, UploadOptions options, UploadEvents events);
    // Nothing is called any more. What was brought stays until the intent is too old.
    ~Upload();
    Upload(const Upload&) = delete;
    Upload& operator=(const Upload&) = delete;

    void start();
    // Gives it up, here and on the replicas. Nothing is called any more.
    void cancel();

private:
    void check_level();
    void name_next();
    void begin();
    void begun(const net::Result<Answer>& answer);
    void look();
    void told(net::Result<UploadReport> report);
    void send_more();
    void sent(std::uint32_t place, const net::Result<Okay>& result);
    void tell(UploadProgress::Stage stage, std::uint64_t bytes);
    void finish(net::Result<FileId> result);
    // One chunk of the source, as long as it must be.
    [[nodiscard]] net::Result<net::Bytes> read(std::uint32_t place);
    // Calls the member while this Upload is there and not at its end.
    template <class Call>
    auto guarded(Call call);

    net::Loop& loop_;
    Client& client_;
    UploadSource source_;
    UploadOptions options_;
    UploadEvents events_;
    std::vector<ChunkHash> names_;
    FileId file_;
    std::vector<std::uint32_t> missing_;     // on that replica, when it was asked
    std::size_t next_ = 0;                   // of these
    std::uint32_t out_ = 0;
    std::uint64_t sent_bytes_ = 0;           // or found there
    bool is_over_ = false;
    net::TimerId timer_;
    std::shared_ptr<int> alive_ = std::make_shared<int>(0);
};

// What a replica must say of its cluster before anything of files is asked: an older one would not understand it.
net::Result<void> check_knows_files(const net::Result<StatusReport>& status);

}  // namespace parley::chat
