// UploadMemory: the uploads of one user that a ClientStore keeps, so that another process goes on with them after this one was closed or killed.
// Each call is durable when it returns without error; none waits for a replica.
#pragma once

#include <vector>

#include "chat/client/store.hpp"
#include "chat/client/upload.hpp"

namespace parley::chat {

class UploadMemory {
public:
    // The store must outlive this.
    explicit UploadMemory(ClientStore& store) : store_(store) {}

    // What an earlier process of this user left, by id; what others left here is removed.
    net::Result<std::vector<KeptUpload>> load(UserId user);
    // Keeps a new one, gives it its id, and writes down how its file is now. `bytes`: of one without a path. A file that cannot be read is kept as well: whoever
    // opens it says why.
    net::Result<void> add(KeptUpload& upload, net::ByteView bytes = {});
    // As it is from now on, under the id it has.
    net::Result<void> put(const KeptUpload& upload);
    net::Result<void> drop(UploadId id);
    // What is to be sent. An error is a sentence: the file is gone, cannot be read, or is another one than when it was kept (`malformed`).
    net::Result<UploadSource> open(const KeptUpload& upload);

private:
    ClientStore& store_;
    std::uint64_t last_id_ = 0;
};

// The size of its file and when it was written, as they are now; as before where there is no path, or nothing to be read there.
void look_at_file(KeptUpload& upload);

// The same for bytes that are nowhere but in memory.
UploadSource source_of(std::shared_ptr<const net::Bytes> bytes);

}  // namespace parley::chat
