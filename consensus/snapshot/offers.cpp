#include "consensus/snapshot/offers.hpp"

#include <utility>

#include "consensus/snapshot/manifest.hpp"

namespace parley::consensus {

bool Offers::useful(Slot next) {
    // Behind its last slot the log has to go on.
    return offered_ && offered_->image.manifest.slot >= next && offered_->image.manifest.slot.next() >= events_.floor();
}

void Offers::wanted(NodeId from, const ImageWanted& wanted) {
    if (useful(wanted.next)) {
        offered_->asked_at = loop_.now();
        return events_.send(from, ImageOffered{offered_->image.manifest});
    }
    waiting_.insert(from);
    if (std::exchange(making_, true)) return;
    events_.make([this, alive = std::weak_ptr{alive_}](net::Result<MadeImage> image) {
        if (!alive.expired()) made(std::move(image));
    });
}

void Offers::made(net::Result<MadeImage> image) {
    making_ = false;
    const std::set<NodeId> waiting = std::exchange(waiting_, {});
    if (!image || !image->manifest.sane()) return;   // asked again, it is tried again
    auto file = disk_.open(image->path, net::OpenMode::read_only);
    if (!file) return;
    if (offered_ && offered_->image.path != image->path) static_cast<void>(disk_.remove(offered_->image.path));
    const ImageId id = image->manifest.id();
    offered_ = Offered{std::move(*image), id, std::move(*file), loop_.now()};
    for (const NodeId node : waiting) events_.send(node, ImageOffered{offered_->image.manifest});
}

void Offers::wanted(NodeId from, const ChunkWanted& wanted) {
    ChunkData data{wanted.image, wanted.chunk, {}};
    const bool here = offered_ && offered_->id == wanted.image && wanted.chunk < offered_->image.manifest.chunks.size();
    if (here) {
        const Manifest& manifest = offered_->image.manifest;
        offered_->asked_at = loop_.now();
        data.bytes.resize(manifest.bytes_of(wanted.chunk));
        const auto got = offered_->file->read(manifest.offset_of(wanted.chunk), data.bytes);
        const bool right = got && *got == data.bytes.size() && hash_of_chunk(data.bytes) == manifest.chunks[wanted.chunk];
        if (!right) {
            // Unreadable, or damaged since: another one is made when somebody asks.
            data.bytes.clear();
            offered_.reset();
        }
    }
    events_.send(from, std::move(data));
}

std::optional<Slot> Offers::held() const {
    if (!offered_ || loop_.now() - offered_->asked_at > held_for) return std::nullopt;
    return offered_->image.manifest.slot;
}

}  // namespace parley::consensus
