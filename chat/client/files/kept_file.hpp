// KeptFile: where a file that is fetched lies on this machine. Its bytes gather under a hidden name that says which file they are of, so that
// another process goes on with what is there; the real name appears when all are there and durable, and never takes the place of
// anything.
#pragma once

#include <memory>
#include <string>

#include "chat/client/download.hpp"

namespace parley::chat {

struct KeptPlace {
    std::string folder;              // made if it is missing
    std::string name;
    bool may_be_numbered = false;    // "tea (2).png" where another tea.png is; otherwise that is an error
};

class KeptFile {
public:
    // An error is a sentence: the name is taken by something else, another process fetches it, no room.
    static net::Result<std::unique_ptr<KeptFile>> open(const FileReport& file, const KeptPlace& place);
    KeptFile(const KeptFile&) = delete;
    KeptFile& operator=(const KeptFile&) = delete;
    // What was fetched stays for the next attempt.
    ~KeptFile();

    // The file was there already under its own name, with these very bytes.
    [[nodiscard]] bool was_there() const { return was_there_; }
    // See DownloadSink.
    net::Result<bool> has(std::uint32_t place, const ChunkHash& name);
    net::Result<void> put(std::uint32_t place, net::ByteView bytes);
    // When all are there: durable, under its name, which is given.
    net::Result<std::string> finish();

private:
    KeptFile(const FileReport& file, KeptPlace place);
    net::Result<void> open_part();
    net::Result<void> sync_folder() const;
    [[nodiscard]] std::string path(const std::string& name) const { return place_.folder == "." ? name : place_.folder + "/" + name; }

    std::uint64_t size_;
    KeptPlace place_;
    std::string part_;               // the hidden name
    int descriptor_ = -1;
    bool was_there_ = false;
};

}  // namespace parley::chat
