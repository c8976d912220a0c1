#include "chat/client/files/upload_memory.hpp"

#include <algorithm>

#include "chat/client/files/local_file.hpp"

namespace parley::chat {
namespace {

UploadSource source_of(std::shared_ptr<net::File> file, std::uint64_t size) {
    return {size, [file = std::move(file), size](std::uint32_t place) -> net::Result<net::Bytes> {
        net::Bytes bytes(bytes_of_chunk(size, place));
        const auto got = file->read(place * chunk_bytes, bytes);
        if (!got) return got.error();
        bytes.resize(*got);
        return bytes;
    }};
}

}  // namespace

net::Result<std::vector<KeptUpload>> UploadMemory::load(UserId user) {
    net::Result<std::vector<KeptUpload>> all = store_.uploads();
    if (!all) return all.error();
    std::vector<StoreChange> drops;
    for (const KeptUpload& upload : *all) {
        last_id_ = std::max(last_id_, upload.id.value);
        if (upload.user != user) drops.emplace_back(DropUpload{upload.id});
    }
    if (net::Result<void> dropped = store_.commit(drops); !dropped) return dropped.error();
    std::erase_if(*all, [&](const KeptUpload& upload) { return upload.user != user; });
    return all;
}

net::Result<void> UploadMemory::add(KeptUpload& upload, net::ByteView bytes) {
    upload.id = UploadId{++last_id_};
    look_at_file(upload);
    if (upload.path.empty()) {
        upload.size = bytes.size();
        if (net::Result<void> kept = store_.keep_bytes(upload.id, bytes); !kept) return kept;
    }
    return put(upload);
}

net::Result<void> UploadMemory::put(const KeptUpload& upload) { return store_.commit({PutUpload{upload}}); }
net::Result<void> UploadMemory::drop(UploadId id) { return store_.commit({DropUpload{id}}); }

net::Result<UploadSource> UploadMemory::open(const KeptUpload& upload) {
    if (upload.path.empty()) {
        net::Result<std::shared_ptr<net::File>> file = store_.kept_bytes(upload.id);
        if (!file) return file.error();
        return source_of(*std::move(file), upload.size);
    }
    const net::Result<LocalFile> file = LocalFile::open(upload.path);
    if (!file) return file.error();
    if (file->size() == upload.size && file->modified_ns() == upload.modified_ns) return file->source();
    return net::Error{net::ErrorKind::malformed, "the file changed after it was sent"};
}

void look_at_file(KeptUpload& upload) {
    if (upload.path.empty()) return;
    const net::Result<LocalFile> file = LocalFile::open(upload.path);
    if (!file) return;
    upload.size = file->size();
    upload.modified_ns = file->modified_ns();
}

UploadSource source_of(std::shared_ptr<const net::Bytes> bytes) {
    const std::uint64_t size = bytes->size();
    return {size, [bytes = std::move(bytes), size](std::uint32_t place) -> net::Result<net::Bytes> {
        const net::ByteView part = net::ByteView{*bytes}.subspan(place * chunk_bytes, bytes_of_chunk(size, place));
        return net::Bytes{part.begin(), part.end()};
    }};
}

}  // namespace parley::chat
