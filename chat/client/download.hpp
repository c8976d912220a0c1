// Download: fetches the file of a message, chunk by chunk, and believes no byte that does not fit its name. What its owner has already, of an
// earlier attempt, is not fetched again.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "chat/client/client.hpp"
#include "chat/files/content.hpp"

namespace parley::chat {

// Where the chunks go; all on the Loop. An error ends the download with it.
struct DownloadSink {
    // Once it is known what the file is. Its name is what somebody else chose.
    net::Function<net::Result<void>(const FileReport&)> open;
    // Is this chunk there already, with these very bytes?
    net::Function<net::Result<bool>(std::uint32_t place, const ChunkHash& name)> has;
    net::Function<net::Result<void>(std::uint32_t place, net::ByteView bytes)> put;
};

struct DownloadProgress {
    std::uint64_t bytes = 0;
    std::uint64_t all = 0;
};

struct DownloadEvents {
    net::Function<void(const DownloadProgress&)> progress;    // optional
    // Once, and the last thing that is called; the Download may be destroyed in it.
    net::Function<void(net::Result<FileReport>)> done;
};

class Download {
public:
    Download(net::Loop& loop, Client& client, AskFile which, DownloadSink sink, DownloadEvents events);
    // Nothing is called any more.
    ~Download() = default;
    Download(const Download&) = delete;
    Download& operator=(const Download&) = delete;

    void start();

    static constexpr std::uint32_t window = 3;    // chunks asked for at once

private:
    void ask();
    void told(net::Result<FileReport> report);
    void look_at_next();
    void fetch_more();
    void came(std::uint32_t place, const net::Result<FileChunk>& chunk);
    void tell(std::uint32_t place);
    void finish(net::Result<FileReport> result);
    template <class Call>
    auto guarded(Call call);

    net::Loop& loop_;
    Client& client_;
    AskFile which_;
    DownloadSink sink_;
    DownloadEvents events_;
    FileReport report_;
    std::uint32_t looked_at_ = 0;
    std::vector<std::uint32_t> missing_;
    std::size_t next_ = 0;
    std::uint32_t out_ = 0;
    std::uint64_t bytes_ = 0;
    bool is_over_ = false;
    std::shared_ptr<int> alive_ = std::make_shared<int>(0);
};

}  // namespace parley::chat
